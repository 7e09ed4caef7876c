import { Labels } from '@petrel/model';
import { describe, expect, it } from 'vitest';
import { agoNs, fakeLogs, NOW_MS, writeOrders } from './fake-logs.ts';

const END_S = NOW_MS / 1000;

async function get(path: string, params: Record<string, string> = {}, logs = fakeLogs()) {
  writeOrders(logs);
  const answer = await logs.app.inject(`${path}?${new URLSearchParams(params)}`);
  return { status: answer.statusCode, text: answer.body, json: answer.statusCode === 200 ? answer.json() : undefined };
}

const loki = (path: string, params?: Record<string, string>) => get(`/loki/api/v1/${path}`, params);

describe('labels, values and series', () => {
  it('lists them', async () => {
    expect((await loki('labels')).json).toEqual({ status: 'success', data: ['env', 'service_name'] });
    expect((await loki('label')).json.data).toEqual(['env', 'service_name']);
    expect((await loki('label/service_name/values')).json.data).toEqual(['orders', 'payments']);
    expect((await loki('label/service_name/values', { query: '{service_name=~"o.+"}' })).json.data).toEqual(['orders']);
    expect((await loki('series', { match: '{service_name="orders"}' })).json).toEqual({
      status: 'success',
      data: [{ env: 'prod', service_name: 'orders' }],
    });
    expect((await loki('series', { 'match[]': '{env="prod"}' })).json.data).toHaveLength(2);
    expect((await loki('series')).json.data).toHaveLength(2);
    expect((await loki('labels', { start: '10', end: '20' })).json.data).toEqual([]);
  });

  it('refuses what is no selector', async () => {
    expect(await loki('series', { match: '{env="prod"} |= "x"' })).toMatchObject({
      status: 400,
      text: 'only label matchers are supported',
    });
    expect((await loki('labels', { query: '{' })).status).toBe(400);
  });
});

describe('index', () => {
  it('tells how much there is', async () => {
    const { json } = await loki('index/stats', { query: '{service_name="orders"}' });
    expect(json).toMatchObject({ streams: 1, entries: 4 });
    expect(json.bytes).toBe(4 * '{"message":"order 0 created","user":{"id":0},"took":"1ms"}'.length);
  });

  it.each([true, false])('measures volumes, the largest first (a source that counts: %s)', async (counts) => {
    const ask = (params: Record<string, string>) => get('/loki/api/v1/index/volume', params, fakeLogs({ counts }));
    const { json } = await ask({ query: '{env="prod"}', targetLabels: 'service_name' });
    expect(json.data.resultType).toBe('vector');
    expect(json.data.result).toEqual([
      { metric: { service_name: 'orders' }, value: [END_S, '232'] },
      { metric: { service_name: 'payments' }, value: [END_S, '59'] },
    ]);
    // Without targets by the labels that the selector names.
    expect((await ask({ query: '{env="prod"}' })).json.data.result).toEqual([
      { metric: { env: 'prod' }, value: [END_S, '291'] },
    ]);
    expect((await ask({ query: '{}', limit: '1' })).json.data.result).toEqual([
      { metric: { env: 'prod', service_name: 'orders' }, value: [END_S, '232'] },
    ]);
    expect((await ask({ query: '{env="prod"}', aggregateBy: 'labels' })).json.data.result).toEqual([
      { metric: { env: '' }, value: [END_S, '291'] },
      { metric: { service_name: '' }, value: [END_S, '291'] },
    ]);
    expect((await ask({ query: '{}', aggregateBy: 'x' })).status).toBe(400);
  });

  it('measures volumes over time', async () => {
    const { json } = await loki('index/volume_range', {
      query: '{service_name="orders"}',
      start: `${(NOW_MS - 100_000) / 1000}`,
      end: `${(NOW_MS - 60_000) / 1000}`,
      step: '20s',
    });
    expect(json.data).toMatchObject({
      resultType: 'matrix',
      result: [
        {
          metric: { service_name: 'orders' },
          values: [
            [END_S - 80, '116'],
            [END_S - 60, '116'],
          ],
        },
      ],
    });
  });
});

describe('what could be asked for', () => {
  it('detects labels, but no ids', async () => {
    const logs = fakeLogs();
    logs.source.write(Labels.of({ request: '17', pod: '4' }), [{ tsNs: agoNs(1), line: 'x' }]);
    const { json } = await get('/loki/api/v1/detected_labels', {}, logs);
    expect(json.detectedLabels).toEqual([
      { label: 'env', cardinality: 1 },
      { label: 'pod', cardinality: 1 },
      { label: 'service_name', cardinality: 2 },
    ]);
  });

  it('detects fields with their types and parsers', async () => {
    const { json } = await loki('detected_fields', { query: '{env="prod"}' });
    const field = (label: string) => json.fields.find((one: { label: string }) => one.label === label);
    expect(json.limit).toBe(1000);
    expect(field('user_id')).toEqual({
      label: 'user_id',
      type: 'int',
      cardinality: 4,
      parsers: ['json'],
      jsonPath: ['user', 'id'],
    });
    expect(field('took')).toMatchObject({ type: 'duration', cardinality: 4 });
    expect(field('amount')).toMatchObject({ type: 'float', parsers: ['logfmt'] });
    expect(field('trace_id')).toMatchObject({ parsers: null });
    expect((await loki('detected_field/amount/values', { query: '{env="prod"}' })).json).toEqual({
      values: ['12.5', '7'],
      limit: 1000,
    });
  });

  it('clusters lines', async () => {
    const { json } = await loki('patterns', { query: '{service_name="orders"}', step: '1m' });
    expect(json.status).toBe('success');
    const info = json.data.find((one: { level: string }) => one.level === 'info');
    expect(info.pattern).toBe('<_>"message":"order <_> created"<_>');
    expect(info.samples.reduce((sum: number, [, count]: [number, number]) => sum + count, 0)).toBe(3);
    for (const [seconds] of info.samples) expect(seconds % 60).toBe(0);
    expect((await loki('patterns', { query: 'rate({a="b"}[1m])' })).status).toBe(400);
  });

  it('formats queries', async () => {
    expect((await loki('format_query', { query: '{ a = "b" }|="x"' })).json).toEqual({
      status: 'success',
      data: '{a="b"} |= "x"',
    });
    const { status, text } = await loki('format_query', { query: '{' });
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ status: 'invalid-query', error: expect.stringMatching(/^parse error/) });
  });

  it('says what it is', async () => {
    expect((await loki('status/buildinfo')).json).toMatchObject({ version: '3.5.0' });
  });
});

describe('before v1', () => {
  it('answers as it was then', async () => {
    const { json } = await get('/api/prom/query', { query: '{service_name="payments"}', limit: '1' });
    expect(json.streams).toEqual([
      {
        labels: '{env="prod", service_name="payments"}',
        entries: [{ ts: '2023-11-14T22:11:55.123Z', line: 'msg="payment failed" amount=7' }],
      },
    ]);
    expect((await get('/api/prom/label')).json).toEqual({ values: ['env', 'service_name'] });
    expect((await get('/api/prom/label/env/values')).json).toEqual({ values: ['prod'] });
    expect((await get('/api/prom/query', { query: 'rate({a="b"}[1m])' })).status).toBe(400);
  });
});
