import type { MetricType } from '@petrel/model';
import type { ExpositionEntry, ParsedExemplar } from './entry.ts';
import {
  CLOSE,
  COMMA,
  EQUALS,
  HASH,
  isUtf8,
  LF,
  LineScanner,
  OPEN,
  QUOTE,
  SPACE,
  TAB,
  unescapeLabel,
} from './line-scanner.ts';
import { parseFloatBytes } from './number.ts';

const TYPES: ReadonlyMap<string, MetricType> = new Map([
  ['counter', 'counter'],
  ['gauge', 'gauge'],
  ['histogram', 'histogram'],
  ['gaugehistogram', 'gaugehistogram'],
  ['gauge_histogram', 'gaugehistogram'],
  ['summary', 'summary'],
  ['info', 'info'],
  ['stateset', 'stateset'],
  ['untyped', 'unknown'],
  ['unknown', 'unknown'],
]);

/** Prometheus text format 0.0.4, names in quotes included. A missing line feed at the end is forgiven. */
export class TextParser extends LineScanner {
  next(): ExpositionEntry {
    const { bytes, end } = this;
    for (;;) {
      this.#blanks();
      if (this.pos >= end) return 'eof';
      const byte = bytes[this.pos];
      this.lineStart = this.pos;
      if (byte === LF) this.pos++;
      else if (byte === HASH) return this.#hashLine();
      else return this.#sample();
    }
  }

  exemplars(): readonly ParsedExemplar[] {
    return [];
  }

  #blanks(): void {
    const { bytes, end } = this;
    let pos = this.pos;
    while (pos < end && (bytes[pos] === SPACE || bytes[pos] === TAB)) pos++;
    this.pos = pos;
  }

  #hashLine(): ExpositionEntry {
    this.pos++;
    const gap = this.pos;
    this.#blanks();
    if (this.pos > gap) {
      // With nothing behind it, the keyword is a comment.
      if (this.#keyword('HELP') && !this.#atLineEnd()) return this.#help();
      if (this.#keyword('TYPE') && !this.#atLineEnd()) return this.#type();
    }
    this.pos = this.#lineEnd();
    this.comment = this.bytes.toString('utf8', this.lineStart, this.pos);
    if (this.pos < this.end) this.pos++;
    return 'comment';
  }

  /** Takes the word and the blanks behind it; without blanks it is no keyword. */
  #keyword(word: string): boolean {
    const { bytes, pos } = this;
    for (let i = 0; i < word.length; i++) if (bytes[pos + i] !== word.charCodeAt(i)) return false;
    const after = bytes[pos + word.length];
    if (after !== SPACE && after !== TAB) return false;
    this.pos = pos + word.length;
    this.#blanks();
    return true;
  }

  #metadataName(keyword: string): void {
    const start = this.pos;
    if (this.bytes[start] === QUOTE) {
      this.takeQuoted(true, 'metric name');
      this.metric = this.text(start + 1, this.pos - 1);
    } else {
      if (!this.takeName(true)) this.fail(`expected metric name after ${keyword}, got ${this.here()}`);
      this.metric = this.text(start, this.pos);
    }
    this.enterFamily(this.metric);
  }

  #help(): ExpositionEntry {
    this.#metadataName('HELP');
    const text = this.#restOfLine();
    this.help = text.includes('\\') ? unescapeLabel(text) : text;
    return 'help';
  }

  #type(): ExpositionEntry {
    this.#metadataName('TYPE');
    const text = this.#restOfLine();
    const type = TYPES.get(text.trimEnd());
    if (type === undefined)
      this.fail(text === '' ? 'expected text in TYPE' : `invalid metric type ${JSON.stringify(text)}`);
    this.type = type;
    this.familyType = type;
    return 'type';
  }

  /** What stands behind the blanks after a metadata name, up to the line feed, which is taken too. */
  #restOfLine(): string {
    const { bytes, end } = this;
    const after = this.pos;
    this.#blanks();
    if (this.pos === after && this.pos < end && bytes[this.pos] !== LF) {
      this.fail(`expected text after the metric name, got ${this.here()}`);
    }
    const start = this.pos;
    const stop = this.#lineEnd();
    this.pos = stop;
    if (!isUtf8(bytes, start, stop)) this.fail('text is not UTF-8');
    this.pos = stop < end ? stop + 1 : stop;
    return bytes.toString('utf8', start, stop);
  }

  #atLineEnd(): boolean {
    return this.pos >= this.end || this.bytes[this.pos] === LF;
  }

  #lineEnd(): number {
    const at = this.bytes.indexOf(LF, this.pos);
    return at < 0 ? this.end : at;
  }

  #sample(): ExpositionEntry {
    const { bytes } = this;
    const start = this.pos;
    this.series.count = 0;
    this.seriesStart = start;
    this.nameStart = -1;
    if (this.takeName(true)) {
      this.nameStart = start;
      this.nameEnd = this.seriesEnd = this.pos;
      this.#blanks();
      if (bytes[this.pos] === OPEN) {
        this.#labels();
        this.seriesEnd = this.pos;
      }
    } else if (bytes[start] === OPEN) {
      this.#labels();
      if (this.nameStart < 0) this.fail('metric name not set');
      this.seriesEnd = this.pos;
    } else this.fail(`expected a valid start token, got ${this.here()}`);
    this.#valueAndTime();
    return 'series';
  }

  /** `pos` is at the opening brace. Blanks are free, and so (as with Prometheus) is the comma between two labels. */
  #labels(): void {
    const { bytes } = this;
    this.pos++;
    this.#blanks();
    while (bytes[this.pos] !== CLOSE || this.pos >= this.end) {
      let nameStart = this.pos;
      let nameEnd: number;
      const quoted = bytes[nameStart] === QUOTE;
      if (quoted) {
        this.takeQuoted(true, 'label name');
        nameStart++;
        nameEnd = this.pos - 1;
      } else {
        if (!this.takeName(false)) this.fail(`expected label name, got ${this.here()}`);
        nameEnd = this.pos;
      }
      this.#blanks();
      if (bytes[this.pos] === EQUALS) this.#labelValue(nameStart, nameEnd);
      else if (quoted && (bytes[this.pos] === COMMA || bytes[this.pos] === CLOSE)) {
        if (this.nameStart >= 0) this.fail('metric name already set');
        this.nameStart = nameStart;
        this.nameEnd = nameEnd;
      } else this.fail(`expected equal, got ${this.here()}`);
      this.#blanks();
      if (bytes[this.pos] === COMMA) {
        this.pos++;
        this.#blanks();
      }
    }
    this.pos++;
  }

  #labelValue(nameStart: number, nameEnd: number): void {
    this.pos++;
    this.#blanks();
    if (this.bytes[this.pos] !== QUOTE) this.fail(`expected label value, got ${this.here()}`);
    const valueStart = this.pos + 1;
    this.takeQuoted(true, 'label value');
    this.addLabel(this.series, nameStart, nameEnd, valueStart, this.pos - 1);
  }

  #valueAndTime(): void {
    const { bytes, end } = this;
    this.#blanks();
    let pos = this.pos;
    const start = pos;
    while (pos < end) {
      const byte = bytes[pos] as number;
      if (byte === SPACE || byte === LF || byte === TAB || byte === OPEN) break;
      pos++;
    }
    // A name runs into what follows only where a brace closed it.
    if (pos === start || (start === this.seriesEnd && bytes[start - 1] !== CLOSE)) {
      this.fail(`expected value after metric, got ${this.here()}`);
    }
    const value = parseFloatBytes(bytes, start, pos);
    this.pos = pos;
    if (value === undefined)
      this.fail(`expected a float, got ${JSON.stringify(bytes.toString('utf8', start, Math.min(pos, start + 60)))}`);
    this.value = value;
    this.timestampMs = Number.NaN;
    this.#blanks();
    if (this.pos >= end) return;
    if (bytes[this.pos] !== LF) this.#timestamp();
    if (this.pos >= end) return;
    if (bytes[this.pos] !== LF) this.fail(`expected next entry after timestamp, got ${this.here()}`);
    this.pos++;
  }

  #timestamp(): void {
    const { bytes, end } = this;
    let pos = this.pos;
    const negative = bytes[pos] === 0x2d;
    if (negative) pos++;
    const start = pos;
    let ms = 0;
    for (; pos < end; pos++) {
      const digit = (bytes[pos] as number) - 0x30;
      if (digit < 0 || digit > 9) break;
      ms = ms * 10 + digit;
    }
    this.pos = pos;
    if (pos === start) this.fail(`expected timestamp or new line, got ${this.here()}`);
    if (ms > 2 ** 63) this.fail('timestamp out of range');
    this.timestampMs = negative ? -ms : ms;
    this.#blanks();
  }
}
