import { list, record } from '@petrel/config/schema/composite.ts';
import { boolean, duration, scalar, string } from '@petrel/config/schema/scalars.ts';
import type { Type } from '@petrel/config/schema/schema.ts';
import { field, table } from '@petrel/config/schema/schema.ts';

/** A file of unit tests of rules, as promtool reads it. Durations in ms. */
export interface RuleTestFile {
  readonly ruleFiles: readonly string[];
  readonly evaluationIntervalMs: number;
  readonly groupEvalOrder: readonly string[];
  readonly tests: readonly RuleTestGroup[];
  /** Numbers may differ by the last bit. */
  readonly fuzzyCompare: boolean;
}

export interface RuleTestGroup {
  readonly name: string;
  /** Of the input series, and of rule groups that name none; 0: the file's evaluation interval. */
  readonly intervalMs: number;
  readonly inputSeries: readonly { readonly series: string; readonly values: string }[];
  readonly alertTests: readonly AlertTestCase[];
  readonly exprTests: readonly ExprTestCase[];
  readonly externalLabels: Readonly<Record<string, string>>;
  readonly externalUrl: string;
  /** Of the first sample; the epoch unless it is given. */
  readonly startMs: number;
}

export interface AlertTestCase {
  readonly evalTimeMs: number;
  readonly alertname: string;
  readonly expected: readonly ExpectedAlert[];
}

export interface ExpectedAlert {
  /** Without `alertname`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface ExprTestCase {
  readonly expr: string;
  readonly evalTimeMs: number;
  readonly expected: readonly ExpectedSample[];
}

export interface ExpectedSample {
  /** A series as PromQL writes it. */
  readonly labels: string;
  readonly value: number;
  /** In the notation of the input series; '' for a float. */
  readonly histogram: string;
}

const number: Type<number> = scalar('number', (text) => {
  const special = /^([+-]?)\.?(inf|nan)$/i.exec(text);
  if (special !== null)
    return special[2]?.toLowerCase() === 'nan' ? Number.NaN : special[1] === '-' ? -Infinity : Infinity;
  const value = text.trim() === '' ? Number.NaN : Number(text.replaceAll('_', ''));
  return Number.isNaN(value) ? new Error(`${JSON.stringify(text)} is not a number`) : value;
});

/** Seconds since the epoch, or a time of RFC 3339. */
const timestamp: Type<number> = scalar('timestamp', (text) => {
  if (/^[+-]?\d+(?:\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  const isTime = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/.test(text);
  const ms = isTime ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? new Error(`cannot parse ${JSON.stringify(text)} to a valid timestamp`) : ms;
});

const inputSeries = table<RuleTestGroup['inputSeries'][number]>('main.series', {
  series: field('series', string, '', 'A series as PromQL writes it.'),
  values: field('values', string, '', 'Its values, one each interval.'),
});

const expectedAlert = table<ExpectedAlert>('main.alert', {
  labels: field('exp_labels', record(string), {}, 'Its labels but `alertname`.'),
  annotations: field('exp_annotations', record(string), {}, 'Its annotations.'),
});

const alertTest = table<AlertTestCase>('main.alertTestCase', {
  evalTimeMs: field('eval_time', duration, 0, 'After the start.'),
  alertname: field('alertname', string, '', 'Which alerts.'),
  expected: field('exp_alerts', list(expectedAlert), [], 'Those that fire.'),
});

const expectedSample = table<ExpectedSample>('main.sample', {
  labels: field('labels', string, '', 'Its series.'),
  value: field('value', number, 0, 'Its value.'),
  histogram: field('histogram', string, '', 'Its value, where that is a histogram.'),
});

const exprTest = table<ExprTestCase>('main.promqlTestCase', {
  expr: field('expr', string, '', 'PromQL.'),
  evalTimeMs: field('eval_time', duration, 0, 'After the start.'),
  expected: field('exp_samples', list(expectedSample), [], 'What it yields.'),
});

const testGroup = table<RuleTestGroup>('main.testGroup', {
  name: field('name', string, '', 'For messages and --run.'),
  intervalMs: field('interval', duration, 0, 'Of the input series.'),
  inputSeries: field('input_series', list(inputSeries), [], 'What is stored.'),
  alertTests: field('alert_rule_test', list(alertTest), [], 'Which alerts fire.'),
  exprTests: field('promql_expr_test', list(exprTest), [], 'What expressions yield.'),
  externalLabels: field('external_labels', record(string), {}, 'For templates.'),
  externalUrl: field('external_url', string, '', 'For templates.'),
  startMs: field('start_timestamp', timestamp, 0, 'Of the first sample.'),
});

/** The keys of a file of unit tests. */
export const ruleTestTable = table<RuleTestFile>('main.unitTestFile', {
  ruleFiles: field('rule_files', list(string), [], 'Patterns of rule files, relative to this one.'),
  evaluationIntervalMs: field('evaluation_interval', duration, 60_000, 'How often rules are evaluated.'),
  groupEvalOrder: field('group_eval_order', list(string), [], 'Which groups come first.'),
  tests: field('tests', list(testGroup), [], 'The tests.'),
  fuzzyCompare: field('fuzzy_compare', boolean, false, 'Numbers may differ by the last bit.'),
});
