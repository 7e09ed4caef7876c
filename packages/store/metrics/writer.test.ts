import { Labels, noInstruments, PetrelError, type SampleBatch, silentLogger } from '@petrel/model';
import { describe, expect, it } from 'vitest';
import type { InsertBlock } from '../group-commit/block-inserter.ts';
import { DayBook } from './day-book.ts';
import { MetricSeriesRegistry } from './registry.ts';
import { type MetricTable, MetricWriter, type WriterLimits } from './writer.ts';

interface Insert {
  readonly table: MetricTable;
  readonly block: InsertBlock;
  finish(error?: Error): void;
}

/** A writer before a store whose inserts the test finishes by hand. */
function setUp(limits: Partial<WriterLimits> = {}) {
  const registry = new MetricSeriesRegistry();
  const inserts: Insert[] = [];
  const writer = new MetricWriter({
    registry,
    days: new DayBook(registry),
    limits: { batchMs: 1, batchRows: 1000, pipelined: 2, inFlightBytes: 1e6, retryForMs: 1000, ...limits },
    clock: { nowMs: () => 0 },
    logger: silentLogger,
    instruments: noInstruments,
    inserter: {
      insert: (table, block) =>
        new Promise((resolve, reject) => {
          inserts.push({ table, block, finish: (error) => (error === undefined ? resolve() : reject(error)) });
        }),
    },
  });
  const ref = registry.register(1, 1, Labels.of({ __name__: 'x' }));
  const batch = (...times: number[]): SampleBatch => ({
    length: times.length,
    refs: new Uint32Array(times.length).fill(ref),
    timestampsMs: Float64Array.from(times),
    values: new Float64Array(times.length),
  });
  const next = async (n: number) => {
    for (let i = 0; inserts.length < n && i < 400; i++) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(inserts.map(({ table }) => table)).toHaveLength(n);
    return inserts.splice(0);
  };
  return { writer, batch, next, inserts };
}

describe('the writer', () => {
  it('gathers concurrent writes into one insert and acknowledges after it and the series row', async () => {
    const { writer, batch, next } = setUp();
    let acknowledged = 0;
    const writes = [writer.write(batch(1)), writer.write(batch(2, 3))].map((w) => w.then(() => acknowledged++));
    const first = await next(2);
    expect(first.map(({ table, block }) => [table, block.rows])).toEqual([
      ['series', 1],
      ['samples', 3],
    ]);
    first[1]?.finish();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(acknowledged).toBe(0);
    first[0]?.finish();
    await Promise.all(writes);
    const later = writer.write(batch(4));
    const second = await next(1);
    expect(second[0]?.table).toBe('samples');
    second[0]?.finish();
    await later;
  });

  it('marks the day before samples that may replace others, and lets earlier inserts finish first', async () => {
    const { writer, batch, next, inserts } = setUp({ batchRows: 1 });
    const first = writer.write(batch(10));
    const held = await next(2);
    const late = writer.write(batch(5));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(inserts).toHaveLength(0);
    for (const insert of held) insert.finish();
    await first;
    const [mark] = await next(1);
    expect(mark?.table).toBe('rewritten');
    mark?.finish();
    // The series row again: it was not stored yet when the second batch closed.
    const last = await next(2);
    expect(last.map(({ table }) => table)).toEqual(['series', 'samples']);
    for (const insert of last) insert.finish();
    await late;
  });

  it('goes on gathering while an insert is under way', async () => {
    const { writer, batch, next, inserts } = setUp();
    const first = writer.write(batch(1));
    const held = await next(2);
    const more = [writer.write(batch(2))];
    await new Promise((resolve) => setTimeout(resolve, 30));
    more.push(writer.write(batch(3)));
    expect(inserts).toHaveLength(0);
    for (const insert of held) insert.finish();
    await first;
    const [second] = await next(1);
    expect([second?.table, second?.block.rows]).toEqual(['samples', 2]);
    second?.finish();
    await Promise.all(more);
  });

  it('refuses what does not fit its memory, and takes it again afterwards', async () => {
    const { writer, batch, next } = setUp({ inFlightBytes: 200 });
    const first = writer.write(batch(1, 2));
    await expect(writer.write(batch(3, 4))).rejects.toMatchObject({ code: 'STORE_OVERLOADED', retryAfterMs: 1000 });
    for (const insert of await next(2)) insert.finish();
    await first;
    const second = writer.write(batch(5));
    for (const insert of await next(1)) insert.finish();
    await second;
  });

  it('tries again while the store is away, and tells the senders when it stays away', async () => {
    const { writer, batch, next, inserts } = setUp({ retryForMs: 300 });
    const away = () => new PetrelError('STORE_UNAVAILABLE', 'away');
    const first = writer.write(batch(1));
    for (const insert of await next(2)) insert.finish(away());
    for (const insert of await next(2)) insert.finish();
    await first;
    const second = writer.write(batch(2)).catch((error: PetrelError) => error.code);
    const failing = setInterval(() => {
      for (const insert of inserts.splice(0)) insert.finish(away());
    }, 5);
    expect(await second).toBe('STORE_UNAVAILABLE');
    clearInterval(failing);
    const full = writer.write(batch(3));
    for (const insert of await next(1)) insert.finish(new PetrelError('STORE_DISK_FULL', 'full'));
    await expect(full).rejects.toMatchObject({ code: 'STORE_DISK_FULL' });
  });
});
