import type { Labels } from './labels.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What was decided. */
export type LedgerKind =
  /** A rule's alert changed its state; `reason` is the new one. */
  | 'evaluation'
  /** An alert became known to the alert engine, or fires again. */
  | 'received'
  /** An alert ended. */
  | 'resolved'
  /** Which routes took the alert, and so into which group for which receiver. */
  | 'routed'
  /** An alert is held back from its group's notifications; `reason` says by what, `detail` by which. */
  | 'suppressed'
  /** It is not held back any more. */
  | 'unsuppressed'
  /** An attempt to deliver to an integration succeeded. */
  | 'notified'
  /** An attempt failed; `detail.retry` says whether it comes again. */
  | 'failed'
  /** Several alerts became one, or one of them joined. */
  | 'aggregated'
  /** An alert goes back and forth too often, or does not any more. */
  | 'flapping'
  /** A silence was made, changed, or expired. */
  | 'silence'
  /** Another configuration is in force, or the engine came up again. */
  | 'config';

/** One decision with its reason. The ledger holds what changed something, never that nothing happened. */
export interface LedgerEntry {
  readonly tMs: number;
  readonly kind: LedgerKind;
  /** The alerts that it concerns. */
  readonly fingerprints: readonly string[];
  /** '' where several alerts, or none, are concerned. */
  readonly alertname: string;
  /** The alert's labels, or the group's. */
  readonly labels: Labels;
  /** `{route}:{group labels}`; '' where no group is concerned. */
  readonly groupKey: string;
  /** '' where no receiver is concerned. */
  readonly receiver: string;
  /** `slack[0]`: the integration and its place in the receiver; '' where none is concerned. */
  readonly integration: string;
  /** A stable word: `firing`, `inhibited`, `silenced`, `muted_by_interval`, `first_notification`, `repeat_interval`… */
  readonly reason: string;
  readonly detail: { readonly [key: string]: Json };
}

export interface LedgerQuery {
  readonly startMs: number;
  /** Included. */
  readonly endMs: number;
  readonly fingerprint?: string;
  readonly alertname?: string;
  readonly groupKey?: string;
  readonly receiver?: string;
  readonly kinds?: readonly LedgerKind[];
  /** Default 10,000; the newest are kept. */
  readonly limit?: number;
}

/** What reads the ledger: explanations, history, the check of a rehearsal. */
export interface LedgerReader {
  /** Ascending by time, in the order of the decisions. Rejects with STORE_UNAVAILABLE. */
  entries(query: LedgerQuery): Promise<readonly LedgerEntry[]>;
}
