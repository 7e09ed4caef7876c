import type { MetricType } from '@petrel/model';
import { PetrelError } from '@petrel/model';
import { CreatedTimes, hasStart } from './created-times.ts';
import type { ExpositionEntry, ExpositionOptions, ParsedExemplar } from './entry.ts';
import {
  CLOSE,
  COMMA,
  EQUALS,
  HASH,
  isUtf8,
  type LabelRanges,
  LF,
  LineScanner,
  OPEN,
  QUOTE,
  SPACE,
  unescapeLabel,
} from './line-scanner.ts';
import { parseFloatBytes } from './number.ts';

const TYPES: ReadonlyMap<string, MetricType> = new Map(
  (['counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset', 'unknown'] as const).map((t) => [
    t,
    t,
  ]),
);

const SUFFIXES = new Set(['_total', '_sum', '_count', '_bucket']);

/**
 * OpenMetrics 1.0 text, names in quotes included: single blanks, no blank lines, `# EOF` at the end, times in seconds. What the format
 * demands of families (suffixes, order, values) is left to the strict validator.
 */
export class OpenMetricsParser extends LineScanner {
  readonly #created: CreatedTimes | undefined;
  #familyBytes = Buffer.alloc(0);
  #exemplarValue = 0;
  #exemplarTimestampMs = Number.NaN;
  readonly #exemplarLabels: LabelRanges = { offsets: new Int32Array(16), count: 0 };

  constructor(bytes: Uint8Array, options: ExpositionOptions = {}) {
    super(bytes);
    if (options.createdAsStart) this.#created = CreatedTimes.in(this.bytes);
  }

  next(): ExpositionEntry {
    const { bytes, end } = this;
    for (;;) {
      this.lineStart = this.pos;
      if (this.pos >= end) this.fail('data does not end with # EOF');
      if (bytes[this.pos] === HASH) return this.#hashLine();
      this.#sample();
      if (this.#created === undefined) return 'series';
      if (this.#isCreated(this.family, this.familyType)) continue;
      if (!this.#inFamily()) this.#created.clear();
      this.startTimestampMs = this.#created.startMs(this.familyType, bytes, this.series);
      return 'series';
    }
  }

  /** Whether the sample's name is the family's with one of the suffixes that share its start time. */
  #inFamily(): boolean {
    const { bytes, nameStart, nameEnd } = this;
    const family = this.#familyBytes;
    const length = family.length;
    if (nameEnd - nameStart < length || bytes.compare(family, 0, length, nameStart, nameStart + length) !== 0)
      return false;
    return nameEnd - nameStart === length || SUFFIXES.has(bytes.toString('latin1', nameStart + length, nameEnd));
  }

  #isCreated(family: string, type: MetricType): boolean {
    if (!hasStart(type) || this.nameEnd - this.nameStart < '_created'.length) return false;
    if (this.bytes[this.nameEnd - 1] !== 0x64) return false;
    return CreatedTimes.isCreated(type, family, this.text(this.nameStart, this.nameEnd));
  }

  /** A start time may stand behind the samples that it belongs to: read on to the next TYPE line once. */
  #readCreatedAhead(created: CreatedTimes, type: MetricType): void {
    created.clear();
    this.#familyBytes = Buffer.from(this.family);
    if (!hasStart(type)) return;
    const ahead = new OpenMetricsParser(this.bytes.subarray(this.pos));
    try {
      for (let entry = ahead.next(); entry !== 'eof' && entry !== 'type'; entry = ahead.next()) {
        if (entry !== 'series' || !ahead.#isCreated(this.family, type)) continue;
        const startMs = Math.trunc(ahead.value * 1000);
        if (Number.isSafeInteger(startMs)) created.add(type, ahead.bytes, ahead.series, startMs);
      }
    } catch (error) {
      // The same line fails again, with its number, when the parser itself gets there.
      if (!(error instanceof PetrelError)) throw error;
    }
  }

  exemplars(): readonly ParsedExemplar[] {
    if (!this.hasExemplar) return [];
    const labels = this.decodeLabels(this.#exemplarLabels);
    const tMs = this.#exemplarTimestampMs;
    return [Number.isNaN(tMs) ? { labels, value: this.#exemplarValue } : { labels, value: this.#exemplarValue, tMs }];
  }

  #hashLine(): ExpositionEntry {
    if (this.#take('# EOF')) {
      if (this.bytes[this.pos] === LF) this.pos++;
      if (this.pos < this.end) this.fail('unexpected data after # EOF');
      return 'eof';
    }
    if (this.#take('# HELP ')) {
      this.#metadataName('HELP');
      const text = this.#restOfLine('HELP');
      this.help = text.includes('\\') ? unescapeLabel(text) : text;
      return 'help';
    }
    if (this.#take('# TYPE ')) {
      this.#metadataName('TYPE');
      const text = this.#restOfLine('TYPE');
      const type = TYPES.get(text);
      if (type === undefined) this.fail(`invalid metric type ${JSON.stringify(text)}`);
      this.type = type;
      this.familyType = type;
      if (this.#created !== undefined) this.#readCreatedAhead(this.#created, type);
      return 'type';
    }
    if (this.#take('# UNIT ')) {
      this.#metadataName('UNIT');
      this.unit = this.#restOfLine('UNIT');
      if (this.unit !== '' && !this.metric.endsWith(`_${this.unit}`)) {
        this.fail(`unit ${JSON.stringify(this.unit)} not a suffix of metric ${JSON.stringify(this.metric)}`);
      }
      return 'unit';
    }
    return this.fail(`expected a valid start token, got ${this.here()}`);
  }

  #take(word: string): boolean {
    const { bytes, pos } = this;
    for (let i = 0; i < word.length; i++) if (bytes[pos + i] !== word.charCodeAt(i)) return false;
    this.pos = pos + word.length;
    return true;
  }

  #metadataName(keyword: string): void {
    const start = this.pos;
    if (this.bytes[start] === QUOTE) {
      this.takeQuoted(false, 'metric name');
      this.metric = this.text(start + 1, this.pos - 1);
    } else {
      if (!this.takeName(true)) this.fail(`expected metric name after ${keyword}, got ${this.here()}`);
      this.metric = this.text(start, this.pos);
    }
    this.enterFamily(this.metric);
  }

  #restOfLine(keyword: string): string {
    const { bytes } = this;
    if (bytes[this.pos] !== SPACE) this.fail(`expected text in ${keyword}`);
    const start = this.pos + 1;
    const stop = bytes.indexOf(LF, start);
    if (stop < 0) this.fail(`expected text in ${keyword}, the line is not ended`);
    if (!isUtf8(bytes, start, stop)) this.fail('text is not UTF-8');
    this.pos = stop + 1;
    return bytes.toString('utf8', start, stop);
  }

  #sample(): void {
    const { bytes } = this;
    const start = this.pos;
    this.series.count = 0;
    this.seriesStart = start;
    this.nameStart = -1;
    if (this.takeName(true)) {
      this.nameStart = start;
      this.nameEnd = this.pos;
      if (bytes[this.pos] === OPEN) this.#labels(this.series, true);
    } else if (bytes[start] === OPEN) {
      this.#labels(this.series, true);
      if (this.nameStart < 0) this.fail('metric name not set');
    } else this.fail(`expected a valid start token, got ${this.here()}`);
    this.seriesEnd = this.pos;
    this.startTimestampMs = 0;
    this.value = this.#float('value after metric');
    this.timestampMs = Number.NaN;
    this.hasExemplar = false;
    if (bytes[this.pos] === SPACE && bytes[this.pos + 1] !== HASH) this.timestampMs = this.#seconds('timestamp');
    if (bytes[this.pos] === SPACE && bytes[this.pos + 1] === HASH) this.#exemplar();
    // `# EOF` is still to come, so the line must end.
    if (this.pos >= this.end) this.fail('data does not end with # EOF');
    if (bytes[this.pos] !== LF) this.fail(`expected next entry after timestamp, got ${this.here()}`);
    this.pos++;
  }

  /** `pos` is at the opening brace. */
  #labels(into: LabelRanges, metricAllowed: boolean): void {
    const { bytes } = this;
    this.pos++;
    let open = true;
    while (bytes[this.pos] !== CLOSE || this.pos >= this.end) {
      if (!open) this.fail(`expected comma or brace close, got ${this.here()}`);
      let nameStart = this.pos;
      let nameEnd: number;
      const quoted = bytes[nameStart] === QUOTE;
      if (quoted) {
        this.takeQuoted(false, 'label name');
        nameStart++;
        nameEnd = this.pos - 1;
      } else {
        if (!this.takeName(false)) this.fail(`expected label name, got ${this.here()}`);
        nameEnd = this.pos;
      }
      if (bytes[this.pos] === EQUALS) {
        this.pos++;
        if (bytes[this.pos] !== QUOTE) this.fail(`expected label value, got ${this.here()}`);
        const valueStart = this.pos + 1;
        this.takeQuoted(false, 'label value');
        this.addLabel(into, nameStart, nameEnd, valueStart, this.pos - 1);
      } else if (quoted && metricAllowed && (bytes[this.pos] === COMMA || bytes[this.pos] === CLOSE)) {
        if (this.nameStart >= 0) this.fail('metric name already set');
        this.nameStart = nameStart;
        this.nameEnd = nameEnd;
      } else this.fail(`expected equal, got ${this.here()}`);
      open = bytes[this.pos] === COMMA;
      if (open) this.pos++;
    }
    this.pos++;
  }

  #float(what: string): number {
    const { bytes, end } = this;
    if (bytes[this.pos] !== SPACE) this.fail(`expected ${what}, got ${this.here()}`);
    const start = ++this.pos;
    let pos = start;
    while (pos < end && bytes[pos] !== SPACE && bytes[pos] !== LF) pos++;
    const value = parseFloatBytes(bytes, start, pos);
    this.pos = pos;
    if (value === undefined)
      this.fail(`expected ${what}, got ${JSON.stringify(bytes.toString('utf8', start, Math.min(pos, start + 60)))}`);
    return value;
  }

  /** Seconds as milliseconds, cut as Prometheus cuts them. */
  #seconds(what: string): number {
    const seconds = this.#float(what);
    if (!Number.isFinite(seconds)) this.fail(`invalid ${what} ${seconds}`);
    return Math.trunc(seconds * 1000);
  }

  #exemplar(): void {
    const { bytes } = this;
    this.pos += 2;
    if (bytes[this.pos] !== SPACE || bytes[this.pos + 1] !== OPEN) this.fail('expected exemplar labels after #');
    this.pos++;
    this.#exemplarLabels.count = 0;
    this.#labels(this.#exemplarLabels, false);
    this.#exemplarValue = this.#float('value after exemplar labels');
    this.hasExemplar = true;
    this.#exemplarTimestampMs = bytes[this.pos] === SPACE ? this.#seconds('exemplar timestamp') : Number.NaN;
  }
}
