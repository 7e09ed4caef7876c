import { Labels } from '@petrel/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MetricSeriesRegistry } from './registry.ts';

describe('the series registry', () => {
  it('gives one reference to equal labels, whatever the bytes that named them, and keeps the labels', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(fc.dictionary(text, text, { maxKeys: 6 }), { maxLength: 60 }), (list) => {
        const registry = new MetricSeriesRegistry();
        const refs = new Map<string, number>();
        list.forEach((record, i) => {
          const labels = Labels.of({ ...record, __name__: 'm' });
          const ref = registry.register(i, i * 7, labels);
          expect(refs.get(labels.key) ?? ref).toBe(ref);
          refs.set(labels.key, ref);
          expect(registry.find(i, i * 7)).toBe(ref);
        });
        expect(new Set(refs.values()).size).toBe(refs.size);
        for (const [key, ref] of refs) expect(registry.labelsOf(ref).key).toBe(key);
        expect(registry.find(99, 1)).toBe(-1);
      }),
    );
  });

  it('forgets what nobody asked for in two generations, and nothing else', () => {
    const registry = new MetricSeriesRegistry();
    const labels = (i: number) => Labels.of({ __name__: 'm', i: String(i) });
    for (let i = 0; i < 10_000; i++) registry.register(i, i, labels(i));
    for (let turn = 0; turn < 3; turn++) {
      registry.rotate();
      for (let i = 0; i < 10_000; i += 10) registry.find(i, i);
    }
    expect(registry.size).toBe(1000);
    expect(registry.find(1, 1)).toBe(-1);
    for (let i = 0; i < 10_000; i += 10) expect(registry.labelsOf(registry.find(i, i))).toEqual(labels(i));
    const capacity = registry.capacity;
    for (let i = 0; i < 9000; i++) registry.register(i, i + 1, labels(i + 20_000));
    expect(registry.capacity).toBe(capacity);
    expect(registry.size).toBe(10_000);
    expect(registry.labelsOf(registry.find(5, 6))).toEqual(labels(20_005));
  });

  it('names a series by a hash that does not change between versions', () => {
    const registry = new MetricSeriesRegistry();
    const ref = registry.register(1, 1, Labels.of({ __name__: 'up', job: 'node', instance: 'a:9100' }));
    expect(registry.idOf(ref)).toBe(FIXED_ID);
  });

  it('holds a hundred thousand series with nine labels in less than 15 MB', () => {
    const registry = new MetricSeriesRegistry();
    for (let i = 0; i < 100_000; i++) {
      const record = { __name__: `m${i % 50}`, job: 'j', cluster: 'c', zone: 'z', env: 'e', team: 't', code: '200' };
      registry.register(i, i ^ 0x5555, Labels.of({ ...record, instance: `host-${i % 2000}`, path: `/${i}` }));
    }
    expect(registry.size).toBe(100_000);
    expect(registry.bytes).toBeLessThan(15e6);
  });
});

const FIXED_ID = 7_811_930_656_699_034_739n;
