import type { ComparisonOp } from '@petrel/query/promql/parse/ast.ts';

/** Shares of the values that a threshold lets through, from many to few. */
const SHARES = [0.5, 0.25, 0.1, 0.05, 0.01, 0.001, 0];
const NEIGHBOURS = 3;

/**
 * Thresholds worth trying: the current one, and on either side of it up to three that let a round share of the values through, rounded to two digits.
 * Where the values end before the current threshold, steps of a quarter take their place. Ascending, without duplicates.
 */
export function chooseThresholds(current: number, op: ComparisonOp, values: readonly number[]): readonly number[] {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const isUpper = op === '>' || op === '>=' || op === '!=';
  const shares = SHARES.map((share) => quantile(sorted, isUpper ? 1 - share : share));
  const candidates = sorted.length === 0 || op === '==' ? [] : shares.map(rounded);
  const side = (isBeyond: (value: number) => boolean, factors: readonly number[]): readonly number[] => {
    const found = candidates.filter(isBeyond).sort((a, b) => Math.abs(a - current) - Math.abs(b - current));
    const steps =
      current === 0 ? [] : factors.map((factor) => Number((current * factor).toPrecision(6))).filter(isBeyond);
    return [...new Set(found.length > 0 ? found : steps)].slice(0, NEIGHBOURS);
  };
  const below = side((value) => value < current, [0.75, 0.5, 1.25, 1.5]);
  const above = side((value) => value > current, [1.25, 1.5, 0.75, 0.5]);
  return [...below, current, ...above].sort((a, b) => a - b);
}

/** 0, half, once, twice and four times the current wait; from a minute on where there is none. Ascending, without duplicates. */
export function chooseForsMs(currentMs: number): readonly number[] {
  if (currentMs === 0) return [0, 60_000, 120_000, 300_000, 600_000];
  return [...new Set([0, Math.round(currentMs / 2), currentMs, 2 * currentMs, 4 * currentMs])];
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(q * (sorted.length - 1))))] ?? 0;
}

function rounded(value: number): number {
  return Number(value.toPrecision(2));
}
