import type { Labels, MetricType, SeriesRegistry } from '@petrel/model';
import { BatchBuilder } from '../batch/batch-builder.ts';
import { resolveSeries } from '../batch/series-key.ts';
import { formatGoFloat, formatPlainFloat } from '../exposition/number.ts';
import { refusalOfHistogram } from '../histogram/native-histogram.ts';
import { type DecodedBatch, finishBatch, Refusals } from '../remote-write/decoded-batch.ts';
import type { DeltaAccumulator, DeltaOutcome } from './delta.ts';
import { type FixedLabels, LabelTranslator } from './labels.ts';
import type {
  Attributes,
  ExponentialHistogramPoint,
  HistogramPoint,
  NumberPoint,
  OtlpExemplar,
  OtlpMetric,
  OtlpMetricsRequest,
  ResourceMetrics,
  SummaryPoint,
  Temporality,
} from './metrics.ts';
import { metricNameOf, type NamedKind, unitNameOf } from './naming.ts';
import { addExponential, addHistograms, nativeFromExplicit, nativeFromExponential } from './native.ts';
import type { OtlpTranslationOptions } from './options.ts';

const DELTA = 1;
/** target_info repeats at half of a query's lookback, so that joins with it find it within a long request too. */
const TARGET_INFO_STEP_MS = 150_000;
const MAX_TARGET_INFO_SAMPLES = 100;

type AnyPoint = NumberPoint | HistogramPoint | ExponentialHistogramPoint | SummaryPoint;

/**
 * Metric points as Prometheus's series, by the OpenTelemetry specification's "Prometheus and OpenMetrics compatibility": one instance for a
 * request. Points that cannot be stored are refused one by one.
 */
export class SampleTranslator {
  readonly #builder = new BatchBuilder();
  readonly #refusals = new Refusals();
  readonly #labels: LabelTranslator;
  readonly #described = new Set<string>();
  #fixed: FixedLabels = { promoted: new Map(), identity: new Map() };
  #minTMs = Infinity;
  #maxTMs = 0;

  constructor(
    readonly registry: SeriesRegistry,
    readonly options: OtlpTranslationOptions,
    readonly delta: DeltaAccumulator | undefined,
  ) {
    this.#labels = new LabelTranslator(options);
  }

  translate(request: OtlpMetricsRequest): DecodedBatch {
    for (const resource of request.resources) {
      this.#minTMs = Infinity;
      this.#maxTMs = 0;
      for (const scope of resource.scopes) {
        this.#fixed = this.#labels.fixed(resource, scope);
        for (const metric of scope.metrics) this.#metric(metric);
      }
      this.#targetInfo(resource);
    }
    return finishBatch(this.#builder, this.#refusals);
  }

  #metric(metric: OtlpMetric): void {
    const { data } = metric;
    if (data.kind === 'none') return;
    const monotonic = data.kind === 'sum' && data.monotonic;
    const kind: NamedKind = data.kind === 'gauge' ? 'gauge' : monotonic ? 'monotoniccounter' : 'other';
    const strategy = this.options.strategy ?? 'UnderscoreEscapingWithSuffixes';
    const outcome = metricNameOf(metric.name, metric.unit, kind, { strategy });
    if ('refusal' in outcome) {
      this.#refusals.add(outcome.refusal, data.points.length);
      return;
    }
    const { name } = outcome;
    const temporality: Temporality = 'temporality' in data ? data.temporality : 2;
    if (temporality === 0 || (temporality === DELTA && this.delta === undefined)) {
      const word = temporality === 0 ? 'unspecified' : 'delta';
      this.#refusals.add(`metric ${JSON.stringify(metric.name)} has ${word} temporality`, data.points.length);
      return;
    }
    this.#describe(name, metric, monotonic);
    const delta = temporality === DELTA;
    switch (data.kind) {
      case 'gauge':
        for (const point of data.points) if (this.#timed(point)) this.#number(name, point, false, false);
        break;
      case 'sum':
        for (const point of data.points) if (this.#timed(point)) this.#number(name, point, delta, data.monotonic);
        break;
      case 'histogram':
        for (const point of data.points) if (this.#timed(point)) this.#histogram(name, point, delta);
        break;
      case 'exponentialHistogram':
        for (const point of data.points) if (this.#timed(point)) this.#exponential(name, point, delta);
        break;
      case 'summary':
        for (const point of data.points) if (this.#timed(point)) this.#summary(name, point);
    }
  }

  #describe(name: string, { data, description, unit }: OtlpMetric, monotonic: boolean): void {
    if (this.#described.has(name)) return;
    this.#described.add(name);
    const type: MetricType =
      data.kind === 'sum'
        ? monotonic
          ? 'counter'
          : 'gauge'
        : data.kind === 'gauge' || data.kind === 'summary'
          ? data.kind
          : 'histogram';
    this.#builder.addMetadata({ metric: name, type, help: description, unit: unitNameOf(unit) });
  }

  #timed(point: AnyPoint): boolean {
    if (!(point.tMs > 0)) {
      this.#refusals.add('a data point without a time', 1);
      return false;
    }
    this.#minTMs = Math.min(this.#minTMs, point.tMs);
    this.#maxTMs = Math.max(this.#maxTMs, point.tMs);
    return true;
  }

  #ref(name: string, attributes: Attributes, extra?: readonly [string, string]): number {
    return resolveSeries(this.registry, this.#labels.series(name, attributes, this.#fixed, extra));
  }

  #put(ref: number, point: AnyPoint, value: number): void {
    if (point.noRecordedValue) this.#builder.addStale(ref, point.tMs);
    else this.#builder.add(ref, point.tMs, value, point.startTMs);
  }

  #accumulated<P extends AnyPoint>(
    kind: string,
    labels: Labels,
    point: P,
    add: (sum: P | undefined) => P,
  ): P | undefined {
    const delta = this.delta as DeltaAccumulator;
    const outcome: DeltaOutcome<P> = delta.advance(`${kind}\u0000${labels.key}`, point.startTMs, point.tMs, add);
    if ('refusal' in outcome) {
      this.#refusals.add(`${labels.toString()}: ${outcome.refusal}`, 1);
      return undefined;
    }
    return { ...outcome.value, tMs: point.tMs, startTMs: outcome.startTMs, exemplars: point.exemplars };
  }

  #number(name: string, sent: NumberPoint, delta: boolean, exemplars: boolean): void {
    const labels = this.#labels.series(name, sent.attributes, this.#fixed);
    let point: NumberPoint | undefined = sent;
    if (delta && !sent.noRecordedValue) {
      point = this.#accumulated('sum', labels, sent, (value: NumberPoint | undefined) => {
        return value === undefined ? sent : { ...sent, value: value.value + sent.value };
      });
    }
    if (point === undefined) return;
    const ref = resolveSeries(this.registry, labels);
    this.#put(ref, point, point.value);
    if (exemplars) for (const exemplar of point.exemplars) this.#exemplar(ref, exemplar, point.tMs);
  }

  #histogram(name: string, sent: HistogramPoint, delta: boolean): void {
    if (sent.bucketCounts.length !== 0 && sent.bucketCounts.length !== sent.bounds.length + 1) {
      this.#refusals.add(`${name}: ${sent.bounds.length} bounds, but ${sent.bucketCounts.length} bucket counts`, 1);
      return;
    }
    let point: HistogramPoint | undefined = sent;
    if (delta && !sent.noRecordedValue) {
      const labels = this.#labels.series(name, sent.attributes, this.#fixed);
      point = this.#accumulated('histogram', labels, sent, (sum: HistogramPoint | undefined) => {
        return addHistograms(sum, sent);
      });
    }
    if (point === undefined) return;
    if (this.options.convertHistogramsToNhcb) this.#native(name, point, nativeFromExplicit(point));
    else this.#classic(name, point);
  }

  #classic(name: string, point: HistogramPoint): void {
    const { attributes, bounds, bucketCounts } = point;
    if (point.sum !== undefined || point.noRecordedValue) {
      this.#put(this.#ref(`${name}_sum`, attributes), point, point.sum ?? 0);
    }
    this.#put(this.#ref(`${name}_count`, attributes), point, point.count);
    let below = 0;
    let lastBound = -Infinity;
    for (let i = 0; i <= bounds.length; i++) {
      const bound = bounds[i] ?? Infinity;
      below += bucketCounts[i] ?? 0;
      const ref = this.#ref(`${name}_bucket`, attributes, ['le', formatPlainFloat(bound)]);
      this.#put(ref, point, bound === Infinity ? point.count : below);
      for (const exemplar of point.exemplars) {
        if (exemplar.value > lastBound && exemplar.value <= bound) this.#exemplar(ref, exemplar, point.tMs);
      }
      lastBound = bound;
      if (bound === Infinity) break;
    }
  }

  #exponential(name: string, sent: ExponentialHistogramPoint, delta: boolean): void {
    let point: ExponentialHistogramPoint | undefined = sent;
    if (delta && !sent.noRecordedValue) {
      const labels = this.#labels.series(name, sent.attributes, this.#fixed);
      point = this.#accumulated('exponential', labels, sent, (sum: ExponentialHistogramPoint | undefined) => {
        return addExponential(sum, sent);
      });
    }
    if (point === undefined) return;
    const outcome = nativeFromExponential(point);
    if ('refusal' in outcome) this.#refusals.add(`${name}: ${outcome.refusal}`, 1);
    else this.#native(name, point, outcome.histogram);
  }

  #native(
    name: string,
    point: HistogramPoint | ExponentialHistogramPoint,
    histogram: ReturnType<typeof nativeFromExplicit>,
  ): void {
    const { tMs, startTMs } = point;
    const refusal = point.noRecordedValue ? undefined : refusalOfHistogram(histogram);
    if (refusal !== undefined) {
      this.#refusals.add(`${name}: ${refusal}`, 1);
      return;
    }
    const ref = this.#ref(name, point.attributes);
    const times = startTMs === 0 ? { tMs } : { tMs, startTMs };
    this.#builder.addHistogram({ ref, ...times, histogram, ...(point.noRecordedValue ? { stale: true } : {}) });
    for (const exemplar of point.exemplars) this.#exemplar(ref, exemplar, tMs);
  }

  #summary(name: string, point: SummaryPoint): void {
    const { attributes } = point;
    this.#put(this.#ref(`${name}_sum`, attributes), point, point.sum);
    this.#put(this.#ref(`${name}_count`, attributes), point, point.count);
    for (const [quantile, value] of point.quantiles) {
      this.#put(this.#ref(name, attributes, ['quantile', formatGoFloat(quantile)]), point, value);
    }
  }

  #exemplar(ref: number, { attributes, traceId, spanId, value, tMs }: OtlpExemplar, pointTMs: number): void {
    const labels = this.#labels.exemplar(attributes, traceId, spanId);
    this.#builder.addExemplar({ ref, labels, tMs: tMs === 0 ? pointTMs : tMs, value });
  }

  #targetInfo(resource: ResourceMetrics): void {
    if (this.#maxTMs === 0) return;
    const labels = this.#labels.targetInfo(resource.attributes);
    if (labels === undefined) return;
    if (!this.#described.has('target_info')) {
      this.#described.add('target_info');
      this.#builder.addMetadata({ metric: 'target_info', type: 'gauge', help: 'Target metadata', unit: '' });
    }
    const ref = resolveSeries(this.registry, labels);
    let tMs = Math.max(this.#minTMs, this.#maxTMs - MAX_TARGET_INFO_SAMPLES * TARGET_INFO_STEP_MS);
    for (; tMs < this.#maxTMs - TARGET_INFO_STEP_MS; tMs += TARGET_INFO_STEP_MS) this.#builder.add(ref, tMs, 1);
    this.#builder.add(ref, this.#maxTMs, 1);
  }
}
