import type { Labels, LogColumns } from '@petrel/model';
import { LOG_LEVELS } from '@petrel/model';
import type { LogPlan } from '../../plan/log-plan.ts';
import type { LogSelectRequest } from '../../port.ts';
import type { LogWork } from '../log-work.ts';
import type { Pipeline, ProcessedLine, StreamPipeline } from '../pipeline.ts';

export interface BlockRequest extends Omit<LogSelectRequest, 'selectors' | 'predicate' | 'signal'> {
  readonly plan: LogPlan;
}

/** Reads the lines that may be of a plan, block by block, with the plan's pipeline (one for the whole reading) ready to run on each. */
export async function* readBlocks(
  { plan, ...request }: BlockRequest,
  work: LogWork,
): AsyncGenerator<LineBlock, void, undefined> {
  if (request.startNs >= request.endNs) return;
  const streams = new StreamPipelines(plan.pipeline());
  const { selectors, predicate } = plan;
  const { signal } = work;
  const blocks = work.source.select({
    ...request,
    selectors,
    ...(predicate === undefined ? {} : { predicate }),
    signal,
  });
  for await (const columns of blocks) {
    work.checkAborted();
    yield new LineBlock(columns, streams, { work, hasLines: request.columns?.includes('line') ?? true });
  }
  work.checkAborted();
}

/** A pipeline for each stream that occurs, found by its labels. */
class StreamPipelines {
  readonly #byKey = new Map<string, StreamPipeline>();

  constructor(private readonly pipeline: Pipeline) {}

  of(labels: Labels): StreamPipeline {
    let found = this.#byKey.get(labels.key);
    if (found === undefined) {
      found = this.pipeline.forStream(labels);
      this.#byKey.set(labels.key, found);
    }
    return found;
  }
}

/** Lines of one block; each is processed at most once, in order. */
export class LineBlock {
  readonly columns: LogColumns;
  readonly length: number;
  readonly #pipelines: readonly StreamPipeline[];
  readonly #work: LogWork;
  readonly #hasLines: boolean;

  constructor(
    columns: LogColumns,
    streams: StreamPipelines,
    options: { readonly work: LogWork; readonly hasLines: boolean },
  ) {
    this.columns = columns;
    this.length = columns.length;
    this.#pipelines = columns.streams.map((labels) => streams.of(labels));
    this.#work = options.work;
    this.#hasLines = options.hasLines;
  }

  tsNs(i: number): bigint {
    return this.columns.timestampsNs[i] as bigint;
  }

  stream(i: number): Labels {
    return this.columns.streams[this.columns.streamOf[i] as number] as Labels;
  }

  /** Undefined: a filter dropped the line. Counts it as read. */
  process(i: number): ProcessedLine | undefined {
    const { columns } = this;
    const line = this.#hasLines ? columns.line(i) : '';
    this.#work.read(Buffer.byteLength(line));
    const stream = this.#pipelines[columns.streamOf[i] as number] as StreamPipeline;
    return stream.process({ tsNs: columns.timestampsNs[i] as bigint, line, metadata: metadataOf(columns, i) });
  }
}

/** A line's metadata with `detected_level`, where the level is known and neither metadata nor the stream says so. */
export function metadataOf(columns: LogColumns, i: number): readonly string[] {
  const pairs = columns.metadata(i);
  const level = LOG_LEVELS[columns.levels[i] ?? 0] ?? 'unknown';
  if (level === 'unknown' || columns.streams[columns.streamOf[i] as number]?.has('detected_level')) return pairs;
  let at = 0;
  for (; at < pairs.length; at += 2) {
    const name = pairs[at] as string;
    if (name === 'detected_level') return pairs;
    if (name > 'detected_level') break;
  }
  return [...pairs.slice(0, at), 'detected_level', level, ...pairs.slice(at)];
}
