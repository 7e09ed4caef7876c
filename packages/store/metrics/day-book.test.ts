import { Labels } from '@petrel/model';
import { describe, expect, it } from 'vitest';
import { Batch } from './batch.ts';
import { DAY_MS, DayBook, dayOf } from './day-book.ts';
import { MetricSeriesRegistry } from './registry.ts';

const TODAY = 20_000;

function setUp(series: number) {
  const registry = new MetricSeriesRegistry();
  const days = new DayBook(registry);
  const refs = Uint32Array.from({ length: series }, (_, i) =>
    registry.register(i, i, Labels.of({ __name__: 'x', i: String(i) })),
  );
  /** One sample of each series; returns how many rows that needs, and stores them. */
  const scrape = (tMs: number, count = series): number => {
    const batch = new Batch();
    batch.add({
      length: count,
      refs,
      timestampsMs: new Float64Array(count).fill(tMs),
      values: new Float64Array(count),
    });
    const marks = days.examine(batch);
    days.stored(marks);
    return marks.newRefs.length;
  };
  return { registry, days, scrape };
}

describe('the days of a series', () => {
  it('are known for the newest day, the one before, and those of a backfill', () => {
    const { scrape } = setUp(10);
    const at = (day: number) => scrape(day * DAY_MS + 5);
    expect([at(TODAY), at(TODAY), at(TODAY + 1), at(TODAY)]).toEqual([10, 0, 10, 0]);
    expect([at(TODAY - 7), at(TODAY - 6), at(TODAY - 7), at(TODAY - 6), at(TODAY + 1)]).toEqual([10, 10, 0, 0, 0]);
  });

  it('get their rows for the next day in portions, and midnight needs none', () => {
    const { days, scrape } = setUp(30_000);
    const midnightMs = (TODAY + 1) * DAY_MS;
    scrape(midnightMs - 3 * 3_600_000);
    expect(days.ahead(midnightMs - 2 * 3_600_000).newRefs).toHaveLength(0);
    let written = 0;
    let most = 0;
    for (let minute = 60; minute > 0; minute--) {
      const nowMs = midnightMs - minute * 60_000 + 1000;
      // A third of the series is gone: they get no row.
      scrape(nowMs - 500, 20_000);
      const rows = days.ahead(nowMs);
      expect([...new Set(rows.newDays)]).toEqual(rows.newDays.length === 0 ? [] : [TODAY + 1]);
      written += rows.newRefs.length;
      most = Math.max(most, rows.newRefs.length);
      days.stored(rows);
    }
    expect(written).toBe(20_000);
    expect(most).toBeLessThanOrEqual(2_000);
    expect(scrape(midnightMs + 1, 20_000)).toBe(0);
    expect(scrape(midnightMs - 1, 20_000)).toBe(0);
    expect(scrape(midnightMs + 2)).toBe(10_000);
    expect(dayOf(midnightMs)).toBe(TODAY + 1);
  });
});
