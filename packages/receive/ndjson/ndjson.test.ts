import { gzipSync } from 'node:zlib';
import { noInstruments, PetrelError, silentLogger } from '@petrel/model';
import type { LogLimits } from '@petrel/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogSinkRecorder } from '../log-sink-recorder.ts';
import { createNdjsonHandler } from './ndjson.ts';

const NOW_MS = 1_767_323_045_000;
const T = BigInt(NOW_MS) * 1_000_000n;

function setup(limits: Partial<LogLimits> = {}) {
  const sink = new LogSinkRecorder();
  const clock = { nowMs: () => NOW_MS };
  const handle = createNdjsonHandler({ sink, logger: silentLogger, instruments: noInstruments, clock, limits });
  const post = async (body: string | Uint8Array, query = '', headers: Record<string, string> = {}) => {
    const answer = await handle({ headers, query, body: Buffer.from(body) });
    return { ...answer, json: JSON.parse(String(answer.body)) as Record<string, unknown> };
  };
  return { sink, post };
}

const JSON_BODY = { 'content-type': 'application/json' };
const SEED = {
  timestamp: '2026-01-02T03:04:05.123Z',
  level: 'ERROR',
  message: '订单创建失败',
  service: 'order-service',
  trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
  span_id: '00f067aa0ba902b7',
  user_id: '12345',
  request_id: 'r-1',
  fields: { duration: 1500 },
  stacktrace: 'at x\nat y',
};

describe('lines', () => {
  it('are documents, recognised, and texts', async () => {
    const { sink, post } = setup();
    const body = `${JSON.stringify(SEED)}\r\n\n  \nplain WARN text\n{"msg":"no time","service.name":"pay"}`;
    const answer = await post(body, 'env=prod');
    expect([answer.status, answer.json]).toEqual([200, { accepted: 3, rejected: [] }]);
    expect(sink.lines).toEqual([
      {
        labels: { env: 'prod', service: 'order-service', service_name: 'order-service' },
        tsNs: T + 123_000_000n,
        body: JSON.stringify(SEED),
        metadata: {},
        level: 'error',
        traceId: SEED.trace_id,
        spanId: SEED.span_id,
      },
      {
        labels: { env: 'prod', service: 'unknown_service', service_name: 'unknown_service' },
        tsNs: T,
        body: 'plain WARN text',
        metadata: {},
        level: 'warn',
        traceId: '',
        spanId: '',
      },
      expect.objectContaining({
        labels: { env: 'prod', service: 'pay', service_name: 'pay' },
        tsNs: T + 1n,
        body: '{"msg":"no time","service.name":"pay"}',
      }),
    ]);
  });

  it('belong to the service that the URL names', async () => {
    const { sink, post } = setup();
    await post(JSON.stringify(SEED), 'service=x%20y');
    await post(JSON.stringify(SEED), 'service_name=z');
    await post('text', 'app=shop');
    expect(sink.lines.map(({ labels }) => labels)).toEqual([
      { service: 'x y', service_name: 'x y' },
      { service: 'z', service_name: 'z' },
      { app: 'shop', service: 'shop', service_name: 'shop' },
    ]);
  });

  it('are refused one by one', async () => {
    const { sink, post } = setup({ rejectOldSamplesMaxAgeMs: 86_400_000 });
    const body = `a\n\n{"timestamp":"2020-01-01T00:00:00Z"}\n{"ts":${NOW_MS + 3_600_000}}\nb`;
    const answer = await post(body, 'app=x');
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      accepted: 2,
      rejected: [
        {
          line: 3,
          error: `entry for stream '{app="x"}' has timestamp too old: 2020-01-01T00:00:00Z, oldest acceptable timestamp is: 2026-01-01T03:04:05Z`,
        },
        { line: 4, error: `entry for stream '{app="x"}' has timestamp too new: 2026-01-02T04:04:05Z` },
      ],
    });
    expect(sink.lines.map((line) => line.body)).toEqual(['a', 'b']);
    const none = await post('{"timestamp":"2020-01-01T00:00:00Z"}');
    expect([none.status, none.json.accepted]).toEqual([400, 0]);
    const many = await post(`{"ts":${NOW_MS + 3_600_000}}\n`.repeat(1_500));
    expect(many.json).toMatchObject({ accepted: 0, rejectedTotal: 1_500 });
    expect(many.json.rejected).toHaveLength(1_000);
  });

  it('are not dated by what is no date', async () => {
    const { sink, post } = setup();
    await post('took time=35 seconds\n{"time":12.5}\n{"ts":"soon"}');
    expect(sink.lines.map(({ tsNs }) => tsNs)).toEqual([T, T + 1n, T + 2n]);
  });

  it('may be none', async () => {
    const { sink, post } = setup();
    expect(await post('')).toMatchObject({ status: 200, json: { accepted: 0, rejected: [] } });
    expect(sink.batches).toEqual([]);
  });
});

describe('JSON', () => {
  it('is a list, whose documents are kept as they were written', async () => {
    const { sink, post } = setup();
    const first = '{ "level" : "error",\n "text": "}],\\"" , "n": 1.10 }';
    const answer = await post(`[ ${first},"a \\"text\\"" ,3,null,["x"], {"b":[{}]}]`, 'app=x', JSON_BODY);
    expect(answer.json).toEqual({
      accepted: 3,
      rejected: [3, 4, 5].map((line) => ({ line, error: 'a log line is an object or a string' })),
    });
    expect(sink.lines.map(({ body }) => body)).toEqual([first, 'a "text"', '{"b":[{}]}']);
    expect(sink.lines[0]?.level).toBe('error');
  });

  it('is one document, or lines of them', async () => {
    const { sink, post } = setup();
    await post('{\n  "a": 1\n}\n', '', JSON_BODY);
    await post('{"a":1}\n{"a":2}\n', '', JSON_BODY);
    expect(sink.lines.map(({ body }) => body)).toEqual(['{\n  "a": 1\n}', '{"a":1}', '{"a":2}']);
  });

  it('keeps every element, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 5 }),
        fc.constantFrom(undefined, 1, '\t'),
        async (documents, indent) => {
          const { sink, post } = setup();
          await post(JSON.stringify(documents, null, indent), '', JSON_BODY);
          // What names a time may be refused; all others are there.
          const got = sink.lines.map(({ body }) => JSON.parse(body) as unknown);
          expect(got).toEqual(documents.map((document) => JSON.parse(JSON.stringify(document)) as unknown));
        },
      ),
    );
  });
});

it('refuses what it cannot read, as JSON', async () => {
  const { sink, post } = setup();
  expect(await post('[1', '', JSON_BODY)).toMatchObject({ status: 400, json: { code: 'DECODE_FAILED' } });
  expect(await post('x', 'a-b=c')).toMatchObject({ status: 400, json: { code: 'BAD_REQUEST', errorType: 'bad_data' } });
  expect(await post('x', 'a=1&a=2')).toMatchObject({ status: 400 });
  expect(await post('x', '', { 'content-encoding': 'br' })).toMatchObject({ status: 415 });
  expect(await post('x', '', { 'content-encoding': 'gzip' })).toMatchObject({ status: 400 });
  expect(sink.lines).toEqual([]);
  expect(await post(gzipSync('x'), '', { 'content-encoding': 'gzip' })).toMatchObject({ status: 200 });
  sink.failures.push(new PetrelError('STORE_UNAVAILABLE', 'away'));
  expect(await post('x')).toMatchObject({
    status: 503,
    headers: { 'Retry-After': '5' },
    json: { status: 'error', errorType: 'unavailable', error: 'away', code: 'STORE_UNAVAILABLE' },
  });
});

it('never does worse than refuse', async () => {
  const types = fc.constantFrom('application/json', 'application/x-ndjson', 'text/plain', '');
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.string(), types, async (body, query, type) => {
      const { post } = setup();
      const { status } = await post(body, query, { 'content-type': type });
      expect([200, 400]).toContain(status);
    }),
  );
});
