import { Labels, noInstruments, PetrelError, silentLogger } from '@petrel/model';
import { describe, expect, it } from 'vitest';
import type { InsertBlock } from '../group-commit/block-inserter.ts';
import { decodeBlocks } from '../native/decode.ts';
import { encodeBlock } from '../native/encode.ts';
import { batchOf, type PlainLine } from './lines-for-tests.ts';
import { type LogTable, LogWriter, type LogWriterLimits } from './log-writer.ts';
import { StreamBook } from './stream-book.ts';

const DAY_NS = 86_400_000_000_000n;

interface Insert {
  readonly table: LogTable;
  readonly block: InsertBlock;
  finish(error?: Error): void;
}

/** A writer before a store whose inserts the test finishes by hand. */
function setUp(limits: Partial<LogWriterLimits> = {}) {
  const inserts: Insert[] = [];
  const named: string[] = [];
  const writer = new LogWriter({
    book: new StreamBook(100),
    limits: { batchMs: 1, batchRows: 1000, pipelined: 2, inFlightBytes: 1e6, retryForMs: 1000, ...limits },
    logger: silentLogger,
    instruments: noInstruments,
    onStreamsStored: (rows) => named.push(...rows.map(({ stream, day }) => `${stream.labels.get('pod')} ${day}`)),
    inserter: {
      insert: (table, block) =>
        new Promise((resolve, reject) => {
          inserts.push({ table, block, finish: (error) => (error === undefined ? resolve() : reject(error)) });
        }),
    },
  });
  const next = async (n: number) => {
    for (let i = 0; inserts.length < n && i < 400; i++) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(inserts.map(({ table }) => table)).toHaveLength(n);
    return inserts.splice(0) as [Insert, ...Insert[]];
  };
  return { writer, next, inserts, named };
}

const line = (pod: string, tsNs = 0n, rest: Partial<PlainLine> = {}): PlainLine => ({
  stream: { service_name: 'api', pod },
  tsNs,
  body: 'x',
  ...rest,
});

async function decoded({ rows, columns }: InsertBlock) {
  async function* bytes() {
    yield Buffer.concat(
      encodeBlock(
        rows,
        columns.filter(({ name }) => name !== 'level'),
      ),
    );
  }
  for await (const block of decodeBlocks(bytes())) return block.columns;
  throw new Error('no rows');
}

describe('the writer of lines', () => {
  it('names new streams before it stores their lines, once for each day', async () => {
    const { writer, next, named } = setUp();
    const first = writer.write(batchOf([line('a'), line('b'), line('a', DAY_NS), line('a', DAY_NS + 1n), line('a')]));
    const [streams] = await next(1);
    expect([streams.table, streams.block.rows]).toEqual(['log_streams', 3]);
    expect(named).toEqual([]);
    streams.finish();
    const [lines] = await next(1);
    expect([lines.table, lines.block.rows]).toEqual(['logs', 5]);
    expect(named).toEqual(['a 0', 'b 0', 'a 1']);
    lines.finish();
    await first;
    const second = writer.write(batchOf([line('b'), line('b', DAY_NS)]));
    const [more] = await next(1);
    expect([more.table, more.block.rows]).toEqual(['log_streams', 1]);
    more.finish();
    for (const insert of await next(1)) insert.finish();
    await second;
  });

  it('names a stream again when that was not acknowledged', async () => {
    const { writer, next, named } = setUp();
    const first = writer.write(batchOf([line('a')])).catch(({ code }: PetrelError) => code);
    const [streams] = await next(1);
    streams.finish(new PetrelError('STORE_DISK_FULL', 'full'));
    expect(await first).toBe('STORE_DISK_FULL');
    const second = writer.write(batchOf([line('a')]));
    const [again] = await next(1);
    expect(again.table).toBe('log_streams');
    again.finish();
    for (const insert of await next(1)) insert.finish();
    await second;
    expect(named).toEqual(['a 0']);
  });

  it('puts the lines of several writes into one block', async () => {
    const { writer, next } = setUp();
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const writes = [
      writer.write(batchOf([line('a', 5n, { body: `ids ${trace} x`, traceId: trace, metadata: { k: 'v' } })])),
      writer.write(batchOf([line('a', 5n, { body: 'ü', traceId: trace, spanId: 's', metadata: { j: 'w', k: 'z' } })])),
      writer.write(batchOf([])),
    ];
    for (const insert of await next(1)) insert.finish();
    const [{ block, finish }] = await next(1);
    const columns = await decoded(block);
    finish();
    await Promise.all(writes);
    const texts = (name: string) => {
      const column = columns.get(name);
      return column?.kind === 'text' ? [column.at(0), column.at(1)] : column?.kind;
    };
    const numbers = (name: string) => {
      const column = columns.get(name);
      return column?.kind === 'small' ? [...column.values] : column?.kind;
    };
    expect(texts('body')).toEqual([`ids ${trace} x`, 'ü']);
    expect([numbers('trace_at'), texts('trace_own')]).toEqual([
      [5, 0],
      ['', trace],
    ]);
    expect([numbers('span_at'), texts('span_own')]).toEqual([
      [0, 0],
      ['', 's'],
    ]);
    expect(numbers('seq')).toEqual([0, 1]);
    const metadata = columns.get('metadata');
    if (metadata?.kind !== 'map' || metadata.keys.kind !== 'lowCardinality' || metadata.values.kind !== 'text')
      throw new Error('no map');
    const { keys, values } = metadata;
    expect([...metadata.offsets]).toEqual([1, 3]);
    expect([0, 1, 2].map((i) => `${keys.dictionary[keys.index[i] as number]}=${values.at(i)}`)).toEqual([
      'k=v',
      'j=w',
      'k=z',
    ]);
  });

  it('refuses what does not fit its memory', async () => {
    const { writer, next } = setUp({ inFlightBytes: 1000 });
    const first = writer.write(batchOf([line('a', 0n, { body: 'x'.repeat(900) })]));
    await expect(writer.write(batchOf([line('a', 0n, { body: 'x'.repeat(900) })]))).rejects.toMatchObject({
      code: 'STORE_OVERLOADED',
    });
    for (const insert of await next(1)) insert.finish();
    for (const insert of await next(1)) insert.finish();
    await first;
  });
});

describe('the book of streams', () => {
  it('gives equal labels one id, and different ones others', () => {
    const book = new StreamBook(10);
    const a = book.find(Labels.of({ service_name: 'x', pod: 'y' }));
    expect(book.find(Labels.of({ pod: 'y', service_name: 'x' }))).toBe(a);
    // Of version 1: stored lines are found by it.
    expect([a.high, a.low, a.service]).toEqual([1437080991, 1784590363, 'x']);
    const ids = [{ a: 'bc' }, { ab: 'c' }, { a: 'b', c: '' }, { a: 'b' }, {}].map(
      (labels) => book.find(Labels.of(labels)).low,
    );
    expect(new Set(ids).size).toBe(4);
    expect(book.find(Labels.EMPTY).service).toBe('unknown_service');
  });

  it('forgets streams that were not written lately, and what is stored after a drop', () => {
    const book = new StreamBook(4);
    const stream = book.find(Labels.of({ pod: '0' }));
    book.stored([{ stream, day: 3 }]);
    for (let i = 1; i < 6; i++) book.find(Labels.of({ pod: String(i) }));
    expect(book.size).toBeLessThanOrEqual(4);
    expect(book.find(Labels.of({ pod: '0' })).storedDays.size).toBe(0);
    const again = book.find(Labels.of({ pod: '5' }));
    book.stored([{ stream: again, day: 3 }]);
    expect(book.find(Labels.of({ pod: '5' })).storedDays.has(3)).toBe(true);
    book.forgetDays();
    expect(again.storedDays.size).toBe(0);
  });
});
