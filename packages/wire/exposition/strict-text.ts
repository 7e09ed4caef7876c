import type { MetricType } from '@petrel/model';
import { PetrelError } from '@petrel/model';
import type { FamilyMetric, MetricFamily } from './family.ts';
import { parseFloatText } from './number.ts';
import { TextParser } from './text-parser.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface OpenFamily {
  readonly name: string;
  type: MetricType | undefined;
  help: string | undefined;
  readonly metrics: Map<string, Writable<FamilyMetric>>;
}

/**
 * A text exposition grouped into families, checked as a client library does that reads a whole file (and as Pushgateway checks what is pushed):
 * stricter than scraping. Families without samples are left out; the order is that of appearance. Throws DECODE_FAILED.
 */
export function readTextFamilies(bytes: Uint8Array): MetricFamily[] {
  return new FamilyReader(bytes).read();
}

class FamilyReader {
  readonly #families = new Map<string, OpenFamily>();
  readonly #parser: TextParser;

  constructor(readonly bytes: Uint8Array) {
    this.#parser = new TextParser(bytes);
  }

  read(): MetricFamily[] {
    const { bytes } = this;
    const parser = this.#parser;
    for (;;) {
      const entry = parser.next();
      if (entry === 'eof') break;
      if (entry === 'help') this.#help();
      else if (entry === 'type') this.#type();
      else if (entry === 'series') this.#sample();
    }
    if (bytes.length > 0 && bytes.at(-1) !== 0x0a && lastLine(bytes).trim() !== '')
      fail('unexpected end of input stream');
    const out: MetricFamily[] = [];
    for (const { name, type, help, metrics } of this.#families.values()) {
      if (metrics.size === 0) continue;
      const family = { name, type: type ?? 'unknown', metrics: [...metrics.values()] } as const;
      out.push(help === undefined ? family : { ...family, help });
    }
    return out;
  }

  #help(): void {
    const { metric, help } = this.#parser;
    this.#checkText(metric);
    // Without a text the line says nothing, however often.
    if (help === '') return;
    const family = this.#family(metric);
    if (family.help !== undefined) fail(`second HELP line for metric name ${JSON.stringify(metric)}`);
    family.help = help;
  }

  #type(): void {
    const { metric, type } = this.#parser;
    this.#checkText(metric);
    const family = this.#family(metric);
    if (family.type !== undefined || family.metrics.size > 0) {
      fail(`second TYPE line for metric name ${JSON.stringify(metric)}, or TYPE reported after samples`);
    }
    family.type = type;
  }

  /** A quoted name that holds a line feed or a backslash came from text that must be looked at as written. */
  #checkText(name: string): void {
    if (name.includes('\n') || name.includes('\\')) this.#checkEscapes(this.#parser.line);
  }

  #checkEscapes(raw: string): void {
    if (/\n/.test(raw)) fail('unescaped new-line in a quoted string');
    if (/\\(?!["\\n])/.test(raw.replace(/\\\\/g, ''))) fail('invalid escape sequence');
  }

  #sample(): void {
    const parser = this.#parser;
    const raw = Buffer.from(parser.bytes.subarray(parser.seriesStart, parser.seriesEnd)).toString();
    this.#checkEscapes(raw);
    const written = parser.labelPairs();
    const names = new Set(written.map(([name]) => name));
    if (names.has('__name__')) fail('label name "__name__" is reserved');
    if (names.size !== written.length) fail(`duplicate label names in ${raw}`);
    const { family, part } = this.#place(parser.metricName());
    const type = family.type ?? 'unknown';
    const bound = type === 'summary' ? 'quantile' : isHistogram(type) ? 'le' : '';
    const labels = written.filter(([name]) => name !== bound);
    const key = JSON.stringify(labels.toSorted(([a], [b]) => (a < b ? -1 : 1)));
    let metric = family.metrics.get(key);
    if (metric === undefined) {
      metric = { labels };
      family.metrics.set(key, metric);
    }
    if (!Number.isNaN(parser.timestampMs)) metric.timestampMs = parser.timestampMs;
    const boundText = bound === '' ? undefined : written.find(([name]) => name === bound)?.[1];
    this.#value(metric, type, part, boundText, family.name);
  }

  #value(
    metric: Writable<FamilyMetric>,
    type: MetricType,
    part: string,
    boundText: string | undefined,
    name: string,
  ): void {
    const { value } = this.#parser;
    if (type !== 'summary' && !isHistogram(type)) {
      metric.value = value;
      return;
    }
    if (part === '_count') {
      if (!(value >= 0)) fail(`negative count for ${type} ${JSON.stringify(name)}`);
      metric.count = value;
    } else if (part === '_sum') metric.sum = value;
    else if (boundText !== undefined) {
      const bound = parseFloatText(boundText);
      if (bound === undefined) fail(`expected float as value for '${type === 'summary' ? 'quantile' : 'le'}' label`);
      if (type === 'summary') metric.quantiles = [...(metric.quantiles ?? []), [bound, value]];
      else {
        if (value < 0) fail(`negative bucket population for histogram ${JSON.stringify(name)}`);
        metric.buckets = [...(metric.buckets ?? []), { bound, count: value }];
      }
    }
  }

  /** The family that a sample belongs to: one of its own name, or the histogram or summary whose suffix it has. */
  #place(name: string): { family: OpenFamily; part: string } {
    const match = /^(.+)(_count|_sum|_bucket)$/s.exec(name);
    const whole = this.#families.get(name);
    if (match !== null && whole === undefined) {
      const base = this.#families.get(match[1] as string);
      const part = match[2] as string;
      const type = base?.type;
      if (base !== undefined && (isHistogram(type) || (type === 'summary' && part !== '_bucket')))
        return { family: base, part };
    }
    return { family: this.#family(name), part: '' };
  }

  #family(name: string): OpenFamily {
    let family = this.#families.get(name);
    if (family === undefined) {
      family = { name, type: undefined, help: undefined, metrics: new Map() };
      this.#families.set(name, family);
    }
    return family;
  }
}

function isHistogram(type: MetricType | undefined): boolean {
  return type === 'histogram' || type === 'gaugehistogram';
}

function lastLine(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(bytes.lastIndexOf(0x0a) + 1)).toString();
}

function fail(message: string): never {
  throw new PetrelError('DECODE_FAILED', `text exposition: ${message}`);
}
