import { readFileSync } from 'node:fs';
import type { InhibitRule } from '@petrel/alerts/inhibit/index.ts';
import { Inhibitor, inhibitRule } from '@petrel/alerts/inhibit/index.ts';
import type { Alert } from '@petrel/model';
import { fingerprintOf, Labels } from '@petrel/model';
import type { CaseReport } from '../exposition/report.ts';
import { decodeYaml } from './decode-yaml.ts';

type LabelFact = Readonly<Record<string, string>>;

interface StateFact {
  readonly labels: LabelFact;
  readonly state: 'active' | 'resolved';
}

interface Expectation {
  readonly labels: LabelFact;
  readonly inhibited: boolean;
}

interface InhibitionFacts {
  readonly rules: readonly {
    readonly name: string;
    readonly rules: readonly unknown[];
    readonly active_sources: readonly LabelFact[];
    readonly targets: readonly Expectation[];
  }[];
  readonly equal_labels: readonly {
    readonly name: string;
    readonly sources: readonly StateFact[];
    readonly equal: readonly string[];
    readonly target: LabelFact;
    readonly inhibited: boolean;
  }[];
  readonly lifecycle: readonly {
    readonly rule: unknown;
    readonly alerts_in_order: readonly StateFact[];
    readonly expect: readonly Expectation[];
  }[];
}

const NOW_MS = Date.parse('2026-01-01T00:00:00Z');

/** inhibition.json: whole rules, the equality of labels by itself, and alerts that come and end. */
export function runInhibitionCases(path: string, report: CaseReport): void {
  const facts = JSON.parse(readFileSync(path, 'utf8')) as InhibitionFacts;
  for (const { name, rules, active_sources, targets } of facts.rules) {
    const sources = active_sources.map((labels): StateFact => ({ labels, state: 'active' }));
    check(name, rules.map(ruleOf), sources, targets, report);
  }
  for (const { name, sources, equal, target, inhibited } of facts.equal_labels) {
    // The case is about `equal` alone: every source matches the source side, and no label of theirs the target side.
    const rule = ruleOf({ target_matchers: ['side="target"'], source_matchers: ['side="source"'], equal });
    const marked = sources.map((source) => ({ ...source, labels: { ...source.labels, side: 'source' } }));
    check(name, [rule], marked, [{ labels: { ...target, side: 'target' }, inhibited }], report);
  }
  for (const [index, { rule, alerts_in_order, expect }] of facts.lifecycle.entries()) {
    check(`lifecycle ${index}`, [ruleOf(rule)], alerts_in_order, expect, report);
  }
}

function check(
  name: string,
  rules: readonly InhibitRule[],
  alerts: readonly StateFact[],
  expected: readonly Expectation[],
  report: CaseReport,
): void {
  const inhibitor = new Inhibitor(rules);
  for (const alert of alerts) inhibitor.set(alertOf(alert));
  for (const { labels, inhibited } of expected) {
    const got = inhibitor.inhibitedBy(Labels.of(labels), NOW_MS) !== undefined;
    report.check(`${name}: ${JSON.stringify(labels)}`, inhibited, got);
  }
}

function ruleOf(rule: unknown): InhibitRule {
  return decodeYaml(inhibitRule, JSON.stringify(rule));
}

function alertOf(fact: StateFact): Pick<Alert, 'fingerprint' | 'labels' | 'endsAtMs'> {
  const labels = Labels.of(fact.labels);
  const endsAtMs = fact.state === 'active' ? NOW_MS + 3_600_000 : NOW_MS - 60_000;
  return { fingerprint: fingerprintOf(labels), labels, endsAtMs };
}
