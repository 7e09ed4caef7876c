import { gunzipSync } from 'node:zlib';
import { Labels, PetrelError } from '@petrel/model';
import { describe, expect, it } from 'vitest';
import { fakeApi, fakePorts, NOW_MS, resultOf } from './fake-ports.ts';

const LABELS = Labels.of({ __name__: 'up', job: 'a' });

function setup(options?: Parameters<typeof fakePorts>[0]) {
  const ports = fakePorts(options);
  const app = fakeApi(ports);
  const get = async (path: string) => {
    const answer = await app.inject({ method: 'GET', url: path });
    return {
      status: answer.statusCode,
      body: answer.body,
      headers: answer.headers,
      json: () => JSON.parse(answer.body),
    };
  };
  return { ports, app, get };
}

const form = { 'content-type': 'application/x-www-form-urlencoded' };

describe('query', () => {
  it('answers a vector, at the asked time, by GET', async () => {
    const { ports, get } = setup();
    ports.engine.answer = async () =>
      resultOf(
        { type: 'vector', tMs: 1_500, samples: [{ labels: LABELS, value: 1.5 }] },
        { warnings: ['PromQL warning: w'], infos: ['PromQL info: i'] },
      );
    const { status, json } = await get('/api/v1/query?query=up&time=1.5');
    expect(status).toBe(200);
    expect(json()).toEqual({
      status: 'success',
      data: { resultType: 'vector', result: [{ metric: { __name__: 'up', job: 'a' }, value: [1.5, '1.5'] }] },
      warnings: ['PromQL warning: w'],
      infos: ['PromQL info: i'],
    });
    expect(ports.engine.asked[0]).toMatchObject({ query: 'up', timeMs: 1_500 });
  });

  it('takes the form body before the query string, by POST', async () => {
    const { ports, app } = setup();
    const payload = 'query=up%20%2B+1&lookback_delta=1m&timeout=2s';
    await app.inject({ method: 'POST', url: '/api/v1/query?query=down', headers: form, payload });
    expect(ports.engine.asked[0]).toMatchObject({
      query: 'up + 1',
      timeMs: NOW_MS,
      lookbackMs: 60_000,
      timeoutMs: 2_000,
    });
  });

  it('truncates to the limit, with a warning', async () => {
    const { ports, get } = setup();
    const samples = [1, 2, 3].map((value) => ({ labels: LABELS, value }));
    ports.engine.answer = async () => resultOf({ type: 'vector', tMs: 0, samples });
    const { json } = await get('/api/v1/query?query=up&limit=2');
    expect(json().data.result).toHaveLength(2);
    expect(json().warnings).toEqual(['results truncated due to limit']);
  });

  it('gives statistics when asked', async () => {
    const { get } = setup();
    const { json } = await get('/api/v1/query?query=up&stats=all');
    expect(json().data.stats.samples).toEqual({ totalQueryableSamples: 42, peakSamples: 7 });
    expect((await get('/api/v1/query?query=up')).json().data.stats).toBeUndefined();
  });

  it.each([
    ['query=up&time=x', 'invalid parameter "time": cannot parse "x" to a valid timestamp'],
    ['query=up&limit=x', 'invalid parameter "limit": strconv.Atoi: parsing "x": invalid syntax'],
    ['query=up&limit=-1', 'invalid parameter "limit": limit must be non-negative'],
    ['query=up&timeout=x', 'invalid parameter "timeout": cannot parse "x" to a valid duration'],
    ['query=up&lookback_delta=x', 'error parsing lookback delta duration: cannot parse "x" to a valid duration'],
    ['query=', 'invalid parameter "query": 1:1: parse error: no expression found in input'],
    ['query=sum(', 'invalid parameter "query": 1:5: parse error: unclosed left parenthesis'],
  ])('refuses %s', async (params, error) => {
    const { get } = setup();
    const { status, json } = await get(`/api/v1/query?${params}`);
    expect(status).toBe(400);
    expect(json()).toMatchObject({ status: 'error', errorType: 'bad_data', error });
  });

  it.each([
    ['PROMQL_EXEC', 422, 'execution'],
    ['QUERY_LIMIT', 422, 'execution'],
    ['QUERY_TIMEOUT', 503, 'timeout'],
    ['QUERY_CANCELED', 499, 'canceled'],
    ['STORE_UNAVAILABLE', 503, 'unavailable'],
    ['INTERNAL', 500, 'internal'],
  ] as const)('answers %s with %i', async (code, status, errorType) => {
    const { ports, get } = setup();
    ports.engine.answer = async () => {
      throw new PetrelError(code, 'why');
    };
    const answer = await get('/api/v1/query?query=up');
    expect(answer.status).toBe(status);
    expect(answer.json()).toEqual({ status: 'error', errorType, error: 'why', code });
  });

  it('aborts the query of a client that goes away', async () => {
    const { ports, app } = setup();
    let signal: AbortSignal | undefined;
    const started = new Promise<void>((resolve) => {
      ports.engine.answer = (_query, given) => {
        signal = given;
        resolve();
        return new Promise((_resolve, reject) =>
          given?.addEventListener('abort', () => reject(new PetrelError('QUERY_CANCELED', 'gone'))),
        );
      };
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as { port: number };
    const client = new AbortController();
    const request = fetch(`http://127.0.0.1:${port}/api/v1/query?query=up`, { signal: client.signal });
    await started;
    const aborted = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
    client.abort();
    await expect(request).rejects.toThrow();
    await aborted;
    await app.close();
  });
});

describe('query_range', () => {
  it('passes range and step, and writes only steps that have a value', async () => {
    const { ports, get } = setup();
    ports.engine.answer = async () =>
      resultOf({
        type: 'stepMatrix',
        startMs: 1_000,
        stepMs: 500,
        steps: 3,
        series: [
          { labels: LABELS, values: Float64Array.of(1, 2, 3), present: Uint8Array.of(1, 0, 1) },
          { labels: Labels.of({ job: 'b' }), values: new Float64Array(3), present: new Uint8Array(3) },
        ],
      });
    const { json } = await get('/api/v1/query_range?query=up&start=1&end=1970-01-01T00:00:02Z&step=500ms');
    expect(json().data).toEqual({
      resultType: 'matrix',
      result: [
        {
          metric: { __name__: 'up', job: 'a' },
          values: [
            [1, '1'],
            [2, '3'],
          ],
        },
      ],
    });
    expect(ports.engine.asked[0]).toMatchObject({ startMs: 1_000, endMs: 2_000, stepMs: 500 });
  });

  it.each([
    ['start=&end=2&step=1', 'invalid parameter "start": cannot parse "" to a valid timestamp'],
    ['start=3&end=2&step=1', 'invalid parameter "end": end timestamp must not be before start time'],
    ['start=1&end=2&step=', 'invalid parameter "step": cannot parse "" to a valid duration'],
    [
      'start=1&end=2&step=0',
      'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    ],
    [
      'start=0&end=11001&step=1',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    ],
  ])('refuses %s', async (params, error) => {
    const { get } = setup();
    const { status, json } = await get(`/api/v1/query_range?query=up&${params}`);
    expect(status).toBe(400);
    expect(json().error).toBe(error);
  });

  it('streams large answers, compressed when the client takes gzip', async () => {
    const { ports, app } = setup();
    const steps = 2_000;
    const series = Array.from({ length: 40 }, (_, i) => ({
      labels: Labels.of({ i: `${i}` }),
      values: Float64Array.from({ length: steps }, (_one, k) => Math.sin(i + k)),
      present: new Uint8Array(steps).fill(1),
    }));
    ports.engine.answer = async () => resultOf({ type: 'stepMatrix', startMs: 0, stepMs: 15_000, steps, series });
    const url = '/api/v1/query_range?query=up&start=0&end=29985&step=15';
    const plain = await app.inject({ url });
    const zipped = await app.inject({ url, headers: { 'accept-encoding': 'gzip' } });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(zipped.rawPayload).toString()).toBe(plain.body);
    const { result } = JSON.parse(plain.body).data;
    expect(result).toHaveLength(40);
    expect(result[3].values[7]).toEqual([105, `${Math.sin(10)}`]);
  });
});

describe('series, labels and values', () => {
  it('answers series of all selectors', async () => {
    const { ports, get } = setup();
    const { json } = await get('/api/v1/series?match[]=up&match[]={job="a"}&start=1&end=2&limit=2');
    expect(json()).toEqual({
      status: 'success',
      data: [
        { __name__: 'up', job: 'a' },
        { __name__: 'up', job: 'b' },
      ],
      warnings: ['results truncated due to limit'],
    });
    expect(ports.source.asked[0]).toMatchObject({ startMs: 1_000, endMs: 2_000, limit: 3 });
    expect(ports.source.asked[0]?.selectors).toHaveLength(2);
  });

  it('compresses large answers for clients that take gzip, and only for them', async () => {
    const { ports, app } = setup();
    const names = Array.from({ length: 2_000 }, (_, i) => `label_${i}`);
    (ports.source as { labelNames: unknown }).labelNames = async () => names;
    const url = '/api/v1/labels';
    const zipped = await app.inject({ url, headers: { 'accept-encoding': 'deflate, gzip;q=0.8' } });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(JSON.parse(gunzipSync(zipped.rawPayload).toString()).data).toEqual(names);
    for (const accept of ['br', 'gzip;q=0', '']) {
      const plain = await app.inject({ url, headers: { 'accept-encoding': accept } });
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(JSON.parse(plain.body).data).toEqual(names);
    }
  });

  it('wants a selector that selects', async () => {
    const { get } = setup();
    expect((await get('/api/v1/series')).json().error).toBe('no match[] parameter provided');
    expect((await get('/api/v1/series?match[]={a=""}')).json().error).toBe(
      'invalid parameter "match[]": match[] must contain at least one non-empty matcher',
    );
    expect((await get('/api/v1/labels?match[]={a=~".*"}')).status).toBe(400);
    expect((await get('/api/v1/labels?match[]={')).status).toBe(400);
  });

  it('answers label names and values, escaped names too', async () => {
    const { get } = setup();
    expect((await get('/api/v1/labels')).json().data).toEqual(['__name__', 'instance', 'job']);
    expect((await get('/api/v1/label/job/values')).json().data).toEqual(['job-1', 'job-2']);
    expect((await get('/api/v1/label/U__a_2e_b__c/values')).json().data).toEqual(['a.b_c-1', 'a.b_c-2']);
    expect((await get('/api/v1/label/a.b/values?limit=1')).json()).toEqual({
      status: 'success',
      data: ['a.b-1'],
      warnings: ['results truncated due to limit'],
    });
    expect((await get('/api/v1/label/a%ff/values')).status).toBe(400);
  });
});

describe('the rest of /api/v1', () => {
  it('answers metadata', async () => {
    const { get } = setup();
    const one = { type: 'counter', help: 'one', unit: '' };
    const b = [{ type: 'gauge', help: 'b', unit: 'seconds' }];
    expect((await get('/api/v1/metadata?limit_per_metric=1')).json().data).toEqual({ a_total: [one], b });
    expect(Object.keys((await get('/api/v1/metadata?limit=1')).json().data)).toEqual(['a_total']);
    expect((await get('/api/v1/metadata?metric=b')).json().data).toEqual({ b });
    expect((await get('/api/v1/metadata?limit=x')).json().error).toBe('limit must be a number');
  });

  it('answers metadata of targets', async () => {
    const { get } = setup();
    const a = { target: { job: 'a', instance: 'h:1' }, metric: 'up_total', type: 'counter', help: 'of a', unit: '' };
    expect((await get('/api/v1/targets/metadata?match_target={job="a"}')).json().data).toEqual([a]);
    expect((await get('/api/v1/targets/metadata?metric=up_total&limit=1')).json().data[0].metric).toBeUndefined();
    const none = await get('/api/v1/targets/metadata?match_target={job="none"}');
    expect([none.status, none.json().data]).toEqual([200, []]);
  });

  it('answers targets by state and pool', async () => {
    const { get } = setup();
    const all = (await get('/api/v1/targets')).json().data;
    expect(all.activeTargets).toHaveLength(2);
    expect(all.droppedTargets).toHaveLength(1);
    expect(all.droppedTargetCounts).toEqual({ a: 0, b: 3 });
    const active = (await get('/api/v1/targets?state=active&scrapePool=b')).json().data;
    expect(active.activeTargets.map((target: { scrapePool: string }) => target.scrapePool)).toEqual(['b']);
    expect(active.droppedTargets).toEqual([]);
    expect((await get('/api/v1/targets?state=dropped')).json().data.activeTargets).toEqual([]);
    expect((await get('/api/v1/scrape_pools')).json().data).toEqual({ scrapePools: ['a', 'b'] });
  });

  it('answers exemplars of every selector of an expression', async () => {
    const { ports, get } = setup();
    const { json } = await get('/api/v1/query_exemplars?query=rate(x_bucket[1m])/sum(y)&start=1&end=2');
    expect(json().data).toEqual([
      {
        seriesLabels: { __name__: 'x_bucket', job: 'a' },
        exemplars: [{ labels: { trace_id: 'abc' }, value: '0.25', timestamp: NOW_MS / 1000 }],
      },
    ]);
    expect(ports.source.asked[0]?.selectors.map(([matcher]) => matcher?.value)).toEqual(['x_bucket', 'y']);
    expect((await get('/api/v1/query_exemplars?query=1')).json().data).toEqual([]);
    expect((await get('/api/v1/query_exemplars?query=up&start=2&end=1')).status).toBe(400);
  });

  it('formats and parses', async () => {
    const { get } = setup();
    expect((await get('/api/v1/format_query?query=up')).json().data).toBe('pretty up');
    expect((await get('/api/v1/parse_query?query=sum(1)')).status).toBe(400);
    expect((await get('/api/v1/parse_query?query=a/on(x)group_left(y)sum(b offset 2s)')).json().data).toMatchObject({
      type: 'binaryExpr',
      op: '/',
      matching: { card: 'many-to-one', labels: ['x'], on: true, include: ['y'] },
      lhs: { type: 'vectorSelector', name: 'a', offset: 0, timestamp: null, startOrEnd: null },
      rhs: { type: 'aggregation', op: 'sum', param: null, expr: { name: 'b', offset: 2_000 } },
      bool: false,
    });
    expect((await get('/api/v1/parse_query?query=max_over_time(x[5m:1m]%20@%20end())')).json().data).toMatchObject({
      type: 'call',
      func: { name: 'max_over_time', argTypes: ['matrix'], variadic: 0, returnType: 'vector' },
      args: [{ type: 'subquery', range: 300_000, step: 60_000, startOrEnd: 'end' }],
    });
    expect((await get('/api/v1/parse_query?query=1e3')).json().data).toEqual({ type: 'numberLiteral', val: '1000' });
  });

  it('answers the status pages', async () => {
    const { get } = setup();
    expect((await get('/api/v1/status/config')).json().data).toEqual({ yaml: 'global: {}\n' });
    expect((await get('/api/v1/status/flags')).json().data).toEqual({ listen: 'x' });
    expect((await get('/api/v1/status/buildinfo')).json().data.version).toBe('3.5.0');
    expect((await get('/api/v1/status/tsdb?limit=3')).json().data.headStats.numSeries).toBe(3);
    expect((await get('/api/v1/status/tsdb?limit=0')).status).toBe(400);
    expect((await get('/api/v1/status/walreplay')).json().data.state).toBe('done');
    expect((await get('/api/v1/rules')).json().data).toEqual({ groups: [] });
    expect((await get('/api/v1/alerts')).json().data).toEqual({ alerts: [] });
    expect((await get('/api/v1/alertmanagers')).json().data).toEqual({
      activeAlertmanagers: [],
      droppedAlertmanagers: [],
    });
  });

  it('answers unknown paths and bugs with the error envelope', async () => {
    const { get } = setup();
    const unknown = await get('/api/v1/nope?x=1');
    expect(unknown.status).toBe(404);
    expect(unknown.json()).toMatchObject({ status: 'error', errorType: 'not_found' });
    expect((await get('/api/v9')).status).toBe(404);
    const bug = await get('/api/v1/status/runtimeinfo');
    expect(bug.status).toBe(500);
    expect(bug.body).not.toContain('a bug');
    const away = await get('/api/v1/petrel/status');
    expect(away.status).toBe(503);
    expect(away.headers['retry-after']).toBe('3');
  });

  it('lets pages of other origins read', async () => {
    const { app } = setup();
    const answer = await app.inject({ url: '/api/v1/rules', headers: { origin: 'http://grafana' } });
    expect(answer.headers['access-control-allow-origin']).toBe('*');
    expect((await app.inject({ method: 'OPTIONS', url: '/api/v1/query' })).statusCode).toBe(204);
  });
});

describe('the root', () => {
  it('federates the latest samples with external labels, in the text format', async () => {
    const { ports, get } = setup();
    const { body, headers } = await get('/federate?match[]=up');
    const path = 'C:\\\\x\\"\\n';
    expect(body).toBe(
      [
        '# TYPE up untyped',
        `up{job="a",path="${path}",region="eu",instance=""} 1e+06 ${NOW_MS - 15_000}`,
        `up{job="b",path="${path}",region="eu",instance=""} 1e+06 ${NOW_MS - 15_000}`,
        '',
      ].join('\n'),
    );
    expect(headers['content-type']).toContain('text/plain; version=0.0.4');
    expect(ports.source.asked[0]).toMatchObject({ startMs: NOW_MS - 299_999, endMs: NOW_MS });
    expect((await get('/federate')).status).toBe(400);
  });

  it('says whether it is ready, and refuses work until then', async () => {
    const { ports, get } = setup();
    ports.state.notReady = 'the stores are starting';
    expect((await get('/-/ready')).status).toBe(503);
    expect((await get('/-/healthy')).status).toBe(200);
    const early = await get('/api/v1/query?query=up');
    expect(early.status).toBe(503);
    expect(early.json()).toMatchObject({ errorType: 'unavailable', error: 'the stores are starting' });
    expect((await get('/api/v1/status/buildinfo')).status).toBe(200);
    ports.state.notReady = '';
    expect((await get('/-/ready')).body).toBe('Petrel is Ready.\n');
    expect((await get('/metrics')).body).toBe('petrel_build_info 1\n');
  });

  it('reloads always, and quits only where that is allowed', async () => {
    const { ports, app } = setup();
    expect((await app.inject({ method: 'POST', url: '/-/reload' })).statusCode).toBe(200);
    ports.state.badConfig = true;
    const bad = await app.inject({ method: 'POST', url: '/-/reload' });
    expect([bad.statusCode, bad.body]).toEqual([500, 'failed to reload config: petrel.yml:3:1: no\n']);
    expect((await app.inject({ method: 'PUT', url: '/-/quit' })).statusCode).toBe(200);
    expect(ports.state).toMatchObject({ reloads: 1, quits: 1 });
    expect((await app.inject({ url: '/-/reload' })).statusCode).toBe(405);
    const { app: locked, ports: untouched } = setup({ lifecycle: false });
    expect((await locked.inject({ method: 'POST', url: '/-/reload' })).statusCode).toBe(200);
    expect((await locked.inject({ method: 'POST', url: '/-/quit' })).statusCode).toBe(403);
    expect(untouched.state).toMatchObject({ reloads: 1, quits: 0 });
  });
});
