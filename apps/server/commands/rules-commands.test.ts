import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkRules } from './check-rules.ts';
import { testRules } from './test-rules.ts';

const folder = mkdtempSync(join(tmpdir(), 'petrel-rules-'));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

write('good.yml', 'groups: [{name: g, rules: [{record: a, expr: up}, {record: a, expr: up}]}]\n');
write('bad.yml', 'groups:\n- name: g\n  rules:\n  - record: a\n    expr: |\n      sum(\n        up down)\n');
write('new.yml', "groups: [{name: g, rules: [{record: a, expr: 'rate(x[1m] anchored)', owner: me}]}]\n");
write(
  'pass.yml',
  'rule_files: [good.yml]\ntests: [{name: a, promql_expr_test: [{expr: "1", exp_samples: [{value: 1}]}]}]\n',
);
write('fail.yml', 'tests: [{name: a, promql_expr_test: [{expr: "1", exp_samples: [{value: 2}]}]}]\n');

describe('petrel check rules', () => {
  const run = (...args: string[]) => {
    const lines: string[] = [];
    const code = checkRules(args, (line) => lines.push(line), folder);
    return { code, lines };
  };

  test('prints a verdict for each file, and fails when one of them fails', () => {
    const { code, lines } = run('good.yml', 'bad.yml');
    expect(code).toBe(1);
    expect(lines).toEqual([
      'Checking good.yml',
      expect.stringMatching(/^ {2}WARNING: good\.yml:1:\d+: .*duplicate rule "a"/),
      '  SUCCESS: 2 rules found',
      '',
      'Checking bad.yml',
      '  FAILED:',
      expect.stringMatching(/^bad\.yml:7:12: .*group "g", rule 1, "a": could not parse expression: 2:6: parse error: /),
      '',
    ]);
    expect(run('good.yml').code).toBe(0);
  });

  test('takes the switches of PromQL, and ignores unknown fields when asked to', () => {
    expect(run('new.yml').code).toBe(1);
    expect(run('--enable-feature', 'promql-extended-range-selectors', 'new.yml').code).toBe(1);
    const both = ['--enable-feature=promql-extended-range-selectors,promql-duration-expr', '--ignore-unknown-fields'];
    expect(run(...both, 'new.yml').code).toBe(0);
    expect(run().code).toBe(1);
    expect(run('--enable-feature', 'nope', 'good.yml').code).toBe(1);
  });
});

describe('petrel test rules', () => {
  const run = async (...args: string[]) => {
    const lines: string[] = [];
    const code = await testRules(args, (line) => lines.push(line), folder);
    return { code, lines };
  };

  test('prints what promtool prints', async () => {
    const { code, lines } = await run('pass.yml', 'fail.yml');
    expect(code).toBe(1);
    expect(lines).toEqual([
      'Processing test file: pass.yml',
      '  SUCCESS',
      '',
      'Processing test file: fail.yml',
      '  FAILED:',
      '    expr: "1", time: 0s,\n        exp: {} 2E+00\n        got: {} 1E+00\n',
      '',
    ]);
    expect((await run('pass.yml')).code).toBe(0);
    expect((await run('fail.yml', '--run', 'b')).code).toBe(0);
    expect((await run()).code).toBe(1);
  });
});
