import type { AlertView, GroupView } from '@petrel/alerts';
import type { RoutingConfig } from '@petrel/alerts/config/config.ts';
import type { AlertEngine } from '@petrel/alerts/engine/alert-engine.ts';
import type { Labels, LedgerEntry, LedgerReader, Matcher } from '@petrel/model';
import type { RuleEngine, RuleLanguage } from '@petrel/rules';
import type { GroupStatus } from '@petrel/rules/status/group-status.ts';
import type { Language } from './texts/sentences.ts';

export interface ExplainQuestion {
  /** A fingerprint, an alert name, or a selector: `{alertname="X", instance="y"}` or `X{instance="y"}`. */
  readonly alert: string;
  readonly atMs: number;
  /** The receiver that was told, or should have been. */
  readonly receiver?: string;
}

/** The alert engine as it stands. */
export interface LiveAlerts {
  /** Those that fire. */
  readonly alerts: readonly AlertView[];
  readonly groups: readonly GroupView[];
  /** Absent: nobody is told of anything. */
  readonly routing?: RoutingConfig;
  readonly context: AlertEngine['context'];
}

export interface ExplainOptions {
  readonly question: ExplainQuestion;
  readonly ledger: LedgerReader;
  readonly live: LiveAlerts;
  readonly rules: readonly GroupStatus[];
  /** To say what the expression of a silent rule gave. */
  readonly engineOf: (language: RuleLanguage) => RuleEngine;
  readonly nowMs: number;
  /** Throws BAD_REQUEST. */
  readonly parseMatchers: (text: string) => readonly Matcher[];
  readonly language: Language;
}

export interface Explanation {
  readonly atMs: number;
  /** What the question may mean; the best first, which is the one explained. */
  readonly candidates: readonly Candidate[];
  /** Absent: nothing is known of such an alert at that time; `notes` say why, as far as rules can tell. */
  readonly alert?: ExplainedAlert;
  /** Whole sentences. */
  readonly notes: readonly string[];
}

export interface Candidate {
  readonly fingerprint: string;
  readonly labels: Labels;
  /** The last decision about it up to the time that was asked about, or the first after. */
  readonly lastSeenMs: number;
}

export type ExplainedState = 'inactive' | 'pending' | 'firing' | 'resolved';

export interface ExplainedAlert {
  readonly fingerprint: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: ExplainedState;
  /** The answer in one sentence. */
  readonly verdict: string;
  readonly rule?: ExplainedRule;
  readonly receivers: readonly ExplainedReceiver[];
  /** What it rests on, ascending. */
  readonly entries: readonly LedgerEntry[];
}

export interface ExplainedRule {
  readonly name: string;
  readonly group: string;
  readonly file: string;
  readonly expr: string;
  readonly forMs: number;
  /** At the evaluation that decided; as PromQL writes numbers. */
  readonly value?: string;
  readonly activeAtMs?: number;
}

export type ReceiverReason =
  | 'notified'
  | 'waiting'
  | 'inhibited'
  | 'silenced'
  | 'muted_by_interval'
  | 'aggregated'
  | 'failed'
  | 'no_integration'
  | 'deduplicated';

export interface ExplainedReceiver {
  readonly receiver: string;
  readonly routeId: string;
  readonly groupKey: string;
  readonly reached: boolean;
  readonly reason: ReceiverReason;
  readonly text: string;
  /** Ascending. */
  readonly attempts: readonly DeliveryAttempt[];
}

export interface DeliveryAttempt {
  readonly tMs: number;
  readonly integration: string;
  readonly ok: boolean;
  readonly answer: string;
}
