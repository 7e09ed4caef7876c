import type { FloatHistogram, Labels } from '@petrel/model';

/** One value of an instant vector; `histogram` set means that `value` is meaningless. */
export interface VectorSample {
  readonly labels: Labels;
  readonly value: number;
  readonly histogram?: FloatHistogram;
}

/** One series over the steps of a range query: step k is at startMs + k·stepMs. */
export interface StepSeries {
  readonly labels: Labels;
  readonly values: Float64Array;
  /** 1 = a float at this step; 0 = nothing (or a histogram). */
  readonly present: Uint8Array;
  /** Sparse by step. */
  readonly histograms?: readonly (FloatHistogram | undefined)[];
}

/** One series of a range vector answered by an instant query (`x[5m]`). Ascending times; a time is in one list only. */
export interface RawSeries {
  readonly labels: Labels;
  readonly tsMs: Float64Array;
  readonly values: Float64Array;
  readonly histograms?: readonly { readonly tMs: number; readonly histogram: FloatHistogram }[];
}

export type QueryValue =
  | { readonly type: 'scalar'; readonly tMs: number; readonly value: number }
  | { readonly type: 'string'; readonly tMs: number; readonly value: string }
  | { readonly type: 'vector'; readonly tMs: number; readonly samples: readonly VectorSample[] }
  | {
      readonly type: 'stepMatrix';
      readonly startMs: number;
      readonly stepMs: number;
      readonly steps: number;
      /** Sorted by labels. */
      readonly series: readonly StepSeries[];
    }
  | { readonly type: 'rawMatrix'; readonly series: readonly RawSeries[] };

export interface QueryStats {
  readonly samplesLoaded: number;
  readonly peakSamples: number;
  readonly timingsMs: Readonly<Record<'parse' | 'plan' | 'fetch' | 'eval', number>>;
}

export interface QueryResult {
  readonly value: QueryValue;
  /** `PromQL warning: …` with ` (line:column)`; without duplicates, at most ten each as Prometheus answers them. */
  readonly warnings: readonly string[];
  /** `PromQL info: …`. */
  readonly infos: readonly string[];
  readonly stats: QueryStats;
}

/** Prometheus's switches, each off by default unless said otherwise. */
export interface EngineFeatures {
  /** limitk, limit_ratio, and the experimental functions. */
  readonly experimentalFunctions: boolean;
  readonly durationExpressions: boolean;
  /** anchored / smoothed. */
  readonly extendedRangeSelectors: boolean;
  /** fill, fill_left, fill_right. */
  readonly fillModifiers: boolean;
  /** Drop `__name__` only at the end of the evaluation. */
  readonly delayedNameRemoval: boolean;
}

export interface QueryOptions {
  /** Default 5 minutes; so are zero and less. */
  readonly lookbackMs?: number;
  /** Default: the engine's limit; a longer wish is cut to it. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface PromqlEngine {
  instant(request: { query: string; timeMs: number } & QueryOptions): Promise<QueryResult>;
  /** Rejects with BAD_REQUEST when (end - start) / step exceeds 11,000 points a series. */
  range(
    request: { query: string; startMs: number; endMs: number; stepMs: number } & QueryOptions,
  ): Promise<QueryResult>;
}
