import { isUtf8 } from 'node:buffer';
import { type MetadataColumn, PetrelError } from '@petrel/model';
import { type KnownField, knownFieldOf } from './known-keys.ts';
import { grown, TextColumnBuilder } from './log-columns.ts';

/** Each costs memory far beyond its bytes, so that a request must not bring as many as it has room for. */
const MAX_NAMES = 50_000;

const encoder = new TextEncoder();
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Pairs that many lines have, made ready once. */
export interface PreparedMetadata {
  readonly names: readonly number[];
  readonly values: readonly Uint8Array[];
}

/** Growable columns of structured metadata: pairs are added, then the line that they belong to is closed. */
export class MetadataBuilder {
  readonly values: TextColumnBuilder;
  /** Closed lines. */
  #lines = 0;
  #ends: Uint32Array;
  #nameOf: Uint32Array;
  readonly #names: string[] = [];
  readonly #fields: (KnownField | undefined)[] = [];
  /** How each name stood in the bytes where it was seen last. */
  readonly #rawNames: Uint8Array[] = [];
  readonly #nameByText = new Map<string, number>();
  /** By the text before it was made a name that queries can write. */
  readonly #nameByRaw = new Map<string, number>();
  /** The line (from 1) that had the name last. */
  readonly #lineOfName: number[] = [];

  constructor(lines: number) {
    this.#ends = new Uint32Array(lines);
    this.#nameOf = new Uint32Array(lines);
    this.values = new TextColumnBuilder(lines, lines * 16);
  }

  /** The first pair of the open line. */
  get start(): number {
    return this.#lines === 0 ? 0 : (this.#ends[this.#lines - 1] as number);
  }

  /** Pairs so far. */
  get length(): number {
    return this.values.length;
  }

  /** What the name of a pair is known as. */
  fieldOf(pair: number): KnownField | undefined {
    return this.#fields[this.#nameOf[pair] as number];
  }

  add(name: string, value: string): void {
    if (value === '' || !this.#claim(this.#nameOfText(name))) return;
    this.values.appendText(value);
    this.values.closeRow();
  }

  addBytes(
    bytes: Uint8Array,
    nameFrom: number,
    nameTo: number,
    from: number,
    to: number,
    sanitise: (name: string) => string,
  ): void {
    if (to === from || !this.#claim(this.#nameOfBytes(bytes, nameFrom, nameTo, sanitise))) return;
    this.values.append(bytes, from, to);
    this.values.closeRow();
  }

  /** Names and values in turn; for `addPrepared` of the same builder. */
  prepare(pairs: readonly string[]): PreparedMetadata {
    const names: number[] = [];
    const values: Uint8Array[] = [];
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      if (pairs[i + 1] === '') continue;
      names.push(this.#nameOfText(pairs[i] as string));
      values.push(encoder.encode(pairs[i + 1]));
    }
    return { names, values };
  }

  addPrepared({ names, values }: PreparedMetadata): void {
    for (let i = 0; i < names.length; i++) {
      if (!this.#claim(names[i] as number)) continue;
      const value = values[i] as Uint8Array;
      this.values.append(value, 0, value.length);
      this.values.closeRow();
    }
  }

  closeLine(): void {
    if (this.#lines === this.#ends.length) this.#ends = grown(this.#ends, this.#lines * 2);
    this.#ends[this.#lines++] = this.values.length;
  }

  /** Takes back the pairs of the open line. */
  drop(): void {
    const { start } = this;
    for (let j = start; j < this.values.length; j++) this.#lineOfName[this.#nameOf[j] as number] = 0;
    this.values.truncate(start);
  }

  finish(): MetadataColumn {
    return { ends: this.#ends, names: this.#names, nameOf: this.#nameOf, values: this.values.finish(isUtf8) };
  }

  /** Takes the next pair for a name, unless the line has it already. */
  #claim(name: number): boolean {
    if (this.#lineOfName[name] === this.#lines + 1) return false;
    this.#lineOfName[name] = this.#lines + 1;
    const j = this.values.length;
    if (j === this.#nameOf.length) this.#nameOf = grown(this.#nameOf, j * 2);
    this.#nameOf[j] = name;
    return true;
  }

  #nameOfText(text: string): number {
    let name = this.#nameByText.get(text);
    if (name === undefined) {
      if (this.#names.length === MAX_NAMES) throw tooMany();
      name = this.#names.push(text) - 1;
      this.#nameByText.set(text, name);
      this.#fields.push(knownFieldOf(text));
      this.#rawNames.push(encoder.encode(text));
      this.#lineOfName.push(0);
    }
    return name;
  }

  /** Lines have the same names in the same order as a rule: the one that stood at this place in the line before is tried first. */
  #nameOfBytes(bytes: Uint8Array, from: number, to: number, sanitise: (name: string) => string): number {
    const { start } = this;
    const before = this.#lines < 2 ? 0 : (this.#ends[this.#lines - 2] as number);
    const at = before + this.values.length - start;
    if (at < start) {
      const likely = this.#nameOf[at] as number;
      if (equalBytes(this.#rawNames[likely] as Uint8Array, bytes, from, to)) return likely;
    }
    const raw = bytes.slice(from, to);
    const text = utf8.decode(raw);
    let name = this.#nameByRaw.get(text);
    if (name === undefined) {
      if (this.#nameByRaw.size === MAX_NAMES) throw tooMany();
      name = this.#nameOfText(sanitise(text));
      this.#nameByRaw.set(text, name);
    }
    this.#rawNames[name] = raw;
    return name;
  }
}

function tooMany(): PetrelError {
  return new PetrelError('BODY_TOO_LARGE', `more than ${MAX_NAMES} names of structured metadata in one request`);
}

function equalBytes(name: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[from + i]) return false;
  return true;
}
