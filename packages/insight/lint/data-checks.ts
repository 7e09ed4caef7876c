import { compareStrings, matcherToString } from '@petrel/model';
import type { Binary, Expr, VectorSelector } from '@petrel/query/promql/parse/ast.ts';
import { printExpr } from '@petrel/query/promql/print/index.ts';
import { promqlOf } from '@petrel/rules';
import { aboutExpr, aboutRule, alertRulesOf, type Finding, type LintOptions, type RuleInGroup } from './finding.ts';
import { nearestNames } from './nearest-names.ts';
import { labelsOfRule, mayHave } from './result-labels.ts';
import { labelsInTemplate } from './rule-checks.ts';
import { isTelling, type LabelSets, type StoredLabels, signatureOf } from './stored-labels.ts';
import { childrenOf, visitRule } from './visit.ts';

/** What the stored series say about the expressions of rules. */
export async function checkData(options: LintOptions, stored: StoredLabels): Promise<readonly Finding[]> {
  const recorded = new Set(
    options.groups.flatMap(({ rules }) => rules.filter(({ kind }) => kind === 'recording').map(({ name }) => name)),
  );
  const findings: Finding[] = [];
  for (const group of options.groups) {
    for (const rule of group.rules) {
      const one = { group, rule };
      findings.push(...(await selectorsWithoutData(one, stored, recorded)), ...(await sidesThatNeverMeet(one, stored)));
    }
  }
  for (const one of alertRulesOf(options.groups)) findings.push(...(await labelsThatNeverAre(one, stored)));
  return findings;
}

/** Metrics that rules themselves write. */
const OWN_METRICS = /^(ALERTS|ALERTS_FOR_STATE)$/;

async function selectorsWithoutData(
  one: RuleInGroup,
  stored: StoredLabels,
  recorded: ReadonlySet<string>,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const expr = promqlOf(one.rule);
  for (const selector of expr === undefined ? [] : wantedSelectors(expr)) {
    const metric = selector.matchers.find(({ name, type }) => name === '__name__' && type === '=')?.value;
    if (metric === undefined || OWN_METRICS.test(metric) || recorded.has(metric)) continue;
    if (await stored.hadAny(selector.matchers)) continue;
    const names = await stored.metrics();
    findings.push(names.has(metric) ? await noSuchSeries(one, selector, stored) : missingMetric(one, metric, names));
  }
  return findings;
}

function missingMetric(one: RuleInGroup, metric: string, names: ReadonlySet<string>): Finding {
  const nearest = nearestNames(metric, [...names].sort(compareStrings));
  return aboutExpr(one, {
    check: 'missing-metric',
    severity: 'warning',
    message: `there was no metric ${metric} in the last 7 days`,
    suggestion: nearest.length === 0 ? 'look whether its exporter is scraped' : `did you mean ${nearest.join(' or ')}?`,
  });
}

async function noSuchSeries(one: RuleInGroup, selector: VectorSelector, stored: StoredLabels): Promise<Finding> {
  const name = selector.matchers.filter(({ name: label }) => label === '__name__');
  for (const matcher of selector.matchers) {
    if (matcher.name === '__name__' || (await stored.hadAny([...name, matcher]))) continue;
    const values = await stored.valuesOf(matcher.name, name, 5);
    return aboutExpr(one, {
      check: 'never-had-data',
      severity: 'info',
      message: `no series of ${selector.name} had ${matcherToString(matcher)} in the last 7 days`,
      suggestion:
        values.length === 0
          ? `its series have no label \`${matcher.name}\` at all`
          : `values of \`${matcher.name}\` are ${values.join(', ')}; nothing is wrong if it just never happened`,
    });
  }
  return aboutExpr(one, {
    check: 'never-had-data',
    severity: 'info',
    message: `no series matched ${printExpr(selector)} in the last 7 days, though its matchers do one by one`,
    suggestion: 'look whether its labels occur together; nothing is wrong if it just never happened',
  });
}

/** Selectors without which the expression yields nothing; distinct. What is asked to be absent, excluded or an alternative may be missing. */
function wantedSelectors(expr: Expr): readonly VectorSelector[] {
  const found = new Map<string, VectorSelector>();
  const walk = (node: Expr): void => {
    if (node.kind === 'call' && node.func.startsWith('absent')) return;
    if (node.kind === 'vectorSelector') {
      found.set(JSON.stringify(node.matchers), node);
      return;
    }
    if (node.kind === 'binary') {
      if (node.op === 'or') return;
      walk(node.lhs);
      if (node.op !== 'unless') walk(node.rhs);
      return;
    }
    for (const child of childrenOf(node)) walk(child);
  };
  walk(expr);
  return [...found.values()];
}

/** Operations between series that never have the labels in common that they are matched by: such a rule never fires. */
async function sidesThatNeverMeet(one: RuleInGroup, stored: StoredLabels): Promise<readonly Finding[]> {
  const operations: Binary[] = [];
  visitRule(one.rule, (expr) => {
    if (expr.kind === 'binary' && expr.matching !== undefined && expr.op !== 'or' && expr.op !== 'unless')
      operations.push(expr);
  });
  const findings: Finding[] = [];
  for (const operation of operations) {
    const matching = operation.matching as NonNullable<Binary['matching']>;
    if (matching.fillLeft !== undefined || matching.fillRight !== undefined) continue;
    const [left, right] = [await stored.ofExpr(operation.lhs), await stored.ofExpr(operation.rhs)];
    if (!isTelling(left) || !isTelling(right)) continue;
    const keys = new Set(left.sets.map((labels) => signatureOf(labels, matching).key));
    if (right.sets.some((labels) => keys.has(signatureOf(labels, matching).key))) continue;
    findings.push(neverMeet(one, operation, left, right));
  }
  return findings;
}

function neverMeet(one: RuleInGroup, { op, matching }: Binary, left: LabelSets, right: LabelSets): Finding {
  const [a, b] = [left.sets[0], right.sets[0]];
  const common = commonLabels(left, right);
  const by = matching?.on === true ? `on (${matching.labels.join(', ')})` : 'by all labels';
  return aboutExpr(one, {
    check: 'no-shared-labels',
    severity: 'error',
    message: `the sides of \`${op}\` are matched ${by}, and no series of the last day have the same: left ${a}, right ${b}`,
    suggestion:
      common.length === 0
        ? 'no label has the same value on both sides: add one while scraping, or aggregate both sides'
        : `match by what they share, as in \`${op} on (${common.join(', ')})\`, or aggregate both sides by it`,
  });
}

/** Labels that have some value on both sides. */
function commonLabels(left: LabelSets, right: LabelSets): readonly string[] {
  const valuesOf = ({ sets }: LabelSets) =>
    new Set(sets.flatMap((labels) => [...labels].map((pair) => JSON.stringify(pair))));
  const there = valuesOf(right);
  const shared = [...valuesOf(left)].filter((pair) => there.has(pair)).map((pair) => (JSON.parse(pair) as [string])[0]);
  return [...new Set(shared)].sort(compareStrings);
}

/** `$labels.x`, where the expression could have `x`, and no stored series does. */
async function labelsThatNeverAre(
  one: ReturnType<typeof alertRulesOf>[number],
  stored: StoredLabels,
): Promise<readonly Finding[]> {
  const { rule } = one;
  const shown = [...Object.values(rule.annotations), ...Object.values(rule.labels)].flatMap(labelsInTemplate);
  const possible = labelsOfRule(rule);
  const names = [...new Set(shown)].filter((name) => mayHave(possible, name));
  if (names.length === 0) return [];
  const sets = await stored.ofRule(rule);
  if (!isTelling(sets)) return [];
  return names
    .filter((name) => !sets.sets.some((labels) => labels.has(name)))
    .map((name) =>
      aboutRule(one, {
        check: 'unknown-label-in-template',
        severity: 'warning',
        message: `a text shows $labels.${name}, which no series of the last day has`,
        suggestion: `labels that they have: ${labelNames(sets).join(', ')}`,
      }),
    );
}

function labelNames({ sets }: LabelSets): readonly string[] {
  return [...new Set(sets.flatMap((labels) => [...labels].map(([name]) => name)))].sort(compareStrings);
}
