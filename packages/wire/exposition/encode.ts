import { isLegacyLabelName, isLegacyMetricName, type MetricType } from '@petrel/model';
import { type EscapingScheme, escapeLabelName, escapeMetricName } from './escaping.ts';
import type { FamilyExemplar, FamilyMetric, MetricFamily } from './family.ts';
import { formatGoFloat, formatOpenMetricsFloat } from './number.ts';

export interface EncodeOptions {
  readonly format: 'text' | 'openmetrics';
  /** Default allow-utf-8: names outside the old character set are quoted. */
  readonly escaping?: EscapingScheme;
}

/** A whole exposition; for OpenMetrics with the closing `# EOF`. */
export function encodeExposition(families: Iterable<MetricFamily>, options: EncodeOptions): string {
  let out = '';
  for (const family of families) out += encodeFamily(family, options);
  return options.format === 'openmetrics' ? `${out}# EOF\n` : out;
}

/** One family with its metadata lines. */
export function encodeFamily(family: MetricFamily, options: EncodeOptions): string {
  return new FamilyEncoder(family, options).encode();
}

class FamilyEncoder {
  readonly #open: boolean;
  readonly #escaping: EscapingScheme;
  /** The family's name in metadata lines: without `_total` for a counter in OpenMetrics. */
  readonly #name: string;
  readonly #sampleName: string;
  readonly #type: MetricType;
  #out = '';

  constructor(
    readonly family: MetricFamily,
    options: EncodeOptions,
  ) {
    this.#open = options.format === 'openmetrics';
    this.#escaping = options.escaping ?? 'allow-utf-8';
    this.#sampleName = escapeMetricName(family.name, this.#escaping);
    const counter = family.type === 'counter';
    const total = this.#sampleName.endsWith('_total');
    this.#name = this.#open && counter && total ? this.#sampleName.slice(0, -'_total'.length) : this.#sampleName;
    // OpenMetrics knows no counter without `_total`.
    this.#type = this.#open && counter && !total ? 'unknown' : family.type;
  }

  encode(): string {
    const { help, unit, metrics } = this.family;
    const name = isLegacyMetricName(this.#name) ? this.#name : quoted(this.#name);
    if (help !== undefined) this.#out += `# HELP ${name} ${this.#open ? escapeValue(help) : escapeHelp(help)}\n`;
    this.#out += `# TYPE ${name} ${this.#open ? this.#type : textType(this.#type)}\n`;
    if (this.#open && unit) this.#out += `# UNIT ${name} ${unit}\n`;
    for (const metric of metrics) this.#metric(metric);
    return this.#out;
  }

  #metric(metric: FamilyMetric): void {
    if (this.#type === 'histogram' || this.#type === 'gaugehistogram') this.#histogram(metric);
    else if (this.#type === 'summary') {
      for (const [quantile, value] of metric.quantiles ?? []) {
        this.#sample('', metric, this.#float(value), ['quantile', this.#float(quantile)]);
      }
      this.#sumAndCount(metric);
    } else this.#sample('', metric, this.#float(metric.value ?? 0), undefined, metric.exemplar);
  }

  #histogram(metric: FamilyMetric): void {
    let infinite = false;
    for (const { bound, count, exemplar } of metric.buckets ?? []) {
      infinite ||= bound === Infinity;
      this.#sample('_bucket', metric, this.#count(count), ['le', this.#float(bound)], exemplar);
    }
    if (!infinite) this.#sample('_bucket', metric, this.#count(metric.count ?? 0), ['le', '+Inf']);
    this.#sumAndCount(metric);
  }

  #sumAndCount(metric: FamilyMetric): void {
    this.#sample('_sum', metric, this.#float(metric.sum ?? 0));
    this.#sample('_count', metric, this.#count(metric.count ?? 0));
  }

  #sample(
    suffix: string,
    metric: FamilyMetric,
    value: string,
    extra?: readonly [string, string],
    exemplar?: FamilyExemplar,
  ): void {
    const name = this.#sampleName + suffix;
    const bare = isLegacyMetricName(name);
    const labels = this.#labels(extra === undefined ? metric.labels : [...metric.labels, extra]);
    const parts = bare ? labels : [quoted(name), ...labels];
    this.#out += `${bare ? name : ''}${parts.length > 0 ? `{${parts.join(',')}}` : ''} ${value}`;
    const { timestampMs } = metric;
    if (timestampMs !== undefined) this.#out += ` ${this.#open ? formatGoFloat(timestampMs / 1000) : timestampMs}`;
    if (this.#open && exemplar !== undefined) {
      this.#out += ` # {${this.#labels(exemplar.labels).join(',')}} ${this.#float(exemplar.value)}`;
      if (exemplar.tMs !== undefined) this.#out += ` ${formatGoFloat(exemplar.tMs / 1000)}`;
    }
    this.#out += '\n';
  }

  #labels(labels: readonly (readonly [string, string])[]): string[] {
    return labels.map(([name, value]) => {
      const escaped = escapeLabelName(name, this.#escaping);
      return `${isLegacyLabelName(escaped) ? escaped : quoted(escaped)}="${escapeValue(value)}"`;
    });
  }

  #float(value: number): string {
    return this.#open ? formatOpenMetricsFloat(value) : formatGoFloat(value);
  }

  /** Whole counts are integers in OpenMetrics, floats like all else in the text format. */
  #count(value: number): string {
    return this.#open && Number.isSafeInteger(value) ? String(value) : this.#float(value);
  }
}

/** Types that the text format has no word for go by the nearest that it has. */
function textType(type: MetricType): string {
  if (type === 'unknown') return 'untyped';
  if (type === 'gaugehistogram') return 'histogram';
  return type === 'info' || type === 'stateset' ? 'gauge' : type;
}

function quoted(text: string): string {
  return `"${escapeValue(text)}"`;
}

function escapeHelp(text: string): string {
  return text.replace(/[\\\n]/g, (c) => (c === '\n' ? '\\n' : '\\\\'));
}

function escapeValue(text: string): string {
  return text.replace(/[\\\n"]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`));
}
