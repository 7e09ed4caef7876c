import { hash64, Labels, type SampleBatch } from '@petrel/model';
import { BatchBuilder, type ExpositionFormat } from '@petrel/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultScrapeConfig, type ScrapeConfig } from '../config.ts';
import { FakeSink } from '../fake-sink.ts';
import { noCounts, TargetIngester } from './ingester.ts';
import { compileScrapePlan } from './plan.ts';
import { emptyLabelNames, joinLabels } from './sample-labels.ts';
import { DROPPED, SeriesCache } from './series-cache.ts';

const T = 1_700_000_000_000;

function setUp(changes: Partial<ScrapeConfig> = {}) {
  const sink = new FakeSink();
  const plan = compileScrapePlan({ ...defaultScrapeConfig('j'), ...changes });
  const ingester = new TargetIngester(plan, Labels.of({ job: 'j' }), sink.registry);
  const scrape = (body: string | Uint8Array, format: ExpositionFormat = 'text', tMs = T): SampleBatch => {
    const out = new BatchBuilder();
    ingester.append(typeof body === 'string' ? Buffer.from(body) : body, format, tMs, out, noCounts());
    ingester.commit();
    return out.finish();
  };
  return { sink, ingester, scrape };
}

describe('the ingester', () => {
  it('keeps exemplars, once each, and start times', () => {
    const { sink, scrape } = setUp();
    const body = (trace: string): string =>
      `# TYPE a counter\na_total 1 # {trace_id="${trace}"} 0.5\na_created 1600000000\n# EOF\n`;
    const first = scrape(body('x'), 'openmetrics');
    expect(first.exemplars?.map((e) => [e.labels.toObject(), e.value, e.tMs])).toEqual([[{ trace_id: 'x' }, 0.5, T]]);
    expect(first.startTimestampsMs?.[0]).toBe(1_600_000_000_000);
    expect(sink.rowsOf(first).map((row) => row.series)).toEqual(['a_total{job="j"}']);
    expect(scrape(body('x'), 'openmetrics', T + 1000).exemplars ?? []).toEqual([]);
    expect(scrape(body('y'), 'openmetrics', T + 2000).exemplars).toHaveLength(1);
  });

  it('repeats markers and metadata until a scrape was stored', () => {
    const { sink, ingester, scrape } = setUp();
    scrape('a 1\nb 1\n');
    for (let i = 0; i < 2; i++) {
      const out = new BatchBuilder();
      ingester.append(Buffer.from('# HELP a New.\na 1\n'), 'text', T + i, out, noCounts());
      ingester.rollback();
      const lost = out.finish();
      expect(sink.valuesOf(lost)).toEqual({ 'a{job="j"}': 1, 'b{job="j"}': 'stale' });
      expect(lost.metadata).toHaveLength(1);
    }
    expect(sink.valuesOf(scrape('# HELP a New.\na 1\n'))).toEqual({ 'a{job="j"}': 1, 'b{job="j"}': 'stale' });
    expect(sink.valuesOf(scrape('# HELP a New.\na 1\n'))).toEqual({ 'a{job="j"}': 1 });
  });

  it('holds what a target exposes, not everything that it ever did', () => {
    const { ingester, scrape } = setUp({ sampleLimit: 1_000 });
    const body = (round: number, count: number): string => {
      const one = (i: number): string =>
        `# TYPE c${round}_${i} counter\nc${round}_${i}_total 1 # {t="${i}"} 1 ${T / 1000}\n`;
      return `${Array.from({ length: count }, (_, i) => one(i)).join('')}# EOF\n`;
    };
    for (let round = 0; round < 30; round++) scrape(body(round, 50), 'openmetrics', T + round);
    expect(ingester.held.series).toBe(50);
    expect(ingester.held.exemplars).toBe(50);
    expect(ingester.held.metadata).toBe(11 * 50);
    for (let round = 30; round < 50; round++) {
      expect(() => scrape(body(round, 1_500), 'openmetrics', T + round)).toThrow('sample limit');
    }
    expect(ingester.held.series).toBeLessThanOrEqual(1_500);
    expect(ingester.held.exemplars).toBeLessThanOrEqual(1_500);
    expect(ingester.held.metadata).toBe(11 * 1_500);
  });

  it('keeps the series of a body that fails now and then', () => {
    const { ingester, scrape } = setUp();
    scrape('a 1\nb 1\n');
    expect(() => scrape('a 1\n}\n')).toThrow();
    expect(ingester.held.series).toBe(2);
  });

  it('learns a series again that the registry has forgotten', () => {
    const { sink, scrape } = setUp();
    scrape('a 1\n');
    const registry = sink.registry as { find: (high: number, low: number) => number };
    const { find } = registry;
    registry.find = () => -1;
    expect(sink.valuesOf(scrape('a 2\n'))).toEqual({ 'a{job="j"}': 2 });
    registry.find = find;
  });

  it('marks exactly the series that are missing, for any sequence of scrapes', () => {
    fc.assert(
      fc.property(fc.array(fc.uniqueArray(fc.nat(6), { maxLength: 6 }), { maxLength: 8 }), (scrapes) => {
        const { sink, scrape } = setUp({
          metricRelabelConfigs: [{ sourceLabels: ['__name__'], regex: 'm6', action: 'drop' }],
        });
        let before = new Set<number>();
        for (const present of scrapes) {
          const rows = sink.rowsOf(scrape(present.map((i) => `m${i} ${i}\n`).join('')));
          const kept = new Set(present.filter((i) => i !== 6));
          const name = (i: number): string => `m${i}{job="j"}`;
          const gone = [...before].filter((i) => !kept.has(i)).map(name);
          expect(
            rows
              .filter((row) => row.value === 'stale')
              .map((row) => row.series)
              .sort(),
          ).toEqual(gone.sort());
          expect(rows.filter((row) => row.value !== 'stale').map((row) => row.series)).toEqual(
            present.filter((i) => i !== 6).map(name),
          );
          before = kept;
        }
      }),
    );
  });

  it('stores the native form of a histogram, the classic one, or both', () => {
    const body = protobufHistogram();
    const names = (changes: Partial<ScrapeConfig>): string[] => {
      const { sink, scrape } = setUp(changes);
      return sink.rowsOf(scrape(body, 'protobuf')).map((row) => row.series.replace(/, job="j"|job="j"/, ''));
    };
    const classic = ['h_bucket{le="1.0"}', 'h_bucket{le="+Inf"}', 'h_sum{}', 'h_count{}'];
    expect(names({})).toHaveLength(4);
    expect(names({ scrapeNativeHistograms: true })).toEqual(['h{}']);
    expect(names({ scrapeNativeHistograms: true, scrapeClassicHistograms: true }).sort()).toHaveLength(
      classic.length + 1,
    );
  });
});

/** One delimited MetricFamily `h` with a classic bucket and native buckets. */
function protobufHistogram(): Uint8Array {
  const bytes = (field: number, content: Uint8Array): Buffer =>
    Buffer.concat([Buffer.from([(field << 3) | 2, content.length]), content]);
  const varint = (field: number, value: number): Buffer => Buffer.from([field << 3, value]);
  const double = (field: number, value: number): Buffer => {
    const out = Buffer.alloc(9);
    out[0] = (field << 3) | 1;
    out.writeDoubleLE(value, 1);
    return out;
  };
  const bucket = Buffer.concat([varint(1, 1), double(2, 1)]);
  const span = Buffer.concat([varint(1, 0), varint(2, 1)]);
  const histogram = Buffer.concat([
    varint(1, 1),
    double(2, 0.7),
    bytes(3, bucket),
    varint(5, 0),
    double(6, 1e-9),
    Buffer.concat([Buffer.from([(12 << 3) | 2, span.length]), span]),
    Buffer.from([13 << 3, 2]),
  ]);
  const family = Buffer.concat([bytes(1, Buffer.from('h')), varint(3, 4), bytes(4, bytes(7, histogram))]);
  return Buffer.concat([Buffer.from([family.length]), family]);
}

describe('label conflicts', () => {
  it('moves exposed labels out of the way, twice if need be', () => {
    const exposed = Labels.of({ __name__: 'm', job: 'a', exported_job: 'b' });
    expect(joinLabels(exposed, Labels.of({ job: 't' }), false).toObject()).toEqual({
      __name__: 'm',
      job: 't',
      exported_exported_job: 'a',
      exported_job: 'b',
    });
    expect(joinLabels(exposed, Labels.of({ job: 't', z: '1' }), true, ['z']).toObject()).toEqual(exposed.toObject());
  });

  it('sees empty labels in text of any notation', () => {
    const empty = (text: string): readonly string[] =>
      emptyLabelNames(Buffer.from(text), 0, Buffer.byteLength(text), 'text');
    expect(empty('a{b="",c="x",d=""}')).toEqual(['b', 'd']);
    expect(empty('a{ b = "" , c="\\"" }')).toEqual(['b']);
    expect(empty('{"a","b.c"="",d=",x=\\"\\""}')).toEqual(['b.c']);
    expect(empty('a')).toEqual([]);
  });
});

describe('the series cache', () => {
  it('behaves as a map, for any operations', () => {
    const hash = new Uint32Array(2);
    const words = (key: number): [number, number] => {
      const bytes = Uint8Array.of(key & 0xff, key >> 8);
      hash64(bytes, 0, 2, hash);
      return [hash[0] as number, hash[1] as number];
    };
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(400), { maxLength: 200 }), { maxLength: 6 }), (rounds) => {
        const cache = new SeriesCache();
        let model = new Map<number, number>();
        rounds.forEach((keys, round) => {
          const seen = new Map<number, number>();
          for (const key of keys) {
            const slot = cache.find(...words(key));
            expect(slot >= 0).toBe(model.has(key) || seen.has(key));
            const ref = key % 7 === 0 ? DROPPED : key;
            if (slot < 0) cache.insert(...words(key), ref, round + 1);
            else {
              expect(cache.refAt(slot)).toBe(ref);
              expect(cache.see(slot, round + 1)).toBe(seen.has(key));
            }
            seen.set(key, ref);
          }
          cache.sweep(round + 1);
          model = seen;
          expect(cache.size).toBe(model.size);
        });
      }),
    );
  });
});
