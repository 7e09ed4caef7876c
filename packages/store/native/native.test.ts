import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DecodedBlock, type DecodedColumn, decodeBlocks } from './decode.ts';
import {
  encodeBlock,
  fixedColumn,
  lowCardinalityColumn,
  mapColumn,
  stringColumn,
  timeColumn,
  uint64ArrayColumn,
  uint64Column,
} from './encode.ts';

/** The same bytes, cut anywhere. */
async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = Math.max(1, sizes[i % Math.max(1, sizes.length)] ?? 7);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function collect(bytes: Uint8Array, sizes: readonly number[]): Promise<DecodedBlock[]> {
  const blocks: DecodedBlock[] = [];
  for await (const block of decodeBlocks(cut(bytes, sizes))) blocks.push(block);
  return blocks;
}

const utf8 = new TextEncoder();
const row = fc.record({
  metric: fc.string({ unit: 'grapheme' }),
  text: fc.string({ unit: 'grapheme', maxLength: 200 }),
  ms: fc.integer({ min: -2_000_000_000_000, max: 9_000_000_000_000 }),
  bits: fc.tuple(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 0xffffffff })),
  labels: fc.array(fc.tuple(fc.constantFrom('job', 'instance', 'ü'), fc.string({ maxLength: 300 })), { maxLength: 4 }),
});

function encode(rows: readonly (typeof row extends fc.Arbitrary<infer T> ? T : never)[]): Uint8Array {
  const metrics = [...new Set(rows.map((r) => r.metric))];
  const names = [...new Set(rows.flatMap((r) => r.labels.map(([name]) => name)))];
  const labels = rows.flatMap((r) => r.labels);
  let entries = 0;
  const n = rows.length;
  return Buffer.concat(
    encodeBlock(n, [
      lowCardinalityColumn(
        'metric',
        metrics,
        Uint32Array.from(rows, (r) => metrics.indexOf(r.metric)),
        n,
      ),
      stringColumn(
        'text',
        rows.map((r) => r.text),
      ),
      timeColumn(
        'ts',
        Float64Array.from(rows, (r) => r.ms),
        n,
      ),
      fixedColumn('value', 'Float64', Uint32Array.from(rows.flatMap((r) => r.bits))),
      mapColumn(
        'labels',
        Float64Array.from(rows, (r) => (entries += r.labels.length)),
        n,
        names,
        Uint32Array.from(labels, ([name]) => names.indexOf(name)),
        labels.map(([, value]) => utf8.encode(value)),
      ),
    ]),
  );
}

function textOf(column: DecodedColumn | undefined, i: number): string | undefined {
  if (column?.kind === 'text') return column.at(i);
  return column?.kind === 'lowCardinality' ? column.dictionary[column.index[i] ?? -1] : undefined;
}

describe('a Native block', () => {
  it('reads back as it was written, however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 8 }),
        async (rows, sizes) => {
          const bytes = encode(rows);
          const blocks = await collect(Buffer.concat([bytes, bytes]), sizes);
          expect(blocks).toHaveLength(2);
          const columns = (blocks[1] as DecodedBlock).columns;
          const times = columns.get('ts');
          const values = columns.get('value');
          const labels = columns.get('labels');
          if (times?.kind !== 'int64' || values?.kind !== 'float64' || labels?.kind !== 'map') throw new Error('kinds');
          const words = new Uint32Array(values.values.buffer);
          let entry = 0;
          rows.forEach((r, i) => {
            expect(textOf(columns.get('metric'), i)).toBe(r.metric);
            expect(textOf(columns.get('text'), i)).toBe(r.text);
            const high = (times.words[2 * i + 1] ?? 0) | 0;
            expect((times.words[2 * i] ?? 0) + high * 4294967296).toBe(r.ms);
            expect([words[2 * i], words[2 * i + 1]]).toEqual(r.bits);
            for (const [name, value] of r.labels) {
              expect([textOf(labels.keys, entry), textOf(labels.values, entry)]).toEqual([name, value]);
              entry++;
            }
            expect(labels.offsets[i]).toBe(entry);
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('holds numbers of 64 bits, and lists of them', async () => {
    const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(uint64, fc.array(uint64, { maxLength: 4 })), { minLength: 1 }),
        async (rows) => {
          const flat = rows.flatMap(([, list]) => list);
          let total = 0;
          const offsets = Float64Array.from(rows, ([, list]) => (total += list.length));
          const words = new Uint32Array(BigUint64Array.from(flat).buffer);
          const columns = [
            uint64Column(
              'one',
              rows.map(([one]) => `${one}`),
            ),
            uint64ArrayColumn('list', offsets, rows.length, words),
          ];
          const [block] = await collect(Buffer.concat(encodeBlock(rows.length, columns)), [11]);
          const [one, list] = ['one', 'list'].map((name) => block?.columns.get(name));
          if (one?.kind !== 'int64' || list?.kind !== 'array' || list.values.kind !== 'int64') throw new Error('kinds');
          expect(one.words).toEqual(new Uint32Array(BigUint64Array.from(rows, ([value]) => value).buffer));
          expect(list.offsets).toEqual(offsets);
          expect(list.values.words).toEqual(words);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('that is cut short or mutated is refused with a RangeError, never more', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 10 }),
        fc.nat(),
        fc.option(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }))),
        async (rows, cutAt, change) => {
          const bytes = Uint8Array.from(encode(rows));
          if (change !== null) bytes[change[0] % bytes.length] = change[1];
          const short = change === null ? bytes.subarray(0, cutAt % bytes.length) : bytes;
          try {
            await collect(short, [50]);
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('uses the memory of a passing column again, and no other', async () => {
    const block = (n: number) =>
      encodeBlock(2, [
        { name: 'id', type: 'UInt64', data: [new Uint8Array(Uint32Array.of(n, 0, n + 1, 7).buffer)] },
        { name: 'kept', type: 'UInt64', data: [new Uint8Array(Uint32Array.of(n, 1, n, 2).buffer)] },
      ]);
    const ids: Uint32Array[] = [];
    const kept: Uint32Array[] = [];
    const seen: number[][] = [];
    for await (const { columns } of decodeBlocks(cut(Buffer.concat([...block(1), ...block(5)]), [5]), {
      passing: 'id',
    })) {
      for (const [name, list] of [
        ['id', ids],
        ['kept', kept],
      ] as const) {
        const found = columns.get(name);
        if (found?.kind === 'int64') list.push(found.words);
      }
      seen.push([...(ids.at(-1) ?? [])]);
    }
    expect(seen).toEqual([
      [1, 0, 2, 7],
      [5, 0, 6, 7],
    ]);
    expect(ids[0]?.buffer).toBe(ids[1]?.buffer);
    expect(kept.map((words) => [...words])).toEqual([
      [1, 1, 1, 2],
      [5, 1, 5, 2],
    ]);
  });
});
