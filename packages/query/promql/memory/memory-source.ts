import {
  compareStrings,
  compileMatcher,
  type FloatHistogram,
  type HistogramSample,
  Labels,
  type Matcher,
  type MetricMetadata,
  PetrelError,
  type SeriesColumns,
  setStaleAt,
  wordsOf,
} from '@petrel/model';
import { detectReset } from '../histogram/index.ts';
import type { Exemplar, MetricSource, SelectRequest, TimeRange } from '../port.ts';

/** One sample to store; `stale` marks the end of a series, whatever its kind. */
export interface MemorySample {
  readonly tMs: number;
  readonly value?: number;
  readonly stale?: boolean;
  readonly histogram?: FloatHistogram;
  /** Start ("created") timestamp. */
  readonly startTMs?: number;
}

interface Stored {
  readonly labels: Labels;
  /** By time; a later write of the same time wins. */
  readonly samples: Map<number, MemorySample>;
  columns?: Columns;
}

/** A stored series, ascending by time. */
interface Columns {
  readonly tsMs: Float64Array;
  readonly values: Float64Array;
  readonly startTsMs: Float64Array | undefined;
  readonly histograms: readonly HistogramSample[];
}

/** A MetricSource over plain memory, for tests: exact, in no hurry. */
export class MemorySource implements MetricSource {
  readonly #series = new Map<string, Stored>();
  readonly #metadata: MetricMetadata[] = [];
  readonly #exemplars = new Map<string, { labels: Labels; exemplars: Exemplar[] }>();

  /** Adds samples in any order; labels with `__name__`. */
  write(labels: Labels, samples: readonly MemorySample[]): void {
    let stored = this.#series.get(labels.key);
    if (stored === undefined) {
      stored = { labels, samples: new Map() };
      this.#series.set(labels.key, stored);
    }
    for (const sample of samples) stored.samples.set(sample.tMs, sample);
    delete stored.columns;
  }

  writeMetadata(metadata: MetricMetadata): void {
    this.#metadata.push(metadata);
  }

  writeExemplar(labels: Labels, exemplar: Exemplar): void {
    const found = this.#exemplars.get(labels.key);
    if (found === undefined) this.#exemplars.set(labels.key, { labels, exemplars: [exemplar] });
    else found.exemplars.push(exemplar);
  }

  clear(): void {
    this.#series.clear();
    this.#metadata.length = 0;
    this.#exemplars.clear();
  }

  async select({ matchers, startMs, endMs, maxSamples, signal }: SelectRequest): Promise<readonly SeriesColumns[]> {
    stopIfAborted(signal);
    const out: SeriesColumns[] = [];
    let count = 0;
    for (const stored of this.#matching([matchers])) {
      const columns = columnsOf(stored);
      const from = lowerBound(columns.tsMs, startMs);
      const to = lowerBound(columns.tsMs, endMs + 1);
      const histograms = columns.histograms.filter(({ tMs }) => tMs >= startMs && tMs <= endMs);
      count += to - from + histograms.length;
      if (count > maxSamples) {
        throw new PetrelError(
          'QUERY_LIMIT',
          'query processing would load too many samples into memory in query execution',
        );
      }
      if (to === from && histograms.length === 0) continue;
      out.push({
        labels: stored.labels,
        tsMs: columns.tsMs,
        values: columns.values,
        from,
        to,
        ...(columns.startTsMs === undefined ? {} : { startTsMs: columns.startTsMs }),
        ...(histograms.length === 0 ? {} : { histograms }),
      });
    }
    return out;
  }

  async series(
    selectors: readonly (readonly Matcher[])[],
    range: TimeRange,
    limit?: number,
  ): Promise<readonly Labels[]> {
    stopIfAborted(range.signal);
    const found = this.#matching(selectors)
      .filter((stored) => livesIn(stored, range))
      .map((stored) => stored.labels)
      .sort(Labels.compare);
    return cut(found, limit);
  }

  async labelNames(
    selectors: readonly (readonly Matcher[])[],
    range: TimeRange,
    limit?: number,
  ): Promise<readonly string[]> {
    const names = new Set<string>();
    for (const labels of await this.series(selectors, range)) for (const [name] of labels) names.add(name);
    return cut([...names].sort(compareStrings), limit);
  }

  async labelValues(
    name: string,
    selectors: readonly (readonly Matcher[])[],
    range: TimeRange,
    limit?: number,
  ): Promise<readonly string[]> {
    const values = new Set<string>();
    for (const labels of await this.series(selectors, range)) if (labels.has(name)) values.add(labels.get(name));
    return cut([...values].sort(compareStrings), limit);
  }

  async exemplars(
    selectors: readonly (readonly Matcher[])[],
    { startMs, endMs, signal }: TimeRange,
  ): Promise<readonly { labels: Labels; exemplars: readonly Exemplar[] }[]> {
    stopIfAborted(signal);
    const tests = selectors.map(compileAll);
    return [...this.#exemplars.values()]
      .filter(({ labels }) => tests.some((test) => test(labels)))
      .map(({ labels, exemplars }) => ({
        labels,
        exemplars: exemplars.filter(({ tMs }) => tMs >= startMs && tMs <= endMs),
      }))
      .filter(({ exemplars }) => exemplars.length > 0);
  }

  async metadata(options: {
    metric?: string;
    limit?: number;
    limitPerMetric?: number;
  }): Promise<readonly MetricMetadata[]> {
    const byMetric = new Map<string, MetricMetadata[]>();
    for (const entry of this.#metadata) {
      if (options.metric !== undefined && entry.metric !== options.metric) continue;
      const list = byMetric.get(entry.metric) ?? [];
      if (list.length < (options.limitPerMetric ?? Number.POSITIVE_INFINITY)) list.push(entry);
      byMetric.set(entry.metric, list);
    }
    return cut([...byMetric.values()], options.limit).flat();
  }

  /** Whether a native histogram is stored in any series that matches. */
  holdsHistograms(matchers: readonly Matcher[]): boolean {
    return this.#matching([matchers]).some((stored) => columnsOf(stored).histograms.length > 0);
  }

  #matching(selectors: readonly (readonly Matcher[])[]): Stored[] {
    const tests = selectors.map(compileAll);
    return [...this.#series.values()].filter(({ labels }) => tests.length === 0 || tests.some((test) => test(labels)));
  }
}

function compileAll(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  const compiled = matchers.map((m) => ({ name: m.name, matches: compileMatcher(m) }));
  return (labels) => compiled.every(({ name, matches }) => matches(labels.get(name)));
}

function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new PetrelError('QUERY_CANCELED', 'query was canceled');
}

function cut<T>(list: readonly T[], limit: number | undefined): readonly T[] {
  return limit === undefined || limit <= 0 ? list : list.slice(0, limit);
}

function livesIn(stored: Stored, { startMs, endMs }: TimeRange): boolean {
  for (const tMs of stored.samples.keys()) if (tMs >= startMs && tMs <= endMs) return true;
  return false;
}

/** First index with a time not before `tMs`. */
function lowerBound(tsMs: Float64Array, tMs: number): number {
  let low = 0;
  let high = tsMs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tsMs[middle] as number) < tMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function columnsOf(stored: Stored): Columns {
  stored.columns ??= buildColumns([...stored.samples.values()].sort((a, b) => a.tMs - b.tMs));
  return stored.columns;
}

function buildColumns(samples: readonly MemorySample[]): Columns {
  const floats = samples.filter((sample) => sample.histogram === undefined);
  const values = new Float64Array(floats.length);
  const words = wordsOf(values);
  floats.forEach((sample, i) => {
    if (sample.stale === true) setStaleAt(words, i);
    else values[i] = sample.value ?? Number.NaN;
  });
  const hasStarts = floats.some((sample) => sample.startTMs !== undefined);
  return {
    tsMs: Float64Array.from(floats, (sample) => sample.tMs),
    values,
    startTsMs: hasStarts ? Float64Array.from(floats, (sample) => sample.startTMs ?? 0) : undefined,
    histograms: histogramsWithHints(samples),
  };
}

/**
 * Histograms as a Prometheus database gives them back: after a predecessor of which it is a continuation, a histogram is known to be no reset;
 * after a reset, a float, a gap in kind or at the beginning nothing is known. Gauges stay gauges.
 */
function histogramsWithHints(samples: readonly MemorySample[]): readonly HistogramSample[] {
  const out: HistogramSample[] = [];
  let before: FloatHistogram | undefined;
  for (const { tMs, histogram, startTMs } of samples) {
    if (histogram === undefined) {
      before = undefined;
      continue;
    }
    const gauge = histogram.counterResetHint === 'gauge';
    const comparable = before !== undefined && !gauge && before.counterResetHint !== 'gauge';
    const continues =
      comparable &&
      histogram.counterResetHint !== 'reset' &&
      !detectReset({ ...histogram, counterResetHint: 'unknown' }, before as FloatHistogram);
    const counterResetHint = gauge ? 'gauge' : continues ? 'not_reset' : 'unknown';
    out.push({ tMs, histogram: { ...histogram, counterResetHint }, ...(startTMs === undefined ? {} : { startTMs }) });
    before = histogram;
  }
  return out;
}
