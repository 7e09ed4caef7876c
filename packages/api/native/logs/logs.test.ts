import { Labels } from '@petrel/model';
import { describe, expect, it } from 'vitest';
import type { LogFieldsAnswer, LogHistogramAnswer, LogLinesAnswer, LogPatternsAnswer } from '../../contract/logs.ts';
import { agoNs, type FakeLogs, fakeLogs, NOW_MS, writeOrders } from '../../loki/fake-logs.ts';

async function ask(logs: FakeLogs, path: string, params: Record<string, string>) {
  const answer = await logs.app.inject(`/api/v1/petrel/logs/${path}?${new URLSearchParams(params)}`);
  return { status: answer.statusCode, json: answer.json() };
}

async function data<T>(logs: FakeLogs, path: string, params: Record<string, string>): Promise<T> {
  const { status, json } = await ask(logs, path, params);
  expect(json).toMatchObject({ status: 'success' });
  expect(status).toBe(200);
  return json.data as T;
}

function written(): FakeLogs {
  const logs = fakeLogs();
  writeOrders(logs);
  return logs;
}

describe('lines', () => {
  it('are answered with all that is known of them', async () => {
    const params = { query: '{service_name="orders"} | json', limit: '1' };
    const { lines, more, stats } = await data<LogLinesAnswer>(written(), 'query', params);
    expect(more).toBe(true);
    expect(stats.linesRead).toBeGreaterThan(0);
    expect(lines).toEqual([
      {
        tsNs: `${agoNs(70)}`,
        line: '{"message":"order 3 created","user":{"id":3},"took":"4ms"}',
        level: 'error',
        stream: { env: 'prod', service_name: 'orders' },
        metadata: { detected_level: 'error', trace_id: 't3' },
        parsed: { message: 'order 3 created', took: '4ms', user_id: '3' },
      },
    ]);
  });

  it('can be asked for in every language, and page by page', async () => {
    const logs = written();
    const found = async (params: Record<string, string>) =>
      (await data<LogLinesAnswer>(logs, 'query', params)).lines.map(({ tsNs }) => tsNs);
    const all = await found({ query: '' });
    expect(all).toHaveLength(6);
    expect(await found({ query: 'amount > 10', language: 'kql' })).toEqual([`${agoNs(95)}`]);
    expect(await found({ query: 'user.id:[2 TO 3]', language: 'lucene' })).toHaveLength(2);
    const first = await found({ query: '', limit: '4' });
    const rest = await data<LogLinesAnswer>(logs, 'query', { query: '', end: first.at(-1) as string });
    expect([...first, ...rest.lines.map(({ tsNs }) => tsNs)]).toEqual(all);
    expect(rest.more).toBe(false);
    expect(await found({ query: '', direction: 'forward' })).toEqual([...all].reverse());
  });

  it('are read only where the query itself says when', async () => {
    const logs = written();
    const since = new Date(NOW_MS - 86_000).toISOString();
    const params = { query: `@timestamp >= "${since}" and env: prod`, language: 'kql' };
    const { lines, stats } = await data<LogLinesAnswer>(logs, 'query', params);
    expect(lines).toHaveLength(3);
    expect(stats.linesRead).toBe(3);
  });

  it('say where a query is wrong', async () => {
    expect(await ask(written(), 'query', { query: '{a="b"} | jsn' })).toMatchObject({
      status: 400,
      json: { status: 'error', code: 'LOGQL_PARSE', errorType: 'bad_data', position: { from: 13, to: 13 } },
    });
    expect(await ask(written(), 'query', { query: 'a: (b', language: 'kql' })).toMatchObject({
      status: 400,
      json: { code: 'KQL_PARSE', position: { from: 5 } },
    });
    expect(await ask(written(), 'query', { query: 'rate({a="b"}[1m])' })).toMatchObject({ status: 400 });
    expect(await ask(written(), 'query', { query: '', language: 'sql' })).toMatchObject({
      status: 400,
      json: { error: 'invalid parameter "language": "sql" is none of logql, kql, lucene' },
    });
  });
});

describe('histogram', () => {
  it('counts by level in round buckets, and nothing that is out of the range', async () => {
    const logs = written();
    const range = { start: `${agoNs(96)}`, end: `${agoNs(69)}` };
    const answer = await data<LogHistogramAnswer>(logs, 'histogram', { query: '', buckets: '6', ...range });
    expect(answer).toEqual({
      // 22:11:44.123 to 22:12:11.123.
      startMs: Date.parse('2023-11-14T22:11:40Z'),
      bucketMs: 10_000,
      buckets: 4,
      levels: [
        { level: 'unknown', counts: [0, 1, 0, 0] },
        { level: 'info', counts: [0, 1, 1, 0] },
        { level: 'warn', counts: [1, 0, 0, 0] },
        { level: 'error', counts: [0, 0, 0, 1] },
      ],
      total: 5,
      complete: true,
    });
  });

  it.each([1, 2, 3, 7, 60, 1000])('counts every line of the range once with %d buckets', async (buckets) => {
    const logs = written();
    for (const [start, end, total] of [
      [100, 70, 5],
      [100, 69.999, 6],
      [97, 91, 1],
      [90.5, 89.5, 1],
      [99, 98, 0],
    ] as const) {
      const params = { query: '', start: `${agoNs(start)}`, end: `${agoNs(end)}`, buckets: `${buckets}` };
      const answer = await data<LogHistogramAnswer>(logs, 'histogram', params);
      expect(answer.total).toBe(total);
      expect(answer.buckets).toBeLessThanOrEqual(Math.max(buckets, 2));
      for (const { counts } of answer.levels) expect(counts).toHaveLength(answer.buckets);
    }
  });
});

describe('fields', () => {
  it('are counted with their types, values and ranges', async () => {
    const { sampled, fields } = await data<LogFieldsAnswer>(written(), 'fields', { query: '{env="prod"}' });
    expect(sampled).toBe(6);
    const field = (name: string) => fields.find((one) => one.name === name);
    expect(fields[0]).toMatchObject({ name: 'env', from: 'stream', count: 6, distinct: 1 });
    expect(field('amount')).toEqual({
      name: 'amount',
      from: 'line',
      type: 'number',
      count: 2,
      distinct: 2,
      top: [
        { value: '12.5', count: 1 },
        { value: '7', count: 1 },
      ],
      range: { min: 7, max: 12.5, average: 9.75 },
    });
    expect(field('user.id')).toMatchObject({ from: 'line', type: 'number', count: 4 });
    expect(field('took')).toMatchObject({ type: 'duration' });
    expect(field('trace_id')).toMatchObject({ from: 'metadata', type: 'string', count: 4 });
  });

  it('are of the newest lines, and of what the query extracts', async () => {
    const logs = written();
    const params = { query: '{env="prod"} | pattern `msg="<what> <how>" <_>`', sample: '3' };
    const { sampled, fields } = await data<LogFieldsAnswer>(logs, 'fields', params);
    expect(sampled).toBe(3);
    expect(fields.find(({ name }) => name === 'how')).toMatchObject({
      from: 'line',
      top: [{ value: 'failed', count: 1 }],
    });
    expect((await ask(logs, 'fields', { query: '', sample: '0' })).status).toBe(400);
  });
});

describe('patterns', () => {
  it('cluster lines by level, with counts over time', async () => {
    const answer = await data<LogPatternsAnswer>(written(), 'patterns', { query: '', buckets: '10' });
    expect(answer.sampled).toBe(6);
    expect(answer.patterns[0]).toMatchObject({
      pattern: '<_>"message":"order <_> created"<_>',
      level: 'info',
      count: 3,
      example: '{"message":"order 2 created","user":{"id":2},"took":"3ms"}',
    });
    for (const { count, counts } of answer.patterns) {
      expect(counts.reduce((sum, one) => sum + one, 0)).toBe(count);
      expect(counts.length).toBeLessThanOrEqual(10);
    }
    const found = await data<LogLinesAnswer>(written(), 'query', {
      query: `{env="prod"} |> \`${answer.patterns[0]?.pattern}\``,
    });
    expect(found.lines).toHaveLength(4);
  });

  it('look at old lines too, where there are more than can be looked at', async () => {
    const logs = fakeLogs();
    logs.source.write(
      Labels.of({ app: 'x' }),
      Array.from({ length: 60_000 }, (_, i) => ({
        tsNs: agoNs(3600 - (i * 3600) / 60_000),
        line: i < 20_000 ? 'the old way' : `new ${i}`,
      })),
    );
    const { sampled, patterns } = await data<LogPatternsAnswer>(logs, 'patterns', { query: '{app="x"}' });
    expect(sampled).toBeLessThanOrEqual(50_000);
    expect(sampled).toBeGreaterThan(45_000);
    expect(patterns.map(({ pattern }) => pattern)).toEqual(['new <_>', 'the old way']);
  });
});
