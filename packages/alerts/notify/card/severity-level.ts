import type { Labels } from '@petrel/model';
import type { NotifiedAlert } from '../notifier.ts';

/** How bad an alert is, as its labels say; `unknown` where they say nothing. */
export type SeverityLevel = 'critical' | 'major' | 'warning' | 'info' | 'unknown';

const LEVELS: Readonly<Record<string, SeverityLevel>> = {
  critical: 'critical',
  fatal: 'critical',
  emergency: 'critical',
  disaster: 'critical',
  page: 'critical',
  p0: 'critical',
  error: 'major',
  major: 'major',
  high: 'major',
  p1: 'major',
  warning: 'warning',
  warn: 'warning',
  minor: 'warning',
  medium: 'warning',
  p2: 'warning',
  info: 'info',
  information: 'info',
  low: 'info',
  none: 'info',
  p3: 'info',
  p4: 'info',
};

const WORST_FIRST: readonly SeverityLevel[] = ['critical', 'major', 'warning', 'unknown', 'info'];

/** By `severity`, and where that says nothing known by `priority` (P0 to P4). */
export function severityLevelOf(labels: Labels): SeverityLevel {
  const named = LEVELS[labels.get('severity').toLowerCase()] ?? LEVELS[labels.get('priority').toLowerCase()];
  return named ?? 'unknown';
}

/** The worst among the alerts that fire; among all when none does. */
export function worstLevelOf(alerts: readonly NotifiedAlert[]): SeverityLevel {
  const firing = alerts.filter(({ status }) => status === 'firing');
  const levels = new Set((firing.length > 0 ? firing : alerts).map(({ labels }) => severityLevelOf(labels)));
  return WORST_FIRST.find((level) => levels.has(level)) ?? 'unknown';
}
