import type { IntervalSpec } from './interval-spec.ts';

/** A named set of times, as `time_intervals` and `mute_time_intervals` define it. */
export interface TimeInterval {
  readonly name: string;
  /** Whether the time lies in any of its parts. */
  readonly contains: (tMs: number) => boolean;
  /** Its parts, for showing. */
  readonly specs?: readonly IntervalSpec[];
  readonly line: number;
}
