import { Labels } from '@petrel/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SeriesSet } from '../series-set.ts';
import { CacheEntry } from './entry.ts';

it('holds what was appended in any order, the last of a time, and never changes what it handed out', () => {
  const step = fc.record({
    position: fc.nat(3),
    t: fc.integer({ min: -5, max: 400 }),
    value: fc.nat(0xffffffff),
    compact: fc.nat(30).map((n) => n === 0),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const set = new SeriesSet();
      for (let i = 0; i < 4; i++) set.add(1, i, Labels.of({ i: String(i) }));
      const entry = new CacheEntry(set, 0);
      const truth = [0, 1, 2, 3].map(() => new Map<number, number>());
      const handedOut: { view: { tsMs: Float64Array; from: number; to: number }; copy: number[] }[] = [];
      for (const { position, t, value, compact } of steps) {
        entry.append(position, t, value, 0);
        if (t >= 0) truth[position]?.set(t, value);
        if (compact) entry.compact(0);
        const view = entry.view(position, 10, 300);
        const expected = [...(truth[position] ?? [])]
          .filter(([at]) => at >= 10 && at <= 300)
          .sort((a, b) => a[0] - b[0]);
        const words = view === undefined ? undefined : new Uint32Array(view.values.buffer);
        const found: number[][] = [];
        if (view !== undefined && words !== undefined) {
          for (let i = view.from; i < view.to; i++) found.push([view.tsMs[i] ?? 0, words[2 * i] ?? 0]);
          handedOut.push({ view, copy: [...view.tsMs.subarray(view.from, view.to)] });
        }
        expect(found).toEqual(expected);
      }
      for (const { view, copy } of handedOut) expect([...view.tsMs.subarray(view.from, view.to)]).toEqual(copy);
    }),
    { numRuns: 60 },
  );
});

it('puts what it held behind an earlier part, and goes on', async () => {
  const set = new SeriesSet();
  for (let i = 0; i < 3; i++) set.add(1, i, Labels.of({ i: String(i) }));
  const later = new CacheEntry(set, 100);
  for (let t = 100; t < 400; t++) later.append(0, t, t, 0);
  later.append(1, 150, 7, 0);
  const entry = new CacheEntry(set, 50);
  for (const position of [0, 2]) entry.append(position, 60, 1, 0);
  await entry.adopt(later);
  entry.append(0, 400, 2, 0);
  entry.append(0, 99, 3, 0);
  const times = [0, 1, 2].map((position) => {
    const view = entry.view(position, 0, 1000);
    return view === undefined ? [] : [...view.tsMs.subarray(view.from, view.to)];
  });
  expect(times).toEqual([[60, 99, ...Array.from({ length: 301 }, (_, i) => 100 + i)], [150], [60]]);
  expect(entry.samples).toBe(305);
  expect(later.view(0, 0, 1000)?.tsMs[later.view(0, 0, 1000)?.from ?? 0]).toBe(100);
});
