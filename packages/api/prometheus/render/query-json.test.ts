import type { FloatHistogram } from '@petrel/model';
import { Labels } from '@petrel/model';
import { describe, expect, it } from 'vitest';
import { resultOf } from '../fake-ports.ts';
import { renderQueryResult, renderSmallResult } from './query-json.ts';

const HISTOGRAM: FloatHistogram = {
  counterResetHint: 'unknown',
  schema: 0,
  zeroThreshold: 0.001,
  zeroCount: 2,
  count: 12.5,
  sum: 18.4,
  positiveSpans: [
    { offset: 0, length: 2 },
    { offset: 1, length: 1 },
  ],
  positiveBuckets: [1, 0, 4],
  negativeSpans: [{ offset: 0, length: 1 }],
  negativeBuckets: [3],
  customValues: [],
};
const HISTOGRAM_JSON = {
  count: '12.5',
  sum: '18.4',
  buckets: [
    [1, '-1', '-0.5', '3'],
    [3, '-0.001', '0.001', '2'],
    [0, '0.5', '1', '1'],
    [0, '4', '8', '4'],
  ],
};
const CUSTOM: FloatHistogram = {
  ...HISTOGRAM,
  schema: -53,
  zeroThreshold: 0,
  zeroCount: 0,
  count: 6,
  positiveSpans: [{ offset: 0, length: 3 }],
  positiveBuckets: [1, 2, 3],
  negativeSpans: [],
  negativeBuckets: [],
  customValues: [5, 10],
};

const data = (buffer: Buffer) => JSON.parse(buffer.toString()).data;

describe('results as JSON', () => {
  it('writes scalars and strings', () => {
    expect(renderSmallResult(resultOf({ type: 'scalar', tMs: 1_500, value: 1e-7 })).toString()).toBe(
      '{"status":"success","data":{"resultType":"scalar","result":[1.500,"0.0000001"]}}',
    );
    expect(data(renderSmallResult(resultOf({ type: 'string', tMs: 0, value: 'a"\n海' })))).toEqual({
      resultType: 'string',
      result: [0, 'a"\n海'],
    });
  });

  it('writes bytes that are no UTF-8 as the replacement character', () => {
    expect(data(renderSmallResult(resultOf({ type: 'string', tMs: 0, value: 'a\udcff海\ud83d\ude00' })))).toEqual({
      resultType: 'string',
      result: [0, 'a\ufffd海\ud83d\ude00'],
    });
    const samples = [{ labels: Labels.of({ a: '\udcff' }), value: 1 }];
    expect(data(renderSmallResult(resultOf({ type: 'vector', tMs: 0, samples })))).toMatchObject({
      result: [{ metric: { a: '\ufffd' } }],
    });
  });

  it('writes native histograms', () => {
    const samples = [{ labels: Labels.EMPTY, value: 0, histogram: HISTOGRAM }];
    expect(data(renderSmallResult(resultOf({ type: 'vector', tMs: 1_000, samples }))).result).toEqual([
      { metric: {}, histogram: [1, HISTOGRAM_JSON] },
    ]);
    const custom = [{ labels: Labels.EMPTY, value: 0, histogram: CUSTOM }];
    expect(
      data(renderSmallResult(resultOf({ type: 'vector', tMs: 0, samples: custom }))).result[0].histogram[1].buckets,
    ).toEqual([
      [3, '-Inf', '5', '1'],
      [0, '5', '10', '2'],
      [0, '10', '+Inf', '3'],
    ]);
  });

  it('writes floats and histograms of a series side by side', () => {
    const series = [
      {
        labels: Labels.of({ a: '1' }),
        values: Float64Array.of(1, 0, 3),
        present: Uint8Array.of(1, 0, 1),
        histograms: [undefined, HISTOGRAM, undefined],
      },
      {
        labels: Labels.of({ a: '2' }),
        values: new Float64Array(3),
        present: new Uint8Array(3),
        histograms: [HISTOGRAM],
      },
    ];
    const value = { type: 'stepMatrix', startMs: 0, stepMs: 1_000, steps: 3, series } as const;
    expect(data(renderSmallResult(resultOf(value))).result).toEqual([
      {
        metric: { a: '1' },
        values: [
          [0, '1'],
          [2, '3'],
        ],
        histograms: [[1, HISTOGRAM_JSON]],
      },
      { metric: { a: '2' }, histograms: [[0, HISTOGRAM_JSON]] },
    ]);
  });

  it('writes raw matrices', () => {
    const series = [
      {
        labels: Labels.of({ a: '1' }),
        tsMs: Float64Array.of(1, 1_000),
        values: Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY),
        histograms: [{ tMs: 2_000, histogram: HISTOGRAM }],
      },
    ];
    expect(data(renderSmallResult(resultOf({ type: 'rawMatrix', series }))).result).toEqual([
      {
        metric: { a: '1' },
        values: [
          [0.001, 'NaN'],
          [1, '+Inf'],
        ],
        histograms: [[2, HISTOGRAM_JSON]],
      },
    ]);
  });

  it('lets others have the event loop, and stops for a client that went away', async () => {
    const series = Array.from({ length: 2_000 }, (_, i) => ({
      labels: Labels.of({ i: `${i}` }),
      values: Float64Array.from({ length: 300 }, (_one, k) => i / (k + 1)),
      present: new Uint8Array(300).fill(1),
    }));
    const value = { type: 'stepMatrix', startMs: 0, stepMs: 1_000, steps: 300, series } as const;
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const chunks: Buffer[] = [];
    for await (const chunk of renderQueryResult(resultOf(value))) chunks.push(chunk);
    clearInterval(timer);
    expect(data(Buffer.concat(chunks)).result).toHaveLength(2_000);
    expect(turns).toBeGreaterThan(3);

    const client = new AbortController();
    client.abort();
    let bytes = 0;
    for await (const chunk of renderQueryResult(resultOf(value), { signal: client.signal })) bytes += chunk.length;
    expect(bytes).toBeLessThan(Buffer.concat(chunks).length / 2);
  });
});
