import type { Logger, SeriesColumns } from '@petrel/model';
import { isStaleAt, wordsOf } from '@petrel/model';
import type { MetricSource } from '@petrel/query/promql';
import type { AlertInstance } from '../alerting/alert-instance.ts';
import { ALERTS_FOR_STATE_METRIC } from '../alerting/alert-series.ts';
import type { LiveRule } from '../evaluation/live-rule.ts';
import { failureText } from '../evaluation/rule-failure.ts';

export interface RestoreOptions {
  /** A longer outage restores nothing; Prometheus's -rules.alert.for-outage-tolerance is an hour. */
  readonly outageToleranceMs: number;
  /** An alert that was restored waits at least so long; Prometheus's -rules.alert.for-grace-period is ten minutes. */
  readonly forGracePeriodMs: number;
}

export const DEFAULT_RESTORE: RestoreOptions = { outageToleranceMs: 3_600_000, forGracePeriodMs: 600_000 };

/** An upper bound for what one rule's state may be: a sample for each alert and evaluation of an hour. */
const MAX_SAMPLES = 10_000_000;

/**
 * Gives the active alerts of each alerting rule the time back since when they were active before a restart, out of ALERTS_FOR_STATE.
 * Semantics: Prometheus, Group.RestoreForState. Never rejects: a rule whose series cannot be read starts anew, which is logged.
 */
export async function restoreForState(
  rules: readonly LiveRule[],
  nowMs: number,
  options: RestoreOptions & { readonly source: MetricSource; readonly logger: Logger },
): Promise<void> {
  for (const rule of rules) {
    if (rule.alerting === undefined) continue;
    try {
      const series = await forStateSeries(rule, nowMs, options);
      restoreRule(rule, series, nowMs, options);
    } catch (error) {
      options.logger.error("the 'for' state of a rule could not be restored", {
        rule: rule.rule.name,
        error: failureText(error).text,
      });
    }
    rule.restored = true;
  }
}

async function forStateSeries(
  { rule }: LiveRule,
  nowMs: number,
  { source, outageToleranceMs }: RestoreOptions & { readonly source: MetricSource },
): Promise<readonly SeriesColumns[]> {
  const labels = Object.entries(rule.labels).filter(
    ([name, text]) => !text.includes('{{') && name !== 'alertname' && name !== '__name__',
  );
  return source.select({
    matchers: [
      { type: '=', name: '__name__', value: ALERTS_FOR_STATE_METRIC },
      { type: '=', name: 'alertname', value: rule.name },
      ...labels.map(([name, value]) => ({ type: '=' as const, name, value })),
    ],
    startMs: Math.ceil(nowMs - outageToleranceMs),
    endMs: Math.floor(nowMs),
    maxSamples: MAX_SAMPLES,
  });
}

function restoreRule(
  { alerting, rule }: LiveRule,
  series: readonly SeriesColumns[],
  nowMs: number,
  options: RestoreOptions,
): void {
  if (alerting === undefined || rule.kind !== 'alerting' || series.length === 0) return;
  const byKey = new Map(series.map((one) => [one.labels.dropMetric().key, one]));
  const restored = new Map<string, AlertInstance>();
  for (const [key, alert] of alerting.alerts) {
    const stored = byKey.get(key);
    const activeAtMs = stored && restoredActiveAt(stored, rule.forMs, nowMs, options);
    restored.set(key, activeAtMs === undefined ? alert : { ...alert, activeAtMs });
  }
  alerting.replaceAlerts(restored);
}

/** Undefined: the alert was not active, or starts over. */
function restoredActiveAt(
  series: SeriesColumns,
  forMs: number,
  nowMs: number,
  { forGracePeriodMs }: RestoreOptions,
): number | undefined {
  const last = series.to - 1;
  if (last < series.from || isStaleAt(wordsOf(series.values), last)) return undefined;
  const downAtMs = Math.floor((series.tsMs[last] as number) / 1000) * 1000;
  const activeAtMs = Math.trunc(series.values[last] as number) * 1000;
  const remainingMs = forMs - (downAtMs - activeAtMs);
  // It fired before the outage.
  if (remainingMs <= 0) return activeAtMs;
  if (forMs < forGracePeriodMs) return undefined;
  if (remainingMs < forGracePeriodMs) return nowMs + forGracePeriodMs - forMs;
  // The time of the outage does not count.
  return activeAtMs + (nowMs - downAtMs);
}
