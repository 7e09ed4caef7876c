import { Labels } from '@petrel/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPromqlEngine } from './engine.ts';
import { MemorySource } from './memory/memory-source.ts';
import type { GridRequest, MetricSource } from './port.ts';
import type { EngineFeatures, QueryValue } from './result.ts';

const EVERYTHING: EngineFeatures = {
  experimentalFunctions: true,
  durationExpressions: true,
  extendedRangeSelectors: true,
  fillModifiers: true,
  delayedNameRemoval: false,
};

function counters(series: number, samples: number): MemorySource {
  const source = new MemorySource();
  for (let s = 0; s < series; s++) {
    const labels = Labels.of({ __name__: 'x_total', job: s % 2 === 0 ? 'a' : 'b', instance: String(s) });
    source.write(
      labels,
      Array.from({ length: samples }, (_, i) => ({ tMs: i * 15_000, value: (i * (s + 1)) % 97 })),
    );
  }
  return source;
}

describe('limits', () => {
  test('a range query may not ask for more than 11,000 points', async () => {
    const engine = createPromqlEngine({ source: new MemorySource() });
    const ask = (endMs: number) => engine.range({ query: 'x', startMs: 0, endMs, stepMs: 1000 });
    await expect(ask(11_001_000)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message:
        'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    });
    expect((await ask(11_000_000)).value).toMatchObject({ type: 'stepMatrix', series: [] });
  });

  test('a range query must yield a scalar or an instant vector, and end after it starts', async () => {
    const engine = createPromqlEngine({ source: new MemorySource() });
    await expect(engine.range({ query: 'x[5m]', startMs: 0, endMs: 1, stepMs: 1 })).rejects.toMatchObject({
      message: 'invalid expression type "range vector" for range query, must be Scalar or instant Vector',
    });
    await expect(engine.range({ query: 'x', startMs: 2, endMs: 1, stepMs: 1 })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });

  test('too many samples', async () => {
    const engine = createPromqlEngine({ source: counters(4, 40), limits: { maxSamples: 100 } });
    await expect(engine.instant({ query: 'rate(x_total[10m])', timeMs: 590_000 })).rejects.toMatchObject({
      code: 'QUERY_LIMIT',
      message: 'query processing would load too many samples into memory in query execution',
    });
  });

  test.each([
    'sum_over_time(vector(1)[10y:1ms])',
    'sum_over_time(vector(time())[1y:1s])',
    'sum_over_time(x_total[290y:1ms] @ 0)',
    'max_over_time((x_total @ 0)[1y:1s])',
  ])('more steps than the limit are refused before they are allocated: %s', async (query) => {
    const engine = createPromqlEngine({ source: counters(4, 40), limits: { maxSamples: 1_000_000 } });
    const before = process.memoryUsage().arrayBuffers;
    await expect(engine.instant({ query, timeMs: 590_000 })).rejects.toMatchObject({ code: 'QUERY_LIMIT' });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32e6);
  });

  test.each(['x_total', 'sum by (instance) (x_total)'])(
    'the limit holds while many series are made: %s',
    async (query) => {
      const engine = createPromqlEngine({ source: counters(2_000, 2), limits: { maxSamples: 100_000 } });
      const before = process.memoryUsage().arrayBuffers;
      const range = { startMs: 0, endMs: 10_000_000, stepMs: 1000 };
      await expect(engine.range({ query, ...range })).rejects.toMatchObject({ code: 'QUERY_LIMIT' });
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32e6);
    },
  );

  test('count_values of values that never repeat is limited, and lets others run', async () => {
    const source = new MemorySource();
    const samples = Array.from({ length: 3000 }, (_, i) => ({ tMs: i * 1000, value: i }));
    source.write(Labels.of({ __name__: 'x' }), samples);
    const range = { query: 'count_values("v", x)', startMs: 0, endMs: 2_999_000, stepMs: 1000 };
    const small = createPromqlEngine({ source, limits: { maxSamples: 300_000 } });
    await expect(small.range(range)).rejects.toMatchObject({ code: 'QUERY_LIMIT' });
    let turns = 0;
    const others = setInterval(() => turns++, 1);
    await createPromqlEngine({ source }).range(range);
    clearInterval(others);
    expect(turns).toBeGreaterThan(0);
  });

  test('a timeout of zero or less is over before the query begins', async () => {
    const engine = createPromqlEngine({ source: new MemorySource() });
    for (const timeoutMs of [0, -1]) {
      await expect(engine.instant({ query: '1', timeMs: 0, timeoutMs })).rejects.toMatchObject({
        code: 'QUERY_TIMEOUT',
      });
    }
  });

  test('a limit longer than a timer can wait does not fire at once', async () => {
    const engine = createPromqlEngine({ source: counters(50, 400), limits: { timeoutMs: 30 * 86_400_000 } });
    const range = { startMs: 0, endMs: 6_000_000, stepMs: 5000 };
    await expect(engine.range({ query: 'stddev_over_time(x_total[1h:5s])', ...range })).resolves.toBeDefined();
  });

  test('a query that takes too long ends while it computes, and others run in between', async () => {
    const engine = createPromqlEngine({ source: counters(300, 400), features: EVERYTHING });
    const slow = 'stddev_over_time(x_total[1h:1s])';
    const heavy = engine.range({ query: slow, startMs: 0, endMs: 6_000_000, stepMs: 10_000, timeoutMs: 60 });
    const light = engine.instant({ query: 'count(x_total)', timeMs: 60_000 });
    const first = await Promise.race([
      light.then(() => 'light'),
      heavy.then(
        () => 'heavy',
        () => 'heavy',
      ),
    ]);
    expect(first).toBe('light');
    await expect(heavy).rejects.toMatchObject({
      code: 'QUERY_TIMEOUT',
      message: 'query timed out in expression evaluation',
    });
  });

  test('a client that goes away cancels its query', async () => {
    const engine = createPromqlEngine({ source: counters(300, 400), features: EVERYTHING });
    const abort = new AbortController();
    const query = engine.range({
      query: 'stddev_over_time(x_total[1h:1s])',
      startMs: 0,
      endMs: 6_000_000,
      stepMs: 10_000,
      signal: abort.signal,
    });
    setTimeout(() => abort.abort(), 20);
    await expect(query).rejects.toMatchObject({ code: 'QUERY_CANCELED' });
    abort.abort();
    await expect(engine.instant({ query: '1', timeMs: 0, signal: abort.signal })).rejects.toMatchObject({
      code: 'QUERY_CANCELED',
    });
  });
});

test('a lookback of zero or less is the default', async () => {
  const engine = createPromqlEngine({ source: counters(1, 2) });
  for (const lookbackMs of [0, -1000]) {
    const { value } = await engine.instant({ query: 'x_total', timeMs: 20_000, lookbackMs });
    expect(value).toMatchObject({ samples: [{ value: 1 }] });
  }
});

test('a selector is read once, over the union of its ranges; ranges far apart separately', async () => {
  const requests: { startMs: number; endMs: number }[] = [];
  const source = counters(1, 10);
  const spy: MetricSource = Object.assign(Object.create(source) as MetricSource, {
    select: (request: Parameters<MetricSource['select']>[0]) => {
      requests.push({ startMs: request.startMs, endMs: request.endMs });
      return source.select(request);
    },
  });
  const engine = createPromqlEngine({ source: spy });
  await engine.instant({ query: 'rate(x_total[10m]) + x_total - x_total offset 1d', timeMs: 100_000_000 });
  expect(requests).toEqual([
    { startMs: 100_000_000 - 86_400_000 - 300_000 + 1, endMs: 100_000_000 - 86_400_000 },
    { startMs: 100_000_000 - 600_000 + 1, endMs: 100_000_000 },
  ]);
});

describe('what the source computes', () => {
  const query = 'sum by (job) (rate(x_total[5m] offset 1m))';
  const range = { query, startMs: 300_000, endMs: 900_000, stepMs: 60_000 };

  function withGrid(answer: (request: GridRequest) => ReturnType<NonNullable<MetricSource['selectGrid']>>) {
    const source = counters(4, 80);
    const asked: GridRequest[] = [];
    const spy: MetricSource = Object.assign(Object.create(source) as MetricSource, {
      select: source.select.bind(source),
      selectGrid: (request: GridRequest) => {
        asked.push(request);
        return answer(request);
      },
    });
    return { asked, engine: createPromqlEngine({ source: spy }), plain: createPromqlEngine({ source }) };
  }

  test('is offered with the grid that it must fill', async () => {
    const { asked, engine } = withGrid(async ({ steps }) => [
      {
        labels: Labels.of({ job: 'a' }),
        values: new Float64Array(steps).fill(7),
        present: new Uint8Array(steps).fill(1),
      },
    ]);
    const { value } = await engine.range(range);
    expect(asked).toMatchObject([
      {
        func: 'rate',
        gridStartMs: 240_000,
        stepMs: 60_000,
        steps: 11,
        windowMs: 300_000,
        startMs: -59_999,
        endMs: 840_000,
      },
    ]);
    expect(asked[0]?.sumBy).toEqual({ without: false, labels: ['job'] });
    expect(rowsOf(value)).toEqual({ '{job="a"}': new Array(11).fill(7) });
  });

  test('is computed here when the source declines', async () => {
    const { engine, plain } = withGrid(async () => undefined);
    expect(rowsOf((await engine.range(range)).value)).toEqual(rowsOf((await plain.range(range)).value));
  });
});

function rowsOf(value: QueryValue): Record<string, (number | undefined)[]> {
  const rows: Record<string, (number | undefined)[]> = {};
  if (value.type !== 'stepMatrix') throw new Error(value.type);
  for (const { labels, values, present } of value.series) {
    rows[labels.toString()] = Array.from(values, (v, k) => (present[k] === 1 ? v : undefined));
  }
  return rows;
}

const QUERIES = [
  'x',
  'x offset 2m',
  'x @ 300',
  'x @ end()',
  'rate(x[2m])',
  'sum by (job) (rate(x[5m]))',
  'avg without (instance) (x)',
  'max_over_time(x[3m])',
  'quantile_over_time(0.5, x[4m])',
  'avg_over_time(x[10m])',
  'last_over_time(x[1m])',
  'predict_linear(x[5m], 60)',
  'predict_linear(x[5m] @ 400, 60)',
  'count_over_time(x[5m:30s])',
  'sum_over_time(rate(x[1m])[5m:45s] offset 1m)',
  'topk(2, x)',
  'bottomk by (job) (1, x)',
  'topk by (instance) (50, {__name__=~"x|y"})',
  'quantile(0.7, x)',
  'count_values("v", x)',
  'stddev by (job) (x)',
  'x > 20',
  'x > bool 20',
  'x / on (instance, job) y',
  'x * on (job) group_left sum by (job) (y)',
  'x and y',
  'x or y',
  'x unless y > 30',
  '-x + 2 ^ 3 % 5',
  'clamp(x, 5, 40)',
  'round(x, 7)',
  'timestamp(x)',
  'absent(x{job="c"})',
  'absent_over_time(x{instance="1"}[1m])',
  'vector(scalar(x{instance="1"}) + time())',
  'label_replace(x, "i", "$1", "instance", "(.*)")',
  'changes(x[5m]) + resets(x[5m])',
  'histogram_quantile(0.9, label_replace(x, "le", "$1", "instance", "(.*)"))',
  'limitk(2, x)',
  'limit_ratio(0.5, x)',
  'vector(1) + on () group_right x',
  'x + fill(0) y',
  'hour() + minute(x * 100)',
  'rate(x[2m] smoothed)',
  'increase(x[2m] anchored)',
  'x smoothed',
];

const sequence = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 60 }).map((v) => v as number | 'stale' | 'gap') },
    { weight: 1, arbitrary: fc.constant('stale' as const) },
    { weight: 1, arbitrary: fc.constant('gap' as const) },
  ),
  { minLength: 10, maxLength: 60 },
);

function random(left: readonly (readonly (number | 'stale' | 'gap')[])[]): MemorySource {
  const source = new MemorySource();
  left.forEach((list, s) => {
    const labels = Labels.of({ __name__: s < 4 ? 'x' : 'y', job: s % 2 === 0 ? 'a' : 'b', instance: String(s % 4) });
    const samples = list.flatMap((v, i) => {
      const tMs = i * 15_000 + s * 100;
      return v === 'gap' ? [] : [v === 'stale' ? { tMs, stale: true } : { tMs, value: v }];
    });
    source.write(labels, samples);
  });
  return source;
}

describe.each([false, true])(
  'a range query equals the instant queries at its steps (delayed name removal: %s)',
  (delayed) => {
    test.each(QUERIES)('%s', async (query) => {
      const range = { startMs: 60_000, endMs: 660_000, stepMs: 50_000 };
      await fc.assert(
        fc.asyncProperty(fc.array(sequence, { minLength: 8, maxLength: 8 }), async (data) => {
          const source = random(data);
          const engine = createPromqlEngine({ source, features: { ...EVERYTHING, delayedNameRemoval: delayed } });
          const pinned = query.replaceAll('end()', '660');
          const rows = rowsOf((await engine.range({ query: pinned, ...range })).value);
          for (let k = 0; k < 13; k++) {
            const { value } = await engine.instant({ query: pinned, timeMs: range.startMs + k * range.stepMs });
            if (value.type !== 'vector') throw new Error(value.type);
            const want = Object.fromEntries(value.samples.map((s) => [s.labels.toString(), s.value]));
            const got = Object.fromEntries(
              Object.entries(rows).flatMap(([key, row]) => (row[k] === undefined ? [] : [[key, row[k]]])),
            );
            expect(rounded(got), `step ${k}`).toEqual(rounded(want));
          }
        }),
        { numRuns: 4 },
      );
    });
  },
);

function rounded(record: Record<string, number | undefined>): Record<string, number | undefined> {
  return Object.fromEntries(
    Object.entries(record).map(([key, v]) => [key, v === undefined ? v : Number(v.toPrecision(9)) + 0]),
  );
}
