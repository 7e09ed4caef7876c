import type { MetricType } from '@petrel/model';

export interface FamilyExemplar {
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
  readonly tMs?: number;
}

/** One metric of a family. Which of the values it has depends on the family's type. */
export interface FamilyMetric {
  /** In the order in which they are written. */
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly timestampMs?: number;
  /** Counter, gauge, unknown, info, stateset. */
  readonly value?: number;
  /** Of a counter's value. */
  readonly exemplar?: FamilyExemplar;
  /** Histograms and summaries. */
  readonly count?: number;
  readonly sum?: number;
  /** Upper bounds ascending, counts cumulative; the +Inf bucket may be left out. */
  readonly buckets?: readonly { readonly bound: number; readonly count: number; readonly exemplar?: FamilyExemplar }[];
  readonly quantiles?: readonly (readonly [quantile: number, value: number])[];
}

/** Metrics under one name, as a program exposes them. */
export interface MetricFamily {
  readonly name: string;
  readonly type: MetricType;
  readonly help?: string;
  readonly unit?: string;
  readonly metrics: readonly FamilyMetric[];
}
