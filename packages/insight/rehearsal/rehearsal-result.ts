import type { Labels } from '@petrel/model';

/** What a configuration would have done in the time, beside what the one in force would have. Times are ms since the epoch. */
export interface RehearsalResult {
  readonly startMs: number;
  readonly endMs: number;
  readonly proposed: RehearsalSide;
  readonly current: RehearsalSide;
  readonly difference: Difference;
  /** Whole sentences, without duplicates. */
  readonly warnings: readonly string[];
}

export interface RehearsalSide {
  /** How often an alert began to fire. */
  readonly alerts: number;
  /** Groups that were notified of, or would have been. */
  readonly groups: number;
  /** Ascending by time, then in the order in which they were sent. */
  readonly notifications: readonly RehearsedNotification[];
  /** Most notifications first, then by name. */
  readonly rules: readonly RuleFigures[];
  /** Receiver → start of the hour (ms, UTC) → notifications. */
  readonly perReceiverHour: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** By the time at which they began to fire. */
  readonly suppressed: readonly UntoldAlert[];
}

/** One message to one receiver about one group, however many integrations carried it. */
export interface RehearsedNotification {
  readonly tMs: number;
  readonly receiver: string;
  /** `slack[0]`, in the order of the receiver. */
  readonly integrations: readonly string[];
  readonly groupKey: string;
  readonly groupLabels: Labels;
  /** Of the first integration: `first_notification`, `new_alerts`, `repeat_interval`… */
  readonly reason: string;
  /** Labels, in the order in which they are told. */
  readonly firing: readonly Labels[];
  readonly resolved: readonly Labels[];
}

export interface RuleFigures {
  /** The alert's name; rules that share one are counted together. */
  readonly name: string;
  readonly fired: number;
  /** Summed over its alerts. */
  readonly firingMs: number;
  /** Notifications that tell of at least one of its alerts. */
  readonly notifications: number;
}

/**
 * An alert that fired and of which nobody was told. `reason` is what held it back (`inhibited`, `silenced`, `muted_by_interval`, …),
 * `no_integration`, `ended_before_notification`, `waiting` (the time was over first) or `no_routing`.
 */
export interface UntoldAlert {
  readonly labels: Labels;
  readonly tMs: number;
  readonly reason: string;
}

export interface Difference {
  readonly gained: readonly RehearsedNotification[];
  readonly lost: readonly RehearsedNotification[];
  readonly moved: readonly { readonly before: RehearsedNotification; readonly after: RehearsedNotification }[];
}

/** How far a rehearsal has come: `done` of `total`, in no unit. */
export interface RehearsalProgress {
  readonly done: number;
  readonly total: number;
  readonly doing: string;
}
