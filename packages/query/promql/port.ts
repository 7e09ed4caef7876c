import type { Labels, Matcher, MetricMetadata, SeriesColumns } from '@petrel/model';

/** Times are whole milliseconds, both ends included. */
export interface SelectRequest {
  readonly matchers: readonly Matcher[];
  readonly startMs: number;
  readonly endMs: number;
  /** Beyond it the source throws PetrelError QUERY_LIMIT ("query processing would load too many samples into memory"). */
  readonly maxSamples: number;
  /** Will hardly be asked again: a source keeps nothing of it. */
  readonly once?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * What the database can compute for the engine: one value for each step and series (or group). Grid times are
 * `startMs + k·stepMs` for k in [0, steps); a window is left-open: (t - windowMs, t]. Semantics are exactly those of the engine's own functions,
 * counter resets, extrapolation and staleness included.
 */
export interface GridRequest extends SelectRequest {
  readonly func: 'rate' | 'increase' | 'delta' | 'last' | 'irate' | 'idelta';
  readonly gridStartMs: number;
  readonly stepMs: number;
  readonly steps: number;
  readonly windowMs: number;
  /** Sum over groups in the database; `labels` of the answer are then the group's. */
  readonly sumBy?: { readonly without: boolean; readonly labels: readonly string[] };
}

export interface GridSeries {
  /** With `__name__`, unless summed. */
  readonly labels: Labels;
  readonly values: Float64Array;
  /** 1 where there is a value. */
  readonly present: Uint8Array;
}

export interface Exemplar {
  readonly labels: Labels;
  readonly tMs: number;
  readonly value: number;
}

/** What the engine and the API read from. Everything rejects with PetrelError; an aborted signal with QUERY_CANCELED. */
export interface MetricSource {
  /** In no order; the label sets are distinct; a series without a sample in the range may be left out. */
  select(request: SelectRequest): Promise<readonly SeriesColumns[]>;
  /** Undefined: the source declines (small range, cached columns, histograms present), use `select`. */
  selectGrid?(request: GridRequest): Promise<readonly GridSeries[] | undefined>;
  /** Label sets that match any of `selectors` and had samples in the range, sorted. */
  series(selectors: readonly (readonly Matcher[])[], range: TimeRange, limit?: number): Promise<readonly Labels[]>;
  /** Sorted. No selectors: all. */
  labelNames(selectors: readonly (readonly Matcher[])[], range: TimeRange, limit?: number): Promise<readonly string[]>;
  labelValues(
    name: string,
    selectors: readonly (readonly Matcher[])[],
    range: TimeRange,
    limit?: number,
  ): Promise<readonly string[]>;
  exemplars(
    selectors: readonly (readonly Matcher[])[],
    range: TimeRange,
  ): Promise<readonly { labels: Labels; exemplars: readonly Exemplar[] }[]>;
  metadata(options: { metric?: string; limit?: number; limitPerMetric?: number }): Promise<readonly MetricMetadata[]>;
}

export interface TimeRange {
  readonly startMs: number;
  readonly endMs: number;
  readonly signal?: AbortSignal;
}
