import { Labels } from '@petrel/model';
import { describe, expect, it } from 'vitest';
import { agoNs, type FakeLogs, fakeLogs, NOW_MS, writeOrders } from './fake-logs.ts';

async function get(logs: FakeLogs, path: string, params: Record<string, string> = {}, headers = {}) {
  const answer = await logs.app.inject({ url: `/loki/api/v1/${path}?${new URLSearchParams(params)}`, headers });
  const isJson = answer.headers['content-type']?.toString().startsWith('application/json') === true;
  return {
    status: answer.statusCode,
    text: answer.body,
    type: answer.headers['content-type'],
    json: isJson ? answer.json() : undefined,
  };
}

function written(): FakeLogs {
  const logs = fakeLogs();
  writeOrders(logs);
  return logs;
}

describe('query_range of lines', () => {
  it('answers streams, newest line first, with metadata and the level among the labels', async () => {
    const { json, type } = await get(written(), 'query_range', { query: '{service_name="orders"}', limit: '2' });
    expect(type).toBe('application/json; charset=UTF-8');
    expect(json.status).toBe('success');
    expect(json.data.resultType).toBe('streams');
    expect(json.data.encodingFlags).toBeUndefined();
    expect(json.data.result).toEqual([
      {
        stream: { detected_level: 'error', env: 'prod', service_name: 'orders', trace_id: 't3' },
        values: [[`${agoNs(70)}`, '{"message":"order 3 created","user":{"id":3},"took":"4ms"}']],
      },
      {
        stream: { detected_level: 'info', env: 'prod', service_name: 'orders', trace_id: 't2' },
        values: [[`${agoNs(80)}`, '{"message":"order 2 created","user":{"id":2},"took":"3ms"}']],
      },
    ]);
    expect(json.data.stats.summary).toMatchObject({ totalEntriesReturned: 2 });
    expect(json.data.stats.summary.totalLinesProcessed).toBeGreaterThanOrEqual(2);
    for (const key of ['querier', 'ingester', 'cache', 'index']) expect(json.data.stats).toHaveProperty(key);
  });

  it('tells stream, metadata and parsed labels apart when asked to', async () => {
    const params = { query: '{env="prod"} | json user_id="user.id"', direction: 'FORWARD', limit: '3' };
    const headers = { 'x-loki-response-encoding-flags': 'foo, categorize-labels' };
    const { json, text } = await get(written(), 'query_range', params, headers);
    expect(json.data.encodingFlags).toEqual(['categorize-labels']);
    expect(text.indexOf('encodingFlags')).toBeLessThan(text.indexOf('"result"'));
    const [orders, payments] = json.data.result;
    expect(orders.stream).toEqual({ env: 'prod', service_name: 'orders' });
    expect(orders.values.map((value: unknown[]) => value[2])).toEqual([
      { structuredMetadata: { detected_level: 'info', trace_id: 't0' }, parsed: { user_id: '0' } },
      { structuredMetadata: { detected_level: 'info', trace_id: 't1' }, parsed: { user_id: '1' } },
    ]);
    expect(payments.stream).toEqual({ env: 'prod', service_name: 'payments' });
    expect(payments.values).toHaveLength(1);
  });

  it('gives an empty object where a line has neither metadata nor parsed labels', async () => {
    const logs = fakeLogs();
    logs.source.write(Labels.of({ app: 'x' }), [{ tsNs: agoNs(1), line: 'plain' }]);
    const headers = { 'x-loki-response-encoding-flags': 'categorize-labels' };
    const { json } = await get(logs, 'query_range', { query: '{app="x"}' }, headers);
    expect(json.data.result[0].values).toEqual([[`${agoNs(1)}`, 'plain', {}]]);
  });

  it('takes times in every form, an hour by default, and forms by POST', async () => {
    const logs = written();
    const count = async (params: Record<string, string>) => {
      const { json } = await get(logs, 'query_range', { query: '{env="prod"}', ...params });
      return json.data.result.flatMap((stream: { values: unknown[] }) => stream.values).length;
    };
    expect(await count({})).toBe(6);
    expect(await count({ since: '88s' })).toBe(3);
    expect(await count({ start: `${agoNs(80)}` })).toBe(2);
    expect(await count({ start: `${(NOW_MS - 80_000) / 1000}`, end: `${(NOW_MS - 70_000) / 1000}` })).toBe(1);
    expect(await count({ end: new Date(NOW_MS - 89_000).toISOString() })).toBe(3);
    expect(await count({ interval: '15s' })).toBe(3);
    const posted = await logs.app.inject({
      method: 'POST',
      url: '/loki/api/v1/query_range',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ query: '{service_name="payments"}' }).toString(),
    });
    expect(posted.json().data.result).toHaveLength(2);
  });

  it.each([
    [{ query: '{' }, /^parse error at line 1, col 2: syntax error: unexpected \$end/],
    [{ query: '' }, /^parse error : syntax error|^parse error at line 1/],
    [{ query: '{app=~".*"}' }, /queries require at least one regexp or equality matcher/],
    [{ query: '{a="b"}', limit: '0' }, /^limit must be a positive value$/],
    [{ query: '{a="b"}', limit: 'x' }, /^strconv\.Atoi: parsing "x": invalid syntax$/],
    [
      { query: '{a="b"}', limit: '6000' },
      /^max entries limit per query exceeded, limit > max_entries_limit_per_query \(6000 > 5000\)$/,
    ],
    [{ query: '{a="b"}', direction: 'up' }, /^invalid direction 'up'$/],
    [{ query: '{a="b"}', start: 'x' }, /^could not parse 'start' parameter: strconv\.ParseInt: parsing "x"/],
    [{ query: '{a="b"}', start: '20', end: '10' }, /^end timestamp must not be before or equal to start time$/],
    [{ query: '{a="b"}', step: '-1' }, /^zero or negative query resolution step widths are not accepted/],
    [{ query: '{a="b"}', step: 'x' }, /^cannot parse "x" to a valid duration$/],
    [{ query: '{a="b"}', interval: '-1' }, /^interval must be >= 0$/],
    [{ query: '{a="b"}', start: '0', step: '1' }, /^exceeded maximum resolution of 11,000 points per time series/],
    [{ query: '{a="b"} |~ "("' }, /error parsing regexp|missing closing/],
  ])('refuses %j', async (params, message) => {
    const { status, text, type } = await get(written(), 'query_range', params as Record<string, string>);
    expect(text).toMatch(message);
    expect(status).toBe(400);
    expect(type).toBe('text/plain; charset=utf-8');
  });
});

describe('metric queries', () => {
  it('answers a matrix over steps', async () => {
    const { json } = await get(written(), 'query_range', {
      query: 'sum by (service_name) (count_over_time({env="prod"}[20s]))',
      start: `${(NOW_MS - 100_000) / 1000}`,
      end: `${(NOW_MS - 60_000) / 1000}`,
      step: '20s',
    });
    expect(json.data.resultType).toBe('matrix');
    const at = (seconds: number) => (NOW_MS - seconds * 1000) / 1000;
    expect(json.data.result).toEqual([
      {
        metric: { service_name: 'orders' },
        values: [
          [at(100), '1'],
          [at(80), '2'],
          [at(60), '1'],
        ],
      },
      { metric: { service_name: 'payments' }, values: [[at(80), '2']] },
    ]);
    expect(json.data.stats.summary.totalEntriesReturned).toBe(2);
  });

  it('answers a vector at a time, now by default', async () => {
    const { json } = await get(written(), 'query', { query: 'sum(rate({env="prod"}[2m]))' });
    expect(json.data.resultType).toBe('vector');
    expect(json.data.result).toEqual([{ metric: {}, value: [NOW_MS / 1000, '0.05'] }]);
  });

  it("answers the health check of Grafana's data source, and scalars", async () => {
    const health = await get(fakeLogs(), 'query', { query: 'vector(1)+vector(1)', time: `${NOW_MS}000000` });
    expect(health.json.data).toMatchObject({
      resultType: 'vector',
      result: [{ metric: {}, value: [NOW_MS / 1000, '2'] }],
    });
    const scalar = await get(fakeLogs(), 'query', { query: '1+1' });
    expect(scalar.json.data).toMatchObject({ resultType: 'scalar', result: [NOW_MS / 1000, '2'] });
  });

  it('refuses lines at one time', async () => {
    const { status, text } = await get(written(), 'query', { query: '{env="prod"}' });
    expect(status).toBe(400);
    expect(text).toBe(
      'log queries are not supported as an instant query type, please change your query to a range query type',
    );
  });

  it('takes what a query runs into for a mistake of the asker', async () => {
    const logs = fakeLogs();
    logs.source.write(Labels.of({ app: 'x' }), [{ tsNs: agoNs(1), line: 'no json' }]);
    const { status, text } = await get(logs, 'query', { query: 'count_over_time({app="x"} | json [1m])' });
    expect(status).toBe(400);
    expect(text).toMatch(/pipeline error|JSONParserErr/);
  });
});
