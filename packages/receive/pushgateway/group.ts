import type { MetricType } from '@petrel/model';

/** One pushed series; `value` in Prometheus's notation (`1`, `NaN`, `+Inf`), so that JSON can hold it. */
export interface PushedSeries {
  /** With `__name__`, the grouping labels included. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string;
}

/** The metrics that share a name, such as a histogram with its buckets. */
export interface PushedFamily {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly series: readonly PushedSeries[];
}

/** What was pushed under one set of grouping labels. Plain data: it can be stored as JSON. */
export interface PushGroup {
  /** Equal exactly for equal grouping labels. */
  readonly key: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly families: readonly PushedFamily[];
  /** 0: never. */
  readonly pushedMs: number;
  readonly failedMs: number;
}

/** Where groups outlive the process. Rejections with a retryable PetrelError push back on the sender. */
export interface PushGroupStore {
  load(): Promise<readonly PushGroup[]>;
  /** Replaces the group with the same key. */
  upsert(group: PushGroup): Promise<void>;
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void>;
}

export function groupKey(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function parseValue(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}

export function formatValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return Object.is(value, -0) ? '-0' : String(value);
}
