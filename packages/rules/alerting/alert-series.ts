import type { Labels } from '@petrel/model';
import type { AlertInstance, RuleAlerts } from './alert-instance.ts';

export const ALERTS_METRIC = 'ALERTS';
export const ALERTS_FOR_STATE_METRIC = 'ALERTS_FOR_STATE';

/** The series that show an alert: their label sets, made once for each alert and state. */
interface AlertSeriesLabels {
  pending?: Labels;
  firing?: Labels;
  forState?: Labels;
}

const known = new WeakMap<Labels, AlertSeriesLabels>();

/** Calls `emit` for the samples that show the active alerts: ALERTS with 1, and ALERTS_FOR_STATE with the second since when each is active. */
export function emitAlertSeries(alerts: RuleAlerts, emit: (labels: Labels, value: number) => void): void {
  for (const alert of alerts.values()) {
    if (alert.state === 'inactive') continue;
    emit(stateLabels(alert, alert.state), 1);
    emit(forStateLabels(alert), Math.floor(alert.activeAtMs / 1000));
  }
}

function labelsOf(alert: AlertInstance): AlertSeriesLabels {
  let labels = known.get(alert.labels);
  if (labels === undefined) {
    labels = {};
    known.set(alert.labels, labels);
  }
  return labels;
}

function stateLabels(alert: AlertInstance, state: 'pending' | 'firing'): Labels {
  const labels = labelsOf(alert);
  labels[state] ??= alert.labels.with('__name__', ALERTS_METRIC).with('alertstate', state);
  return labels[state];
}

function forStateLabels(alert: AlertInstance): Labels {
  const labels = labelsOf(alert);
  labels.forState ??= alert.labels.with('__name__', ALERTS_FOR_STATE_METRIC);
  return labels.forState;
}
