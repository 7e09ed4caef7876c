import type { AlertInstance, AlertSample, RuleAlerts } from './alert-instance.ts';
import type { DataExpression } from './data-expression.ts';

/** A series that does not come back for a day is forgotten: long enough to be noticed, short enough for the names of pods to go. */
const FORGOTTEN_AFTER_MS = 24 * 3_600_000;

interface SeenSeries {
  readonly sample: AlertSample;
  readonly seenAtMs: number;
}

/** A series that is gone, with what it held last, and the alert that it has already. */
export interface MissingSample {
  readonly sample: AlertSample;
  readonly alert?: AlertInstance;
}

/** Remembers the series that a rule's data had, for the policy `alert`. */
export class MissingSeries {
  #seen = new Map<string, SeenSeries>();

  takeOver(from: MissingSeries): void {
    this.#seen = new Map(from.#seen);
  }

  /** Notes what the data holds at `tMs` and gives what it held before and holds no more. */
  update(
    data: DataExpression,
    found: readonly AlertSample[],
    alerts: RuleAlerts,
    tMs: number,
  ): readonly MissingSample[] {
    const present = new Map<string, SeenSeries>();
    for (const sample of found) {
      present.set(data.projectionOf(sample.labels).key, { sample, seenAtMs: tMs });
    }
    const gone: [string, SeenSeries][] = [];
    for (const [key, series] of this.#seen) {
      if (!present.has(key) && tMs - series.seenAtMs <= FORGOTTEN_AFTER_MS) gone.push([key, series]);
    }
    const byKey = new Map<string, AlertInstance>();
    if (gone.length > 0) {
      for (const alert of alerts.values()) {
        if (alert.state !== 'inactive') byKey.set(data.projectionOf(alert.sample.labels).key, alert);
      }
    }
    const missing = gone.map(([key, { sample }]): MissingSample => {
      const alert = byKey.get(key);
      return alert === undefined ? { sample } : { sample: alert.sample, alert };
    });
    for (const [key, series] of gone) present.set(key, series);
    this.#seen = present;
    return missing;
  }
}
