import { compileMatcher, Labels, type SeriesColumns } from '@petrel/model';
import { bench, describe } from 'vitest';
import { createPromqlEngine } from '../engine.ts';
import type { MetricSource } from '../port.ts';

// 5,000 counters scraped every 15 s for six hours, asked over 350 steps of one minute; the samples are in memory, so this is evaluation alone.
const SERIES = 5000;
const SAMPLES = 1440;
const START_MS = 1_700_000_000_000;

function counters(): readonly SeriesColumns[] {
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return seed / 0x7fffffff;
  };
  return Array.from({ length: SERIES }, (_, s) => {
    const tsMs = new Float64Array(SAMPLES);
    const values = new Float64Array(SAMPLES);
    const shiftMs = Math.floor(random() * 15_000);
    let value = random() * 1e6;
    for (let i = 0; i < SAMPLES; i++) {
      tsMs[i] = START_MS + shiftMs + i * 15_000;
      value = random() < 0.0005 ? 0 : value + random() * 10;
      values[i] = value;
    }
    const labels = Labels.of({
      __name__: 'x_total',
      job: 'abcdefghij'[s % 10] as string,
      instance: `10.0.${s >> 8}.${s & 255}:9100`,
      code: ['200', '404', '500'][s % 3] as string,
    });
    return { labels, tsMs, values, from: 0, to: SAMPLES };
  });
}

const series = counters();
const source: Pick<MetricSource, 'select'> = {
  async select({ matchers }) {
    const tests = matchers.map((m) => ({ name: m.name, matches: compileMatcher(m) }));
    return series.filter(({ labels }) => tests.every(({ name, matches }) => matches(labels.get(name))));
  },
};
const engine = createPromqlEngine({ source: source as MetricSource });
const range = { startMs: START_MS + 600_000, endMs: START_MS + 600_000 + 349 * 60_000, stepMs: 60_000 };

describe('5,000 series, 350 steps', () => {
  for (const query of [
    'sum by (job) (rate(x_total[5m]))',
    'rate(x_total[5m])',
    'topk(5, rate(x_total[5m]))',
    'quantile_over_time(0.9, x_total{job="a"}[10m])',
    'max_over_time(x_total[10m])',
    'avg_over_time(x_total[2h])',
    'x_total / x_total',
  ]) {
    bench(
      query,
      async () => {
        await engine.range({ query, ...range });
      },
      { time: 1000, warmupIterations: 2 },
    );
  }
});
