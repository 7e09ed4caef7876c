import { compileMatcher } from '@petrel/alerts/matcher/index.ts';
import type { Route } from '@petrel/alerts/route/route.ts';
import type { Matcher } from '@petrel/model';
import { type AlertRuleInGroup, alertRulesOf, type LintOptions } from './finding.ts';
import { labelsOfRule, mayHave } from './result-labels.ts';
import { isTelling, type StoredLabels } from './stored-labels.ts';
import { visitRule } from './visit.ts';

export type Certainty = 'yes' | 'no' | 'maybe';

/** What is known beforehand of the labels of a rule's alerts. */
export interface PossibleAlert extends AlertRuleInGroup {
  /** The value; '' where it surely has none; undefined where nobody can tell. */
  valueOf(name: string): string | undefined;
}

/** One for each alerting rule. */
export function possibleAlerts({ groups }: Pick<LintOptions, 'groups'>): readonly PossibleAlert[] {
  return alertRulesOf(groups).map((one) => {
    const { rule } = one;
    const fromData = labelsOfRule(rule);
    return {
      ...one,
      valueOf(name) {
        if (name === 'alertname') return rule.name;
        const own = rule.labels[name];
        if (own !== undefined) return own.includes('{{') ? undefined : own;
        return mayHave(fromData, name) ? undefined : '';
      },
    };
  });
}

/** The same, with the labels of `names` looked up among the stored series where the rules leave them open. */
export async function withStoredLabels(
  alerts: readonly PossibleAlert[],
  names: Iterable<string>,
  stored: StoredLabels,
): Promise<readonly PossibleAlert[]> {
  const wanted = [...new Set(names)];
  const known: PossibleAlert[] = [];
  for (const alert of alerts) {
    const absent = new Set<string>();
    for (const name of wanted) if ((await carries(alert, name, stored)) === 'no') absent.add(name);
    known.push({ ...alert, valueOf: (name) => (absent.has(name) ? '' : alert.valueOf(name)) });
  }
  return known;
}

/** Whether the alerts of a rule have a label: all of them, none, or nobody can tell. */
export async function carries(
  alert: PossibleAlert,
  label: string,
  stored: StoredLabels | undefined,
): Promise<Certainty> {
  const value = alert.valueOf(label);
  if (value !== undefined) return value === '' ? 'no' : 'yes';
  if (stored === undefined || label in alert.rule.labels) return 'maybe';
  const own = await stored.ofRule(alert.rule);
  if (isTelling(own)) {
    const count = own.sets.filter((labels) => labels.has(label)).length;
    return count === 0 ? 'no' : count === own.sets.length ? 'yes' : 'maybe';
  }
  return (await isInNoSelector(alert, label, stored)) ? 'no' : 'maybe';
}

/** Labels come from selectors, or from functions that make them. */
async function isInNoSelector({ rule }: PossibleAlert, label: string, stored: StoredLabels): Promise<boolean> {
  const selectors: (readonly Matcher[])[] = [];
  let makesLabels = false;
  visitRule(rule, (expr) => {
    if (expr.kind === 'vectorSelector') selectors.push(expr.matchers);
    makesLabels ||= expr.kind === 'call' && /^(label_|info$)/.test(expr.func);
    makesLabels ||= expr.kind === 'aggregate' && expr.op === 'count_values';
  });
  if (makesLabels || selectors.length === 0) return false;
  for (const matchers of selectors) {
    const sets = await stored.ofSelector(matchers);
    if (!isTelling(sets) || sets.sets.some((labels) => labels.has(label))) return false;
  }
  return true;
}

/** Whether an alert of the rule satisfies all of the matchers. */
export function satisfies(alert: PossibleAlert, matchers: readonly Matcher[]): Certainty {
  let certainty: Certainty = 'yes';
  for (const matcher of matchers) {
    const value = alert.valueOf(matcher.name);
    if (value === undefined) certainty = 'maybe';
    else if (!compileMatcher(matcher)(value)) return 'no';
  }
  return certainty;
}

/** A route that took an alert before another one that wants it could. */
export interface TakenBefore {
  readonly alert: PossibleAlert;
  readonly by: Route;
}

/** Which rules' alerts may come to a route. */
export interface Reach {
  /** Into the route, surely or perhaps. */
  readonly visitors: ReadonlyMap<Route, readonly PossibleAlert[]>;
  /** Routes to which some alert surely comes, if nothing takes it before. */
  readonly certain: ReadonlySet<Route>;
  /** Alerts that surely match the route, and surely never come to it. */
  readonly taken: ReadonlyMap<Route, readonly TakenBefore[]>;
  /** Which alerts may end at a route, so that it sends them. */
  readonly sends: ReadonlyMap<Route, readonly PossibleAlert[]>;
}

/** Sends an alert of every rule through the tree, wherever it may go. */
export function reachOf(root: Route, alerts: readonly PossibleAlert[]): Reach {
  const visitors = new Map<Route, PossibleAlert[]>();
  const taken = new Map<Route, TakenBefore[]>();
  const certain = new Set<Route>();
  const sends = new Map<Route, PossibleAlert[]>();
  const add = <T>(map: Map<Route, T[]>, route: Route, one: T): void => {
    map.set(route, [...(map.get(route) ?? []), one]);
  };
  const walk = (route: Route, alert: PossibleAlert, isSure: boolean): void => {
    add(visitors, route, alert);
    if (isSure) certain.add(route);
    let surelyBelow = false;
    let by: Route | undefined;
    for (const child of route.routes) {
      const certainty = satisfies(alert, child.matchers);
      if (certainty === 'no') continue;
      if (by !== undefined) {
        if (certainty === 'yes' && isSure) add(taken, child, { alert, by });
        continue;
      }
      walk(child, alert, isSure && certainty === 'yes');
      if (certainty !== 'yes') continue;
      surelyBelow = true;
      if (!child.continue) by = child;
    }
    if (!surelyBelow) add(sends, route, alert);
  };
  for (const alert of alerts) walk(root, alert, true);
  return { visitors, certain, taken, sends };
}
