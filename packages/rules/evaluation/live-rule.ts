import type { Alert, Labels, LedgerEntry } from '@petrel/model';
import type { AlertInstance, RuleAlerts } from '../alerting/alert-instance.ts';
import { emitAlertSeries } from '../alerting/alert-series.ts';
import type { RuleSetting, StepQueries } from '../alerting/rule-alerts.ts';
import { AlertRuleState } from '../alerting/rule-alerts.ts';
import { queryOf } from '../rule-file/rule-expr.ts';
import type { Rule } from '../rule-file/rule-group.ts';
import type { RuleHealth } from '../status/group-status.ts';
import { Recorder } from './recording.ts';
import { RuleFailure } from './rule-failure.ts';
import type { RuleSample } from './rule-samples.ts';

/** What one evaluation of a rule yields. */
export interface RuleYield {
  /** Series that vanished come last, as stale. */
  readonly samples: readonly RuleSample[];
  readonly alerts: readonly Alert[];
  readonly decisions: readonly LedgerEntry[];
}

/** How a rule asks: its expression, and what templates and missing data need. */
export interface RuleQueries extends StepQueries {
  /** The rule's expression at the instant of the evaluation, less the query offset. */
  result(): Promise<readonly { readonly labels: Labels; readonly value: number }[]>;
}

/** A rule in a running group: its definition, its state, and how its last evaluation went. */
export class LiveRule {
  readonly query: string;
  /** Undefined for recording rules. */
  readonly alerting: AlertRuleState | undefined;
  readonly #recorder: Recorder | undefined;
  health: RuleHealth = 'unknown';
  lastError = '';
  evaluationTimeMs = 0;
  lastEvaluationMs: number | undefined;
  /** ALERTS and ALERTS_FOR_STATE are written only then. */
  restored: boolean;
  /** The series of the last evaluation that was stored, by key. */
  previous: ReadonlyMap<string, Labels> = new Map();

  constructor(
    readonly rule: Rule,
    readonly setting: RuleSetting,
    restored: boolean,
  ) {
    this.query = queryOf(rule);
    this.restored = restored;
    this.alerting = rule.kind === 'alerting' ? new AlertRuleState(rule, setting) : undefined;
    this.#recorder = rule.kind === 'recording' ? new Recorder(rule.name, rule.labels) : undefined;
  }

  get alerts(): RuleAlerts {
    return this.alerting?.alerts ?? new Map<string, AlertInstance>();
  }

  /** Rejects when a query fails, or the rule yields what it must not; alerts that are due are then in `overdue`. */
  async evaluate(tMs: number, queries: RuleQueries): Promise<RuleYield> {
    const result = await queries.result();
    if (this.#recorder !== undefined) {
      const samples = this.#recorder.record(result, this.setting.limit);
      return { samples: this.#withStale(samples), alerts: [], decisions: [] };
    }
    const state = this.alerting as AlertRuleState;
    const { alerts, decisions, error } = await state.step(result, tMs, queries);
    if (error !== undefined) throw new StepFailure(error, alerts, decisions);
    const samples: RuleSample[] = [];
    if (this.restored) emitAlertSeries(state.alerts, (labels, value) => samples.push({ labels, value }));
    return { samples: this.#withStale(samples), alerts, decisions };
  }

  #withStale(samples: readonly RuleSample[]): readonly RuleSample[] {
    if (this.previous.size === 0) return samples;
    const present = new Set<string>();
    for (const { labels } of samples) present.add(labels.key);
    const gone: RuleSample[] = [];
    for (const [key, labels] of this.previous) if (!present.has(key)) gone.push({ labels, value: 0, stale: true });
    return gone.length === 0 ? samples : [...samples, ...gone];
  }

  /** What has been stored is what the next evaluation compares with. */
  stored(samples: readonly RuleSample[]): void {
    if (samples.length === 0 && this.previous.size === 0) return;
    const previous = new Map<string, Labels>();
    for (const { labels, stale } of samples) if (stale !== true) previous.set(labels.key, labels);
    this.previous = previous;
  }
}

/** A step that failed after its query had not; what is to be told of all the same. */
export class StepFailure extends RuleFailure {
  constructor(
    message: string,
    readonly alerts: readonly Alert[],
    readonly decisions: readonly LedgerEntry[],
  ) {
    super(message);
  }
}
