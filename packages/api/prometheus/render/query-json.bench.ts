import { Labels } from '@petrel/model';
import type { QueryValue } from '@petrel/query/promql/result.ts';
import { bench, describe } from 'vitest';
import { renderQueryResult } from './query-json.ts';

const SERIES = 5_000;
const STEPS = 350;

function matrix(pointOf: (i: number, k: number) => number): QueryValue {
  const series = Array.from({ length: SERIES }, (_, i) => ({
    labels: Labels.of({ __name__: 'http_requests_total', instance: `host-${i}:9100`, job: 'api' }),
    values: Float64Array.from({ length: STEPS }, (_one, k) => pointOf(i, k)),
    present: new Uint8Array(STEPS).fill(1),
  }));
  return { type: 'stepMatrix', startMs: 1_700_000_000_000, stepMs: 60_000, steps: STEPS, series };
}

async function drain(value: QueryValue): Promise<void> {
  const stats = { samplesLoaded: 0, peakSamples: 0, timingsMs: { parse: 0, plan: 0, fetch: 0, eval: 0 } };
  for await (const _chunk of renderQueryResult({ value, warnings: [], infos: [], stats }));
}

describe('1.75 M points as JSON', () => {
  const options = { iterations: 3, time: 0, warmupIterations: 1, warmupTime: 0 };
  // Distinct values: V8 remembers the texts of numbers that come again.
  const rates = matrix((i, k) => ((i * 350 + k) * 0.618033988749895) / 3);
  const counters = matrix((i, k) => i * 1_000 + k * 15);
  const flat = matrix((i) => i / 7);
  bench('rates: 16 and 17 digits', () => drain(rates), options);
  bench('counters: whole numbers', () => drain(counters), options);
  bench('flat lines', () => drain(flat), options);
});
