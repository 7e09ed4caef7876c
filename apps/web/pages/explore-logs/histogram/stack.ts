import type { LogHistogramAnswer } from '@petrel/api/contract/logs.ts';
import { severityOf } from './levels.ts';

/** Levels on top of each other, the worst at the bottom, where heights compare best. */
export interface StackedLevels {
  /** The middles of the buckets, seconds. */
  readonly times: readonly number[];
  /** In the order in which they are drawn: the whole height first, each later one over it. `sums[k]` is the level's count with all worse ones. */
  readonly layers: readonly { readonly level: string; readonly sums: readonly number[] }[];
}

export function stackLevels(answer: LogHistogramAnswer): StackedLevels {
  const { startMs, bucketMs, buckets } = answer;
  const worstFirst = [...answer.levels].sort((a, b) => severityOf(b.level) - severityOf(a.level));
  let below: readonly number[] = new Array<number>(buckets).fill(0);
  const layers = worstFirst.map(({ level, counts }) => {
    const sums = below.map((sum, k) => sum + (counts[k] ?? 0));
    below = sums;
    return { level, sums };
  });
  return {
    times: Array.from({ length: buckets }, (_, k) => (startMs + (k + 0.5) * bucketMs) / 1000),
    layers: layers.reverse(),
  };
}

export interface LevelCount {
  readonly level: string;
  readonly count: number;
}

/** Of one bucket, or of all of them; the worst level first. */
export function countLevels(answer: LogHistogramAnswer, bucket: number | undefined): readonly LevelCount[] {
  return [...answer.levels]
    .sort((a, b) => severityOf(b.level) - severityOf(a.level))
    .map(({ level, counts }) => ({
      level,
      count: bucket === undefined ? counts.reduce((sum, count) => sum + count, 0) : (counts[bucket] ?? 0),
    }));
}
