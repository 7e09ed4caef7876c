import type { FloatHistogram, Labels, MetricType } from '@petrel/model';

export type ExpositionFormat = 'text' | 'openmetrics' | 'protobuf';

/** What `next()` found. 'comment' is any other `#` line of the text format. */
export type ExpositionEntry = 'series' | 'histogram' | 'type' | 'help' | 'unit' | 'comment' | 'eof';

export interface ParsedExemplar {
  readonly labels: Labels;
  readonly value: number;
  /** Absent: the sample's own time. */
  readonly tMs?: number;
}

/**
 * A pull parser over one exposition; every accessor speaks of the entry that the last `next()` announced. Lenient as Prometheus's scrape
 * parser is: families may be interleaved, counters may lack `_total`. Nothing is allocated for a sample unless it is asked for.
 */
export interface ExpositionParser {
  /** Read it again after each `next()`: the protobuf parser renders series keys into a scratch buffer. */
  readonly bytes: Uint8Array;
  /** Throws PetrelError DECODE_FAILED with the line; after that, and after 'eof', the parser is spent. */
  next(): ExpositionEntry;
  /** Range of `bytes` that identifies the series, metric and labels as written: hash it and look it up. */
  readonly seriesStart: number;
  readonly seriesEnd: number;
  readonly value: number;
  /** The two words of the value, for copying bits (staleness markers). */
  readonly valueLow: number;
  readonly valueHigh: number;
  /** NaN when the sample has none. */
  readonly timestampMs: number;
  /** 0 when unknown. From protobuf, or from `_created` lines when `createdAsStart` is set. */
  readonly startTimestampMs: number;
  readonly hasExemplar: boolean;
  /** Exemplars of the current sample. Allocates. */
  exemplars(): readonly ParsedExemplar[];
  /** Labels with `__name__`; `le` and `quantile` as Prometheus 3 stores them (`1` → `1.0`). Allocates. */
  labels(): Labels;
  /** For 'histogram' entries. */
  histogram(): FloatHistogram;
  /** The metric family of a 'type', 'help' or 'unit' entry. */
  readonly metric: string;
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string;
  /** The comment line, `#` included. */
  readonly comment: string;
}

export interface ExpositionOptions {
  /** Fold OpenMetrics `_created` lines into `startTimestampMs` and leave them out. Default false: they are series. */
  readonly createdAsStart?: boolean;
}
