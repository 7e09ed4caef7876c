import { LOG_LEVELS } from '@petrel/model';
import { refinePlan } from '../../plan/refine-plan.ts';
import type { LogResultLine, LogsRequest } from '../../result.ts';
import type { LogWork } from '../log-work.ts';
import type { ProcessedLine } from '../pipeline.ts';
import type { LineBlock } from './read-blocks.ts';
import { readBlocks } from './read-blocks.ts';

/** A line costs about as much as so many values. */
const LINE_WORK = 50;
/** Blocks of a source may be large; between so many lines others get their turn. */
const SLICE_LINES = 1_000;

/** The first `limit` lines that come through, in the order of the direction. */
export async function selectLines(request: LogsRequest, work: LogWork): Promise<readonly LogResultLine[]> {
  const { limit } = request;
  const lines: LogResultLine[] = [];
  if (limit <= 0) return lines;
  for await (const block of processedLines({ ...request, expected: limit }, work)) {
    for (const line of block) {
      lines.push(line);
      if (lines.length === limit) return lines;
    }
  }
  return lines;
}

/** Lines that come through, in parts as they are read. The lines of a part are processed as they are asked for. */
export async function* processedLines(
  request: Omit<LogsRequest, 'limit'> & { readonly expected?: number },
  work: LogWork,
): AsyncGenerator<Iterable<LogResultLine>, void, undefined> {
  const { startNs, endNs, direction, expected, receivedAfterMs } = request;
  const plan = await refinePlan(request.plan, work.source, { startNs, endNs, signal: work.signal });
  const blocks = readBlocks(
    {
      plan,
      startNs,
      endNs,
      direction,
      ...(expected === undefined ? {} : { expected }),
      ...(receivedAfterMs === undefined ? {} : { receivedAfterMs }),
    },
    work,
  );
  const spacing = new Spacing(request.intervalNs ?? 0n);
  for await (const block of blocks) {
    for (let from = 0; from < block.length; from += SLICE_LINES) {
      yield linesOf(block, { from, to: Math.min(block.length, from + SLICE_LINES) }, spacing);
      if (work.due(SLICE_LINES * LINE_WORK)) await work.pause();
    }
  }
}

function* linesOf(
  block: LineBlock,
  { from, to }: { readonly from: number; readonly to: number },
  spacing: Spacing,
): Generator<LogResultLine, void, undefined> {
  for (let i = from; i < to; i++) {
    const line = block.process(i);
    if (line !== undefined && spacing.admits(block.tsNs(i))) yield resultLine(block, i, line);
  }
}

/** Loki's `interval`: a line must be at least so far from the last that was let through. */
class Spacing {
  #last: bigint | undefined;

  constructor(private readonly intervalNs: bigint) {}

  admits(tsNs: bigint): boolean {
    if (this.intervalNs <= 0n) return true;
    if (this.#last !== undefined) {
      const apart = tsNs > this.#last ? tsNs - this.#last : this.#last - tsNs;
      if (apart < this.intervalNs) return false;
    }
    this.#last = tsNs;
    return true;
  }
}

function resultLine(block: LineBlock, i: number, processed: ProcessedLine): LogResultLine {
  const { columns } = block;
  return {
    tsNs: block.tsNs(i),
    line: processed.line,
    stream: processed.stream,
    metadata: processed.metadata,
    parsed: processed.parsed,
    labels: processed.labels,
    level: LOG_LEVELS[columns.levels[i] ?? 0] ?? 'unknown',
    traceId: columns.traceId(i),
    spanId: columns.spanId(i),
  };
}
