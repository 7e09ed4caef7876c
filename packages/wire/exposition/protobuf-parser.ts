import type { FloatHistogram, MetricType } from '@petrel/model';
import { Labels, PetrelError } from '@petrel/model';
import { renderKey } from '../batch/series-key.ts';
import { ProtoReader } from '../protobuf/reader.ts';
import type { ExpositionEntry, ExpositionParser, ParsedExemplar } from './entry.ts';
import { formatOpenMetricsFloat } from './number.ts';
import { type ClientExemplar, type ClientMetric, readMetric } from './protobuf-metric.ts';

const TYPES: readonly MetricType[] = ['counter', 'gauge', 'summary', 'unknown', 'histogram', 'gaugehistogram'];

/** One sample that a metric gives: `suffix` goes behind the family's name, `label` is `le` or `quantile`. */
interface Point {
  readonly suffix: string;
  readonly label?: readonly [name: string, value: string];
  readonly value: number;
  readonly histogram?: FloatHistogram;
  readonly exemplars: readonly ClientExemplar[];
}

/**
 * Length-delimited io.prometheus.client.MetricFamily messages. A metric with native buckets gives one 'histogram' entry, and its classic
 * buckets as series besides when it has any; classic histograms and summaries give the same series as in the text format.
 */
export class ProtobufParser implements ExpositionParser {
  bytes: Uint8Array = new Uint8Array(256);
  seriesStart = 0;
  seriesEnd = 0;
  value = 0;
  timestampMs = Number.NaN;
  startTimestampMs = 0;
  metric = '';
  type: MetricType = 'unknown';
  help = '';
  unit = '';
  readonly comment = '';
  readonly #reader: ProtoReader;
  #pending: ExpositionEntry[] = [];
  #familyStart = 0;
  #familyEnd = 0;
  #metricEnd = 0;
  #current: ClientMetric | undefined;
  #points: Point[] = [];
  #pointAt = 0;
  #point: Point | undefined;
  #pairs: string[] = [];
  readonly #words = new Uint32Array(2);
  readonly #double = new Float64Array(this.#words.buffer);

  constructor(bytes: Uint8Array) {
    this.#reader = new ProtoReader(bytes);
  }

  next(): ExpositionEntry {
    for (;;) {
      const announced = this.#pending.shift();
      if (announced !== undefined) return announced;
      if (this.#pointAt < this.#points.length) return this.#takePoint();
      if (this.#reader.pos < this.#familyEnd) this.#nextField();
      else if (this.#reader.pos >= this.#reader.length) return 'eof';
      else this.#enterFamily();
    }
  }

  get hasExemplar(): boolean {
    return (this.#point?.exemplars.length ?? 0) > 0;
  }

  get valueLow(): number {
    this.#double[0] = this.value;
    return this.#words[0] as number;
  }

  get valueHigh(): number {
    this.#double[0] = this.value;
    return this.#words[1] as number;
  }

  exemplars(): readonly ParsedExemplar[] {
    return (this.#point?.exemplars ?? []).map(({ pairs, value, tMs }) => {
      const labels = labelsOf(pairs);
      return tMs === undefined ? { labels, value } : { labels, value, tMs };
    });
  }

  labels(): Labels {
    return labelsOf(this.#pairs);
  }

  histogram(): FloatHistogram {
    const histogram = this.#point?.histogram;
    if (histogram === undefined) throw new Error('the current entry is no histogram');
    return histogram;
  }

  /** Name, type, help and unit stand in any order around the metrics: read them before the first metric. */
  #enterFamily(): void {
    const reader = this.#reader;
    this.#familyEnd = reader.lengthEnd(reader.length);
    this.#familyStart = reader.pos;
    this.metric = '';
    this.help = '';
    this.unit = '';
    let type = 0;
    const end = this.#familyEnd;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) this.metric = reader.string(end);
      else if (tag === 0x12) this.help = reader.string(end);
      else if (tag === 0x18) type = reader.uint32(end);
      else if (tag === 0x2a) this.unit = reader.string(end);
      else reader.skip(tag, end);
    }
    reader.pos = this.#familyStart;
    if (this.metric === '') throw new PetrelError('DECODE_FAILED', 'metric family without a name');
    const known = TYPES[type];
    if (known === undefined) {
      throw new PetrelError('DECODE_FAILED', `metric family ${JSON.stringify(this.metric)} has unknown type ${type}`);
    }
    this.type = known;
    this.#pending = this.unit === '' ? ['help', 'type'] : ['help', 'type', 'unit'];
  }

  #nextField(): void {
    const reader = this.#reader;
    const tag = reader.tag(this.#familyEnd);
    if (tag !== 0x22) {
      reader.skip(tag, this.#familyEnd);
      return;
    }
    this.#metricEnd = reader.lengthEnd(this.#familyEnd);
    this.#current = readMetric(reader, this.#metricEnd);
    this.#points = pointsOf(this.#current, this.type);
    this.#pointAt = 0;
  }

  #takePoint(): ExpositionEntry {
    const point = this.#points[this.#pointAt++] as Point;
    const metric = this.#current as ClientMetric;
    this.#point = point;
    this.value = point.value;
    this.timestampMs = metric.tMs ?? Number.NaN;
    this.startTimestampMs = metric.startTMs;
    this.#pairs = ['__name__', this.metric + point.suffix, ...metric.pairs, ...(point.label ?? [])];
    this.#renderKey();
    return point.histogram === undefined ? 'series' : 'histogram';
  }

  /** The key of the series: its strings with a byte between them that stands in no UTF-8 text. */
  #renderKey(): void {
    const { bytes, end } = renderKey(this.#pairs, this.bytes);
    this.bytes = bytes;
    this.seriesEnd = end;
  }
}

function labelsOf(pairs: readonly string[]): Labels {
  const entries: [string, string][] = [];
  for (let i = 0; i < pairs.length; i += 2) entries.push([pairs[i] as string, pairs[i + 1] as string]);
  return Labels.from(entries);
}

const NONE: readonly ClientExemplar[] = [];

function pointsOf(metric: ClientMetric, type: MetricType): Point[] {
  switch (metric.kind) {
    case 'none':
      return [];
    case 'value': {
      const exemplars = metric.exemplars;
      return [{ suffix: '', value: metric.value, exemplars }];
    }
    case 'summary':
      return [
        ...metric.quantiles.map(
          ([quantile, value]): Point => ({
            suffix: '',
            label: ['quantile', formatOpenMetricsFloat(quantile)],
            value,
            exemplars: NONE,
          }),
        ),
        { suffix: '_sum', value: metric.sum, exemplars: NONE },
        { suffix: '_count', value: metric.count, exemplars: NONE },
      ];
    case 'histogram':
      return histogramPoints(metric, type);
  }
}

function histogramPoints(metric: ClientMetric & { kind: 'histogram' }, type: MetricType): Point[] {
  const points: Point[] = [];
  const { native, buckets, exemplars } = metric;
  if (native !== undefined) {
    const histogram: FloatHistogram = type === 'gaugehistogram' ? { ...native, counterResetHint: 'gauge' } : native;
    const all = exemplars.length > 0 ? exemplars : buckets.flatMap(({ exemplar }) => exemplar ?? []);
    points.push({ suffix: '', value: 0, histogram, exemplars: all });
    if (buckets.length === 0) return points;
  }
  let infinite = false;
  for (const { upperBound, count, exemplar } of buckets) {
    infinite ||= upperBound === Infinity;
    points.push({
      suffix: '_bucket',
      label: ['le', formatOpenMetricsFloat(upperBound)],
      value: count,
      exemplars: exemplar === undefined ? NONE : [exemplar],
    });
  }
  if (!infinite) points.push({ suffix: '_bucket', label: ['le', '+Inf'], value: metric.count, exemplars: NONE });
  points.push({ suffix: '_sum', value: metric.sum, exemplars: NONE });
  points.push({ suffix: '_count', value: metric.count, exemplars: NONE });
  return points;
}
