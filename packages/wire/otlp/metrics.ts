/** Attributes in the order sent; values already in the text form of OpenTelemetry's "attribute as string" rule. */
export type Attributes = readonly (readonly [key: string, value: string])[];

/** 1 delta, 2 cumulative, as on the wire; 0 was not said. */
export type Temporality = 0 | 1 | 2;

export interface OtlpExemplar {
  readonly attributes: Attributes;
  readonly tMs: number;
  readonly value: number;
  /** Lower-case hex, '' when absent. */
  readonly traceId: string;
  readonly spanId: string;
}

interface PointFrame {
  readonly attributes: Attributes;
  readonly tMs: number;
  /** 0 when unknown. */
  readonly startTMs: number;
  /** The flag by which a sender says that the series has ended (a staleness marker). */
  readonly noRecordedValue: boolean;
  readonly exemplars: readonly OtlpExemplar[];
}

export interface NumberPoint extends PointFrame {
  readonly value: number;
}

export interface HistogramPoint extends PointFrame {
  readonly count: number;
  readonly sum: number | undefined;
  /** One more than bounds; not cumulative. Both may be empty. */
  readonly bucketCounts: readonly number[];
  readonly bounds: readonly number[];
}

export interface ExponentialBuckets {
  readonly offset: number;
  readonly counts: readonly number[];
}

export interface ExponentialHistogramPoint extends PointFrame {
  readonly count: number;
  readonly sum: number | undefined;
  readonly scale: number;
  readonly zeroCount: number;
  readonly zeroThreshold: number;
  readonly positive: ExponentialBuckets;
  readonly negative: ExponentialBuckets;
}

export interface SummaryPoint extends PointFrame {
  readonly count: number;
  readonly sum: number;
  readonly quantiles: readonly (readonly [quantile: number, value: number])[];
}

export type MetricData =
  | { readonly kind: 'none' }
  | { readonly kind: 'gauge'; readonly points: readonly NumberPoint[] }
  | {
      readonly kind: 'sum';
      readonly temporality: Temporality;
      readonly monotonic: boolean;
      readonly points: readonly NumberPoint[];
    }
  | { readonly kind: 'histogram'; readonly temporality: Temporality; readonly points: readonly HistogramPoint[] }
  | {
      readonly kind: 'exponentialHistogram';
      readonly temporality: Temporality;
      readonly points: readonly ExponentialHistogramPoint[];
    }
  | { readonly kind: 'summary'; readonly points: readonly SummaryPoint[] };

export interface OtlpMetric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly data: MetricData;
}

export interface ScopeMetrics {
  readonly name: string;
  readonly version: string;
  readonly schemaUrl: string;
  readonly attributes: Attributes;
  readonly metrics: readonly OtlpMetric[];
}

export interface ResourceMetrics {
  readonly attributes: Attributes;
  readonly scopes: readonly ScopeMetrics[];
}

/** An ExportMetricsServiceRequest, whichever encoding it came in. */
export interface OtlpMetricsRequest {
  readonly resources: readonly ResourceMetrics[];
}

export const NO_RECORDED_VALUE = 1;

/** What an attribute or a body may be, before it becomes text. */
export type AnyValue = string | number | bigint | boolean | null | Uint8Array | readonly AnyValue[] | AnyMap;
export interface AnyMap {
  readonly entries: readonly (readonly [string, AnyValue])[];
}

/** OpenTelemetry's text form: strings as they are, lists and maps as JSON, bytes in base64. */
export function anyValueText(value: AnyValue): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return JSON.stringify(plain(value));
}

function plain(value: AnyValue): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if ('entries' in value && !Array.isArray(value)) {
    return Object.fromEntries((value as AnyMap).entries.map(([key, inner]) => [key, plain(inner)]));
  }
  return (value as readonly AnyValue[]).map(plain);
}
