import type { LogLevel } from '@petrel/model';
import { LOG_LEVELS } from '@petrel/model';
import { refinePlan } from '../../plan/refine-plan.ts';
import type { LogHistogram, LogHistogramRequest } from '../../result.ts';
import type { LogWork } from '../log-work.ts';
import type { LineBlock } from './read-blocks.ts';
import { metadataOf, readBlocks } from './read-blocks.ts';

/** A line costs about as much as so many values. */
const LINE_WORK = 50;

/** Lines by level and bucket, `[startNs + k·bucketNs, startNs + (k + 1)·bucketNs)`: counted by the source where that will do, else read, newest first, for a while. */
export async function histogramOf(request: LogHistogramRequest, work: LogWork): Promise<LogHistogram> {
  const { startNs, bucketNs, buckets } = request;
  work.hold(buckets * LOG_LEVELS.length);
  const range = { startNs, endNs: startNs + bucketNs * BigInt(buckets), signal: work.signal };
  const refined = { ...request, plan: await refinePlan(request.plan, work.source, range) };
  return (await counted(refined, work)) ?? (await readNewestFirst(refined, work));
}

async function counted(
  { plan, startNs, bucketNs, buckets }: LogHistogramRequest,
  work: LogWork,
): Promise<LogHistogram | undefined> {
  if (!plan.exact || work.source.count === undefined) return undefined;
  const series = await work.source.count({
    selectors: plan.selectors,
    ...(plan.predicate === undefined ? {} : { predicate: plan.predicate }),
    // Its buckets are open on the left, those of a histogram on the right.
    startNs: startNs - 1n,
    bucketNs,
    buckets,
    count: 'lines',
    by: ['detected_level'],
    signal: work.signal,
  });
  if (series === undefined) return undefined;
  const tally = new Tally(buckets);
  for (const { labels, counts } of series) {
    const level = levelNamed(labels.get('detected_level'));
    for (let k = 0; k < buckets; k++) tally.add(level, k, counts[k] as number);
  }
  return tally.histogram(true);
}

async function readNewestFirst(
  { plan, startNs, bucketNs, buckets }: LogHistogramRequest,
  work: LogWork,
): Promise<LogHistogram> {
  const tally = new Tally(buckets);
  const deadlineMs = performance.now() + work.limits.histogramBudgetMs;
  const endNs = startNs + bucketNs * BigInt(buckets);
  const columns = ['line', 'metadata', 'level'] as const;
  for await (const block of readBlocks({ plan, startNs, endNs, direction: 'backward', columns }, work)) {
    for (let i = 0; i < block.length; i++) {
      if (work.due(LINE_WORK)) await work.pause();
      if (block.process(i) === undefined) continue;
      const bucket = Number((block.tsNs(i) - startNs) / bucketNs);
      tally.add(levelNamed(detectedLevel(block, i)), bucket, 1);
    }
    if (performance.now() > deadlineMs) return tally.histogram(false);
  }
  return tally.histogram(true);
}

function detectedLevel(block: LineBlock, i: number): string {
  const metadata = metadataOf(block.columns, i);
  const ofStream = block.stream(i).get('detected_level');
  for (let j = 0; j < metadata.length && ofStream === ''; j += 2) {
    if (metadata[j] === 'detected_level') return metadata[j + 1] as string;
  }
  return ofStream;
}

/** Metadata that came with the line may name a level that is none of ours. */
function levelNamed(name: string): LogLevel {
  return LOG_LEVELS.find((level) => level === name) ?? 'unknown';
}

class Tally {
  readonly #byLevel = new Map<LogLevel, Float64Array>();

  constructor(private readonly buckets: number) {}

  add(level: LogLevel, bucket: number, lines: number): void {
    if (lines === 0) return;
    let counts = this.#byLevel.get(level);
    if (counts === undefined) {
      counts = new Float64Array(this.buckets);
      this.#byLevel.set(level, counts);
    }
    counts[bucket] = (counts[bucket] as number) + lines;
  }

  histogram(complete: boolean): LogHistogram {
    const levels = LOG_LEVELS.flatMap((level) => {
      const counts = this.#byLevel.get(level);
      return counts === undefined ? [] : [{ level, counts }];
    });
    return { levels, complete };
  }
}
