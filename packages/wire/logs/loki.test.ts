import { Labels, PetrelError } from '@petrel/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSnappy, encodeSnappy } from '../snappy/snappy.ts';
import { batchRows } from './batch-rows.ts';
import { DEFAULT_LOG_LIMITS, type LogLimits } from './log-limits.ts';
import { encodeLokiPush, type LokiPushEntry, type LokiPushStream } from './loki-encode.ts';
import { decodeLokiJson } from './loki-json.ts';
import { type DecodedLogs, decodeLokiProtobuf, StreamLabelCache } from './loki-proto.ts';
import { parseStreamLabels } from './stream-labels.ts';

const NOW_MS = 1_767_323_045_000;
const T = BigInt(NOW_MS) * 1_000_000n;

function decodeProto(streams: readonly LokiPushStream[], limits: Partial<LogLimits> = {}): DecodedLogs {
  return decodeLokiProtobuf(encodeLokiPush(streams), cacheOf(limits), NOW_MS);
}

function cacheOf(limits: Partial<LogLimits> = {}): StreamLabelCache {
  return new StreamLabelCache({ ...DEFAULT_LOG_LIMITS, ...limits });
}

function decodeJson(body: unknown, limits: Partial<LogLimits> = {}): DecodedLogs {
  return decodeLokiJson(Buffer.from(JSON.stringify(body)), cacheOf(limits), NOW_MS);
}

function jsonOf(streams: readonly LokiPushStream[]): unknown {
  return {
    streams: streams.map(({ labels, entries }) => {
      const outcome = parseStreamLabels(labels, DEFAULT_LOG_LIMITS);
      if ('refusal' in outcome) throw new Error(outcome.refusal.message);
      const values = entries.map(({ tsNs, line, metadata = [] }) => {
        const pairs: [string, string][] = [];
        for (let i = 0; i < metadata.length; i += 2) pairs.push([metadata[i] as string, metadata[i + 1] as string]);
        return pairs.length === 0 ? [String(tsNs), line] : [String(tsNs), line, Object.fromEntries(pairs)];
      });
      return { stream: outcome.labels.toObject(), values };
    }),
  };
}

const text = fc.string({ unit: 'grapheme', maxLength: 80 });
const metadataName = fc.constantFrom('user_id', 'request_id', 'trace_id', 'a', 'b9');
const entry: fc.Arbitrary<LokiPushEntry> = fc.record({
  tsNs: fc.bigInt({ min: 1_000_000_000n, max: T }),
  line: text,
  metadata: fc
    .dictionary(
      metadataName,
      text.filter((t) => t !== ''),
    )
    .map((pairs) => Object.entries(pairs).flat()),
});
const labelSet = fc
  .dictionary(fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,6}$/), fc.string({ minLength: 1, maxLength: 20 }), {
    minKeys: 1,
  })
  .map((labels) => Labels.of(labels))
  .filter((labels) => labels.size > 0 && !labels.has('__name__'));
const push = fc.array(
  fc.record({ labels: labelSet.map((labels) => labels.toString()), entries: fc.array(entry, { maxLength: 8 }) }),
  { maxLength: 6 },
);

function expectedRows(streams: readonly LokiPushStream[]) {
  return streams.flatMap(({ entries }) =>
    entries.map(({ tsNs, line, metadata = [] }) => {
      const pairs: Record<string, string> = {};
      for (let i = 0; i < metadata.length; i += 2) pairs[metadata[i] as string] = metadata[i + 1] as string;
      return { tsNs, body: line, metadata: pairs };
    }),
  );
}

describe('a push', () => {
  it('comes back as it was sent, as protobuf and as JSON', () => {
    fc.assert(
      fc.property(push, (streams) => {
        for (const decoded of [decodeProto(streams), decodeJson(jsonOf(streams))]) {
          expect(decoded.refusals.message).toBe('');
          const rows = batchRows(decoded.batch);
          expect(rows.map(({ tsNs, body, metadata }) => ({ tsNs, body, metadata }))).toEqual(expectedRows(streams));
          expect(decoded.streams).toBe(streams.length);
        }
        expect(batchRows(decodeProto(streams).batch)).toEqual(batchRows(decodeJson(jsonOf(streams)).batch));
      }),
    );
  });

  it('never does worse than fail when its bytes are changed', () => {
    const bytes = fc.tuple(push, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }), fc.nat());
    fc.assert(
      fc.property(bytes, fc.boolean(), ([streams, changes, cut], asJson) => {
        const sound = asJson ? Buffer.from(JSON.stringify(jsonOf(streams))) : encodeLokiPush(streams);
        const body = Uint8Array.from(sound.subarray(0, cut % 3 === 0 ? cut % (sound.length + 1) : sound.length));
        for (const [at, byte] of changes) if (body.length > 0) body[at % body.length] = byte;
        const decode = asJson ? decodeLokiJson : decodeLokiProtobuf;
        try {
          batchRows(decode(body, cacheOf(), NOW_MS).batch);
        } catch (error) {
          if (!(error instanceof PetrelError)) throw error;
        }
        try {
          decodeLokiProtobuf(decodeSnappy(body, 1 << 20), cacheOf(), NOW_MS);
        } catch (error) {
          if (!(error instanceof PetrelError)) throw error;
        }
      }),
      { numRuns: 400 },
    );
  });

  it('goes through snappy', () => {
    const streams = [{ labels: '{a="b"}', entries: [{ tsNs: T, line: 'x'.repeat(1000) }] }];
    const body = decodeSnappy(encodeSnappy(encodeLokiPush(streams)), 1 << 20);
    expect(batchRows(decodeLokiProtobuf(body, cacheOf(), NOW_MS).batch)[0]).toMatchObject({
      stream: '{a="b", service_name="unknown_service"}',
      tsNs: T,
      body: 'x'.repeat(1000),
    });
  });

  it('gives metadata names that queries can write', () => {
    const metadata = ['k8s.pod', 'p', '9a', 'x', '_b', 'y', '__c', 'z', 'ü-1', 'w', '', 'no'];
    const entries = [
      { tsNs: T, line: 'x', metadata },
      { tsNs: T, line: 'y', metadata },
    ];
    const expected = { k8s_pod: 'p', key_9a: 'x', key_b: 'y', __c: 'z', __1: 'w' };
    for (const decoded of [
      decodeProto([{ labels: '{a="b"}', entries }]),
      decodeJson({
        streams: [{ stream: { a: 'b' }, values: [[String(T), 'x', Object.fromEntries([...pairs(metadata)])]] }],
      }),
    ]) {
      for (const row of batchRows(decoded.batch)) expect(row.metadata).toEqual(expected);
    }
  });
});

function* pairs(flat: readonly string[]): Generator<[string, string]> {
  for (let i = 0; i < flat.length; i += 2) yield [flat[i] as string, flat[i + 1] as string];
}

describe('what is refused', () => {
  const ok = { tsNs: T, line: 'good' };

  it.each([
    ['{}', 'missing_labels', 'error at least one label pair is required per stream'],
    ['{a=""}', 'missing_labels', 'error at least one label pair is required per stream'],
    ['', 'invalid_labels', "error parsing labels '' with error: 1:1: parse error: unexpected the end, expecting {"],
    ['{a="b"', 'invalid_labels', 'expecting "," or "}"'],
    ['{a="b}', 'invalid_labels', 'expecting a string'],
    ['{a="b"} x', 'invalid_labels', 'expecting the end'],
    ['{1a="b"}', 'invalid_labels', 'invalid label name "1a"'],
    ['{a="\\q"}', 'invalid_labels', 'expecting a string'],
    ['{a="1", a="2"}', 'duplicate_label_names', `stream '{a="1", a="2"}' has duplicate label name: 'a'`],
    [`{${'a'.repeat(1025)}="b"}`, 'label_name_too_long', 'has label name too long'],
    [`{a="${'b'.repeat(2049)}"}`, 'label_value_too_long', 'has label value too long'],
    ['{a="1", b="2", c="3"}', 'max_label_names_per_series', 'has 3 label names; limit 2'],
  ])('labels %.30s', (labels, reason, message) => {
    const limits = { maxLabelNamesPerSeries: 2 };
    const decoded = decodeProto(
      [
        { labels, entries: [ok, ok] },
        { labels: '{x="y"}', entries: [ok] },
      ],
      limits,
    );
    expect(batchRows(decoded.batch).map(({ body }) => body)).toEqual(['good']);
    expect([...decoded.refusals.byReason]).toEqual([[reason, 2]]);
    expect(decoded.refusals.message).toContain(message);
    expect(decoded.refusals.message).toMatch(/^2 errors like: /);
  });

  it('times, by the limits', () => {
    const limits = { rejectOldSamplesMaxAgeMs: 3_600_000, creationGracePeriodMs: 60_000 };
    const at = (seconds: number) => ({ tsNs: T + BigInt(seconds) * 1_000_000_000n, line: String(seconds) });
    const entries = [at(-3_601), at(-3_600), at(0), at(60), at(61)];
    const streams = [{ labels: '{a="b"}', entries }];
    for (const decoded of [decodeProto(streams, limits), decodeJson(jsonOf(streams), limits)]) {
      expect(batchRows(decoded.batch).map(({ body }) => body)).toEqual(['-3600', '0', '60']);
      expect(decoded.refusals.message).toBe(
        `entry for stream '{a="b"}' has timestamp too old: 2026-01-02T02:04:04Z, oldest acceptable timestamp is: 2026-01-02T02:04:05Z; ` +
          `entry for stream '{a="b"}' has timestamp too new: 2026-01-02T03:05:06Z`,
      );
    }
    expect(decodeProto([{ labels: '{a="b"}', entries: [{ tsNs: 0n, line: 'x' }] }]).refusals.lines).toBe(1);
  });

  it('metadata, by the limits', () => {
    const many = { ...ok, metadata: ['a', '1', 'b', '2', 'c', '3'] };
    const large = { ...ok, metadata: ['a', 'x'.repeat(100)] };
    const streams = [{ labels: '{a="b"}', entries: [many, large, ok] }];
    const limits = { maxStructuredMetadataEntries: 2, maxStructuredMetadataBytes: 50 };
    for (const decoded of [decodeProto(streams, limits), decodeJson(jsonOf(streams), limits)]) {
      expect(batchRows(decoded.batch)).toMatchObject([{ body: 'good', metadata: {} }]);
      expect([...decoded.refusals.byReason.keys()]).toEqual([
        'structured_metadata_too_many',
        'structured_metadata_too_large',
      ]);
    }
  });

  it('is told in few words', () => {
    const streams = Array.from({ length: 100 }, (_, i) => ({ labels: `{a${i}=}`, entries: [ok] }));
    const { refusals } = decodeProto(streams);
    expect(refusals.lines).toBe(100);
    expect(refusals.message.split('; ')).toHaveLength(10);
  });
});

describe('labels', () => {
  it.each([
    ['{a="b"}', { a: 'b' }],
    [' { a = "b" , c="d", } ', { a: 'b', c: 'd' }],
    ['{a="x\\"y\\\\z\\n\\t\\x41\\u00e9\\U0001f600\\101"}', { a: 'x"y\\z\n\tAé\u{1f600}A' }],
    ['{a="\\xc3\\xa9"}', { a: 'é' }],
    ["{a='b', c=`d\\n`}", { a: 'b', c: 'd\\n' }],
    ['{a="b", c=""}', { a: 'b' }],
  ])('%s', (labels, expected) => {
    const outcome = parseStreamLabels(labels, DEFAULT_LOG_LIMITS);
    expect('labels' in outcome ? outcome.labels.toObject() : outcome.refusal.message).toEqual(expected);
  });

  it('are read as they are written', () => {
    fc.assert(
      fc.property(labelSet, (labels) => {
        expect(parseStreamLabels(labels.toString(), DEFAULT_LOG_LIMITS)).toEqual({ labels });
      }),
    );
  });
});

describe('JSON', () => {
  it.each([
    ['[]', 'the body is not an object'],
    ['{"streams":{}}', 'streams is not a list'],
    ['{"streams":[{"stream":{"a":1},"values":[]}]}', 'streams[0].stream.a is not a string'],
    ['{"streams":[{"stream":{"a":"b"},"values":[["1"]]}]}', 'streams[0].values[0] is not a list'],
    [
      '{"streams":[{"stream":{"a":"b"},"values":[["x","y"]]}]}',
      'streams[0].values[0][0] is not nanoseconds in a string',
    ],
    ['{"streams":[{"stream":{"a":"b"},"values":[["1",{}]]}]}', 'streams[0].values[0][1] is not a string'],
    ['{"streams":[{"stream":{"a":"b"},"values":[["1","y",{"a":1}]]}]}', 'streams[0].values[0][2].a is not a string'],
    ['', 'malformed JSON'],
  ])('%s', (body, message) => {
    expect(() => decodeLokiJson(Buffer.from(body), cacheOf(), NOW_MS)).toThrow(message);
  });

  it('of the first API is taken too', () => {
    const decoded = decodeJson({
      streams: [{ labels: '{a="b"}', entries: [{ ts: '2026-01-02T03:04:05.5Z', line: 'x' }] }],
    });
    expect(batchRows(decoded.batch)).toMatchObject([{ tsNs: T + 500_000_000n, body: 'x' }]);
  });
});
