import { compileMatchers } from '@petrel/alerts/matcher/index.ts';
import { compareStrings, Labels, type Matcher, PetrelError } from '@petrel/model';
import { parseMetricQuery } from '@petrel/query/logql/parse/index.ts';
import { parseExpr, type VectorSample } from '@petrel/query/promql';
import { formatNumber } from '@petrel/query/promql/parse/index.ts';
import type { RuleExpr } from '@petrel/rules/rule-file/index.ts';
import type { AlertingRuleStatus } from '@petrel/rules/status/group-status.ts';
import { nearestNames } from '../lint/nearest-names.ts';
import { type Threshold, thresholdOf } from '../sweep/find-threshold.ts';
import type { ExplainOptions } from './explanation.ts';
import type { Named } from './find-candidates.ts';
import type { SilentValue } from './texts/sentences.ts';
import { sentencesIn } from './texts/sentences-in.ts';

/** Why nothing is known of what was asked for: no such rule, a rule that fails, or what the expression of a silent rule gave at the time. */
export async function explainSilence(named: Named, options: ExplainOptions): Promise<readonly string[]> {
  const say = sentencesIn(options.language);
  const { alert: text, atMs } = options.question;
  if (named.kind === 'fingerprint' || named.alertname === undefined) return [say.nothingMatches(text)];
  const { alertname, matchers } = named;
  const alerting = options.rules.flatMap(({ rules }) => rules.filter((rule) => rule.type === 'alerting'));
  const rules = alerting.filter(({ name }) => name === alertname);
  if (rules.length === 0) {
    const names = [...new Set(alerting.map(({ name }) => name))].sort(compareStrings);
    return [say.noRule(alertname, nearestNames(alertname, names))];
  }
  const notes: string[] = [];
  for (const rule of rules) {
    if (rule.health === 'err') notes.push(say.ruleFailed(rule.name, rule.lastError));
    else if (atMs > options.nowMs) notes.push(say.ruleNotAsked(rule.name));
    else notes.push(await silentRule(rule, matchers, options));
  }
  return notes;
}

async function silentRule(
  rule: AlertingRuleStatus,
  matchers: readonly Matcher[],
  options: ExplainOptions,
): Promise<string> {
  const say = sentencesIn(options.language);
  const { atMs } = options.question;
  try {
    const threshold = thresholdOf(parsed(rule));
    const query = threshold?.valueExpr ?? rule.query;
    const { value } = await options.engineOf(rule.language).instant({ query, timeMs: atMs });
    const samples = value.type === 'vector' ? value.samples : [];
    return say.ruleSilent(rule.name, atMs, silentValue(ofQuestion(samples, matchers), threshold));
  } catch (error) {
    if (!(error instanceof PetrelError)) throw error;
    return say.valueUnknown(rule.name, error.message);
  }
}

function parsed({ language, query }: AlertingRuleStatus): RuleExpr {
  return language === 'promql' ? { language, ast: parseExpr(query) } : { language, ast: parseMetricQuery(query) };
}

/** The series that the question may mean: labels that the rule sets are not on them yet, so only what contradicts is left out. */
function ofQuestion(samples: readonly VectorSample[], matchers: readonly Matcher[]): readonly VectorSample[] {
  return samples.filter(({ labels }) => compileMatchers(matchers.filter(({ name }) => labels.has(name)))(labels));
}

function silentValue(samples: readonly VectorSample[], threshold: Threshold | undefined): SilentValue {
  const said = threshold === undefined ? {} : { threshold: `${threshold.op} ${formatNumber(threshold.value)}` };
  const floats = samples.filter(({ histogram }) => histogram === undefined);
  let nearest = floats[0];
  for (const sample of floats) {
    if (distance(sample.value, threshold) < distance((nearest as VectorSample).value, threshold)) nearest = sample;
  }
  if (nearest === undefined) return { series: samples.length, ...said };
  const labels = nearest.labels.equals(Labels.EMPTY) ? '{}' : nearest.labels.toString();
  return { nearest: { value: formatNumber(nearest.value), labels }, series: floats.length, ...said };
}

/** How far a value is from satisfying the comparison. */
function distance(value: number, threshold: Threshold | undefined): number {
  if (Number.isNaN(value)) return Number.POSITIVE_INFINITY;
  if (threshold === undefined) return -value;
  switch (threshold.op) {
    case '>':
    case '>=':
      return threshold.value - value;
    case '<':
    case '<=':
      return value - threshold.value;
    default:
      return Math.abs(value - threshold.value);
  }
}
