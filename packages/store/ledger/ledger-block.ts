import type { OutboxEntry } from '../control/ledger-outbox.ts';
import {
  lowCardinalityColumn,
  mapColumn,
  type NativeColumn,
  stringColumn,
  timeColumn,
  uint64ArrayColumn,
  uint64Column,
} from '../native/encode.ts';

const utf8 = new TextEncoder();

/** Entries as columns of the table `ledger`. */
export function ledgerBlock(batch: readonly OutboxEntry[]): { rows: number; columns: readonly NativeColumn[] } {
  const entries = batch.map(({ entry }) => entry);
  return {
    rows: batch.length,
    columns: [
      timeColumn(
        'ts',
        Float64Array.from(entries, ({ tMs }) => tMs),
        batch.length,
      ),
      uint64Column(
        'seq',
        batch.map(({ id }) => id),
      ),
      wordsColumn(
        'kind',
        entries.map(({ kind }) => kind),
      ),
      fingerprintsColumn(entries.map(({ fingerprints }) => fingerprints)),
      wordsColumn(
        'alertname',
        entries.map(({ alertname }) => alertname),
      ),
      labelsColumn(entries.map(({ labels }) => labels.pairs)),
      stringColumn(
        'group_key',
        entries.map(({ groupKey }) => groupKey),
      ),
      wordsColumn(
        'receiver',
        entries.map(({ receiver }) => receiver),
      ),
      wordsColumn(
        'integration',
        entries.map(({ integration }) => integration),
      ),
      wordsColumn(
        'reason',
        entries.map(({ reason }) => reason),
      ),
      stringColumn(
        'detail',
        entries.map(({ detail }) => JSON.stringify(detail)),
      ),
    ],
  };
}

/** Positions of words in a dictionary that grows with them. */
class Dictionary {
  readonly words: string[] = [];
  readonly #positions = new Map<string, number>();

  position(word: string): number {
    let at = this.#positions.get(word);
    if (at === undefined) {
      at = this.words.push(word) - 1;
      this.#positions.set(word, at);
    }
    return at;
  }
}

function wordsColumn(name: string, values: readonly string[]): NativeColumn {
  const dictionary = new Dictionary();
  const index = Uint32Array.from(values, (value) => dictionary.position(value));
  return lowCardinalityColumn(name, dictionary.words, index, values.length);
}

function labelsColumn(rows: readonly (readonly string[])[]): NativeColumn {
  const dictionary = new Dictionary();
  const offsets = new Float64Array(rows.length);
  const keys: number[] = [];
  const values: Uint8Array[] = [];
  for (const [i, pairs] of rows.entries()) {
    for (let k = 0; k < pairs.length; k += 2) {
      keys.push(dictionary.position(pairs[k] as string));
      values.push(utf8.encode(pairs[k + 1] as string));
    }
    offsets[i] = keys.length;
  }
  return mapColumn('labels', offsets, rows.length, dictionary.words, Uint32Array.from(keys), values);
}

function fingerprintsColumn(rows: readonly (readonly string[])[]): NativeColumn {
  const offsets = new Float64Array(rows.length);
  let total = 0;
  for (const [i, fingerprints] of rows.entries()) {
    total += fingerprints.length;
    offsets[i] = total;
  }
  const words = new Uint32Array(2 * total);
  let at = 0;
  for (const fingerprints of rows) {
    for (const fingerprint of fingerprints) {
      words[at++] = Number.parseInt(fingerprint.slice(8), 16);
      words[at++] = Number.parseInt(fingerprint.slice(0, 8), 16);
    }
  }
  return uint64ArrayColumn('fingerprints', offsets, rows.length, words);
}
