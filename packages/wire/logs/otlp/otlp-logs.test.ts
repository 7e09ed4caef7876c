import { PetrelError } from '@petrel/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnyValue } from '../../otlp/metrics.ts';
import { batchRows } from '../batch-rows.ts';
import { DEFAULT_LOG_LIMITS, type LogLimits } from '../log-limits.ts';
import { decodeOtlpLogsJson } from './decode-json.ts';
import { decodeOtlpLogsProtobuf } from './decode-proto.ts';
import { encodeOtlpLogs, type OtlpLogRecord, type OtlpResourceLogs } from './encode.ts';

const NOW_MS = 1_767_323_045_250;
const T = 1_767_323_045_678_901_234n;
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

function valueJson(value: AnyValue): unknown {
  if (value === null) return {};
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'bigint') return { intValue: String(value) };
  if (typeof value === 'number') return { doubleValue: Number.isFinite(value) ? value : String(value) };
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return { arrayValue: { values: (value as AnyValue[]).map(valueJson) } };
  return { kvlistValue: { values: attributesJson((value as { entries: [string, AnyValue][] }).entries) } };
}

function attributesJson(attributes: readonly (readonly [string, AnyValue])[]): unknown[] {
  return attributes.map(([key, value]) => ({ key, value: valueJson(value) }));
}

function jsonOf(resources: readonly OtlpResourceLogs[]): string {
  return JSON.stringify({
    resourceLogs: resources.map(({ attributes, scopes }) => ({
      resource: { attributes: attributesJson(attributes) },
      scopeLogs: scopes.map(({ name, version, records }) => ({
        scope: { name, version },
        logRecords: records.map(({ timeNs, observedNs, body, attributes: own = [], ...rest }) => ({
          timeUnixNano: String(timeNs),
          ...(observedNs === undefined ? {} : { observedTimeUnixNano: String(observedNs) }),
          body: valueJson(body),
          attributes: attributesJson(own),
          ...rest,
        })),
      })),
    })),
  });
}

/** Decodes both encodings, which must agree. */
function decode(resources: readonly OtlpResourceLogs[], limits: Partial<LogLimits> = {}) {
  const options = { limits: { ...DEFAULT_LOG_LIMITS, ...limits } };
  const proto = decodeOtlpLogsProtobuf(encodeOtlpLogs(resources), options, NOW_MS);
  const json = decodeOtlpLogsJson(Buffer.from(jsonOf(resources)), options, NOW_MS);
  const rows = batchRows(proto.batch);
  expect(batchRows(json.batch)).toEqual(rows);
  expect(json.refusals.message).toBe(proto.refusals.message);
  return { rows, refusals: proto.refusals };
}

function rowOf(record: Partial<OtlpLogRecord>, resource: OtlpResourceLogs['attributes'] = []) {
  const records = [{ timeNs: T, body: 'x', ...record }];
  const [row] = decode([{ attributes: resource, scopes: [{ records }] }]).rows;
  if (row === undefined) throw new Error('no row');
  return row;
}

describe('a log record', () => {
  it('is put where Loki puts it', () => {
    const resources: OtlpResourceLogs[] = [
      {
        attributes: [
          ['service.name', 'order-service'],
          ['deployment.environment.name', 'prod'],
          ['service.instance.id', 'i-1'],
          ['process.pid', 42n],
          [
            'host',
            {
              entries: [
                ['name', 'h1'],
                ['ip', ['a', 'b']],
              ],
            },
          ],
        ],
        scopes: [
          {
            name: 'logger',
            version: '1.2',
            records: [
              {
                timeNs: T,
                observedNs: T + 1n,
                severityNumber: 17,
                severityText: 'ERROR',
                body: 'order failed',
                traceId: TRACE,
                spanId: SPAN,
                attributes: [
                  ['user.id', '12345'],
                  ['amount', 1.5],
                  [
                    'http',
                    {
                      entries: [
                        [
                          'request',
                          {
                            entries: [
                              ['method', 'GET'],
                              ['bytes', 10n],
                            ],
                          },
                        ],
                      ],
                    },
                  ],
                  ['tags', ['x', 1n, true, null]],
                  ['empty', ''],
                  ['process.pid', 'mine'],
                ],
              },
            ],
          },
        ],
      },
    ];
    expect(decode(resources).rows).toEqual([
      {
        stream: '{deployment_environment_name="prod", service="order-service", service_name="order-service"}',
        tsNs: T,
        body: 'order failed',
        level: 'error',
        traceId: TRACE,
        spanId: SPAN,
        metadata: {
          trace_id: TRACE,
          span_id: SPAN,
          severity_text: 'ERROR',
          severity_number: '17',
          observed_timestamp: String(T + 1n),
          user_id: '12345',
          amount: '1.5',
          http_request_method: 'GET',
          http_request_bytes: '10',
          tags: '["x",1,true,null]',
          process_pid: 'mine',
          scope_name: 'logger',
          scope_version: '1.2',
          service_instance_id: 'i-1',
          host_name: 'h1',
          host_ip: '["a","b"]',
        },
      },
    ]);
  });

  it.each([
    ['a text', 'a text'],
    ['', ''],
    [null, ''],
    [42n, '42'],
    [-1n, '-1'],
    [1.25, '1.25'],
    [true, 'true'],
    [Uint8Array.of(1, 2), 'AQI='],
    [
      {
        entries: [
          ['level', 'x'],
          ['n', 9_007_199_254_740_991n],
          ['d', Number.NaN],
        ] as const,
      },
      '{"level":"x","n":9007199254740991,"d":"NaN"}',
    ],
    [['a', { entries: [['b', null]] as const }], '["a",{"b":null}]'],
  ] as [AnyValue, string][])('has a body, as text %#', (body, expected) => {
    expect(rowOf({ body }).body).toBe(expected);
  });

  it('has its level from the text, the number, or the body', () => {
    expect(rowOf({ severityText: 'Warning', severityNumber: 9 }).level).toBe('warn');
    expect(rowOf({ severityText: 'banana', severityNumber: 21 }).level).toBe('fatal');
    expect(rowOf({ severityNumber: 3 }).level).toBe('trace');
    expect(rowOf({ body: '{"level":"debug"}' }).level).toBe('debug');
    expect(rowOf({ body: { entries: [['level', 'debug']] } }).level).toBe('debug');
    expect(rowOf({}).level).toBe('unknown');
  });

  it('has its time, or when it was seen, or now', () => {
    expect(rowOf({ timeNs: 0n, observedNs: T }).tsNs).toBe(T);
    expect(rowOf({ timeNs: 0n }).tsNs).toBe(1_767_323_045_250_000_000n);
  });

  it('has no id of zeros', () => {
    const row = rowOf({ traceId: '0'.repeat(32), spanId: '' });
    expect([row.traceId, row.spanId, row.metadata]).toEqual(['', '', {}]);
  });

  it('has a service whatever its resource says', () => {
    expect(rowOf({}).stream).toBe('{service="unknown_service", service_name="unknown_service"}');
    expect(rowOf({}, [['k8s.container.name', 'c']]).stream).toBe(
      '{k8s_container_name="c", service="c", service_name="c"}',
    );
  });

  it('is refused alone', () => {
    const records = [
      { timeNs: T, body: 'good' },
      { timeNs: T + 3_600_000_000_000n, body: 'new' },
      { timeNs: T, body: 'many', attributes: Array.from({ length: 5 }, (_, i) => [`a${i}`, 'x'] as const) },
    ];
    const { rows, refusals } = decode([{ attributes: [], scopes: [{ records }] }], { maxStructuredMetadataEntries: 4 });
    expect(rows.map(({ body }) => body)).toEqual(['good']);
    expect([...refusals.byReason.keys()]).toEqual(['too_far_in_future', 'structured_metadata_too_many']);
  });
});

const anyValue: fc.Arbitrary<AnyValue> = fc.letrec<{ value: AnyValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: 'grapheme' }),
    fc.boolean(),
    fc.constant(null),
    fc.maxSafeInteger().map(BigInt),
    fc.double().map((n) => (Object.is(n, -0) ? 0 : n)),
    fc.uint8Array({ maxLength: 10 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(fc.string({ maxLength: 5 }), tie('value')), { maxLength: 3 }).map((entries) => ({ entries })),
  ),
})).value;

const attributes = fc.array(fc.tuple(fc.stringMatching(/^[a-z][a-z.]{0,8}$/), anyValue), { maxLength: 4 });
const hexOf = (size: number) => fc.stringMatching(new RegExp(`^[1-9a-f][0-9a-f]{${size - 1}}$`));
const record: fc.Arbitrary<OtlpLogRecord> = fc.record(
  {
    timeNs: fc.bigInt({ min: 1_000_000_000n, max: T }),
    observedNs: fc.bigInt({ min: 1_000_000_000n, max: T }),
    severityNumber: fc.integer({ min: 0, max: 24 }),
    severityText: fc.constantFrom('', 'INFO', 'error', 'x'),
    body: anyValue,
    attributes,
    traceId: hexOf(32),
    spanId: hexOf(16),
  },
  { requiredKeys: ['timeNs', 'body'] },
);
const request = fc.array(
  fc.record({
    attributes,
    scopes: fc.array(
      fc.record({ name: fc.string(), version: fc.string(), records: fc.array(record, { maxLength: 4 }) }),
      { maxLength: 2 },
    ),
  }),
  { maxLength: 3 },
);

it('means the same in both encodings', () => {
  fc.assert(
    fc.property(request, (resources) => {
      const { rows } = decode(resources);
      const records = resources.flatMap(({ scopes }) => scopes.flatMap((scope) => scope.records));
      expect(rows.map(({ tsNs }) => tsNs)).toEqual(records.map(({ timeNs }) => timeNs));
      rows.forEach((row, i) => {
        const { body, traceId } = records[i] as OtlpLogRecord;
        if (typeof body === 'string') expect(row.body).toBe(body);
        if (traceId !== undefined) expect(row.traceId).toBe(traceId);
      });
    }),
  );
});

it('never does worse than fail when its bytes are changed', () => {
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(request, changes, fc.boolean(), (resources, edits, asJson) => {
      const body = asJson ? Buffer.from(jsonOf(resources)) : Uint8Array.from(encodeOtlpLogs(resources));
      for (const [at, byte] of edits) if (body.length > 0) body[at % body.length] = byte;
      const decodeIt = asJson ? decodeOtlpLogsJson : decodeOtlpLogsProtobuf;
      try {
        batchRows(decodeIt(body, { limits: DEFAULT_LOG_LIMITS }, NOW_MS).batch);
      } catch (error) {
        if (!(error instanceof PetrelError)) throw error;
      }
    }),
    { numRuns: 400 },
  );
});

it('fails on values that nest without end', () => {
  const nested = (depth: number): AnyValue => (depth === 0 ? 'x' : [nested(depth - 1)]);
  const resources = [{ attributes: [], scopes: [{ records: [{ timeNs: T, body: nested(200) }] }] }];
  const options = { limits: DEFAULT_LOG_LIMITS };
  expect(() => decodeOtlpLogsProtobuf(encodeOtlpLogs(resources), options, NOW_MS)).toThrow('nest too deep');
  expect(() => decodeOtlpLogsJson(Buffer.from(jsonOf(resources)), options, NOW_MS)).toThrow('nest too deep');
});
