import { LOG_LEVELS, type LogLevel } from '@petrel/model';
import type { LogHistogram, LogPlan } from '@petrel/query/logql/index.ts';
import type { LogHistogramAnswer } from '../../contract/logs.ts';
import type { NsRange } from '../../loki/loki-params.ts';
import type { LogsApiPorts } from '../../loki/port.ts';
import { earlierNs, laterNs, msOfNs, NS_PER_MS } from '../../loki/times.ts';
import { type Buckets, roundBuckets } from './round-step.ts';

interface HistogramRequest {
  readonly plan: LogPlan;
  /** What is shown. */
  readonly shown: NsRange;
  /** What is counted: the query may say itself when. */
  readonly counted: NsRange;
  readonly wanted: number;
  readonly signal: AbortSignal;
}

/** Lines over time by level, in round buckets; only those of the range itself are counted, whatever the first and the last bucket reach over. */
export async function logHistogram(
  { engine }: Pick<LogsApiPorts, 'engine'>,
  { plan, shown, counted, wanted, signal }: HistogramRequest,
): Promise<LogHistogramAnswer> {
  const grid = roundBuckets(msOfNs(shown.startNs), msOfNs(shown.endNs + NS_PER_MS - 1n), wanted);
  const byLevel = new Map<LogLevel, number[]>();
  let complete = true;
  for (const piece of piecesOf(grid, counted)) {
    const { startNs, bucketNs, buckets } = piece;
    const found = await engine.histogram({ plan, startNs, bucketNs, buckets, signal });
    complete &&= found.complete;
    add(found, { byLevel, from: piece.from, grid });
  }
  const levels = LOG_LEVELS.flatMap((level) => {
    const counts = byLevel.get(level);
    return counts === undefined ? [] : [{ level, counts }];
  });
  const total = levels.reduce((sum, { counts }) => counts.reduce((all, count) => all + count, sum), 0);
  return { ...grid, levels, total, complete };
}

interface Piece {
  /** The bucket of the grid that the piece begins with. */
  readonly from: number;
  readonly startNs: bigint;
  readonly bucketNs: bigint;
  readonly buckets: number;
}

/** The whole buckets within the range, and what of a bucket stands at either end. */
function piecesOf({ startMs, bucketMs, buckets }: Buckets, { startNs, endNs }: NsRange): readonly Piece[] {
  const originNs = BigInt(startMs) * NS_PER_MS;
  const bucketNs = BigInt(bucketMs) * NS_PER_MS;
  const gridEndNs = originNs + bucketNs * BigInt(buckets);
  const from = laterNs(startNs, originNs);
  const to = earlierNs(endNs, gridEndNs);
  if (from >= to) return [];
  const first = Number((from - originNs) / bucketNs);
  const firstWhole = Number((from - originNs + bucketNs - 1n) / bucketNs);
  const endWhole = Number((to - originNs) / bucketNs);
  const edge = (bucket: number) => originNs + bucketNs * BigInt(bucket);
  // All of it within one bucket, or up to an edge of it.
  if (endWhole < firstWhole) return [{ from: first, startNs: from, bucketNs: to - from, buckets: 1 }];
  const pieces: Piece[] = [];
  if (first < firstWhole) {
    pieces.push({ from: first, startNs: from, bucketNs: edge(firstWhole) - from, buckets: 1 });
  }
  if (firstWhole < endWhole) {
    pieces.push({ from: firstWhole, startNs: edge(firstWhole), bucketNs, buckets: endWhole - firstWhole });
  }
  if (edge(endWhole) < to) {
    pieces.push({ from: endWhole, startNs: edge(endWhole), bucketNs: to - edge(endWhole), buckets: 1 });
  }
  return pieces;
}

function add(
  { levels }: LogHistogram,
  { byLevel, from, grid }: { readonly byLevel: Map<LogLevel, number[]>; readonly from: number; readonly grid: Buckets },
): void {
  for (const { level, counts } of levels) {
    const sums = byLevel.get(level) ?? new Array<number>(grid.buckets).fill(0);
    byLevel.set(level, sums);
    for (const [k, count] of counts.entries()) sums[from + k] = (sums[from + k] as number) + count;
  }
}
