import type { Alert, Labels, LedgerEntry } from '@petrel/model';
import { promqlOf, queryOf } from '../rule-file/rule-expr.ts';
import type { AlertingRule, MissingDataPolicy } from '../rule-file/rule-group.ts';
import { alertFingerprint } from './alert-fingerprint.ts';
import type { AlertInstance, AlertSample, LabelledSample, RuleAlerts } from './alert-instance.ts';
import { NO_ALERTS } from './alert-instance.ts';
import type { TemplateQuery, TextScope } from './alert-text.ts';
import { AlertTexts } from './alert-texts.ts';
import type { DataExpression } from './data-expression.ts';
import { dataExpressionOf } from './data-expression.ts';
import { decisionOf } from './decisions.ts';
import { generatorUrl } from './generator-url.ts';
import { MissingSeries } from './missing-series.ts';
import { RESEND_DELAY_MS, takeDue, validUntilMs } from './sending.ts';
import type { StepInput } from './step.ts';
import { stepAlerts } from './step.ts';

/** What a rule is evaluated within. */
export interface RuleSetting {
  readonly group: string;
  readonly file: string;
  readonly intervalMs: number;
  readonly limit: number;
  readonly externalLabels: Labels;
  readonly externalUrl: string;
  /** Of rules that do not say. */
  readonly missingData: MissingDataPolicy;
  /** Default: a minute. */
  readonly resendDelayMs?: number;
}

/** How the world is asked in the course of a step. Both may reject; then the step has changed nothing. */
export interface StepQueries {
  /** The rule's data expression at the instant of the step. */
  data(query: string): Promise<readonly AlertSample[]>;
  /** Queries in templates, at the instant of the step. */
  readonly template: TemplateQuery;
}

/** What came of a step. */
export interface StepOutcome {
  /** To be sent: sorted by labels. */
  readonly alerts: readonly Alert[];
  readonly decisions: readonly LedgerEntry[];
  /** The step failed for what the expression yielded. */
  readonly error?: string;
}

const NOTHING: StepOutcome = { alerts: [], decisions: [] };

/** An alerting rule with its templates compiled and its alerts as they stand. Times come from the caller. */
export class AlertRuleState {
  readonly expr: string;
  readonly texts: AlertTexts;
  readonly #data: DataExpression | undefined;
  readonly #policy: MissingDataPolicy;
  readonly #series = new MissingSeries();
  readonly #url: string;
  #alerts: RuleAlerts = NO_ALERTS;

  constructor(
    readonly rule: AlertingRule,
    readonly setting: RuleSetting,
  ) {
    this.expr = queryOf(rule);
    this.#url = generatorUrl(setting.externalUrl, this.expr, rule.language);
    this.texts = new AlertTexts(rule, setting);
    this.#policy = rule.missingData ?? setting.missingData;
    // Lines that stop coming are no missing data.
    const data = this.#policy === 'resolve' ? undefined : promqlOf(rule);
    this.#data = data && dataExpressionOf(data);
  }

  get alerts(): RuleAlerts {
    return this.#alerts;
  }

  /** The query that `StepQueries.data` may be asked, where the rule looks after missing data at all. */
  get dataQuery(): string | undefined {
    return this.#data?.query;
  }

  /** True when a step without samples has nothing to do. */
  get isIdle(): boolean {
    return this.#alerts.size === 0 && !this.#asksAlways;
  }

  get #asksAlways(): boolean {
    return this.#policy === 'alert' && this.#data !== undefined;
  }

  /** Takes over what another state of the same rule knows, for a reload or a restore. */
  replaceAlerts(alerts: RuleAlerts): void {
    this.#alerts = alerts;
  }

  takeOver(from: AlertRuleState): void {
    this.#alerts = from.#alerts;
    if (from.dataQuery === this.dataQuery) this.#series.takeOver(from.#series);
  }

  /** One evaluation: `samples` is what the expression yields at `tMs`. */
  async step(samples: readonly AlertSample[], tMs: number, queries: StepQueries): Promise<StepOutcome> {
    if (samples.length === 0 && this.isIdle) return NOTHING;
    const scope = this.#scope(tMs, queries);
    let labelled: readonly LabelledSample[] = await this.texts.label(samples, scope);
    let isDataGone: StepInput['isDataGone'];
    const data = this.#data;
    if (data !== undefined && this.#policy === 'alert') {
      const found = await queries.data(data.query);
      const missing = this.#series.update(data, found, this.#alerts, tMs);
      labelled = [...labelled, ...(await this.#labelMissing(missing, labelled, scope))];
    } else if (data !== undefined && this.#hasVanished(labelled)) {
      const keys = new Set<string>();
      for (const { labels } of await queries.data(data.query)) keys.add(data.projectionOf(labels).key);
      isDataGone = (alert) => !keys.has(data.projectionOf(alert.sample.labels).key);
    }
    const { rule, setting } = this;
    const { forMs, keepFiringForMs } = rule;
    const result = stepAlerts({
      timing: { forMs, keepFiringForMs, limit: setting.limit },
      alerts: this.#alerts,
      samples: labelled,
      tMs,
      ...(isDataGone === undefined ? {} : { isDataGone }),
    });
    this.#alerts = result.alerts;
    this.texts.prune(result.alerts);
    const origin = { rule, expr: this.expr, group: setting.group, file: setting.file };
    const decisions = result.transitions.map((transition) => decisionOf(transition, origin, tMs));
    const alerts = await this.due(tMs, queries);
    return { alerts, decisions, ...(result.error === undefined ? {} : { error: result.error }) };
  }

  /** Alerts that are due at `tMs`, without a step: after a failed evaluation, so that nothing ends because nobody looked. */
  async due(tMs: number, queries: StepQueries): Promise<readonly Alert[]> {
    if (this.#alerts.size === 0) return [];
    const { intervalMs, resendDelayMs = RESEND_DELAY_MS } = this.setting;
    const timing = { tMs, intervalMs, resendDelayMs };
    const { due, alerts } = takeDue(this.#alerts, timing);
    this.#alerts = alerts;
    if (due.length === 0) return [];
    const validUntil = validUntilMs(timing);
    const out: Alert[] = [];
    for (const alert of due) {
      out.push({
        fingerprint: alertFingerprint(alert.labels),
        labels: alert.labels,
        annotations: await this.annotations(alert, queries.template),
        startsAtMs: alert.firedAtMs ?? alert.activeAtMs,
        endsAtMs: alert.resolvedAtMs ?? validUntil,
        timeout: false,
        updatedAtMs: tMs,
        generatorUrl: this.#url,
        source: 'rule',
      });
    }
    return out;
  }

  /** Made of the last evaluation that had the alert, at its instant. Never rejects. */
  annotations(alert: AlertInstance, query: TemplateQuery): Promise<Labels> {
    return this.texts.annotate(alert, { tMs: alert.seenAtMs, query });
  }

  /** What was due at `tMs` has not arrived: it is due again. */
  notSent(tMs: number): void {
    const again = [...this.#alerts].map(
      ([key, alert]) => [key, alert.lastSentAtMs === tMs ? { ...alert, lastSentAtMs: undefined } : alert] as const,
    );
    if (again.length > 0) this.#alerts = new Map(again);
  }

  #scope(tMs: number, queries: StepQueries): TextScope {
    return { tMs, query: queries.template };
  }

  #hasVanished(labelled: readonly LabelledSample[]): boolean {
    const present = new Set<string>();
    for (const { labels } of labelled) present.add(labels.key);
    for (const [key, { state }] of this.#alerts) if (state !== 'inactive' && !present.has(key)) return true;
    return false;
  }

  async #labelMissing(
    missing: readonly { readonly sample: AlertSample; readonly alert?: AlertInstance }[],
    present: readonly LabelledSample[],
    scope: TextScope,
  ): Promise<readonly LabelledSample[]> {
    const keys = new Set<string>();
    for (const { labels } of present) keys.add(labels.key);
    const out: LabelledSample[] = [];
    for (const { sample, alert } of missing) {
      // An alert that stands already keeps its labels, whatever its templates would make of the last value.
      const labels = alert?.labels ?? (await this.texts.labelsOf(sample, scope));
      if (keys.has(labels.key)) continue;
      keys.add(labels.key);
      out.push({ labels, sample, missing: true });
    }
    return out;
  }
}
