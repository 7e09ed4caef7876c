import { compareStrings } from '@petrel/model';
import type { LogPlan, LogResultLine } from '@petrel/query/logql/index.ts';
import { type PatternCluster, PatternMiner } from '@petrel/query/patterns/index.ts';
import type { NsRange } from '../loki-params.ts';
import type { LogsApiPorts } from '../port.ts';
import { levelOf } from './level-of.ts';

/** Reading and clustering so many takes about a second. */
const MAX_LINES = 50_000;
/** The range is read in so many parts, so that old lines are among those looked at. */
const SLICES = 16;

export interface MineRequest extends NsRange {
  readonly plan: LogPlan;
  readonly signal: AbortSignal;
  /** Of a line, from 0; undefined where it is of none. */
  readonly bucketOf: (tsNs: bigint) => number | undefined;
  readonly buckets: number;
  readonly maxLines?: number;
}

export interface MinedPattern {
  readonly pattern: string;
  readonly level: string;
  readonly count: number;
  /** One for each bucket. */
  readonly counts: readonly number[];
  readonly example: string;
}

export interface MinedPatterns {
  /** Lines that were looked at. */
  readonly sampled: number;
  /** Most frequent first. */
  readonly patterns: readonly MinedPattern[];
}

/** Clusters the lines of a range; where there are too many, the newest of each of its parts. Levels have patterns of their own. */
export async function minePatterns(
  { engine }: Pick<LogsApiPorts, 'engine'>,
  request: MineRequest,
): Promise<MinedPatterns> {
  const { plan, signal, maxLines = MAX_LINES } = request;
  const tally = new PatternTally(request);
  const slices = slicesOf(request);
  for (const [i, slice] of slices.entries()) {
    // What a quiet part leaves goes to those that follow.
    let left = Math.ceil((maxLines - tally.lines) / (slices.length - i));
    if (left <= 0) break;
    const blocks = engine.lines({ plan, ...slice, direction: 'backward', expected: left, signal });
    for await (const block of blocks) {
      for (const line of block.slice(0, left)) tally.add(line);
      left -= block.length;
      if (left <= 0) break;
    }
  }
  return { sampled: tally.lines, patterns: tally.patterns() };
}

/** Newest first. */
function slicesOf({ startNs, endNs }: NsRange): readonly NsRange[] {
  const lengthNs = (endNs - startNs) / BigInt(SLICES);
  if (lengthNs <= 0n) return [{ startNs, endNs }];
  return Array.from({ length: SLICES }, (_, i) => ({
    startNs: i === SLICES - 1 ? startNs : endNs - lengthNs * BigInt(i + 1),
    endNs: endNs - lengthNs * BigInt(i),
  }));
}

interface ClusterCounts {
  readonly cluster: PatternCluster;
  readonly level: string;
  readonly counts: number[];
}

class PatternTally {
  readonly #miners = new Map<string, PatternMiner>();
  readonly #found = new Map<PatternCluster, ClusterCounts>();
  lines = 0;

  constructor(private readonly grid: Pick<MineRequest, 'bucketOf' | 'buckets'>) {}

  add(line: LogResultLine): void {
    this.lines++;
    const level = levelOf(line);
    let miner = this.#miners.get(level);
    if (miner === undefined) {
      miner = new PatternMiner();
      this.#miners.set(level, miner);
    }
    const cluster = miner.add(line.line);
    let found = this.#found.get(cluster);
    if (found === undefined) {
      found = { cluster, level, counts: new Array<number>(this.grid.buckets).fill(0) };
      this.#found.set(cluster, found);
    }
    const bucket = this.grid.bucketOf(line.tsNs);
    if (bucket !== undefined) found.counts[bucket] = (found.counts[bucket] ?? 0) + 1;
  }

  /** Clusters that came to the same pattern are one. */
  patterns(): readonly MinedPattern[] {
    const merged = new Map<
      string,
      { pattern: string; level: string; count: number; counts: number[]; example: string }
    >();
    for (const { cluster, level, counts } of this.#found.values()) {
      const { pattern, example } = cluster.root;
      const key = `${level}\u0000${pattern}`;
      const known = merged.get(key);
      const count = counts.reduce((sum, one) => sum + one, 0);
      if (known === undefined) merged.set(key, { pattern, level, count, counts, example });
      else {
        known.count += count;
        for (const [k, one] of counts.entries()) known.counts[k] = (known.counts[k] as number) + one;
      }
    }
    return [...merged.values()].sort(
      (a, b) => b.count - a.count || compareStrings(a.pattern, b.pattern) || compareStrings(a.level, b.level),
    );
  }
}
