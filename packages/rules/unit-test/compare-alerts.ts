import { isLegacyLabelName, Labels, quote } from '@petrel/model';
import type { ExpectedAlert } from './test-file.ts';

/** What tests see of an alert. */
export interface SeenAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
}

/** Expected alerts of a name, in the order in which they are compared. */
export function expectedAlerts(alertname: string, expected: readonly ExpectedAlert[]): readonly SeenAlert[] {
  return sortAlerts(
    expected.map(({ labels, annotations }) => ({
      labels: Labels.of(labels).with('alertname', alertname),
      annotations: Labels.of(annotations),
    })),
  );
}

export function sortAlerts(alerts: readonly SeenAlert[]): readonly SeenAlert[] {
  return [...alerts].sort((a, b) => Labels.compare(a.labels, b.labels) || Labels.compare(a.annotations, b.annotations));
}

/** Both sorted. */
export function sameAlerts(a: readonly SeenAlert[], b: readonly SeenAlert[]): boolean {
  return (
    a.length === b.length &&
    a.every((x, i) => {
      const y = b[i] as SeenAlert;
      return x.labels.equals(y.labels) && x.annotations.equals(y.annotations);
    })
  );
}

/** Several lines, all but the first indented. */
export function showAlerts(alerts: readonly SeenAlert[]): string {
  if (alerts.length === 0) return '[]';
  const shown = alerts.map(
    ({ labels, annotations }, i) => `${i}:\n  Labels:${showLabels(labels)}\n  Annotations:${showLabels(annotations)}`,
  );
  return `[\n${shown.join(',\n')}\n]`.replaceAll('\n', `\n${' '.repeat(12)}`);
}

/** Go's notation of label sets, the metric's name among them. */
export function showLabels(labels: Labels): string {
  const parts = [...labels].map(([name, value]) => `${isLegacyLabelName(name) ? name : quote(name)}=${quote(value)}`);
  return `{${parts.join(', ')}}`;
}
