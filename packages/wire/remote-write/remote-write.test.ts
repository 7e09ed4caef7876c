import type { SeriesRegistry } from '@petrel/model';
import { isStaleAt, Labels, PetrelError, setStaleAt, wordsOf } from '@petrel/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProtoWriter } from '../protobuf/writer.ts';
import { decodeRemoteWrite1 } from './decode-v1.ts';
import { decodeRemoteWrite2 } from './decode-v2.ts';
import { encodeRemoteWrite1, encodeRemoteWrite2, type RemoteWriteSeries } from './encode.ts';

class MapRegistry implements SeriesRegistry {
  readonly refs = new Map<string, number>();
  readonly series: Labels[] = [];
  registered = 0;
  find(high: number, low: number): number {
    return this.refs.get(`${high}/${low}`) ?? -1;
  }
  register(high: number, low: number, labels: Labels): number {
    this.registered++;
    let ref = this.series.findIndex((known) => known.equals(labels));
    if (ref < 0) ref = this.series.push(labels) - 1;
    this.refs.set(`${high}/${low}`, ref);
    return ref;
  }
  labelsOf(ref: number): Labels {
    return this.series[ref] as Labels;
  }
}

const label = fc.tuple(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string({ minLength: 1, unit: 'grapheme' }));
const series: fc.Arbitrary<RemoteWriteSeries> = fc
  .record({
    metric: fc.string({ minLength: 1 }),
    labels: fc.array(label, { maxLength: 6 }),
    samples: fc.array(
      fc.tuple(fc.integer({ min: -8e12, max: 8e12 }), fc.double(), fc.boolean(), fc.integer({ min: 0, max: 8e12 })),
      { maxLength: 5 },
    ),
  })
  .map(({ metric, labels, samples }) => {
    const values = Float64Array.from(samples, ([, value]) => value);
    samples.forEach(([, , stale], i) => {
      if (stale) setStaleAt(wordsOf(values), i);
    });
    return {
      labels: Labels.from([...labels, ['__name__', metric]]),
      timestampsMs: Float64Array.from(samples, ([tMs]) => tMs),
      values,
      from: 0,
      to: samples.length,
      startTimestampsMs: Float64Array.from(samples, ([, , , startMs]) => startMs),
    };
  });

/** One series with one label; `more` is put behind the samples, where the decoder then goes the way for any series. */
function oneSeries(
  name: string,
  samples: readonly (readonly [tMs: number, value: number])[],
  more: boolean,
): Uint8Array {
  const writer = new ProtoWriter();
  const mark = writer.open(1);
  const label = writer.open(1);
  writer.string(1, '__name__');
  writer.string(2, name);
  writer.close(label);
  for (const [tMs, value] of samples) {
    const sample = writer.open(2);
    writer.double(1, value);
    writer.int64(2, tMs);
    writer.close(sample);
  }
  if (more) writer.string(15, 'unknown');
  writer.close(mark);
  return writer.finish();
}

test('the short way for plain series and the way for any series agree', () => {
  const time = fc.oneof(fc.integer({ min: -1000, max: 8e12 }), fc.maxSafeInteger());
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 300 }),
      fc.array(fc.tuple(time, fc.double()), { maxLength: 5 }),
      (name, samples) => {
        const [plain, any] = [false, true].map((more) => {
          const { batch } = decodeRemoteWrite1(oneSeries(name, samples, more), new MapRegistry());
          return [
            ...batch.timestampsMs.subarray(0, batch.length),
            ...wordsOf(batch.values).subarray(0, 2 * batch.length),
          ];
        });
        expect(plain).toEqual(any);
        expect(plain?.slice(0, samples.length)).toEqual(samples.map(([tMs]) => tMs));
      },
    ),
  );
});

describe.each([
  ['1.0', encodeRemoteWrite1, decodeRemoteWrite1],
  ['2.0', encodeRemoteWrite2, decodeRemoteWrite2],
] as const)('remote write %s', (version, encode, decode) => {
  test('what is encoded comes back bit by bit', () => {
    fc.assert(
      fc.property(fc.array(series, { maxLength: 5 }), (sent) => {
        const registry = new MapRegistry();
        const { batch, errors, samples } = decode(encode(sent), registry);
        expect(errors).toEqual([]);
        const total = sent.reduce((sum, { to }) => sum + to, 0);
        expect([samples, batch.length]).toEqual([total, total]);
        let row = 0;
        for (const one of sent) {
          for (let i = 0; i < one.to; i++, row++) {
            expect(registry.labelsOf(batch.refs[row] as number).equals(one.labels)).toBe(true);
            expect(batch.timestampsMs[row]).toBe(one.timestampsMs[i]);
            const [a, b] = [wordsOf(batch.values), wordsOf(one.values)];
            expect([a[2 * row], a[2 * row + 1]]).toEqual([b[2 * i], b[2 * i + 1]]);
            if (version === '2.0') expect(batch.startTimestampsMs?.[row] ?? 0).toBe(one.startTimestampsMs?.[i]);
          }
        }
        const before = registry.registered;
        decode(encode(sent), registry);
        expect(registry.registered).toBe(before);
      }),
      { numRuns: 60 },
    );
  });

  test('mutated bodies give a result or a PetrelError with a 4xx status', () => {
    fc.assert(
      fc.property(
        fc.array(series, { minLength: 1, maxLength: 4 }),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        fc.nat(),
        (sent, edits, cut) => {
          const body = encode(sent).slice();
          for (const [at, byte] of edits) body[at % body.length] = byte;
          for (const bytes of [body, body.subarray(0, cut % body.length)])
            expectResultOr4xx(() => decode(bytes, new MapRegistry()));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('random bytes too', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) =>
        expectResultOr4xx(() => decode(bytes, new MapRegistry())),
      ),
    );
  });

  test('histograms and exemplars survive', () => {
    const registry = new MapRegistry();
    const histogram = {
      counterResetHint: 'gauge',
      schema: 3,
      zeroThreshold: 1e-9,
      zeroCount: 2,
      count: 12,
      sum: 3.5,
      positiveSpans: [
        { offset: -2, length: 2 },
        { offset: 3, length: 1 },
      ],
      positiveBuckets: [1, 4, 2],
      negativeSpans: [{ offset: 0, length: 1 }],
      negativeBuckets: [3],
      customValues: [],
    } as const;
    const custom = {
      ...histogram,
      schema: -53,
      zeroCount: 0,
      zeroThreshold: 0,
      negativeSpans: [],
      negativeBuckets: [],
      positiveSpans: [{ offset: 0, length: 3 }],
      customValues: [0.5, 1],
    };
    const exemplar = { labels: Labels.of({ trace_id: 'abc' }), tMs: 5, value: 0.25 };
    const sent = encode([
      {
        labels: Labels.of({ __name__: 'h' }),
        timestampsMs: new Float64Array(),
        values: new Float64Array(),
        from: 0,
        to: 0,
        histograms: [
          { tMs: 10, histogram },
          { tMs: 20, histogram: custom },
          { tMs: 30, histogram, stale: true },
        ],
        exemplars: [exemplar],
      },
    ]);
    const { batch, errors, histograms } = decode(sent, registry);
    expect(errors).toEqual([]);
    expect(histograms).toBe(3);
    expect(batch.histograms?.slice(0, 2)).toEqual([
      { ref: 0, tMs: 10, histogram },
      { ref: 0, tMs: 20, histogram: custom },
    ]);
    expect(batch.histograms?.[2]?.stale).toBe(true);
    expect(batch.exemplars).toEqual([{ ref: 0, ...exemplar }]);
  });
});

test('a bad series is refused by name, the others are taken; a staleness marker keeps its bits', () => {
  const writer = new ProtoWriter();
  const put = (pairs: [string, string][], low: number, high: number) => {
    const mark = writer.open(1);
    for (const [name, value] of pairs) {
      const inner = writer.open(1);
      writer.string(1, name);
      writer.string(2, value);
      writer.close(inner);
    }
    const inner = writer.open(2);
    writer.doubleWords(1, low, high);
    writer.int64(2, 7);
    writer.close(inner);
    writer.close(mark);
  };
  put([['a', 'no metric']], 0, 0);
  put(
    [
      ['__name__', 'm'],
      ['a', '1'],
      ['a', '2'],
    ],
    0,
    0,
  );
  put(
    [
      ['z', '1'],
      ['__name__', 'm'],
      ['empty', ''],
    ],
    2,
    0x7ff00000,
  );
  const registry = new MapRegistry();
  const { batch, errors, refusedSamples } = decodeRemoteWrite1(writer.finish(), registry);
  expect(errors.map(({ message }) => message)).toEqual([
    'series without a metric name: {a="no metric"}',
    'duplicate label "a" in {__name__="m", a="1", a="2"}',
  ]);
  expect(refusedSamples).toBe(2);
  expect(batch.length).toBe(1);
  expect(isStaleAt(wordsOf(batch.values), 0)).toBe(true);
  expect(registry.labelsOf(0).toObject()).toEqual({ __name__: 'm', z: '1' });
});

test('integer histograms are decoded from deltas to absolute counts', () => {
  const writer = new ProtoWriter();
  const mark = writer.open(1);
  const name = writer.open(1);
  writer.string(1, '__name__');
  writer.string(2, 'h');
  writer.close(name);
  const h = writer.open(4);
  writer.int64(1, 9);
  writer.double(2 + 1, 4);
  writer.sint32(4, -1);
  writer.int64(6, 1);
  const span = writer.open(11);
  writer.sint32(1, -3);
  writer.uint32(2, 3);
  writer.close(span);
  writer.packed(12, [3, -2, 3], 'sint64');
  writer.int64(15, 99);
  writer.close(h);
  writer.close(mark);
  const { batch } = decodeRemoteWrite1(writer.finish(), new MapRegistry());
  expect(batch.histograms?.[0]).toMatchObject({
    tMs: 99,
    histogram: {
      schema: -1,
      count: 9,
      zeroCount: 1,
      positiveBuckets: [3, 1, 4],
      positiveSpans: [{ offset: -3, length: 3 }],
    },
  });
});

function expectResultOr4xx(decode: () => unknown): void {
  try {
    decode();
  } catch (error) {
    expect(error).toBeInstanceOf(PetrelError);
    expect(Math.floor((error as PetrelError).status / 100)).toBe(4);
  }
}
