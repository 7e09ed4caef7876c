import { Labels, type MetricType, PetrelError } from '@petrel/model';
import { parseFloatText } from './number.ts';
import { OpenMetricsParser } from './openmetrics-parser.ts';
import { checkHistogram, type HistogramParts } from './strict-histogram.ts';

const SUFFIXES: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [''],
  histogram: ['_bucket', '_count', '_sum', '_created'],
  gaugehistogram: ['_bucket', '_gcount', '_gsum'],
  summary: ['', '_count', '_sum', '_created'],
  info: ['_info'],
  stateset: [''],
  unknown: [''],
};
/** Of all labels of an exemplar together. */
const MAX_EXEMPLAR_CODE_POINTS = 128;

/**
 * Throws DECODE_FAILED where a body is not OpenMetrics 1.0 to the letter: grammar, suffixes by type, grouping, order, values, exemplars.
 * Scraping does not demand this.
 */
export function validateOpenMetrics(bytes: Uint8Array): void {
  new Validator(bytes).run();
}

interface Family {
  readonly name: string;
  type: MetricType;
  readonly said: Set<string>;
  hasSamples: boolean;
  /** Metrics (labels without le, quantile, state) seen; the current one is the last. */
  readonly metrics: Set<string>;
}

class Validator {
  readonly #parser: OpenMetricsParser;
  /** Names that families before the current one have taken. */
  readonly #claimed = new Set<string>();
  #family: Family | undefined;
  #metric = '';
  #timestampMs: number | undefined;
  #series = new Set<string>();
  #histogram: HistogramParts | undefined;

  constructor(bytes: Uint8Array) {
    this.#parser = new OpenMetricsParser(bytes);
  }

  run(): void {
    const parser = this.#parser;
    for (;;) {
      const entry = parser.next();
      if (entry === 'eof') break;
      if (entry === 'series') this.#sample();
      else this.#metadata(entry);
    }
    this.#closeFamily();
  }

  #metadata(entry: string): void {
    const parser = this.#parser;
    if (this.#family?.name !== parser.metric) this.#openFamily(parser.metric);
    const family = this.#family as Family;
    if (family.hasSamples) fail(`${entry} of ${parser.metric} behind its samples`);
    if (family.said.has(entry)) fail(`second ${entry} of ${parser.metric}`);
    family.said.add(entry);
    if (entry === 'type') family.type = parser.type;
    if (entry === 'unit' && parser.unit !== '') family.said.add('a unit');
    if (family.said.has('a unit') && (family.type === 'info' || family.type === 'stateset')) {
      fail(`${family.type} ${parser.metric} cannot have a unit`);
    }
  }

  #openFamily(name: string): void {
    this.#closeFamily();
    this.#family = { name, type: 'unknown', said: new Set(), hasSamples: false, metrics: new Set() };
  }

  #closeFamily(): void {
    this.#closeMetric();
    const family = this.#family;
    if (family === undefined) return;
    for (const name of new Set([family.name, ...SUFFIXES[family.type].map((suffix) => family.name + suffix)])) {
      if (this.#claimed.has(name)) fail(`clashing name ${JSON.stringify(name)}`);
      this.#claimed.add(name);
    }
    this.#family = undefined;
  }

  #closeMetric(): void {
    if (this.#histogram !== undefined) checkHistogram(this.#histogram);
    this.#histogram = undefined;
    this.#metric = '';
    this.#timestampMs = undefined;
    this.#series = new Set();
  }

  #sample(): void {
    const parser = this.#parser;
    const pairs = parser.labelPairs();
    const names = new Set(pairs.map(([name]) => name));
    if (names.size !== pairs.length) fail('a label name is repeated');
    if (parser.bytes[parser.seriesEnd - 1] === 0x7d && parser.bytes[parser.seriesEnd - 2] === 0x2c)
      fail('a comma behind the last label');
    const name = parser.metricName();
    const suffix = this.#place(name);
    const family = this.#family as Family;
    family.hasSamples = true;
    const own =
      family.type === 'summary'
        ? 'quantile'
        : isHistogram(family.type)
          ? 'le'
          : family.type === 'stateset'
            ? family.name
            : '';
    const labels = new Map(pairs);
    this.#enterMetric(family, Labels.from(pairs.filter(([label]) => label !== own)).key);
    this.#order(`${name}\u0000${Labels.from(pairs).key}`);
    this.#value(family, suffix, labels, own);
    if (parser.hasExemplar) this.#exemplar(family.type, suffix);
  }

  /** The suffix of a sample within the current family, or '' in a new family of its own name. */
  #place(name: string): string {
    const family = this.#family;
    if (family !== undefined) {
      for (const suffix of SUFFIXES[family.type]) if (name === family.name + suffix) return suffix;
    }
    this.#openFamily(name);
    return '';
  }

  #enterMetric(family: Family, key: string): void {
    if (family.metrics.has(key)) {
      if (this.#metric !== key) fail(`samples of one metric of ${family.name} are not together`);
      return;
    }
    this.#closeMetric();
    family.metrics.add(key);
    this.#metric = key;
  }

  #order(series: string): void {
    const { timestampMs } = this.#parser;
    const timed = !Number.isNaN(timestampMs);
    if (this.#series.size > 0) {
      if (timed !== (this.#timestampMs !== undefined)) fail('samples of one metric with and without a timestamp');
      if (timed && timestampMs < (this.#timestampMs as number)) fail('timestamps of one metric go backwards');
      if (!timed && this.#series.has(series)) fail('a sample is repeated');
    }
    this.#series.add(series);
    this.#timestampMs = timed ? timestampMs : undefined;
  }

  #value(family: Family, suffix: string, labels: ReadonlyMap<string, string>, own: string): void {
    const { value } = this.#parser;
    const { type } = family;
    if (
      type === 'counter' ||
      (suffix === '_count' && type === 'summary') ||
      (suffix === '_sum' && type === 'summary')
    ) {
      if (!(value >= 0)) fail(`${type} ${family.name} has the value ${value}`);
    } else if (type === 'summary' && suffix === '') {
      const quantile = parseFloatText(labels.get(own) ?? '');
      if (quantile === undefined || !(quantile >= 0 && quantile <= 1)) fail('a quantile that is not from 0 to 1');
      if (value < 0) fail('a negative quantile value');
    } else if (type === 'info') {
      if (value !== 1) fail('an info that is not 1');
    } else if (type === 'stateset') {
      if (value !== 0 && value !== 1) fail('a state that is not 0 or 1');
      if (!labels.has(own)) fail('a stateset without the label of its name');
    } else if (isHistogram(type)) this.#histogramPart(type, suffix, labels.get('le'));
  }

  #histogramPart(type: MetricType, suffix: string, le: string | undefined): void {
    const { value } = this.#parser;
    this.#histogram ??= { gauge: type === 'gaugehistogram', bounds: [], counts: [], count: undefined, sum: undefined };
    const parts = this.#histogram;
    if (suffix === '_bucket') {
      if (le === undefined) fail('a bucket without le');
      const bound = parseFloatText(le);
      if (bound === undefined || Number.isNaN(bound) || (bound === Infinity && le !== '+Inf'))
        fail(`bucket bound ${le}`);
      if (!(value >= 0)) fail(`a bucket with the value ${value}`);
      parts.bounds.push(bound);
      parts.counts.push(value);
    } else if (suffix === '_count' || suffix === '_gcount') {
      if (!(value >= 0)) fail(`a count of ${value}`);
      parts.count = value;
    } else if (suffix !== '_created') parts.sum = value;
  }

  #exemplar(type: MetricType, suffix: string): void {
    const allowed = (type === 'counter' && suffix === '_total') || (isHistogram(type) && suffix === '_bucket');
    if (!allowed) fail(`an exemplar at a sample of a ${type} that may not have one`);
    let codePoints = 0;
    for (const { labels } of this.#parser.exemplars()) for (const text of labels.pairs) codePoints += [...text].length;
    if (codePoints > MAX_EXEMPLAR_CODE_POINTS) fail(`exemplar labels of ${codePoints} characters`);
  }
}

function isHistogram(type: MetricType): boolean {
  return type === 'histogram' || type === 'gaugehistogram';
}

function fail(message: string): never {
  throw new PetrelError('DECODE_FAILED', `OpenMetrics: ${message}`);
}
