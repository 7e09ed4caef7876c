import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { goDuration } from './go-duration.ts';
import { runRuleTests } from './run-test-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'petrel-rule-tests-'));
afterAll(() => rmSync(folder, { recursive: true }));

const RULES = `groups:
- name: second
  rules:
  - {alert: Sum, expr: 'job:up:sum < 1', for: 1m, annotations: {text: '{{ $externalLabels.dc }} {{ $externalURL }} {{ $value }}'}}
- name: first
  rules:
  - {record: 'job:up:sum', expr: sum by (job) (up)}
`;

async function run(tests: string, options: Partial<Parameters<typeof runRuleTests>[1]> = {}) {
  writeFileSync(join(folder, 'rules.yml'), RULES);
  writeFileSync(join(folder, 'test.yml'), tests);
  return runRuleTests('test.yml', { cwd: folder, ...options });
}

const HEAD = `rule_files: [rules.yml]
evaluation_interval: 1m
group_eval_order: [first, second]
tests:
`;

describe('runRuleTests', () => {
  test('passes what holds', async () => {
    const report = await run(`${HEAD}- name: one
  input_series:
  - {series: 'up{job="a"}', values: '1 0x5'}
  external_labels: {dc: here}
  external_url: http://p
  alert_rule_test:
  - {eval_time: 1m, alertname: Sum}
  - {eval_time: 2m30s, alertname: Sum, exp_alerts: [{exp_labels: {job: a}, exp_annotations: {text: 'here http://p 0'}}]}
  promql_expr_test:
  - {expr: 'job:up:sum', eval_time: 1m, exp_samples: [{labels: 'job:up:sum{job="a"}', value: 0}]}
  - {expr: 'ALERTS', eval_time: 1m, exp_samples: [{labels: 'ALERTS{alertname="Sum",alertstate="pending",job="a"}', value: 1}]}
  - {expr: 'time()', eval_time: 90s, exp_samples: [{value: 90}]}
  - {expr: '0 / 0 * vector(1)', eval_time: 0, exp_samples: [{value: .nan}]}
`);
    expect(report).toEqual({ failures: [], warnings: [], tests: 1 });
  });

  test('says what was expected and what came', async () => {
    const { failures } = await run(`${HEAD}- name: one
  input_series:
  - {series: 'up{job="a"}', values: '0x5'}
  alert_rule_test:
  - {eval_time: 2m, alertname: Sum, exp_alerts: [{exp_labels: {job: b}}]}
  promql_expr_test:
  - {expr: 'up', eval_time: 2m, exp_samples: [{labels: 'up', value: 1}]}
  - {expr: 'sum(', eval_time: 2m}
  - {expr: 'up', eval_time: 2m, exp_samples: [{labels: 'up{', value: 1}]}
`);
    expect(failures).toHaveLength(4);
    expect(failures[0]).toBe(
      [
        '    name: one,',
        '    alertname: Sum, time: 2m, ',
        '        exp:[',
        '            0:',
        '              Labels:{alertname="Sum", job="b"}',
        '              Annotations:{}',
        '            ], ',
        '        got:[',
        '            0:',
        '              Labels:{alertname="Sum", job="a"}',
        '              Annotations:{text="  0"}',
        '            ]',
      ].join('\n'),
    );
    expect(failures[1]).toBe(
      '    expr: "up", time: 2m,\n        exp: {__name__="up"} 1E+00\n        got: {__name__="up", job="a"} 0E+00',
    );
    expect(failures[2]).toMatch(/^ {4}expr: "sum\(", time: 2m, err: 1:5: parse error: /);
    expect(failures[3]).toMatch(/ err: labels "up{": /);
  });

  test.each([
    ['rule_files: [nope.yml]\ntests: []', { failures: [], warnings: ['no file match pattern nope.yml'] }],
    ['group_eval_order: [a, a]', { failures: ['group name repeated in evaluation order: a'] }],
    [
      'tests: [{alert_rule_test: [{eval_time: 1m}]}]',
      { failures: [expect.stringContaining('misses required attribute alertname at eval_time 1m')] },
    ],
    [
      'tests: [{input_series: [{series: up, values: 1+}]}]',
      { failures: [expect.stringContaining('in series values')] },
    ],
    ['test: []', { failures: [expect.stringContaining('field test not found in type main.unitTestFile')] }],
    [
      'tests: [{start_timestamp: soon}]',
      { failures: [expect.stringContaining('cannot parse "soon" to a valid timestamp')] },
    ],
    ['', { failures: [], tests: 0 }],
  ])('%j', async (text, expected) => {
    expect(await run(text)).toMatchObject(expected);
  });

  test('a rule that fails ends the test', async () => {
    const text = `${HEAD}- input_series:
  - {series: 'up{job="a"}', values: '1x5'}
  promql_expr_test: [{expr: up, eval_time: 2m}]
`;
    writeFileSync(
      join(folder, 'bad.yml'),
      "groups: [{name: g, rules: [{alert: Bad, expr: 'up * on (x) (up or down)'}]}]",
    );
    const { failures } = await run(
      text
        .replace("values: '1x5'}", "values: '1x5'}\n  - {series: 'up{job=\"b\"}', values: '1x5'}")
        .replace('[rules.yml]', '[bad.yml]'),
    );
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatch(/^ {4}rule: Bad, time: 0s, err: found duplicate series/);
  });

  test('runs only the tests that are asked for, compares to the last bit unless told otherwise', async () => {
    const text = (fuzzy: boolean) => `fuzzy_compare: ${fuzzy}
tests:
- {name: exact, promql_expr_test: [{expr: '0.1 + 0.2', exp_samples: [{value: 0.3}]}]}
- {name: wrong, promql_expr_test: [{expr: '1', exp_samples: [{value: 2}]}]}
`;
    expect(await run(text(false), { run: ['^ex'] })).toMatchObject({ tests: 1, failures: [expect.any(String)] });
    expect(await run(text(true), { run: ['^ex', 'none'] })).toMatchObject({ tests: 1, failures: [] });
    expect(await run(text(true))).toMatchObject({ tests: 2, failures: [expect.any(String)] });
  });
});

test('durations are written as Go does', () => {
  expect([0, 1, 1500, 60_000, 90_500, 3_600_000, 86_400_000, -1000].map(goDuration)).toEqual([
    '0s',
    '1ms',
    '1.5s',
    '1m0s',
    '1m30.5s',
    '1h0m0s',
    '24h0m0s',
    '-1s',
  ]);
});
