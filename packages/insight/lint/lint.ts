import type { Route } from '@petrel/alerts/route/route.ts';
import { compareStrings } from '@petrel/model';
import { checkData } from './data-checks.ts';
import type { Finding, LintOptions } from './finding.ts';
import { checkInhibition } from './inhibit-checks.ts';
import { checkRoutes } from './route-checks.ts';
import { checkRules } from './rule-checks.ts';
import { StoredLabels } from './stored-labels.ts';

export interface LintResult {
  /** By file, line and column, then check. */
  readonly findings: readonly Finding[];
  /** How many were looked at. */
  readonly checked: { readonly rules: number; readonly routes: number; readonly receivers: number };
}

/**
 * What is likely wrong with rules and routes that load: alerts that never fire, never reach anybody, or say too little. What the stored data tells is
 * asked only with a `source`. Rejects with the error of a store that is away, or QUERY_CANCELED.
 */
export async function lint(options: LintOptions): Promise<LintResult> {
  const stored = options.source && new StoredLabels(options.source, options);
  const findings = [
    ...checkRules(options),
    ...(await checkRoutes(options, stored)),
    ...(await checkInhibition(options, stored)),
    ...(stored === undefined ? [] : await checkData(options, stored)),
  ];
  const { groups, routing } = options;
  return {
    findings: withoutRepeats(findings).sort(
      (a, b) =>
        compareStrings(a.file, b.file) || a.line - b.line || a.column - b.column || compareStrings(a.check, b.check),
    ),
    checked: {
      rules: groups.reduce((sum, { rules }) => sum + rules.length, 0),
      routes: routing === undefined ? 0 : countRoutes(routing.config.route),
      receivers: routing?.config.receivers.length ?? 0,
    },
  };
}

function countRoutes({ routes }: Route): number {
  return routes.reduce((sum, route) => sum + countRoutes(route), 1);
}

function withoutRepeats(findings: readonly Finding[]): Finding[] {
  const distinct = new Map<string, Finding>();
  for (const one of findings) distinct.set(JSON.stringify(one), one);
  return [...distinct.values()];
}
