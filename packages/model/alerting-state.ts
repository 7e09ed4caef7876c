import type { Alert } from './alert.ts';
import type { Labels } from './labels.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Silence } from './silence.ts';

/** A group of alerts that are notified together, and its timer. */
export interface GroupRow {
  /** `{route}:{group labels}`. */
  readonly key: string;
  readonly routeKey: string;
  readonly labels: Labels;
  /** When the group is looked at next. */
  readonly nextFlushMs: number;
  /** The first look has been: from now on the pace is group_interval. */
  readonly flushed: boolean;
  /** A look has begun deliveries that have not all ended: after a restart the group is looked at again at once. */
  readonly delivering: boolean;
}

/** What a receiver's integration was last told of a group. */
export interface NotificationRow {
  readonly groupKey: string;
  /** `receiver/integration/index`. */
  readonly integrationKey: string;
  /** Fingerprints that were told as firing, and as resolved. */
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly tMs: number;
  readonly expiresAtMs: number;
}

/** An alert's recent changes between firing and resolved, for the detection of flapping. */
export interface FlapRow {
  readonly fingerprint: string;
  /** Ascending. */
  readonly changesMs: readonly number[];
  readonly flapping: boolean;
}

/** Everything the alert engine has to remember over a restart. */
export interface AlertingState {
  readonly alerts: readonly Alert[];
  readonly silences: readonly Silence[];
  readonly groups: readonly GroupRow[];
  readonly notifications: readonly NotificationRow[];
  readonly flaps: readonly FlapRow[];
}

/** Rows to put (new ones replace those of the same key) and keys to drop. */
export interface AlertingChanges {
  readonly putAlerts: readonly Alert[];
  readonly dropAlerts: readonly string[];
  readonly putSilences: readonly Silence[];
  readonly dropSilences: readonly string[];
  readonly putGroups: readonly GroupRow[];
  readonly dropGroups: readonly string[];
  readonly putNotifications: readonly NotificationRow[];
  readonly dropNotifications: readonly { readonly groupKey: string; readonly integrationKey: string }[];
  readonly putFlaps: readonly FlapRow[];
  readonly dropFlaps: readonly string[];
  /** In the order in which they were decided. */
  readonly ledger: readonly LedgerEntry[];
}

/** Where the alert engine's state lives. */
export interface AlertingStateStore {
  load(): Promise<AlertingState>;
  /** All in one transaction; resolves when it is committed. Rejects with STORE_UNAVAILABLE (retryable). Putting the same rows again is harmless. */
  commit(changes: AlertingChanges): Promise<void>;
}
