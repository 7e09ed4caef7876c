import type { InhibitRule, InhibitSource } from '@petrel/alerts/inhibit/inhibit-rule.ts';
import { printMatcher, printMatchers } from '@petrel/alerts/matcher/index.ts';
import type { Finding, LintOptions, RoutingFile } from './finding.ts';
import { contradiction } from './matcher-logic.ts';
import { type Certainty, carries, type PossibleAlert, possibleAlerts, satisfies } from './possible-alert.ts';
import type { StoredLabels } from './stored-labels.ts';

/** Inhibition rules that never apply, and those that apply to everything because the labels they compare are on no alert. */
export async function checkInhibition(options: LintOptions, stored?: StoredLabels): Promise<readonly Finding[]> {
  const { routing } = options;
  if (routing === undefined) return [];
  const alerts = possibleAlerts(options);
  const findings: Finding[] = [];
  for (const rule of routing.config.inhibitRules) {
    const sources = rule.sources ?? [{ matchers: rule.sourceMatchers, equal: rule.equal, matches: rule.isSource }];
    const impossible = [...sources.map(({ matchers }) => matchers), rule.targetMatchers]
      .map(contradiction)
      .find(Boolean);
    if (impossible !== undefined) {
      findings.push(
        aboutInhibition(rule, routing, {
          severity: 'error',
          message: `no alert satisfies both ${printMatcher(impossible[0])} and ${printMatcher(impossible[1])}`,
          suggestion: 'look at its matchers',
        }),
      );
    } else if (alerts.length > 0) {
      for (const source of sources) findings.push(...(await ofSource({ rule, source, routing, alerts, stored })));
    }
  }
  return findings;
}

interface Input {
  readonly rule: InhibitRule;
  readonly source: InhibitSource;
  readonly routing: RoutingFile;
  readonly alerts: readonly PossibleAlert[];
  readonly stored: StoredLabels | undefined;
}

async function ofSource({ rule, source, routing, alerts, stored }: Input): Promise<readonly Finding[]> {
  const sources = alerts.filter((alert) => satisfies(alert, source.matchers) !== 'no');
  const targets = alerts.filter((alert) => satisfies(alert, rule.targetMatchers) !== 'no');
  if (sources.length === 0 || targets.length === 0) {
    const [side, matchers] = sources.length === 0 ? ['source', source.matchers] : ['target', rule.targetMatchers];
    return [
      aboutInhibition(rule, routing, {
        severity: 'info',
        message: `no alert of the rules at hand can be its ${side}, ${printMatchers(matchers as InhibitRule['targetMatchers'])}`,
        suggestion: 'look at the labels of the rules; nothing is wrong if other senders use it',
      }),
    ];
  }
  const missing: string[] = [];
  for (const label of source.equal) {
    const [ofSources, ofTargets] = [await carriage(sources, label, stored), await carriage(targets, label, stored)];
    if ((ofSources === 'no' && ofTargets === 'yes') || (ofSources === 'yes' && ofTargets === 'no')) {
      const [without, withIt] = ofSources === 'no' ? ['sources', 'targets'] : ['targets', 'sources'];
      return [
        aboutInhibition(rule, routing, {
          severity: 'warning',
          message: `it never applies: alerts that can be its ${without} have no label \`${label}\`, and its ${withIt} all do`,
          suggestion: `take \`${label}\` out of \`equal\`, or give it to both`,
        }),
      ];
    }
    if (ofSources === 'no' && ofTargets === 'no') missing.push(label);
  }
  if (missing.length === 0 || missing.length < source.equal.length) return [];
  return [
    {
      ...aboutInhibition(rule, routing, {
        severity: 'warning',
        message: `neither its sources nor its targets have ${missing.map((name) => `\`${name}\``).join(' or ')}, and what is missing on both sides counts as equal: one source anywhere holds back every target (${namesOf(targets)})`,
        suggestion: 'compare labels that the alerts have, such as `instance` or `job`, or add these to the rules',
      }),
      check: 'inhibit-equal-missing',
    },
  ];
}

/** Whether the alerts have the label: all of them, none, or nobody can tell. */
async function carriage(
  alerts: readonly PossibleAlert[],
  label: string,
  stored: StoredLabels | undefined,
): Promise<Certainty> {
  const each: Certainty[] = [];
  for (const alert of alerts) each.push(await carries(alert, label, stored));
  const [first = 'maybe'] = each;
  return each.every((one) => one === first) ? first : 'maybe';
}

function namesOf(alerts: readonly PossibleAlert[]): string {
  const names = [...new Set(alerts.map(({ rule }) => rule.name))];
  return names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
}

function aboutInhibition(
  rule: InhibitRule,
  { file }: RoutingFile,
  words: Pick<Finding, 'severity' | 'message' | 'suggestion'>,
): Finding {
  const subject = rule.name === '' ? `inhibition of ${printMatchers(rule.targetMatchers)}` : rule.name;
  return { check: 'inhibit-never-applies', ...words, file, line: rule.line, column: 1, subject };
}
