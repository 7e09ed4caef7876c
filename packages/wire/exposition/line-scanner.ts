import type { FloatHistogram, MetricType } from '@petrel/model';
import { Labels, PetrelError, quote } from '@petrel/model';
import type { ExpositionEntry, ExpositionParser, ParsedExemplar } from './entry.ts';
import { normaliseFloatLabel } from './number.ts';

export const LF = 0x0a;
export const SPACE = 0x20;
export const TAB = 0x09;
export const HASH = 0x23;
export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const EQUALS = 0x3d;
export const BACKSLASH = 0x5c;
export const OPEN = 0x7b;
export const CLOSE = 0x7d;

const LETTER = 1;
const DIGIT = 2;
const COLON = 4;
const CLASSES = new Uint8Array(256);
for (let c = 0x61; c <= 0x7a; c++) CLASSES[c] = CLASSES[c - 32] = LETTER;
CLASSES[0x5f] = LETTER;
for (let c = 0x30; c <= 0x39; c++) CLASSES[c] = DIGIT;
CLASSES[0x3a] = COLON;

const words = new Uint32Array(2);
const double = new Float64Array(words.buffer);

/** Label names and values of a sample or an exemplar as ranges, four offsets each: name start, name end, value start, value end. */
export interface LabelRanges {
  offsets: Int32Array;
  /** Labels, not offsets. */
  count: number;
}

/** What the two text formats share: tokens, label ranges, decoding of strings, errors. The grammars are the subclasses'. */
export abstract class LineScanner implements ExpositionParser {
  readonly bytes: Buffer;
  protected pos = 0;
  protected readonly end: number;
  protected lineStart = 0;
  seriesStart = 0;
  seriesEnd = 0;
  value = 0;
  timestampMs = Number.NaN;
  startTimestampMs = 0;
  hasExemplar = false;
  metric = '';
  type: MetricType = 'unknown';
  help = '';
  unit = '';
  comment = '';
  /** The metric name's range, without quotes. */
  protected nameStart = 0;
  protected nameEnd = 0;
  protected readonly series: LabelRanges = { offsets: new Int32Array(64), count: 0 };
  /** Type of the family that the last metadata line named; it says whether `le` and `quantile` are numbers. */
  protected familyType: MetricType = 'unknown';
  protected family = '';

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.length;
  }

  abstract next(): ExpositionEntry;
  abstract exemplars(): readonly ParsedExemplar[];

  get valueLow(): number {
    double[0] = this.value;
    return words[0] as number;
  }

  get valueHigh(): number {
    double[0] = this.value;
    return words[1] as number;
  }

  labels(): Labels {
    const entries: [string, string][] = [['__name__', this.text(this.nameStart, this.nameEnd)]];
    const numeric = this.familyType === 'histogram' ? 'le' : this.familyType === 'summary' ? 'quantile' : '';
    this.#decode(this.series, entries, numeric);
    return Labels.from(entries);
  }

  histogram(): FloatHistogram {
    throw new Error('the text formats have no native histograms');
  }

  /** The metric name of the current sample. Allocates. */
  metricName(): string {
    return this.text(this.nameStart, this.nameEnd);
  }

  /** Labels of the current sample in the order written, repetitions and empty values included. Allocates. */
  labelPairs(): [name: string, value: string][] {
    const entries: [string, string][] = [];
    this.#decode(this.series, entries, '');
    return entries;
  }

  /** The line that the current entry stands in, as it was written. Allocates. */
  get line(): string {
    const stop = this.pos > this.lineStart && this.bytes[this.pos - 1] === LF ? this.pos - 1 : this.pos;
    return this.bytes.toString('utf8', this.lineStart, stop);
  }

  protected decodeLabels(ranges: LabelRanges): Labels {
    const entries: [string, string][] = [];
    this.#decode(ranges, entries, '');
    return Labels.from(entries);
  }

  #decode(ranges: LabelRanges, entries: [string, string][], numeric: string): void {
    const { offsets, count } = ranges;
    for (let i = 0; i < count * 4; i += 4) {
      const name = this.text(offsets[i] as number, offsets[i + 1] as number);
      const value = this.text(offsets[i + 2] as number, offsets[i + 3] as number);
      entries.push([name, name === numeric ? normaliseFloatLabel(value) : value]);
    }
  }

  /** A range with its escapes (`\\`, `\"`, `\n`) undone; others stay as they stand. */
  protected text(start: number, end: number): string {
    const { bytes } = this;
    let plain = true;
    let ascii = true;
    for (let i = start; i < end; i++) {
      const byte = bytes[i] as number;
      if (byte === BACKSLASH) plain = false;
      else if (byte >= 0x80) ascii = false;
    }
    const text = ascii ? bytes.toString('latin1', start, end) : bytes.toString('utf8', start, end);
    return plain ? text : unescapeLabel(text);
  }

  /** Takes a bare name at `pos`; false where none starts. */
  protected takeName(colons: boolean): boolean {
    const { bytes, end } = this;
    const allowed = colons ? LETTER | COLON : LETTER;
    let pos = this.pos;
    if (pos >= end || ((CLASSES[bytes[pos] as number] as number) & allowed) === 0) return false;
    const mask = allowed | DIGIT;
    pos++;
    while (pos < end && ((CLASSES[bytes[pos] as number] as number) & mask) !== 0) pos++;
    this.pos = pos;
    return true;
  }

  /** `pos` is at an opening quote; afterwards behind the closing one. Line feeds may stand inside where the format lets them. */
  protected takeQuoted(lineFeeds: boolean, what: string): void {
    const { bytes, end } = this;
    const start = this.pos + 1;
    let pos = start;
    let ascii = true;
    for (;;) {
      if (pos >= end) this.fail(`expected ${what}, the quote is not closed`);
      const byte = bytes[pos] as number;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) {
        pos++;
        if (pos >= end || bytes[pos] === LF) this.fail(`expected ${what}, the quote is not closed`);
      } else if (byte === LF && !lineFeeds) this.fail(`expected ${what}, the quote is not closed`);
      if ((bytes[pos] as number) >= 0x80) ascii = false;
      pos++;
    }
    if (!ascii && !isUtf8(bytes, start, pos)) this.fail(`${what} is not UTF-8`);
    this.pos = pos + 1;
  }

  protected addLabel(
    into: LabelRanges,
    nameStart: number,
    nameEnd: number,
    valueStart: number,
    valueEnd: number,
  ): void {
    const at = into.count++ * 4;
    if (at + 4 > into.offsets.length) {
      const grown = new Int32Array(into.offsets.length * 2);
      grown.set(into.offsets);
      into.offsets = grown;
    }
    const { offsets } = into;
    offsets[at] = nameStart;
    offsets[at + 1] = nameEnd;
    offsets[at + 2] = valueStart;
    offsets[at + 3] = valueEnd;
  }

  /** A metadata line speaks of family `metric`: the type of another family is no longer valid. */
  protected enterFamily(metric: string): void {
    if (metric !== this.family) {
      this.family = metric;
      this.familyType = 'unknown';
    }
  }

  protected fail(message: string): never {
    let line = 1;
    const upTo = Math.min(this.pos, this.end);
    for (let i = 0; i < upTo; i++) if (this.bytes[i] === LF) line++;
    // `pos` may stand behind the line that is at fault.
    if (upTo > 0 && this.bytes[upTo - 1] === LF && upTo > this.lineStart) line--;
    const read = this.bytes.toString('utf8', this.lineStart, Math.min(this.end, this.pos + 1, this.lineStart + 120));
    throw new PetrelError('DECODE_FAILED', `exposition line ${line}: ${message}, while parsing ${quote(read)}`);
  }

  /** The byte at `pos` for messages. */
  protected here(): string {
    return this.pos >= this.end ? 'the end' : quote(String.fromCharCode(this.bytes[this.pos] as number));
  }
}

const ESCAPE = /\\(["\\n])/g;

export function unescapeLabel(text: string): string {
  return text.replace(ESCAPE, (_, c: string) => (c === 'n' ? '\n' : c));
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  try {
    utf8.decode(bytes.subarray(start, end));
    return true;
  } catch {
    return false;
  }
}
