import type { Expr } from '@petrel/query/promql/parse/ast.ts';
import { formatDuration } from '@petrel/query/promql/parse/index.ts';
import { promqlOf } from '@petrel/rules';
import { constantOf, isComparison } from '../sweep/find-threshold.ts';
import {
  type AlertRuleInGroup,
  aboutExpr,
  aboutRule,
  alertRulesOf,
  type Finding,
  type LintOptions,
} from './finding.ts';
import { labelsOfRule, mayHave } from './result-labels.ts';
import { visitRule } from './visit.ts';

type RuleCheck = (one: AlertRuleInGroup, options: LintOptions) => readonly Finding[];

/** What can be said of each alerting rule by itself, without any data. */
const CHECKS: readonly RuleCheck[] = [
  missingAnnotation,
  missingHandling,
  missingSeverity,
  forShorterThanInterval,
  rangeTooShort,
  constantComparison,
  unknownLabelInTemplate,
];

export function checkRules(options: LintOptions): readonly Finding[] {
  return alertRulesOf(options.groups).flatMap((one) => CHECKS.flatMap((check) => check(one, options)));
}

const SUMMARIES = ['summary', 'message', 'title'];
const DESCRIPTIONS = ['description', 'message', 'details'];

function missingAnnotation(one: AlertRuleInGroup): readonly Finding[] {
  const names = annotationNames(one);
  const finding = (name: string, severity: 'warning' | 'info', why: string) =>
    aboutRule(one, {
      check: 'missing-annotation',
      severity,
      message: `has no annotation \`${name}\`: ${why}`,
      suggestion: `add \`${name}\` to its annotations`,
    });
  const has = (wanted: readonly string[]) => wanted.some((name) => names.includes(name));
  return [
    ...(has(SUMMARIES) ? [] : [finding('summary', 'warning', 'a message about it has no first line')]),
    ...(has(DESCRIPTIONS) ? [] : [finding('description', 'info', 'whoever is paged does not read what it means')]),
  ];
}

const HANDLING =
  /^(runbook|runbook_?url|playbook|playbook_?url|action|actions|handling|remediation|mitigation|resolution|response|procedure|how_?to|fix|steps|sop|处理.*|操作.*|预案)$/;
/** Words with which somebody is told what to do. */
const INSTRUCTION =
  /\b(check|verify|investigate|restart|roll ?back|scale|increase|decrease|reduce|contact|call|page|escalate|see|inspect|review|run|add|remove|replace|fix|ensure|make sure|look (at|into|for)|should|must|need(s)? to|consider|follow|clean( up)?|free|drain|fail ?over|runbook)\b|请|检查|排查|重启|扩容|缩容|回滚|联系|清理|查看|处理|切换|升级|确认|建议|参考|手册|预案/i;

/** The founding document wants every alert to say how it is to be handled. */
function missingHandling(one: AlertRuleInGroup): readonly Finding[] {
  if (annotationNames(one).some((name) => HANDLING.test(name))) return [];
  const texts = Object.values(one.rule.annotations).map((text) => text.replaceAll(/\{\{.*?\}\}/gs, ' '));
  if (texts.some((text) => INSTRUCTION.test(text) || /https?:\/\//.test(text))) return [];
  return [
    aboutRule(one, {
      check: 'missing-handling',
      severity: 'warning',
      message: 'does not say what whoever is paged should do',
      suggestion: 'add an annotation `runbook_url` or `action`',
    }),
  ];
}

const SEVERITIES = ['severity', 'priority', 'level', 'urgency'];

function missingSeverity(one: AlertRuleInGroup): readonly Finding[] {
  const { rule } = one;
  const fromData = labelsOfRule(rule);
  if (SEVERITIES.some((name) => name in rule.labels || (fromData.kind === 'only' && mayHave(fromData, name))))
    return [];
  return [
    aboutRule(one, {
      check: 'missing-severity',
      severity: 'warning',
      message: 'has no label `severity`: routes and people cannot tell how urgent it is',
      suggestion: 'add `severity: critical`, `warning` or `info` to its labels',
    }),
  ];
}

function forShorterThanInterval(one: AlertRuleInGroup, { evaluationIntervalMs }: LintOptions): readonly Finding[] {
  const { group, rule } = one;
  const intervalMs = group.intervalMs ?? evaluationIntervalMs;
  if (rule.forMs === 0 || rule.forMs >= intervalMs) return [];
  const [wait, interval] = [formatDuration(rule.forMs), formatDuration(intervalMs)];
  return [
    aboutRule(one, {
      check: 'for-shorter-than-interval',
      severity: 'warning',
      message: `waits for ${wait}, but is looked at every ${interval} only: it cannot fire before ${interval} have passed`,
      suggestion: `set \`for\` to a multiple of ${interval}, or the group's \`interval\` to less`,
    }),
  ];
}

/** A counter that is scraped every minute has at most one sample in most windows of a minute, and no rate. */
function rangeTooShort(one: AlertRuleInGroup, { scrapeIntervalMs }: LintOptions): readonly Finding[] {
  if (scrapeIntervalMs === undefined) return [];
  const findings: Finding[] = [];
  visitRule(one.rule, (expr) => {
    if (expr.kind !== 'call' || !/^(rate|irate|increase|delta|idelta|deriv)$/.test(expr.func)) return;
    const [range] = expr.args;
    if (range?.kind !== 'matrixSelector' || typeof range.range !== 'number') return;
    const wantedMs = (expr.func.startsWith('i') && expr.func !== 'increase' ? 2 : 4) * scrapeIntervalMs;
    if (range.range >= wantedMs) return;
    const [given, wanted] = [formatDuration(range.range), formatDuration(wantedMs)];
    findings.push(
      aboutExpr(one, {
        check: 'rate-window-too-short',
        severity: range.range < 2 * scrapeIntervalMs ? 'error' : 'warning',
        message: `${expr.func}(${range.selector.name}[${given}]) with a scrape interval of ${formatDuration(scrapeIntervalMs)}: one lost scrape, and there is no value`,
        suggestion: `use [${wanted}] or more`,
      }),
    );
  });
  return findings;
}

/** These never yield less than 0. */
const NOT_NEGATIVE =
  /^(rate|increase|irate|changes|resets|count_over_time|present_over_time|absent|absent_over_time|abs|sqrt|stddev_over_time|stdvar_over_time|histogram_count)$/;

/** `rate(x[5m]) >= 0` holds whenever there is data, `< 0` never does. */
function constantComparison(one: AlertRuleInGroup): readonly Finding[] {
  const findings: Finding[] = [];
  visitRule(one.rule, (expr) => {
    if (expr.kind !== 'binary' || !isComparison(expr.op) || expr.returnBool) return;
    const limit = constantOf(expr.rhs);
    if (limit === undefined || !isNotNegative(expr.lhs)) return;
    const always =
      (expr.op === '>=' && limit <= 0) || (expr.op === '>' && limit < 0) || (expr.op === '!=' && limit < 0);
    const never = (expr.op === '<' && limit <= 0) || (expr.op === '<=' && limit < 0) || (expr.op === '==' && limit < 0);
    if (!always && !never) return;
    findings.push(
      aboutExpr(one, {
        check: always ? 'comparison-always-true' : 'comparison-never-true',
        severity: always ? 'warning' : 'error',
        message: `the left side of \`${expr.op} ${limit}\` is never negative, so this ${always ? 'holds whenever there is data' : 'never holds'}`,
        suggestion: 'look at the threshold and the direction of the comparison',
      }),
    );
  });
  const expr = promqlOf(one.rule);
  const left = expr && constantOf(expr);
  return left === undefined ? findings : [...findings, ofConstant(one, left)];
}

function ofConstant(one: AlertRuleInGroup, value: number): Finding {
  return aboutExpr(one, {
    check: 'comparison-always-true',
    severity: 'info',
    message: `the expression is the constant ${value}: the alert always fires`,
    suggestion: 'nothing, if it is a watchdog that shows that the way to its receiver works',
  });
}

function isNotNegative(expr: Expr): boolean {
  if (expr.kind === 'paren') return isNotNegative(expr.expr);
  if (expr.kind === 'call') return NOT_NEGATIVE.test(expr.func);
  if (expr.kind !== 'aggregate') return false;
  if (expr.op === 'count' || expr.op === 'stddev' || expr.op === 'stdvar' || expr.op === 'group') return true;
  return /^(sum|avg|min|max|topk|bottomk)$/.test(expr.op) && isNotNegative(expr.expr);
}

/** `{{ $labels.x }}` is empty where the expression's series cannot have `x`; templates do not see the labels that the rule adds. */
function unknownLabelInTemplate(one: AlertRuleInGroup): readonly Finding[] {
  const { rule } = one;
  const labels = labelsOfRule(rule);
  const texts = [...Object.entries(rule.annotations), ...Object.entries(rule.labels)];
  return texts.flatMap(([key, text]) =>
    labelsInTemplate(text)
      .filter((name) => !mayHave(labels, name))
      .map((name) =>
        aboutRule(one, {
          check: 'unknown-label-in-template',
          severity: 'warning',
          message: `\`${key}\` shows $labels.${name}, which the series of its expression cannot have`,
          suggestion:
            name in rule.labels
              ? `write ${JSON.stringify(rule.labels[name])} itself: templates do not see the labels that the rule adds`
              : labels.kind === 'only' && labels.names.size > 0
                ? `keep the label in the expression, as in \`by (${[...labels.names, name].join(', ')})\`, or leave it out of the text`
                : 'leave it out of the text, or do not drop it in the expression',
        }),
      ),
  );
}

/** Distinct, in their order. */
export function labelsInTemplate(text: string): readonly string[] {
  const names = new Set<string>();
  for (const [action] of text.matchAll(/\{\{.*?\}\}/gs)) {
    for (const match of action.matchAll(/(?:\$labels|\.Labels)\.([a-zA-Z_]\w*)/g)) names.add(match[1] as string);
  }
  return [...names];
}

function annotationNames({ rule }: AlertRuleInGroup): readonly string[] {
  return Object.entries(rule.annotations)
    .filter(([, text]) => text.trim() !== '')
    .map(([name]) => name.toLowerCase());
}
