import type { QueryValue, RawSeries, StepSeries } from '@petrel/query/promql/result.ts';
import { formatPlainFloat, formatTimestamp } from '../../prometheus/render/go-number.ts';
import { labelsJson } from '../../prometheus/render/labels-json.ts';

/**
 * The values of a metric query as `"resultType":…,"result":…`, piece by piece. Numbers never have an exponent, as Loki writes them. A series without points is left out.
 */
export function* metricJson(value: QueryValue): Generator<string> {
  switch (value.type) {
    case 'scalar':
      yield `"resultType":"scalar","result":${pointJson(value.tMs, value.value)}`;
      return;
    case 'string':
      yield `"resultType":"string","result":[${formatTimestamp(value.tMs)},${JSON.stringify(value.value)}]`;
      return;
    case 'vector': {
      const samples = value.samples.map(
        (sample) => `{"metric":${labelsJson(sample.labels)},"value":${pointJson(value.tMs, sample.value)}}`,
      );
      yield `"resultType":"vector","result":[${samples.join(',')}]`;
      return;
    }
    case 'stepMatrix': {
      const times = Array.from({ length: value.steps }, (_, k) => formatTimestamp(value.startMs + k * value.stepMs));
      yield* matrixJson(value.series, (series) => stepPoints(series, times));
      return;
    }
    case 'rawMatrix':
      yield* matrixJson(value.series, rawPoints);
  }
}

/** How many series an answer has. */
export function countSeries(value: QueryValue): number {
  switch (value.type) {
    case 'scalar':
    case 'string':
      return 1;
    case 'vector':
      return value.samples.length;
    case 'stepMatrix':
    case 'rawMatrix':
      return value.series.length;
  }
}

function* matrixJson<T extends StepSeries | RawSeries>(
  series: readonly T[],
  points: (series: T) => string,
): Generator<string> {
  yield '"resultType":"matrix","result":[';
  let first = true;
  for (const one of series) {
    const values = points(one);
    if (values === '') continue;
    yield `${first ? '' : ','}{"metric":${labelsJson(one.labels)},"values":[${values}]}`;
    first = false;
  }
  yield ']';
}

function stepPoints({ values, present }: StepSeries, times: readonly string[]): string {
  let out = '';
  for (let k = 0; k < values.length; k++) {
    if (present[k] === 0) continue;
    out += `${out === '' ? '' : ','}[${times[k]},"${formatPlainFloat(values[k] as number)}"]`;
  }
  return out;
}

function rawPoints({ tsMs, values }: RawSeries): string {
  return Array.from(tsMs, (tMs, k) => pointJson(tMs, values[k] as number)).join(',');
}

function pointJson(tMs: number, value: number): string {
  return `[${formatTimestamp(tMs)},"${formatPlainFloat(value)}"]`;
}
