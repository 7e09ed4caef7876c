import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { INTEGRATIONS, loadRoutingConfig } from '@petrel/alerts';
import type { MemorySource } from '@petrel/query/promql/memory/memory-source.ts';
import { loadRuleFile } from '@petrel/rules';
import { describe, expect, it } from 'vitest';
import { engineConfigOf, NOON_MS, rulesOf, sourceOf, times } from '../fake-world.ts';
import type { Finding } from './finding.ts';
import { lint } from './lint.ts';

const GOOD = 'labels: {severity: warning}, annotations: {summary: s, description: d, runbook_url: u}';

interface Given {
  readonly routing?: string;
  readonly source?: MemorySource;
  readonly scrapeIntervalMs?: number;
}

async function findingsOf(
  rules: string,
  { routing, source, scrapeIntervalMs }: Given = {},
): Promise<readonly Finding[]> {
  const config = routing === undefined ? undefined : engineConfigOf(routing).routing;
  const { findings } = await lint({
    groups: rulesOf(rules),
    ...(config === undefined ? {} : { routing: { config, file: 'alertmanager.yml' } }),
    ...(source === undefined ? {} : { source }),
    ...(scrapeIntervalMs === undefined ? {} : { scrapeIntervalMs }),
    evaluationIntervalMs: 60_000,
    nowMs: NOON_MS + 3_600_000,
  });
  return findings;
}

function rule(fields: string, others = GOOD): string {
  return `groups: [{name: g, rules: [{alert: A, ${fields}${others === '' ? '' : `, ${others}`}}]}]`;
}

function checks(findings: readonly Finding[]): string[] {
  return findings.map(({ check }) => check);
}

describe('rules', () => {
  it('that say everything have nothing to answer for', async () => {
    expect(await findingsOf(rule('expr: up == 0, for: 5m'))).toEqual([]);
  });

  it('must say what, what it means, what to do, and how urgent it is', async () => {
    const findings = await findingsOf(rule('expr: up == 0', ''));
    expect(checks(findings)).toEqual([
      'missing-annotation',
      'missing-annotation',
      'missing-handling',
      'missing-severity',
    ]);
    expect(findings[0]).toMatchObject({ file: 'rules.yml', line: 1, subject: 'A' });
    const texts = 'labels: {priority: P1}, annotations: {summary: s, description: "请检查磁盘"}';
    expect(await findingsOf(rule('expr: up == 0', texts))).toEqual([]);
    const templated = 'labels: {priority: P1}, annotations: {summary: s, description: "{{ $labels.check }} is broken"}';
    expect(checks(await findingsOf(rule('expr: up == 0', templated)))).toEqual(['missing-handling']);
  });

  it.each([
    ['expr: up == 0, for: 10s', {}, ['for-shorter-than-interval']],
    ["expr: 'rate(x[1m]) > 1'", { scrapeIntervalMs: 30_000 }, ['rate-window-too-short']],
    ["expr: 'rate(x[2m]) > 1'", { scrapeIntervalMs: 30_000 }, []],
    ["expr: 'irate(x[1m]) > 1'", { scrapeIntervalMs: 30_000 }, []],
    ["expr: 'rate(x[5m]) >= 0'", {}, ['comparison-always-true']],
    ["expr: 'sum(rate(x[5m])) < 0'", {}, ['comparison-never-true']],
    ["expr: 'delta(x[5m]) < 0'", {}, []],
    ['expr: vector(1)', {}, []],
  ])('%s', async (fields, given, expected) => {
    expect(checks(await findingsOf(rule(fields), given))).toEqual(expected);
  });

  it.each([
    [
      "expr: 'sum by (job) (x) > 1'",
      'instance',
      'keep the label in the expression, as in `by (job, instance)`, or leave it out of the text',
    ],
    ["expr: 'sum(x) > 1'", 'job', 'leave it out of the text, or do not drop it in the expression'],
    ["expr: 'sum without (pod) (x) > 1'", 'pod', 'leave it out of the text, or do not drop it in the expression'],
    [
      'expr: \'absent(up{job="a"})\'',
      'instance',
      'keep the label in the expression, as in `by (job, instance)`, or leave it out of the text',
    ],
    [
      "expr: 'a / on (job) b > 1'",
      'instance',
      'keep the label in the expression, as in `by (job, instance)`, or leave it out of the text',
    ],
  ])('%s cannot show %s', async (fields, label, suggestion) => {
    const others = `labels: {severity: w}, annotations: {summary: '{{ $labels.${label} }}', description: 'see'}`;
    const findings = await findingsOf(rule(fields, others));
    expect(findings.map((one) => [one.check, one.suggestion])).toEqual([['unknown-label-in-template', suggestion]]);
  });

  it.each([
    ["expr: 'sum by (job) (x) > 1'", 'job'],
    ["expr: 'a / on (job) group_left (zone) b > 1'", 'zone'],
    ['expr: \'label_replace(sum(x), "zone", "$1", "job", "(.*)") > 1\'', 'zone'],
    ["expr: 'topk(3, x) > 1'", 'pod'],
    ['expr: \'count by (job) (count_values by (job) ("version", build)) > 1 or up == 0\'', 'instance'],
  ])('%s can show %s', async (fields, label) => {
    const others = `labels: {severity: w}, annotations: {summary: '{{ $labels.${label} }}', description: 'see'}`;
    expect(await findingsOf(rule(fields, others))).toEqual([]);
  });

  it('cannot show a label that they add themselves', async () => {
    const others = "labels: {severity: high}, annotations: {summary: '{{ $labels.severity }}', description: 'see'}";
    expect(checks(await findingsOf(rule("expr: 'sum by (job) (x) > 1'", others)))).toEqual([
      'unknown-label-in-template',
    ]);
  });
});

const receivers = (...names: string[]) =>
  `receivers: [${names.map((name) => `{name: ${name}, webhook_configs: [{url: 'http://${name}/'}]}`).join(', ')}]`;

describe('routes', () => {
  const someRule = rule('expr: up == 0');

  it.each([
    [
      'a sibling takes everything',
      '{receiver: b, matchers: [severity=~"warning|critical"]}, {receiver: c, matchers: [severity="warning", job="x"]}',
      ['unreachable-route'],
    ],
    [
      'matchers contradict each other',
      '{receiver: b, matchers: [severity="warning", severity!="warning"]}, {receiver: c, matchers: [severity="warning"]}',
      ['unreachable-route'],
    ],
    [
      "matchers contradict the parent's",
      '{receiver: b, matchers: [severity="warning"], routes: [{receiver: c, matchers: [severity="critical"]}]}',
      ['unreachable-route'],
    ],
    [
      'nothing matches',
      '{receiver: b, matchers: [severity="critical"]}, {receiver: c, matchers: [job="x"]}',
      ['route-never-matches'],
    ],
    [
      'continue',
      '{receiver: b, matchers: [severity="warning"], continue: true}, {receiver: c, matchers: [severity="warning"]}',
      [],
    ],
    [
      'what cannot be told',
      '{receiver: b, matchers: [job=~"x.*"]}, {receiver: c, matchers: [job="xy"]}',
      ['unreachable-route'],
    ],
    ['overlapping expressions', '{receiver: b, matchers: [job=~"x.*"]}, {receiver: c, matchers: [job=~".*y"]}', []],
  ])('%s', async (_, routes, expected) => {
    const routing = `route: {receiver: a, routes: [${routes}]}\n${receivers('a', 'b', 'c')}`;
    expect(checks(await findingsOf(someRule, { routing }))).toEqual(expected);
  });

  it('that lose their alert to an earlier one are told apart from those that nobody needs', async () => {
    const routing = `route: {receiver: a, routes: [{receiver: b, matchers: [severity="warning"]}, {receiver: c, matchers: [team="shop"]}]}\n${receivers('a', 'b', 'c')}`;
    const shop = rule('expr: up == 0', GOOD.replace('warning', 'warning, team: shop'));
    const [finding] = await findingsOf(shop, { routing });
    expect(finding).toMatchObject({ check: 'route-never-matches', severity: 'warning' });
    expect(finding?.message).toBe(
      'A matches it, but goes to the route {severity="warning"} in line 1 before; so this route does not tell c',
    );
  });

  it('must lead to receivers, and receivers to somebody', async () => {
    const routing =
      'route: {receiver: a}\nreceivers: [{name: a}, {name: b, webhook_configs: [{url: "http://b/"}]}]\ntime_intervals: [{name: t, time_intervals: [{weekdays: [monday]}]}]';
    expect(checks(await findingsOf(someRule, { routing }))).toEqual([
      'silent-receiver',
      'unreachable-receiver',
      'unused-time-interval',
    ]);
  });
});

describe('inhibition', () => {
  const two = `groups: [{name: g, rules: [{alert: A, expr: up == 0, ${GOOD}}, {alert: B, expr: load > 1, ${GOOD}}]}]`;
  const source = sourceOf([
    { labels: { __name__: 'up', job: 'x', instance: 'a' }, values: times(60, 1) },
    { labels: { __name__: 'load', job: 'x' }, values: times(60, 1) },
  ]);
  const routing = (equal: string, target = 'alertname="B"') =>
    `route: {receiver: a}\n${receivers('a')}\ninhibit_rules: [{source_matchers: [alertname="A"], target_matchers: [${target}], equal: [${equal}]}]`;

  it.each([
    ['job', [], undefined],
    ['service', ['inhibit-equal-missing'], 'neither its sources nor its targets have `service`'],
    ['instance', ['inhibit-never-applies'], 'alerts that can be its targets have no label `instance`'],
    ['service, job', [], undefined],
  ])('by %s', async (equal, expected, words) => {
    const findings = await findingsOf(two, { routing: routing(equal), source });
    expect(checks(findings)).toEqual(expected);
    if (words !== undefined) expect(findings[0]?.message).toContain(words);
  });

  it('of what no rule makes', async () => {
    expect(checks(await findingsOf(two, { routing: routing('job', 'alertname="C"') }))).toEqual([
      'inhibit-never-applies',
    ]);
  });
});

describe('expressions and what is stored', () => {
  const source = sourceOf([
    { labels: { __name__: 'process_memory_bytes', job: 'order', instance: 'a:80' }, values: times(60, 1) },
    { labels: { __name__: 'node_memory_bytes', job: 'node', instance: 'a:9100', host: 'a' }, values: times(60, 1) },
    { labels: { __name__: 'http_requests_total', job: 'order', code: '200' }, values: times(60, 1) },
    { labels: { __name__: 'http_errors_total', job: 'order', kind: 'io' }, values: times(60, 1) },
  ]);

  it.each([
    ['process_memory_bytes > 1', []],
    ['proces_memory_bytes > 1', ['missing-metric']],
    ['absent(proces_memory_bytes)', []],
    ['http_requests_total{code="500"} > 1', ['never-had-data']],
    ['process_memory_bytes / node_memory_bytes > 0.8', ['no-shared-labels']],
    ['process_memory_bytes / on (job) node_memory_bytes > 0.8', ['no-shared-labels']],
    ['sum(process_memory_bytes) / sum(node_memory_bytes) > 0.8', []],
    ['rate(http_errors_total[5m]) / rate(http_requests_total[5m]) > 0.05', ['no-shared-labels']],
    ['rate(http_errors_total[5m]) / on (job) rate(http_requests_total[5m]) > 0.05', []],
    ['process_memory_bytes unless node_memory_bytes', []],
  ])('%s', async (expr, expected) => {
    expect(checks(await findingsOf(rule(`expr: '${expr}'`), { source }))).toEqual(expected);
  });

  it('say what would have been right', async () => {
    const suggestionOf = async (expr: string) => (await findingsOf(rule(`expr: '${expr}'`), { source }))[0]?.suggestion;
    expect(await suggestionOf('proces_memory_bytes > 1')).toBe('did you mean process_memory_bytes?');
    expect(await suggestionOf('http_requests_total{code="500"} > 1')).toBe(
      'values of `code` are 200; nothing is wrong if it just never happened',
    );
    expect(await suggestionOf('rate(http_errors_total[5m]) / rate(http_requests_total[5m]) > 1')).toBe(
      'match by what they share, as in `/ on (job)`, or aggregate both sides by it',
    );
  });

  it('know labels that no series has, and metrics that rules record', async () => {
    const others = "labels: {severity: w}, annotations: {summary: '{{ $labels.pod }}', description: 'see'}";
    expect(checks(await findingsOf(rule('expr: process_memory_bytes > 1', others), { source }))).toEqual([
      'unknown-label-in-template',
    ]);
    const recorded = `groups: [{name: g, rules: [{record: 'a:b', expr: process_memory_bytes}, {alert: A, expr: 'a:b > 1', ${GOOD}}]}]`;
    expect(await findingsOf(recorded, { source })).toEqual([]);
  });
});

describe('the files of the founding document', () => {
  const seed = resolve(import.meta.dirname, '../../../../shared/seed');
  const isThere = existsSync(seed);
  if (!isThere) console.info('skipped: no seed files beside the repository');

  it.skipIf(!isThere)('have their known faults, and no false ones', async () => {
    const { groups } = loadRuleFile({ path: 'alerts.yml', cwd: seed });
    const { config } = loadRoutingConfig({ path: 'alertmanager.yml', cwd: seed, integrations: INTEGRATIONS });
    const routing = { config, file: 'alertmanager.yml' };
    const { findings, checked } = await lint({
      groups,
      routing,
      evaluationIntervalMs: 60_000,
      scrapeIntervalMs: 15_000,
      nowMs: NOON_MS,
    });
    expect(checked).toEqual({ rules: 5, routes: 6, receivers: 5 });
    expect(findings.map(({ check, subject }) => `${check}: ${subject}`)).toEqual([
      'route-never-matches: {team="business"} → business-team',
      'silent-receiver: dev-team',
      'missing-handling: ServiceDown',
      'missing-handling: HighErrorRate',
      'missing-annotation: HighLatency',
      'missing-handling: HighLatency',
      'missing-annotation: HighMemoryUsage',
      'missing-handling: HighMemoryUsage',
      'missing-handling: OrderDropSignificant',
    ]);
  });
});

describe('rule collections of others', () => {
  const rules = resolve(import.meta.dirname, '../../../../shared/conformance/rules');
  const isThere = existsSync(rules);
  if (!isThere) console.info('skipped: no conformance data beside the repository');

  it.skipIf(!isThere)('are read to the end, with nothing but warnings of known kinds', async () => {
    const files = readdirSync(rules, { recursive: true, encoding: 'utf8' }).filter((path) =>
      /^(mixins|awesome).*\.ya?ml$/.test(path),
    );
    const groups = files.flatMap((path) => loaded(resolve(rules, path)));
    const { findings, checked } = await lint({ groups, evaluationIntervalMs: 60_000, nowMs: NOON_MS });
    expect(checked.rules).toBeGreaterThan(500);
    expect([...new Set(findings.map(({ check, severity }) => `${severity} ${check}`))].sort()).toEqual([
      'warning for-shorter-than-interval',
      'warning missing-handling',
      'warning unknown-label-in-template',
    ]);
  });
});

/** Files that are no rule files, or mean to be wrong, count for nothing. */
function loaded(path: string) {
  try {
    return loadRuleFile({ path, cwd: '/' }).groups;
  } catch {
    return [];
  }
}
