import type { LintData, LintFindingData } from '@petrel/api/contract/alerting.ts';
import { useQuery } from '@tanstack/react-query';
import { askApi } from '../../../shell/prometheus-api.ts';

export type LintSeverity = LintFindingData['severity'];

export const LINT_SEVERITIES: readonly LintSeverity[] = ['error', 'warning', 'info'];

export interface LintFile {
  readonly file: string;
  /** By line. */
  readonly findings: readonly LintFindingData[];
}

export function useLint() {
  return useQuery({
    queryKey: ['alerts', 'lint'],
    queryFn: async ({ signal }) => (await askApi<LintData>('petrel/lint', undefined, signal)).data,
  });
}

export function countFindings(findings: readonly LintFindingData[]): Readonly<Record<LintSeverity, number>> {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

/** Files with an error come first, then those with the most findings. */
export function byFile(findings: readonly LintFindingData[]): readonly LintFile[] {
  const files = new Map<string, LintFindingData[]>();
  for (const finding of findings) {
    const list = files.get(finding.file);
    if (list === undefined) files.set(finding.file, [finding]);
    else list.push(finding);
  }
  return [...files]
    .map(([file, list]) => ({ file, findings: list.sort((a, b) => a.line - b.line || a.column - b.column) }))
    .sort((a, b) => worst(a) - worst(b) || b.findings.length - a.findings.length || (a.file < b.file ? -1 : 1));
}

export function findingMatches(finding: LintFindingData, filter: string): boolean {
  const { file, line, check, subject, message, suggestion } = finding;
  const text = `${file}:${line} ${check} ${subject} ${message} ${suggestion}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function worst({ findings }: LintFile): number {
  return Math.min(...findings.map(({ severity }) => LINT_SEVERITIES.indexOf(severity)));
}
