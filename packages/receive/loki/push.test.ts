import { existsSync, readFileSync } from 'node:fs';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { type Counter, type Instruments, noInstruments, PetrelError, silentLogger } from '@petrel/model';
import { encodeLokiPush, encodeSnappy, type LogLimits } from '@petrel/wire';
import { describe, expect, it } from 'vitest';
import { LogSinkRecorder } from '../log-sink-recorder.ts';
import { createLokiPushHandler } from './push.ts';

const NOW_MS = 1_767_323_045_000;
const T = BigInt(NOW_MS) * 1_000_000n;
const JSON_BODY = { 'content-type': 'application/json' };
const PROTO_BODY = { 'content-type': 'application/x-protobuf' };

function setup(limits: Partial<LogLimits> = {}, maxDecodedBytes = 1 << 20) {
  const sink = new LogSinkRecorder();
  const counts = new Map<string, number>();
  const counter = (name: string): Counter => ({
    add: (amount, ...labels) => {
      const key = [name, ...labels].join(' ');
      counts.set(key, (counts.get(key) ?? 0) + amount);
    },
  });
  const instruments: Instruments = { ...noInstruments, counter };
  const clock = { nowMs: () => NOW_MS };
  const handle = createLokiPushHandler({ sink, logger: silentLogger, instruments, clock, limits, maxDecodedBytes });
  return {
    sink,
    counts,
    post: (body: Uint8Array | string, headers: Record<string, string>) => handle({ headers, body: Buffer.from(body) }),
  };
}

const good = {
  labels: '{service="order-service"}',
  entries: [{ tsNs: T, line: 'level=error x', metadata: ['a', 'b'] }],
};
const bad = { labels: '{}', entries: [{ tsNs: T, line: 'y' }] };
const json = JSON.stringify({ streams: [{ stream: { a: 'b' }, values: [[String(T), 'x', { c: 'd' }]] }] });

describe('a push', () => {
  it('is stored and answered with 204, however it is wrapped', async () => {
    const { sink, counts, post } = setup();
    const block = encodeSnappy(encodeLokiPush([good]));
    const answers = [
      await post(block, PROTO_BODY),
      await post(block, {}),
      await post(block, { ...PROTO_BODY, 'content-encoding': 'snappy' }),
      await post(gzipSync(block), { ...PROTO_BODY, 'content-encoding': 'gzip' }),
      await post(gzipSync(encodeLokiPush([good])), { ...PROTO_BODY, 'content-encoding': 'gzip' }),
      await post(json, JSON_BODY),
      await post(gzipSync(json), { ...JSON_BODY, 'content-encoding': 'gzip' }),
      await post(deflateRawSync(json), { ...JSON_BODY, 'content-encoding': 'deflate' }),
    ];
    expect(answers).toEqual(answers.map(() => ({ status: 204, headers: {}, body: '' })));
    expect(sink.lines[0]).toEqual({
      labels: { service: 'order-service', service_name: 'order-service' },
      tsNs: T,
      body: 'level=error x',
      metadata: { a: 'b' },
      level: 'error',
      traceId: '',
      spanId: '',
    });
    expect(sink.lines).toHaveLength(8);
    expect(sink.lines[7]).toMatchObject({ labels: { a: 'b', service_name: 'unknown_service' }, metadata: { c: 'd' } });
    expect(Object.fromEntries(counts)).toEqual({
      'petrel_receive_requests_total loki 204': 8,
      'petrel_receive_log_lines_total loki': 8,
      'petrel_receive_log_bytes_total loki': 5 * 14 + 3 * 2,
    });
  });

  it('loses nothing good to what is bad, and names that', async () => {
    const { sink, counts, post } = setup();
    const future = {
      labels: '{a="b"}',
      entries: [{ tsNs: T + 3_600_000_000_000n, line: 'z' }, good.entries[0]] as never,
    };
    const answer = await post(encodeSnappy(encodeLokiPush([bad, good, future])), PROTO_BODY);
    expect([answer.status, answer.body]).toEqual([
      400,
      `error at least one label pair is required per stream; entry for stream '{a="b"}' has timestamp too new: 2026-01-02T04:04:05Z\n`,
    ]);
    expect(sink.lines.map(({ body }) => body)).toEqual(['level=error x', 'level=error x']);
    expect(counts.get('petrel_receive_refused_log_lines_total loki missing_labels')).toBe(1);
    expect(counts.get('petrel_receive_refused_log_lines_total loki too_far_in_future')).toBe(1);
    expect(counts.get('petrel_receive_requests_total loki 400')).toBe(1);
  });

  it('is pushed back while the store takes nothing', async () => {
    const { sink, counts, post } = setup();
    const body = encodeSnappy(encodeLokiPush([bad, good]));
    sink.failures.push(new PetrelError('STORE_OVERLOADED', 'later', { retryAfterMs: 1_500 }));
    sink.failures.push(new PetrelError('STORE_UNAVAILABLE', 'away'));
    const [full, away] = [await post(body, PROTO_BODY), await post(body, PROTO_BODY)];
    expect([full.status, full.headers['Retry-After'], full.body]).toEqual([429, '2', 'later\n']);
    expect([away.status, away.body]).toEqual([503, 'away\n']);
    expect(counts.get('petrel_receive_log_lines_total loki')).toBeUndefined();
    sink.failures.push(new Error('a bug'));
    await expect(post(body, PROTO_BODY)).rejects.toThrow('a bug');
  });

  it('of nothing is none', async () => {
    const { post } = setup();
    const answer = await post('{"streams":[]}', JSON_BODY);
    expect([answer.status, answer.body]).toEqual([422, 'error at least one valid stream is required for ingestion\n']);
    const empty = await post(encodeSnappy(encodeLokiPush([{ labels: '{a="b"}', entries: [] }])), PROTO_BODY);
    expect(empty.status).toBe(204);
  });

  it('is cut, not dropped, where a line is too long', async () => {
    const { sink, counts, post } = setup({ maxLineBytes: 10 });
    const entries = [{ tsNs: T, line: 'x'.repeat(100) }];
    expect((await post(encodeSnappy(encodeLokiPush([{ ...good, entries }])), PROTO_BODY)).status).toBe(204);
    expect(sink.lines[0]?.body).toBe('xxxxxxxxxx …[truncated 90 bytes]');
    expect(counts.get('petrel_receive_truncated_log_lines_total loki')).toBe(1);
  });

  it('is refused where it is malformed or too large', async () => {
    const { post } = setup({}, 1_000);
    const statuses = [
      await post('nonsense', PROTO_BODY),
      await post(gzipSync(gzipSync(Buffer.alloc(100))), { ...PROTO_BODY, 'content-encoding': 'gzip' }),
      await post('nonsense', { ...PROTO_BODY, 'content-encoding': 'gzip' }),
      await post(json, { ...JSON_BODY, 'content-encoding': 'br' }),
      await post(encodeSnappy(Buffer.alloc(2_000)), PROTO_BODY),
      await post(gzipSync(Buffer.alloc(2_000)), { ...JSON_BODY, 'content-encoding': 'gzip' }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([400, 400, 400, 400, 413, 413]);
  });
});

interface PushCase {
  readonly content_type: string;
  readonly content_encoding: string;
  readonly body: string;
  readonly body_compressed_with?: string;
  readonly valid: boolean;
  readonly lines?: number;
  readonly streams?: readonly Record<string, string>[];
  readonly service_name_discovery?: boolean;
}

interface EntryCase {
  readonly timestamp_ns: string;
  readonly line: string;
  readonly structured_metadata?: Readonly<Record<string, string>>;
  readonly json: readonly unknown[];
}

const CASES = new URL('../../../../shared/conformance/logql/push_api.json', import.meta.url);

it('agrees with Loki on what a push is', async () => {
  if (!existsSync(CASES)) {
    console.log('conformance data is not here: Loki pushes are not compared');
    return;
  }
  const { push, entry } = JSON.parse(readFileSync(CASES, 'utf8')) as {
    push: readonly PushCase[];
    entry: readonly EntryCase[];
  };
  for (const { json: value, line, timestamp_ns, structured_metadata = {} } of entry) {
    const { sink, post } = setup();
    const body = JSON.stringify({ streams: [{ stream: { a: 'b' }, values: [value] }] });
    expect((await post(body, JSON_BODY)).status).toBe(204);
    expect(sink.lines).toMatchObject([{ tsNs: BigInt(timestamp_ns), body: line }]);
    expect(sink.lines[0]?.metadata).toEqual(structured_metadata);
  }
  const compress = (body: string, how: string | undefined): Uint8Array => {
    if (how === undefined) return Buffer.from(body);
    return how === 'gzip' ? gzipSync(body) : deflateRawSync(body);
  };
  for (const one of push) {
    const { sink, post } = setup();
    const headers = { 'content-type': one.content_type, 'content-encoding': one.content_encoding };
    const answer = await post(compress(one.body, one.body_compressed_with), headers);
    expect([one, answer.status]).toEqual([one, one.valid ? 204 : 400]);
    expect(sink.lines).toHaveLength(one.lines ?? 0);
    const streams = sink.lines.map(({ labels }) => {
      const { service_name, ...rest } = labels;
      return one.service_name_discovery === true ? { ...rest, service_name } : rest;
    });
    expect(streams).toEqual(one.streams ?? []);
  }
});
