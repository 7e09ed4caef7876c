import { PetrelError } from '@petrel/model';
import { temporalityOf } from './decode-proto.ts';
import { attributesOf, exemplarsOf, Json, timeMsOf } from './json-fields.ts';
import type {
  ExponentialBuckets,
  ExponentialHistogramPoint,
  HistogramPoint,
  MetricData,
  NumberPoint,
  OtlpMetric,
  OtlpMetricsRequest,
  ResourceMetrics,
  ScopeMetrics,
  SummaryPoint,
} from './metrics.ts';
import { NO_RECORDED_VALUE } from './metrics.ts';

/**
 * An ExportMetricsServiceRequest in OTLP/JSON: lowerCamelCase names (the original ones are taken too), 64-bit numbers as strings or
 * numbers, ids in hex, enums as numbers, unknown fields ignored. Source: OTLP 1.x, "JSON Protobuf Encoding".
 */
export function decodeOtlpJson(bytes: Uint8Array): OtlpMetricsRequest {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new PetrelError('DECODE_FAILED', `malformed OTLP JSON: ${(cause as Error).message}`, { cause });
  }
  return { resources: Json.of(body, 'the body').list('resourceMetrics').map(resourceOf) };
}

function resourceOf(json: Json): ResourceMetrics {
  return { attributes: attributesOf(json.object('resource')), scopes: json.list('scopeMetrics').map(scopeOf) };
}

function scopeOf(json: Json): ScopeMetrics {
  const scope = json.object('scope');
  return {
    name: scope.string('name'),
    version: scope.string('version'),
    schemaUrl: json.string('schemaUrl'),
    attributes: attributesOf(scope),
    metrics: json.list('metrics').map(metricOf),
  };
}

function metricOf(json: Json): OtlpMetric {
  return {
    name: json.string('name'),
    description: json.string('description'),
    unit: json.string('unit'),
    data: dataOf(json),
  };
}

function dataOf(json: Json): MetricData {
  if (json.has('gauge')) return { kind: 'gauge', points: json.object('gauge').list('dataPoints').map(numberPointOf) };
  if (json.has('sum')) {
    const sum = json.object('sum');
    const temporality = temporalityOf(sum.number('aggregationTemporality'));
    const points = sum.list('dataPoints').map(numberPointOf);
    return { kind: 'sum', temporality, monotonic: sum.boolean('isMonotonic'), points };
  }
  if (json.has('histogram')) {
    const histogram = json.object('histogram');
    const temporality = temporalityOf(histogram.number('aggregationTemporality'));
    return { kind: 'histogram', temporality, points: histogram.list('dataPoints').map(histogramPointOf) };
  }
  if (json.has('exponentialHistogram')) {
    const histogram = json.object('exponentialHistogram');
    const temporality = temporalityOf(histogram.number('aggregationTemporality'));
    const points = histogram.list('dataPoints').map(exponentialHistogramPointOf);
    return { kind: 'exponentialHistogram', temporality, points };
  }
  if (json.has('summary'))
    return { kind: 'summary', points: json.object('summary').list('dataPoints').map(summaryPointOf) };
  return { kind: 'none' };
}

function frameOf(json: Json): Omit<NumberPoint, 'value'> {
  return {
    attributes: attributesOf(json),
    exemplars: exemplarsOf(json),
    startTMs: timeMsOf(json, 'startTimeUnixNano'),
    tMs: timeMsOf(json, 'timeUnixNano'),
    noRecordedValue: (json.number('flags') & NO_RECORDED_VALUE) !== 0,
  };
}

function numberPointOf(json: Json): NumberPoint {
  return { ...frameOf(json), value: json.has('asInt') ? json.number('asInt') : json.number('asDouble') };
}

function histogramPointOf(json: Json): HistogramPoint {
  return {
    ...frameOf(json),
    count: json.number('count'),
    sum: json.has('sum') ? json.number('sum') : undefined,
    bucketCounts: json.numbers('bucketCounts'),
    bounds: json.numbers('explicitBounds'),
  };
}

function exponentialHistogramPointOf(json: Json): ExponentialHistogramPoint {
  return {
    ...frameOf(json),
    count: json.number('count'),
    sum: json.has('sum') ? json.number('sum') : undefined,
    scale: json.number('scale') | 0,
    zeroCount: json.number('zeroCount'),
    zeroThreshold: json.number('zeroThreshold'),
    positive: bucketsOf(json.object('positive')),
    negative: bucketsOf(json.object('negative')),
  };
}

function bucketsOf(json: Json): ExponentialBuckets {
  return { offset: json.number('offset') | 0, counts: json.numbers('bucketCounts') };
}

function summaryPointOf(json: Json): SummaryPoint {
  return {
    ...frameOf(json),
    count: json.number('count'),
    sum: json.number('sum'),
    quantiles: json.list('quantileValues').map((q) => [q.number('quantile'), q.number('value')] as const),
  };
}
