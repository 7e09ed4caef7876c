import type { QueryResult, QueryValue, RawSeries, StepSeries, VectorSample } from '@petrel/query/promql/result.ts';
import type { QueryStatsData } from '../../contract/prometheus.ts';
import { ByteWriter } from './byte-writer.ts';
import { formatJsonFloat, formatPlainFloat, formatTimestamp } from './go-number.ts';
import { histogramJson } from './histogram-json.ts';
import { labelsJson, wellFormed } from './labels-json.ts';
import { PointWriter } from './points/point-writer.ts';

export interface RenderOptions {
  /** At most so many series; 0: all. What is cut is said in a warning. */
  readonly limit?: number;
  readonly stats?: QueryStatsData;
  readonly signal?: AbortSignal;
}

/** A chunk that is full enough to go out. */
const CHUNK_BYTES = 256 * 1024;
/** How long rendering may keep the event loop before others get their turn. */
const SLICE_MS = 8;

/**
 * The whole answer of a query as JSON, in chunks of about 256 kB. The consumer's pull is the back-pressure: nothing is rendered ahead
 * of it. Between chunks the event loop gets its turn. Ends early, without a closing bracket, when the signal aborts.
 */
export async function* renderQueryResult(result: QueryResult, options: RenderOptions = {}): AsyncGenerator<Buffer> {
  const out = new ByteWriter(CHUNK_BYTES + CHUNK_BYTES / 4);
  const { value, truncated } = truncate(result.value, options.limit ?? 0);
  const warnings = truncated ? [...result.warnings, 'results truncated due to limit'] : result.warnings;
  let sliceEndMs = performance.now() + SLICE_MS;
  out.text('{"status":"success","data":{');
  for (const _ of renderValue(out, value)) {
    const late = performance.now() >= sliceEndMs;
    if (out.length >= CHUNK_BYTES) yield out.take();
    if (!late) continue;
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (options.signal?.aborted === true) return;
    sliceEndMs = performance.now() + SLICE_MS;
  }
  if (options.stats !== undefined) out.text(`,"stats":${JSON.stringify(options.stats)}`);
  out.text(`}${tail(warnings, result.infos)}`);
  yield out.take();
}

/** The same in one piece, for answers that are known to be small. */
export function renderSmallResult(result: QueryResult, options: RenderOptions = {}): Buffer {
  const out = new ByteWriter(4096);
  const { value, truncated } = truncate(result.value, options.limit ?? 0);
  out.text('{"status":"success","data":{');
  for (const _ of renderValue(out, value));
  if (options.stats !== undefined) out.text(`,"stats":${JSON.stringify(options.stats)}`);
  out.text(
    `}${tail(truncated ? [...result.warnings, 'results truncated due to limit'] : result.warnings, result.infos)}`,
  );
  return out.take();
}

/** How many points an answer holds at most; decides between the two ways to render. */
export function countPoints(value: QueryValue): number {
  switch (value.type) {
    case 'scalar':
    case 'string':
      return 1;
    case 'vector':
      return value.samples.length * 4;
    case 'stepMatrix':
      return value.series.length * (value.steps + 4);
    case 'rawMatrix':
      return value.series.reduce((sum, { tsMs, histograms }) => sum + tsMs.length + (histograms?.length ?? 0) + 4, 0);
  }
}

function truncate(value: QueryValue, limit: number): { value: QueryValue; truncated: boolean } {
  if (limit <= 0) return { value, truncated: false };
  switch (value.type) {
    case 'vector':
      if (value.samples.length <= limit) break;
      return { value: { ...value, samples: value.samples.slice(0, limit) }, truncated: true };
    case 'stepMatrix':
      if (value.series.length <= limit) break;
      return { value: { ...value, series: value.series.slice(0, limit) }, truncated: true };
    case 'rawMatrix':
      if (value.series.length <= limit) break;
      return { value: { ...value, series: value.series.slice(0, limit) }, truncated: true };
  }
  return { value, truncated: false };
}

function tail(warnings: readonly string[], infos: readonly string[]): string {
  const warned = warnings.length === 0 ? '' : `,"warnings":${JSON.stringify(warnings)}`;
  return `${warned}${infos.length === 0 ? '' : `,"infos":${JSON.stringify(infos)}`}}`;
}

/** Yields between series, so that the caller can let go of the event loop. */
function* renderValue(out: ByteWriter, value: QueryValue): Generator<void> {
  switch (value.type) {
    case 'scalar':
      out.text(`"resultType":"scalar","result":[${formatTimestamp(value.tMs)},"${formatPlainFloat(value.value)}"]`);
      return;
    case 'string':
      out.text(
        `"resultType":"string","result":[${formatTimestamp(value.tMs)},${JSON.stringify(wellFormed(value.value))}]`,
      );
      return;
    case 'vector':
      yield* renderVector(out, value.samples, value.tMs);
      return;
    case 'stepMatrix':
      yield* renderSteps(out, value);
      return;
    case 'rawMatrix':
      yield* renderRaw(out, value.series);
  }
}

function* renderVector(out: ByteWriter, samples: readonly VectorSample[], tMs: number): Generator<void> {
  const time = formatTimestamp(tMs);
  out.text('"resultType":"vector","result":[');
  for (let i = 0; i < samples.length; i++) {
    const { labels, value, histogram } = samples[i] as VectorSample;
    const head = `${i === 0 ? '' : ','}{"metric":${labelsJson(labels)},`;
    if (histogram === undefined) out.text(`${head}"value":[${time},"${formatJsonFloat(value)}"]}`);
    else out.text(`${head}"histogram":[${time},${histogramJson(histogram)}]}`);
    if ((i & 63) === 63) yield;
  }
  out.text(']');
}

function* renderSteps(out: ByteWriter, value: QueryValue & { type: 'stepMatrix' }): Generator<void> {
  const { startMs, stepMs, steps, series } = value;
  // With the comma; the first point of a series goes without.
  const times = Array.from({ length: steps }, (_, k) => `,[${formatTimestamp(startMs + k * stepMs)},"`);
  const points = new PointWriter(times);
  let first = true;
  out.text('"resultType":"matrix","result":[');
  for (const one of series) {
    const histograms = one.histograms;
    const before = out.length;
    out.text(`${first ? '' : ','}{"metric":${labelsJson(one.labels)}`);
    const written = points.write(one.values, one.present);
    if (written.length > 0) {
      out.text(',"values":[');
      out.bytes(written.subarray(1));
      out.text(']');
    }
    const histogramsWritten = histograms === undefined ? false : writeHistogramSteps(out, histograms, startMs, stepMs);
    if (written.length > 0 || histogramsWritten) {
      out.text('}');
      first = false;
    } else out.advance(before);
    yield;
  }
  out.text(']');
}

function writeHistogramSteps(
  out: ByteWriter,
  histograms: NonNullable<StepSeries['histograms']>,
  startMs: number,
  stepMs: number,
): boolean {
  let written = false;
  for (let k = 0; k < histograms.length; k++) {
    const histogram = histograms[k];
    if (histogram === undefined) continue;
    out.text(
      `${written ? ',' : ',"histograms":['}[${formatTimestamp(startMs + k * stepMs)},${histogramJson(histogram)}]`,
    );
    written = true;
  }
  if (written) out.text(']');
  return written;
}

function* renderRaw(out: ByteWriter, series: readonly RawSeries[]): Generator<void> {
  out.text('"resultType":"matrix","result":[');
  for (let i = 0; i < series.length; i++) {
    const { labels, tsMs, values, histograms } = series[i] as RawSeries;
    out.text(`${i === 0 ? '' : ','}{"metric":${labelsJson(labels)}`);
    if (tsMs.length > 0) {
      out.text(',"values":[');
      for (let k = 0; k < tsMs.length; k++) {
        const time = formatTimestamp(tsMs[k] as number);
        out.text(`${k === 0 ? '' : ','}[${time},"${formatJsonFloat(values[k] as number)}"]`);
      }
      out.text(']');
    }
    if (histograms !== undefined && histograms.length > 0) {
      const rows = histograms.map(({ tMs, histogram }) => `[${formatTimestamp(tMs)},${histogramJson(histogram)}]`);
      out.text(`,"histograms":[${rows.join(',')}]`);
    }
    out.text('}');
    yield;
  }
  out.text(']');
}
