import { LogqlParseError, parseMetricQuery } from '@petrel/query/logql/parse/index.ts';
import type { ParseOptions } from '@petrel/query/promql/parse/index.ts';
import { PromqlParseError, parseExpr } from '@petrel/query/promql/parse/index.ts';
import { parseProblem } from '../alerting/alert-text.ts';
import { placeInFile } from './expr-place.ts';
import type { NameValidation } from './names.ts';
import { isValidLabelName, isValidLabelValue, isValidMetricName } from './names.ts';
import type { RuleExpr, RuleLanguage } from './rule-expr.ts';
import type { FilePlace, MissingDataPolicy, Rule } from './rule-group.ts';
import { MISSING_DATA_ANNOTATION, MISSING_DATA_POLICIES } from './rule-group.ts';
import type { WrittenGroup, WrittenRule } from './schema.ts';
import { placeOfText } from './schema.ts';

/** What rules are held against. */
export interface RuleChecks {
  readonly language: RuleLanguage;
  readonly names: NameValidation;
  readonly parse: ParseOptions;
  /** The content of the file. */
  readonly text: string;
}

/** What is wrong with a rule, in Prometheus's words, and where. */
export interface RuleProblem {
  readonly at: FilePlace;
  readonly path: string;
  readonly message: string;
}

/** Checks a rule (the `index`-th of its group, from 0) and gives it its final form; undefined when anything is wrong with it. */
export function checkRule(
  group: WrittenGroup,
  index: number,
  checks: RuleChecks,
  report: (problem: RuleProblem) => void,
): Rule | undefined {
  const written = group.rules[index] as WrittenRule;
  const name = written.alert === '' ? written.record : written.alert;
  const where = `group "${group.name}", rule ${index + 1}, "${name}": `;
  let wrong = false;
  const problem = (message: string, at: FilePlace, key = '') => {
    wrong = true;
    report({ at, path: key === '' ? written.path : `${written.path}.${key}`, message: `${where}${message}` });
  };
  const onKey: Problem = (key, message, at) => problem(message, at ?? written.placeOf(key), key);
  checkKind(written, checks, onKey);
  checkNames(written, checks, onKey);
  if (written.alert !== '') checkTemplates(written, onKey);
  const expr = parse(written, checks, (message, at) => problem(message, at, 'expr'));
  if (wrong || expr === undefined) return undefined;
  const base = {
    name,
    expr: written.expr,
    ...expr,
    labels: { ...group.labels, ...written.labels },
    place: written.place,
    exprPlace: written.placeOf('expr'),
  };
  if (written.record !== '') return { kind: 'recording', ...base };
  const policy = written.annotations[MISSING_DATA_ANNOTATION] as MissingDataPolicy | undefined;
  return {
    kind: 'alerting',
    ...base,
    forMs: written.forMs,
    keepFiringForMs: written.keepFiringForMs,
    annotations: written.annotations,
    ...(policy === undefined ? {} : { missingData: policy }),
  };
}

type Problem = (key: string, message: string, at?: FilePlace) => void;

function checkKind(rule: WrittenRule, { names }: RuleChecks, problem: Problem): void {
  const { record } = rule;
  if (record !== '' && rule.alert !== '') problem('record', "only one of 'record' and 'alert' must be set");
  if (record === '' && rule.alert === '') problem('record', "one of 'record' or 'alert' must be set");
  if (record === '') return;
  if (Object.keys(rule.annotations).length > 0) problem('annotations', "invalid field 'annotations' in recording rule");
  if (rule.forMs !== 0) problem('for', "invalid field 'for' in recording rule");
  if (rule.keepFiringForMs !== 0) problem('keep_firing_for', "invalid field 'keep_firing_for' in recording rule");
  if (!isValidMetricName(record, names)) problem('record', `invalid recording rule name: ${record}`);
  if (/[{}]/.test(record)) {
    problem('record', `braces present in the recording rule name; should it be in expr?: ${record}`);
  }
}

function checkNames(rule: WrittenRule, { names }: RuleChecks, problem: Problem): void {
  for (const [name, value] of Object.entries(rule.labels)) {
    if (!isValidLabelName(name, names) || name === '__name__') problem('labels', `invalid label name: ${name}`);
    if (!isValidLabelValue(value)) problem('labels', `invalid label value: ${value}`);
  }
  for (const [name, value] of Object.entries(rule.annotations)) {
    if (!isValidLabelName(name, names)) problem('annotations', `invalid annotation name: ${name}`);
    if (name !== MISSING_DATA_ANNOTATION || MISSING_DATA_POLICIES.some((policy) => policy === value)) continue;
    problem('annotations', `invalid ${name} "${value}" (allowed: ${MISSING_DATA_POLICIES.join(', ')})`);
  }
}

function checkTemplates(rule: WrittenRule, problem: Problem): void {
  for (const [kind, texts] of [
    ['label', rule.labels],
    ['annotation', rule.annotations],
  ] as const) {
    for (const [name, text] of Object.entries(texts)) {
      const reason = parseProblem(rule.alert, text);
      if (reason !== undefined) problem(`${kind}s.${name}`, `${kind} "${name}": ${reason}`, placeOfText(texts, name));
    }
  }
}

function parse(
  rule: WrittenRule,
  checks: RuleChecks,
  problem: (message: string, at: FilePlace) => void,
): RuleExpr | undefined {
  const place = rule.placeOf('expr');
  if (rule.expr === '') {
    problem("field 'expr' must be set in rule", place);
    return undefined;
  }
  try {
    if (checks.language === 'promql') return { language: 'promql', ast: parseExpr(rule.expr, checks.parse) };
    return { language: 'logql', ast: parseMetricQuery(rule.expr) };
  } catch (error) {
    if (!(error instanceof PromqlParseError || error instanceof LogqlParseError)) throw error;
    const at = placeInFile(checks.text, place, rule.expr, error.position.start);
    problem(`could not parse expression: ${error.message}`, at);
    return undefined;
  }
}
