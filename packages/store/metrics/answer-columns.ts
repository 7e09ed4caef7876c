import { Labels } from '@petrel/model';
import type { DecodedBlock, DecodedColumn } from '../native/decode.ts';

/** Calls with the id and labels of each row of a block that has the columns `series` and `found`. */
export function eachSeries(block: DecodedBlock, visit: (high: number, low: number, labels: Labels) => void): void {
  const ids = column(block, 'series', 'int64').words;
  const labels = labelsReader(block, 'found');
  for (let i = 0; i < block.rows; i++) visit(ids[2 * i + 1] as number, ids[2 * i] as number, labels(i));
}

/** Reads the Map column as sorted labels. */
export function labelsReader(block: DecodedBlock, name: string): (row: number) => Labels {
  const { offsets, keys, values } = column(block, name, 'map');
  const key = textAt(keys);
  const value = textAt(values);
  return (row) => {
    const pairs: string[] = [];
    let sorted = true;
    for (let k = row === 0 ? 0 : (offsets[row - 1] as number); k < (offsets[row] as number); k++) {
      const text = key(k);
      if (pairs.length > 0 && text <= (pairs[pairs.length - 2] as string)) sorted = false;
      pairs.push(text, value(k));
    }
    return sorted ? Labels.fromSortedPairs(pairs) : Labels.from(entriesOf(pairs));
  };
}

function* entriesOf(pairs: readonly string[]): Generator<[string, string]> {
  for (let i = 0; i < pairs.length; i += 2) yield [pairs[i] as string, pairs[i + 1] as string];
}

/** Texts of a column, whether ClickHouse sent it with a dictionary or (as it may for old clients) without. */
export function textAt(found: DecodedColumn | undefined): (row: number) => string {
  if (found?.kind === 'text') return (row) => found.at(row);
  if (found?.kind === 'lowCardinality') return (row) => found.dictionary[found.index[row] as number] as string;
  throw new RangeError(`a column came as ${found?.kind ?? 'nothing'}, not text`);
}

/** A column of an answer whose shape our own statement decides. */
export function column<K extends DecodedColumn['kind']>(
  block: DecodedBlock,
  name: string,
  kind: K,
): Extract<DecodedColumn, { kind: K }> {
  const found = block.columns.get(name);
  if (found?.kind !== kind) throw new RangeError(`column ${name} came as ${found?.kind ?? 'nothing'}, not ${kind}`);
  return found as Extract<DecodedColumn, { kind: K }>;
}

/** Row `i` of a column of words; exact below 2^53. */
export function int64(words: Uint32Array, i: number): number {
  return (words[2 * i] as number) + ((words[2 * i + 1] as number) | 0) * 4294967296;
}
