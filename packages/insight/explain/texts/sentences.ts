import type { LedgerEntry } from '@petrel/model';

export type Language = 'en' | 'zh';

/** What holds an alert back, with everything that was found out about it. */
export interface HeldBy {
  readonly reason: string;
  readonly sinceMs: number;
  /** Of an inhibition: the alert that inhibits, as text, and since when it fired. */
  readonly source?: string;
  readonly sourceSinceMs?: number;
  /** Of an inhibition: its rule's name ('' for none) and line. */
  readonly rule?: string;
  readonly line?: number;
  readonly intervals?: readonly string[];
  readonly silences?: readonly {
    readonly id: string;
    readonly comment: string;
    readonly by: string;
    readonly endsAtMs?: number;
  }[];
  /** Of an aggregation: the alert that stands for it, and when its receivers were told. */
  readonly into?: string;
  readonly intoToldMs?: number;
}

/** What a silent rule's expression gave at a time. */
export interface SilentValue {
  /** The value that came nearest to the threshold, and its series; undefined: there was no series at all. */
  readonly nearest?: { readonly value: string; readonly labels: string };
  readonly series: number;
  /** `> 0.05`; undefined where the expression ends in no comparison with a number. */
  readonly threshold?: string;
}

/** Everything that an explanation says, in one language. Clauses have neither a capital nor a stop at their ends; sentences have both. */
export interface Sentences {
  /** A decision as a sentence. */
  entry(entry: LedgerEntry): string;
  time(tMs: number): string;

  /** Clauses about a receiver. */
  notified(facts: {
    receiver: string;
    tMs: number;
    integrations: readonly string[];
    reason: string;
    times: number;
  }): string;
  heldBack(receiver: string, by: HeldBy): string;
  heldBackSince(by: HeldBy): string;
  waitingUntil(receiver: string, untilMs: number, isNewGroup: boolean): string;
  waiting(receiver: string): string;
  endedFirst(receiver: string): string;
  toldLater(receiver: string, tMs: number): string;
  failed(facts: {
    receiver: string;
    attempts: number;
    integration: string;
    answer: string;
    retryAtMs?: number;
  }): string;
  alsoFailed(integration: string, answer: string): string;
  noIntegration(receiver: string): string;
  deduplicated(receiver: string, toldMs: number): string;

  /** Sentences that answer. */
  firing(facts: { alert: string; sinceMs: number; reached: boolean; clauses: readonly string[] }): string;
  resolved(facts: {
    alert: string;
    sinceMs?: number;
    endMs: number;
    reached: boolean;
    clauses: readonly string[];
  }): string;
  pending(facts: { alert: string; activeAtMs?: number; forText: string; dueMs?: number; value?: string }): string;
  inactive(facts: { alert: string; tMs: number; value?: string }): string;
  noRouting(alert: string): string;
  notRouted(facts: { alert: string; receiver: string; receivers: readonly string[]; failed?: string }): string;

  /** Sentences about what is not known. */
  noRule(name: string, similar: readonly string[]): string;
  nothingMatches(text: string): string;
  ruleFailed(name: string, error: string): string;
  ruleSilent(name: string, tMs: number, value: SilentValue): string;
  ruleNotAsked(name: string): string;
  valueUnknown(name: string, error: string): string;
  liesAhead(tMs: number): string;
  onlyFirst(count: number): string;
  ledgerSilent(): string;
}
