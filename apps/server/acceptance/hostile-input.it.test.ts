import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { Labels } from '@petrel/model';
import { ask, type HttpAnswer, type HttpQuestion, sleep, until } from '@petrel/testkit/server/http.ts';
import { type PetrelProcess, startPetrel } from '@petrel/testkit/server/petrel-process.ts';
import { apiData, queryInstant } from '@petrel/testkit/server/prometheus-api.ts';
import { encodeRemoteWrite1, encodeRemoteWrite2, encodeSnappy } from '@petrel/wire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const BARRAGE_REQUESTS = 2_000;
const PARALLEL = 8;
/** Above what the server held before; eight bodies of at most 16 MB each, decompressed, are under way at a time. */
const BARRAGE_GROWTH_BYTES = 500 * 2 ** 20;
const BODY_LIMIT_BYTES = 16 * 2 ** 20;

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const REMOTE_WRITE = { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' };

let server: PetrelProcess;
const targets: Server[] = [];

beforeAll(async () => {
  const web = await target((answer) => answer('<html>not metrics</html>', 'text/html'));
  const hanging = await target(() => undefined);
  server = await startPetrel({ config: configFor(web, hanging), args: ['--web.enable-lifecycle'] });
});

afterAll(async () => {
  await server?.remove();
  for (const one of targets) one.closeAllConnections();
  await Promise.all(targets.map((one) => new Promise((done) => one.close(done))));
});

function configFor(web: string, hanging: string): string {
  return [
    'global: { scrape_interval: 1s, scrape_timeout: 500ms }',
    `limits: { request_body_bytes: ${BODY_LIMIT_BYTES / 2 ** 20}MB, query_max_samples: 10000, query_max_points: 500 }`,
    'scrape_configs:',
    '  - { job_name: nobody, static_configs: [{ targets: ["127.0.0.1:9"] }] }',
    '  - { job_name: nameless, static_configs: [{ targets: ["no-such-host.invalid:80"] }] }',
    `  - { job_name: web, static_configs: [{ targets: ["${web}"] }] }`,
    `  - { job_name: hanging, static_configs: [{ targets: ["${hanging}"] }] }`,
    '',
  ].join('\n');
}

/** A server on loopback that answers every request with what `respond` says; without an answer the request hangs. */
async function target(respond: (answer: (body: string, type: string) => void) => void): Promise<string> {
  const one = createServer((_request, response) => {
    respond((body, type) => response.writeHead(200, { 'content-type': type }).end(body));
  });
  targets.push(one);
  await new Promise<void>((listening) => one.listen(0, '127.0.0.1', listening));
  return `127.0.0.1:${(one.address() as AddressInfo).port}`;
}

function post(path: string, question: HttpQuestion): Promise<HttpAnswer> {
  return ask(`${server.url}${path}`, { method: 'POST', ...question });
}

function query(path: string, params: Readonly<Record<string, string>>): Promise<HttpAnswer> {
  return post(`/api/v1/${path}`, { body: new URLSearchParams(params).toString(), headers: FORM });
}

test('targets that cannot be scraped are down, and say why', async () => {
  interface Target {
    readonly labels: { readonly job: string };
    readonly health: string;
    readonly lastError: string;
  }
  const active = async () => (await apiData<{ activeTargets: Target[] }>(server.url, 'targets')).activeTargets;
  await until(async () => (await active()).every(({ health }) => health === 'down'), 20_000);
  const errors = new Map((await active()).map(({ labels, lastError }) => [labels.job, lastError]));
  expect(errors.get('nobody')).toMatch(/refused/i);
  expect(errors.get('nameless')).toMatch(/no-such-host\.invalid/);
  expect(errors.get('web')).toMatch(/text\/html|parse|expected/i);
  expect(errors.get('hanging')).toMatch(/deadline|time/i);
  await until(async () => (await queryInstant(server.url, 'up')).length === 4);
  for (const { metric, value } of await queryInstant(server.url, 'up')) expect(value[1], metric.job).toBe('0');
});

test('a bad configuration changes nothing and is named with file, line and column', async () => {
  const good = readFileSync(server.configFile, 'utf8');
  const running = async () => (await apiData<{ yaml: string }>(server.url, 'status/config')).yaml;
  const before = await running();
  writeFileSync(server.configFile, good.replace('job_name: web', 'jobname: web'));
  const refused = await post('/-/reload', {});
  expect(refused.status).toBeGreaterThanOrEqual(400);
  expect(refused.text).toMatch(/petrel\.yml:6:7: .*jobname/);
  expect(await running()).toBe(before);
  writeFileSync(server.configFile, good);
  expect((await post('/-/reload', {})).status).toBe(200);
});

describe('queries', () => {
  test.each([
    ['sum(up', /1:7: parse error: unclosed left parenthesis/],
    ['up{job=~"("}', /parse error|error parsing regexp/],
    ['', /parse error: no expression found/],
    ['up offset "x"', /1:11: parse error/],
    ['rate(up)', /expected type range vector/],
  ])('%s is refused with its place', async (text, reason) => {
    const answer = await query('query', { query: text });
    expect(answer.status).toBe(400);
    const { status, errorType, error } = JSON.parse(answer.text);
    expect({ status, errorType }).toEqual({ status: 'error', errorType: 'bad_data' });
    expect(error).toMatch(reason);
  });

  test('what is too heavy is refused, and the next query is answered', async () => {
    const tooMany = await query('query', { query: 'count_over_time(vector(1)[1d:1ms])' });
    expect(tooMany.status).toBe(422);
    expect(tooMany.text).toMatch(/too many samples/);
    const range = { query: 'up', start: '0', end: '1000', step: '1' };
    const tooFine = await query('query_range', range);
    expect(tooFine.status).toBe(400);
    expect(tooFine.text).toMatch(/exceeded maximum resolution/);
    const slow = Array.from({ length: 200 }, (_, i) => `sum(sum_over_time(vector(${i})[9000s:1s]))`).join(' + ');
    const tooSlow = await query('query', { query: slow, timeout: '5ms' });
    expect(tooSlow.status).toBe(503);
    expect(JSON.parse(tooSlow.text).errorType).toBe('timeout');
    expect((await query('query', { query: `${'('.repeat(20_000)}1${')'.repeat(20_000)}` })).status).toBe(400);
    expect((await query('query', { query: '1' })).status).toBe(200);
  });

  test('parameters that are none are refused', async () => {
    for (const [path, params] of [
      ['query', { query: 'up', time: 'yesterday' }],
      ['query_range', { query: 'up', start: '10', end: '0', step: '1' }],
      ['query_range', { query: 'up', start: '0', end: '10', step: '0' }],
      ['series', {}],
      ['series', { 'match[]': '{}' }],
    ] as const) {
      const answer = await query(path, params);
      expect([path, answer.status, JSON.parse(answer.text).errorType]).toEqual([path, 400, 'bad_data']);
    }
  });
});

describe('bodies', () => {
  const message = encodeRemoteWrite1([
    {
      labels: Labels.of({ __name__: 'hostile', job: 'a' }),
      timestampsMs: Float64Array.of(Date.now()),
      values: Float64Array.of(1),
      from: 0,
      to: 1,
    },
  ]);
  const snappy = encodeSnappy(message);
  const bomb = gzipSync(Buffer.alloc(256 * 2 ** 20), { level: 9 });
  const snappyBomb = encodeSnappy(Buffer.alloc(64 * 2 ** 20));
  const protobuf = 'application/x-protobuf';

  test.each<[string, string, number, HttpQuestion]>([
    ['remote write as JSON', '/api/v1/write', 415, { body: '{}', headers: { 'content-type': 'application/json' } }],
    [
      'remote write of an unknown message',
      '/api/v1/write',
      415,
      { body: snappy, headers: { ...REMOTE_WRITE, 'content-type': `${protobuf};proto=x.Y` } },
    ],
    [
      'remote write in an unknown encoding',
      '/api/v1/write',
      415,
      { body: snappy, headers: { ...REMOTE_WRITE, 'content-encoding': 'br' } },
    ],
    ['truncated snappy', '/api/v1/write', 400, { body: snappy.subarray(0, 20), headers: REMOTE_WRITE }],
    [
      'truncated gzip',
      '/api/v1/write',
      400,
      { body: gzipSync(message).subarray(0, 30), headers: { ...REMOTE_WRITE, 'content-encoding': 'gzip' } },
    ],
    [
      'truncated protobuf',
      '/api/v1/write',
      400,
      { body: encodeSnappy(message.subarray(0, 15)), headers: REMOTE_WRITE },
    ],
    ['an empty remote write', '/api/v1/write', 400, { body: '', headers: REMOTE_WRITE }],
    ['a gzip bomb', '/api/v1/write', 413, { body: bomb, headers: { ...REMOTE_WRITE, 'content-encoding': 'gzip' } }],
    ['a snappy bomb', '/api/v1/write', 413, { body: snappyBomb, headers: REMOTE_WRITE }],
    ['OTLP as text', '/v1/metrics', 415, { body: 'x', headers: { 'content-type': 'text/plain' } }],
    [
      'OTLP that is no protobuf',
      '/v1/metrics',
      400,
      { body: Buffer.alloc(40, 0xff), headers: { 'content-type': protobuf } },
    ],
    [
      'OTLP that is no JSON',
      '/v1/metrics',
      400,
      { body: '{"resourceMetrics":[', headers: { 'content-type': 'application/json' } },
    ],
    [
      'an OTLP bomb',
      '/v1/metrics',
      413,
      { body: bomb, headers: { 'content-type': protobuf, 'content-encoding': 'gzip' } },
    ],
    ['a push that is no exposition', '/metrics/job/x', 400, { body: 'what is this\n', headers: {} }],
    ['a push without a newline', '/metrics/job/x', 400, { body: 'a{ 1', headers: {} }],
    ['a push bomb', '/metrics/job/x', 413, { body: bomb, headers: { 'content-encoding': 'gzip' } }],
    ['a form that is too long', '/api/v1/query', 413, { body: Buffer.alloc(11 * 2 ** 20, 0x61), headers: FORM }],
  ])('%s: %s answers %i', async (_name, path, status, question) => {
    const answer = await post(path, question);
    expect([answer.status, answer.text]).toEqual([status, expect.stringMatching(/\S/)]);
    expect((await ask(`${server.url}/-/ready`)).status).toBe(200);
  });

  test(`${BARRAGE_REQUESTS} requests of noise: 2xx or 4xx, and memory stays`, async () => {
    const random = makeRandom(20_260);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const noise = (length: number) => Uint8Array.from({ length }, () => random() * 256);
    const seeds = [
      message,
      encodeRemoteWrite2([
        {
          labels: Labels.of({ __name__: 'b' }),
          timestampsMs: Float64Array.of(1),
          values: Float64Array.of(1),
          from: 0,
          to: 1,
        },
      ]),
      Buffer.from(
        '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","gauge":{"dataPoints":[{"asDouble":1}]}}]}]}]}',
      ),
      Buffer.from('# TYPE a counter\na_total{b="c"} 1 2\n# EOF\n'),
      Buffer.from('query=sum(rate(up[5m]))&time=1&start=0&end=10&step=1&match[]=up'),
    ];
    const body = (): Uint8Array => {
      if (random() < 0.3) return noise(Math.floor(random() * 2_000));
      const copy = Uint8Array.from(pick(seeds));
      for (let n = Math.floor(random() * 4); n > 0; n--) copy[Math.floor(random() * copy.length)] = random() * 256;
      return random() < 0.2 ? copy.subarray(0, Math.floor(random() * copy.length)) : copy;
    };
    const packed: readonly [string | undefined, (bytes: Uint8Array) => Uint8Array][] = [
      [undefined, (bytes) => bytes],
      ['snappy', encodeSnappy],
      ['gzip', gzipSync],
      ['deflate', deflateSync],
      ['gzip', (bytes) => bytes],
      ['snappy', (bytes) => bytes],
      ['zstd', (bytes) => bytes],
      ['x, gzip, snappy', (bytes) => bytes],
      ['gzip', () => bomb],
    ];
    const paths = [
      'write',
      'write',
      'query',
      'query_range',
      'query_exemplars',
      'series',
      'labels',
      'format_query',
      'parse_query',
      'otlp/v1/metrics',
    ].map((path) => `/api/v1/${path}`);
    const doors = [
      ...paths,
      '/v1/metrics',
      '/v1/metrics',
      '/metrics/job/x',
      '/metrics/job/a/b/c',
      '/metrics/job@base64/%%%',
      '/federate',
      '/nowhere',
    ];
    const types = [
      protobuf,
      `${protobuf};proto=io.prometheus.write.v2.Request`,
      'application/json',
      'text/plain',
      FORM['content-type'],
      '',
      'a;b=c;;"',
    ];
    const statuses = new Map<number, number>();
    const wrong: string[] = [];
    const before = memoryOf(server.pid);
    let most = before;
    let left = BARRAGE_REQUESTS;
    const gun = async (): Promise<void> => {
      while (left-- > 0) {
        const [encoding, pack] = random() < 0.01 ? (packed.at(-1) as (typeof packed)[0]) : pick(packed.slice(0, -1));
        const path = pick(doors);
        const headers = {
          'content-type': pick(types),
          ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
        };
        const answer = await post(path, { body: pack(body()), headers });
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        if (answer.status >= 500 && answer.status !== 503)
          wrong.push(`${path} ${JSON.stringify(headers)}: ${answer.status} ${answer.text}`);
        if (left % 50 === 0) most = Math.max(most, memoryOf(server.pid));
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, gun));
    await sleep(100);
    console.log(
      `noise: answers ${JSON.stringify(Object.fromEntries([...statuses].sort(([a], [b]) => a - b)))}; ` +
        `memory ${toMegabytes(before)} MB before, ${toMegabytes(most)} MB at most`,
    );
    expect(wrong).toEqual([]);
    expect(most - before).toBeLessThan(BARRAGE_GROWTH_BYTES);
    expect(server.log()).not.toMatch(/request failed|unhandled|uncaught/i);
    expect((await query('query', { query: '1' })).status).toBe(200);
    expect((await post('/api/v1/write', { body: snappy, headers: REMOTE_WRITE })).status).toBe(204);
  });
});

/** Resident, in bytes. */
function memoryOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

function toMegabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

/** A xorshift generator: numbers in [0, 1), the same for the same seed. */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
}
