import { Labels } from '@petrel/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SampleRuns } from './sample-runs.ts';
import type { ChosenSeries } from './series-index.ts';
import { SeriesSet } from './series-set.ts';

function chooseAll(metric: string, size: number): ChosenSeries {
  const set = new SeriesSet();
  for (let i = 0; i < size; i++) set.add(i, 2 * i, Labels.of({ __name__: metric, i: String(i) }));
  return { metric, set, positions: Uint32Array.from({ length: size }, (_, i) => i), complete: true };
}

it('puts series together from blocks of any order, leaves out what is not wanted, and keeps the room asked for', async () => {
  const row = fc.record({ series: fc.nat(3), t: fc.nat(50), value: fc.nat(1) });
  const block = fc
    .array(row, { minLength: 1, maxLength: 30 })
    .map((rows) => rows.sort((a, b) => a.series - b.series || a.t - b.t));
  await fc.assert(
    fc.asyncProperty(fc.array(block, { maxLength: 6 }), fc.boolean(), async (blocks, roomy) => {
      const chosen = chooseAll('m', 3);
      const runs = new SampleRuns();
      const wanted = blocks.flat().filter(({ series }) => series < 2);
      let taken = 0;
      for (const rows of blocks) {
        taken += runs.addBlock({
          rows: rows.length,
          ids: Uint32Array.from(rows.flatMap(({ series }) => [2 * series, series])),
          tsMs: Float64Array.from(rows, ({ t }) => t),
          values: Float64Array.from(rows, ({ value }) => value),
          chosenAt: () => chosen,
          picks: (_, position) => position < 2,
        });
      }
      expect(taken).toBe(wanted.length);
      let conflicts = 0;
      const roomFor = roomy ? (samples: number) => samples + 3 : undefined;
      const series = await runs.gather(() => conflicts++, roomFor);
      for (const { position, slab, from, to, limit } of series) {
        const mine = wanted.filter((one) => one.series === position);
        const times = [...new Set(mine.map(({ t }) => t))].sort((a, b) => a - b);
        expect([...slab.tsMs.subarray(from, to)]).toEqual(times);
        for (let i = from; i < to; i++) {
          expect(mine).toContainEqual({ series: position, t: slab.tsMs[i], value: slab.values[i] });
        }
        if (roomy) expect(limit - from).toBe(mine.length + 3);
      }
      expect(new Set(series.map(({ position }) => position))).toEqual(new Set(wanted.map((one) => one.series)));
      const twice = (series: number) =>
        wanted.some(
          (a) => a.series === series && wanted.some((b) => b.series === series && a.t === b.t && a.value !== b.value),
        );
      expect(conflicts).toBe([0, 1].filter(twice).length);
    }),
    { numRuns: 150 },
  );
});

it('tells metrics apart and moves the bits of a NaN', async () => {
  const [a, b] = [chooseAll('a', 1), chooseAll('b', 1)];
  const values = new Float64Array(4);
  new Uint32Array(values.buffer).set([2, 0x7ff00000, 3, 0x7ff00000, 4, 0x7ff00000, 5, 0x7ff00000]);
  const runs = new SampleRuns();
  for (const from of [2, 0]) {
    runs.addBlock({
      rows: 2,
      ids: new Uint32Array(4),
      tsMs: Float64Array.of(from, from + 1),
      values: values.slice(from, from + 2),
      chosenAt: () => a,
      picks: () => true,
    });
  }
  runs.addBlock({
    rows: 1,
    ids: new Uint32Array(2),
    tsMs: Float64Array.of(9),
    values: Float64Array.of(1),
    chosenAt: () => b,
    picks: () => true,
  });
  const series = await runs.gather(() => undefined);
  expect(series.map(({ chosen, from, to }) => [chosen.metric, to - from])).toEqual([
    ['a', 4],
    ['b', 1],
  ]);
  const first = series[0];
  expect([...(first?.slab.words.subarray(2 * first.from, 2 * first.to) ?? [])]).toEqual([
    2, 0x7ff00000, 3, 0x7ff00000, 4, 0x7ff00000, 5, 0x7ff00000,
  ]);
});
