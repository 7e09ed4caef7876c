import { Labels, type LogColumns, type LogLevel, PetrelError } from '@petrel/model';
import { describe, expect, test } from 'vitest';
import type { QueryValue } from '../promql/result.ts';
import { createLogqlEngine, type LogqlEngineOptions } from './engine.ts';
import { MemoryLogSource } from './memory/memory-log-source.ts';
import { parseLogSelector } from './parse/index.ts';
import { planLogSelector } from './plan/plan-log-selector.ts';
import type { LogSelectRequest, LogSource } from './port.ts';
import type { LogsRequest } from './result.ts';

const BASE_MS = Date.UTC(2026, 0, 1);
const ns = (ms: number) => BigInt(BASE_MS + ms) * 1_000_000n;
const at = (ms: number) => BASE_MS + ms;

const A = Labels.of({ app: 'a', pod: '1' });
const B = Labels.of({ app: 'b', pod: '2' });

/** One line a second in each of two streams, from 1 s to 60 s. */
function twoStreams(options?: ConstructorParameters<typeof MemoryLogSource>[0]): MemoryLogSource {
  const source = new MemoryLogSource(options);
  for (const stream of [A, B]) {
    const lines = Array.from({ length: 60 }, (_, i) => ({
      tsNs: ns((i + 1) * 1000),
      line: `n=${i + 1} word${i % 3}`,
      level: (['unknown', 'info', 'error'] as const)[i % 3] as LogLevel,
      traceId: `t${i}`,
    }));
    source.write(stream, lines);
  }
  return source;
}

function engineOf(source: LogSource, options: Partial<LogqlEngineOptions> = {}) {
  return createLogqlEngine({ source, ...options });
}

function request(query: string, more: Partial<LogsRequest> = {}): LogsRequest {
  const plan = planLogSelector(parseLogSelector(query));
  return { plan, startNs: ns(0), endNs: ns(61_000), limit: 100, direction: 'backward', ...more };
}

function samples(value: QueryValue): readonly (readonly [string, number])[] {
  if (value.type !== 'vector') throw new Error(`got a ${value.type}`);
  return value.samples.map((sample) => [sample.labels.toString(), sample.value]);
}

/** What a query fails with. */
async function failure(asked: Promise<unknown>): Promise<{ readonly code: string; readonly message: string }> {
  const error: unknown = await asked.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof PetrelError)) throw error;
  return { code: error.code, message: error.message };
}

async function seconds(query: string, more: Partial<LogsRequest> = {}): Promise<readonly number[]> {
  const { lines } = await engineOf(twoStreams({ blockLines: 7 })).logs(request(query, more));
  return lines.map(({ tsNs }) => Number((tsNs - ns(0)) / 1_000_000_000n));
}

describe('lines', () => {
  test('newest first, up to the limit, and no more is read than that takes', async () => {
    const { lines, stats } = await engineOf(twoStreams({ blockLines: 10 })).logs(
      request('{app=~".+"} |= "word1"', { limit: 3 }),
    );
    expect(lines.map(({ line, stream }) => [line, stream.get('app')])).toEqual([
      ['n=59 word1', 'b'],
      ['n=59 word1', 'a'],
      ['n=56 word1', 'b'],
    ]);
    expect(lines[0]).toMatchObject({ level: 'info', traceId: 't58', spanId: '' });
    expect(lines[0]?.metadata.get('detected_level')).toBe('info');
    expect(stats.linesRead).toBeLessThanOrEqual(10);
    expect(stats.bytesRead).toBeGreaterThan(0);
  });

  test('forward, and a time range that is open at its end', async () => {
    const range = { direction: 'forward', startNs: ns(2_000), endNs: ns(4_000) } as const;
    expect(await seconds('{app="a"}', range)).toEqual([2, 3]);
    expect(await seconds('{app="a"}', { ...range, startNs: ns(4_000) })).toEqual([]);
    expect(await seconds('{app="a"}', { limit: 0 })).toEqual([]);
  });

  test('at most one line in an interval, counted from the last that was given', async () => {
    const interval = { intervalNs: 20_000_000_000n };
    expect(await seconds('{app="a"}', { ...interval, direction: 'forward' })).toEqual([1, 21, 41]);
    expect(await seconds('{app=~"a|b"}', interval)).toEqual([60, 40, 20]);
  });

  test('what stages extract, and what is left of the line', async () => {
    const source = new MemoryLogSource();
    source.write(A, [{ tsNs: ns(1000), line: 'took=3 pod=9', metadata: { pod: 'm', user: 'u' } }]);
    const { lines } = await engineOf(source).logs(request('{app="a"} | logfmt | line_format "{{.took}}s"'));
    expect(lines).toHaveLength(1);
    expect(lines[0]?.line).toBe('3s');
    expect(lines[0]?.parsed.get('took')).toBe('3');
    expect(lines[0]?.metadata.get('user')).toBe('u');
    expect(lines[0]?.stream.toObject()).toEqual({ app: 'a', pod: '1' });
    expect(lines[0]?.labels.get('pod')).toBe('1');
  });

  test('as they are read, without a limit, until the reader stops', async () => {
    let closed = false;
    const inner = twoStreams({ blockLines: 10 });
    const source: LogSource = Object.assign(Object.create(inner) as LogSource, {
      async *select(asked: LogSelectRequest): AsyncGenerator<LogColumns> {
        try {
          yield* inner.select(asked);
        } finally {
          closed = true;
        }
      },
    });
    const engine = engineOf(source, { limits: { maxConcurrent: 1 } });
    const { plan, startNs, endNs } = request('{app="a"}');
    let seen = 0;
    for await (const block of engine.lines({ plan, startNs, endNs, direction: 'forward' })) {
      seen += block.length;
      if (seen >= 20) break;
    }
    expect(seen).toBe(20);
    expect(closed).toBe(true);
    // Its turn was given back.
    expect((await engine.logs(request('{app="a"}'))).lines).toHaveLength(60);
  });

  test('only what came in after a time', async () => {
    const source = new MemoryLogSource();
    const line = (second: number, receivedMs: number) => ({
      tsNs: ns(second * 1000),
      line: String(second),
      receivedMs,
    });
    source.write(A, [line(1, 100), line(2, 50), line(3, 101)]);
    const { lines } = await engineOf(source).logs(request('{app="a"}', { receivedAfterMs: 50, direction: 'forward' }));
    expect(lines.map((one) => one.line)).toEqual(['1', '3']);
  });
});

describe('histograms', () => {
  const asked = { startNs: ns(1000), bucketNs: 20_000_000_000n, buckets: 3 };

  test.each([
    ['counted by the source', '{app="a"}', [7, 7, 6], [7, 6, 7], [6, 7, 7]],
    ['counted with a filter', '{app="a"} |= "word1"', [], [7, 6, 7], []],
    ['read, where a stage decides', '{app="a"} | logfmt | n>20', [0, 7, 6], [0, 6, 7], [0, 7, 7]],
  ])('%s', async (_name, query, unknown, info, error) => {
    const wanted = [
      { level: 'unknown', counts: unknown },
      { level: 'info', counts: info },
      { level: 'error', counts: error },
    ].filter(({ counts }) => counts.length > 0);
    for (const source of [twoStreams(), twoStreams({ counts: false })]) {
      const { levels, complete } = await engineOf(source).histogram({ plan: request(query).plan, ...asked });
      expect(complete).toBe(true);
      expect(levels.map(({ level, counts }) => ({ level, counts: [...counts] }))).toEqual(wanted);
    }
  });

  test('reading ends when its time is over, with the newest buckets', async () => {
    const engine = engineOf(twoStreams({ blockLines: 5 }), { limits: { histogramBudgetMs: -1 } });
    const { plan } = request('{app="a"} | logfmt | n>0');
    const { levels, complete } = await engine.histogram({ plan, ...asked });
    expect(complete).toBe(false);
    const total = levels.flatMap(({ counts }) => [...counts]).reduce((a, b) => a + b, 0);
    expect(total).toBe(5);
    expect(levels.every(({ counts }) => counts[0] === 0 && counts[1] === 0)).toBe(true);
  });
});

describe('metric queries', () => {
  test('a vector is sorted by labels, unless the query sorts', async () => {
    const engine = engineOf(twoStreams());
    const ask = async (query: string) => samples((await engine.instant({ query, timeMs: at(60_000) })).value);
    const sum = 'sum by (app) (count_over_time({app=~".+"} | logfmt | n>10 or app="a" [1m]))';
    expect(await ask(`topk(2, ${sum})`)).toEqual([
      ['{app="a"}', 60],
      ['{app="b"}', 50],
    ]);
    expect(await ask(`sort(${sum})`)).toEqual([
      ['{app="b"}', 50],
      ['{app="a"}', 60],
    ]);
    expect(await ask(`sort_desc(${sum}) * 2`)).toEqual([
      ['{app="a"}', 120],
      ['{app="b"}', 100],
    ]);
  });

  test('equal selectors are read once, different ones apart', async () => {
    const source = twoStreams({ counts: false });
    const engine = engineOf(source);
    const query =
      'sum(rate({app="a"} | logfmt | unwrap n [1m])) / sum(count_over_time({app="a"} | logfmt [1m])) + sum(count_over_time({app="b"} [1m]))';
    const { value, stats } = await engine.instant({ query, timeMs: at(60_000) });
    expect(samples(value)[0]?.[1]).toBeCloseTo(1830 / 60 / 60 + 60);
    expect(source.asked.select).toBe(2);
    expect(stats.samplesLoaded).toBe(120);
  });

  test('with offsets far apart nothing between is read', async () => {
    const source = twoStreams({ counts: false });
    const query = 'sum(count_over_time({app="a"}[5s])) - sum(count_over_time({app="a"}[5s] offset 30s))';
    const { value, stats } = await engineOf(source).instant({ query, timeMs: at(60_000) });
    expect(samples(value)).toEqual([['{}', 0]]);
    expect(stats.samplesLoaded).toBe(10);
  });

  test('a filter that the source can test lets it count; stages do not', async () => {
    const source = twoStreams();
    const engine = engineOf(source);
    await engine.instant({ query: 'sum by (app) (rate({app="a"} |= "word1" [1m]))', timeMs: at(60_000) });
    expect(source.asked).toEqual({ select: 0, count: 1 });
    await engine.instant({ query: 'sum by (n) (rate({app="a"} |= "word1" | logfmt [1m]))', timeMs: at(60_000) });
    expect(source.asked).toEqual({ select: 1, count: 1 });
  });

  test('variants name their place', async () => {
    const engine = engineOf(twoStreams());
    const query =
      'variants(avg by (app) (rate({app="a"}[1m])), sum(bytes_over_time({app="a"}[1m]))) of ({app="a"} | logfmt [1m])';
    const found = samples((await engine.instant({ query, timeMs: at(60_000) })).value);
    expect(found.map(([labels]) => labels)).toEqual(['{__variant__="0", app="a"}', '{__variant__="1"}']);
  });

  test('an error that no filter dealt with fails the query, in Loki’s words', async () => {
    const source = new MemoryLogSource();
    source.write(A, [{ tsNs: ns(1000), line: 'took=soon' }]);
    const engine = engineOf(source);
    const ask = (query: string) => engine.instant({ query, timeMs: at(30_000) });
    const { code, message } = await failure(ask('sum(sum_over_time({app="a"} | logfmt | unwrap took [1m]))'));
    expect(code).toBe('LOGQL_EXEC');
    expect(message).toMatch(
      /^pipeline error: 'SampleExtractionErr' for series: '\{__error__="SampleExtractionErr", .*app="a".*\}'\.\nUse a label filter to intentionally skip this error\. \(e\.g \| __error__!="SampleExtractionErr"\)\./,
    );
    const skipping = 'sum(sum_over_time({app="a"} | logfmt | unwrap took | __error__="" [1m]))';
    expect(samples((await ask(skipping)).value)).toEqual([]);
    // Of a line outside of every window nobody knows.
    const { value } = await engine.instant({
      query: 'sum_over_time({app="a"} | logfmt | unwrap took [10s])',
      timeMs: at(30_000),
    });
    expect(samples(value)).toEqual([]);
  });

  test('lines are no samples', async () => {
    expect((await failure(engineOf(twoStreams()).instant({ query: '{app="a"}', timeMs: 0 }))).code).toBe('BAD_REQUEST');
    expect((await failure(engineOf(twoStreams()).instant({ query: 'rate(', timeMs: 0 }))).code).toBe('LOGQL_PARSE');
  });
});

describe('limits', () => {
  const query = 'count_over_time({app=~".+"} | logfmt [1m])';

  test('points of a range query', async () => {
    const ask = (endMs: number, stepMs: number) =>
      engineOf(twoStreams()).range({ query: '1', startMs: 0, endMs, stepMs });
    expect((await failure(ask(11_001, 1))).message).toMatch(/11,000 points/);
    expect((await failure(ask(-1, 1))).code).toBe('BAD_REQUEST');
    expect((await failure(ask(1, 0))).code).toBe('BAD_REQUEST');
    expect((await ask(11_000, 1)).value).toMatchObject({ type: 'stepMatrix', steps: 11_001 });
  });

  test.each([
    ['series of an answer', { maxSeries: 50 }, /maximum number of series \(50\) reached for a single query/],
    ['lines that are read', { maxLinesRead: 100 }, /more than 100 lines/],
    ['bytes that are read', { maxBytesRead: 500 }, /too many bytes/],
    ['values that are held', { maxValues: 1000 }, /too many samples/],
  ])('%s', async (_name, limits, message) => {
    const engine = engineOf(twoStreams(), { limits });
    const failed = await failure(engine.instant({ query, timeMs: at(60_000) }));
    expect(failed.code).toBe('QUERY_LIMIT');
    expect(failed.message).toMatch(message);
  });

  test('a query is ended by its time and by its caller, and gives its turn back', async () => {
    const never: LogSource = Object.assign(Object.create(twoStreams()) as LogSource, {
      async *select({ signal }: LogSelectRequest): AsyncGenerator<LogColumns> {
        await new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('ended'))));
      },
      count: undefined,
    });
    const engine = engineOf(never, { limits: { maxConcurrent: 1 } });
    expect((await failure(engine.instant({ query, timeMs: 0, timeoutMs: 5 }))).code).toBe('QUERY_TIMEOUT');
    const caller = new AbortController();
    const asked = engine.logs(request('{app="a"}', { signal: caller.signal }));
    setTimeout(() => caller.abort(), 5);
    expect((await failure(asked)).code).toBe('QUERY_CANCELED');
    expect((await failure(engine.instant({ query, timeMs: 0, timeoutMs: 5 }))).code).toBe('QUERY_TIMEOUT');
  });
});
