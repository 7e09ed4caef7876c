import { gunzipSync } from 'node:zlib';
import { Labels } from '@petrel/model';
import type { LogResultLine } from '@petrel/query/logql/index.ts';
import type { QueryValue } from '@petrel/query/promql/result.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agoNs, fakeLogs } from '../fake-logs.ts';
import { metricJson } from './metric-json.ts';
import { streamsJson } from './streams-json.ts';

const written = (value: QueryValue) => JSON.parse(`{${[...metricJson(value)].join('')}}`);

describe('metricJson', () => {
  it('writes steps without exponents, leaves out what is absent and series that are', () => {
    const series = (job: string, values: number[], present: number[]) => ({
      labels: Labels.of({ job }),
      values: Float64Array.from(values),
      present: Uint8Array.from(present),
    });
    expect(
      written({
        type: 'stepMatrix',
        startMs: 1500,
        stepMs: 500,
        steps: 3,
        series: [
          series('a', [1e-7, 0, Number.NaN], [1, 0, 1]),
          series('b', [0, 0, 0], [0, 0, 0]),
          series('c', [1e21, Infinity, -Infinity], [1, 1, 1]),
        ],
      }),
    ).toEqual({
      resultType: 'matrix',
      result: [
        {
          metric: { job: 'a' },
          values: [
            [1.5, '0.0000001'],
            [2.5, 'NaN'],
          ],
        },
        {
          metric: { job: 'c' },
          values: [
            [1.5, '1000000000000000000000'],
            [2, '+Inf'],
            [2.5, '-Inf'],
          ],
        },
      ],
    });
  });

  it('writes vectors, scalars and nothing', () => {
    expect(written({ type: 'vector', tMs: 1000, samples: [{ labels: Labels.EMPTY, value: 1 }] })).toEqual({
      resultType: 'vector',
      result: [{ metric: {}, value: [1, '1'] }],
    });
    expect(written({ type: 'scalar', tMs: 1001, value: 2 })).toEqual({ resultType: 'scalar', result: [1.001, '2'] });
    expect(written({ type: 'stepMatrix', startMs: 0, stepMs: 1, steps: 1, series: [] })).toEqual({
      resultType: 'matrix',
      result: [],
    });
  });
});

describe('streamsJson', () => {
  const labels = fc
    .dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2', '"\\\n'))
    .map((record) => Labels.of(record));
  const line = fc
    .record({
      tsNs: fc.bigInt({ min: 0n, max: 9n }),
      line: fc.string({ unit: 'binary' }),
      stream: labels,
      metadata: labels,
      parsed: labels,
    })
    .map(
      (parts): LogResultLine => ({
        ...parts,
        labels: Labels.from([...parts.stream, ...parts.metadata, ...parts.parsed]),
        level: 'unknown',
        traceId: '',
        spanId: '',
      }),
    );

  it('holds every line once, in the order given within its stream', () => {
    fc.assert(
      fc.property(fc.array(line), fc.boolean(), (lines, categorize) => {
        const streams = JSON.parse([...streamsJson(lines, { categorize })].join('')) as {
          stream: Record<string, string>;
          values: [string, string, object?][];
        }[];
        const keys = streams.map(({ stream }) => Labels.of(stream).key);
        expect(new Set(keys).size).toBe(keys.length);
        expect([...streams].sort((a, b) => Labels.compare(Labels.of(a.stream), Labels.of(b.stream)))).toEqual(streams);
        for (const { stream, values } of streams) {
          const own = lines.filter((one) => (categorize ? one.stream : one.labels).equals(Labels.of(stream)));
          expect(values.map(([ts, text]) => [ts, text])).toEqual(own.map((one) => [`${one.tsNs}`, one.line]));
          expect(values.every((value) => value.length === (categorize ? 3 : 2))).toBe(true);
        }
        expect(streams.reduce((sum, { values }) => sum + values.length, 0)).toBe(lines.length);
      }),
    );
  });
});

it('streams what is large, compressed where the client takes it', async () => {
  const logs = fakeLogs();
  const text = 'x'.repeat(2000);
  const lines = Array.from({ length: 1000 }, (_, i) => ({ tsNs: agoNs(1) + BigInt(i), line: `${i} ${text}` }));
  logs.source.write(Labels.of({ app: 'x' }), lines);
  for (const path of ['/loki/api/v1/query_range', '/api/v1/petrel/logs/query']) {
    const url = `${path}?${new URLSearchParams({ query: '{app="x"}', limit: '5000' })}`;
    const plain = await logs.app.inject(url);
    const packed = await logs.app.inject({ url, headers: { 'accept-encoding': 'gzip' } });
    expect(packed.headers['content-encoding']).toBe('gzip');
    const sizes = [plain.json(), JSON.parse(String(gunzipSync(packed.rawPayload)))].map(
      ({ data }) => (data.lines ?? data.result[0].values).length,
    );
    expect(sizes).toEqual([1000, 1000]);
  }
});
