/** How bad an alert is, from the worst to the unknown. */
export type Severity = 'critical' | 'major' | 'warning' | 'info' | 'none';

export const SEVERITIES: readonly Severity[] = ['critical', 'major', 'warning', 'info', 'none'];

const WORDS: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  crit: 'critical',
  page: 'critical',
  emergency: 'critical',
  disaster: 'critical',
  fatal: 'critical',
  p0: 'critical',
  sev0: 'critical',
  sev1: 'critical',
  major: 'major',
  error: 'major',
  high: 'major',
  p1: 'major',
  sev2: 'major',
  warning: 'warning',
  warn: 'warning',
  minor: 'warning',
  medium: 'warning',
  ticket: 'warning',
  p2: 'warning',
  sev3: 'warning',
  info: 'info',
  informational: 'info',
  notice: 'info',
  low: 'info',
  p3: 'info',
  p4: 'info',
  p5: 'info',
  sev4: 'info',
};

/** Labels that say it, in the order in which they are asked. */
const NAMES = ['severity', 'priority', 'level'] as const;

export function severityOf(labels: Readonly<Record<string, string>>): Severity {
  for (const name of NAMES) {
    const found = WORDS[(labels[name] ?? '').toLowerCase()];
    if (found !== undefined) return found;
  }
  return 'none';
}

/** 0 is the worst. */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** Mantine colour names. */
export const SEVERITY_COLORS: Readonly<Record<Severity, string>> = {
  critical: 'red',
  major: 'orange',
  warning: 'yellow',
  info: 'blue',
  none: 'gray',
};
