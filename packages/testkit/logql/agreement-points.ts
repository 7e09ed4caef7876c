import { PetrelError } from '@petrel/model';
import { createLogqlEngine, type LogSource } from '@petrel/query/logql/index.ts';
import type { QueryValue } from '@petrel/query/promql/index.ts';
import type { AgreementQuery } from './agreement-arbitraries.ts';
import { evaluateNaively, keyOf, NaiveFailure } from './naive-evaluation.ts';
import type { NaiveLine } from './naive-query.ts';
import { textOfExpr } from './naive-query.ts';

/** By the labels of a series, a value or nothing for each step. */
export type Points = ReadonlyMap<string, readonly (number | undefined)[]> | 'failed';

export function naivePoints({ expr, startMs, stepMs, steps }: AgreementQuery, lines: readonly NaiveLine[]): Points {
  const points = new Map<string, (number | undefined)[]>();
  try {
    for (let k = 0; k < steps; k++) {
      const found = evaluateNaively(expr, lines, startMs + k * stepMs);
      for (const { labels, value } of typeof found === 'number' ? [{ labels: {}, value: found }] : found) {
        const key = keyOf(labels);
        if (!points.has(key)) points.set(key, new Array(steps).fill(undefined));
        const series = points.get(key) as (number | undefined)[];
        // Two samples with the same labels at the same time: no answer of a range query.
        if (series[k] !== undefined) throw new NaiveFailure('same labels');
        series[k] = value;
      }
    }
  } catch (error) {
    if (!(error instanceof NaiveFailure)) throw error;
    return 'failed';
  }
  return points;
}

/** `instant`: as an instant query at the first step. */
export async function enginePoints(
  { expr, startMs, stepMs, steps }: AgreementQuery,
  source: LogSource,
  { instant = false } = {},
): Promise<Points> {
  const engine = createLogqlEngine({ source });
  const query = textOfExpr(expr);
  const endMs = startMs + (steps - 1) * stepMs;
  try {
    const asked = instant
      ? engine.instant({ query, timeMs: startMs })
      : engine.range({ query, startMs, endMs, stepMs });
    return pointsOf((await asked).value);
  } catch (error) {
    if (!(error instanceof PetrelError) || error.code !== 'LOGQL_EXEC') throw error;
    return 'failed';
  }
}

function pointsOf(value: QueryValue): Points {
  if (value.type === 'vector') {
    return new Map(value.samples.map((sample) => [keyOf(sample.labels.toObject()), [sample.value]]));
  }
  if (value.type !== 'stepMatrix') throw new Error(`got a ${value.type}`);
  return new Map(
    value.series.map(({ labels, values, present }) => [
      keyOf(labels.toObject()),
      [...values].map((v, k) => (present[k] === 1 ? v : undefined)),
    ]),
  );
}

/** What is different, or undefined. */
export function difference(got: Points, wanted: Points): string | undefined {
  const same =
    got === 'failed' || wanted === 'failed'
      ? got === wanted
      : got.size === wanted.size &&
        [...wanted].every(([key, series]) => {
          const other = got.get(key);
          return other !== undefined && series.every((v, k) => isClose(v, other[k]));
        });
  return same ? undefined : `expected ${shown(wanted)}\n  got      ${shown(got)}`;
}

function isClose(a: number | undefined, b: number | undefined): boolean {
  if (a === undefined || b === undefined || Object.is(a, b)) return Object.is(a, b);
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

function shown(points: Points): string {
  if (points === 'failed') return points;
  return [...points]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, series]) => `${key} [${series.map(String).join(' ')}]`)
    .join(', ');
}
