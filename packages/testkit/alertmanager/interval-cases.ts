import { readFileSync } from 'node:fs';
import type { IntervalSpec } from '@petrel/alerts/interval/index.ts';
import { intervalSpec, specContains, timeIntervalOf, timeRange } from '@petrel/alerts/interval/index.ts';
import { list } from '@petrel/config/schema/composite.ts';
import type { CaseReport } from '../exposition/report.ts';
import { decodeYaml, messagesOf } from './decode-yaml.ts';

interface Instants {
  readonly contains?: readonly string[];
  readonly excludes?: readonly string[];
}

interface YamlFact extends Instants {
  readonly yaml: string;
  readonly valid: boolean;
  readonly error?: string;
  readonly parsed?: readonly unknown[];
}

interface RangeFact {
  readonly yaml: string;
  readonly valid: boolean;
  readonly error?: string;
  readonly start_minute?: number;
  readonly end_minute?: number;
}

interface IntervalFacts {
  readonly contains: readonly (Instants & { readonly interval: unknown })[];
  readonly yaml: readonly YamlFact[];
  readonly complete: readonly (Instants & { readonly yaml: string })[];
  readonly time_range: readonly RangeFact[];
  readonly mutes: {
    readonly intervals: Readonly<Record<string, readonly unknown[]>>;
    readonly cases: readonly { readonly now: string; readonly muted_by: readonly string[] }[];
  };
}

const specs = list(intervalSpec);

/** timeintervals.json: what is read and refused, and which instants lie in what was read. */
export function runIntervalCases(path: string, report: CaseReport): void {
  const facts = JSON.parse(readFileSync(path, 'utf8')) as IntervalFacts;
  for (const fact of facts.contains) {
    const name = `contains ${JSON.stringify(fact.interval)}`;
    checkInstants(name, [decodeYaml(intervalSpec, JSON.stringify(fact.interval))], fact, report);
  }
  for (const fact of facts.complete) checkInstants('complete', [decodeYaml(intervalSpec, fact.yaml)], fact, report);
  for (const fact of facts.yaml) runYamlCase(fact, report);
  for (const fact of facts.time_range) runRangeCase(fact, report);
  runMuteCases(facts.mutes, report);
}

function runYamlCase(fact: YamlFact, report: CaseReport): void {
  const name = `yaml ${JSON.stringify(fact.yaml)}`;
  try {
    const decoded = decodeYaml(specs, fact.yaml);
    report.check(name, fact.valid, true);
    if (fact.parsed !== undefined) {
      const expected = specs.encode(decodeYaml(specs, JSON.stringify(fact.parsed)));
      report.check(`${name} parsed`, expected, specs.encode(decoded));
    }
    checkInstants(name, decoded, fact, report);
  } catch (error) {
    const messages = messagesOf(error);
    if (fact.valid || fact.error === undefined) report.check(name, fact.valid, false, messages.join('; '));
    else report.check(name, [fact.error], messages);
  }
}

function runRangeCase(fact: RangeFact, report: CaseReport): void {
  try {
    const { startMinute, endMinute } = decodeYaml(timeRange, fact.yaml);
    report.check(`time_range ${fact.yaml}`, [fact.start_minute, fact.end_minute], [startMinute, endMinute]);
  } catch (error) {
    report.check(`time_range ${fact.yaml}`, fact.valid, false, messagesOf(error).join('; '));
  }
}

function runMuteCases({ intervals, cases }: IntervalFacts['mutes'], report: CaseReport): void {
  const named = Object.entries(intervals).map(([name, parts]) =>
    timeIntervalOf(name, decodeYaml(specs, JSON.stringify(parts))),
  );
  for (const { now, muted_by } of cases) {
    const got = named.filter(({ contains }) => contains(Date.parse(now))).map(({ name }) => name);
    report.check(`mutes at ${now}`, muted_by, got);
  }
}

function checkInstants(name: string, decoded: readonly IntervalSpec[], fact: Instants, report: CaseReport): void {
  const contains = (instant: string) => decoded.some((spec) => specContains(spec, Date.parse(instant)));
  for (const instant of fact.contains ?? []) report.check(`${name} contains ${instant}`, true, contains(instant));
  for (const instant of fact.excludes ?? []) report.check(`${name} excludes ${instant}`, false, contains(instant));
}
