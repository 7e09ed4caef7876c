import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ConfigError, formatIssue } from '@petrel/config';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placeInFile } from './expr-place.ts';
import type { RuleFileOptions } from './load-rule-file.ts';
import { loadRuleFile, loadRuleFiles } from './load-rule-file.ts';

function load(text: string, options: Partial<RuleFileOptions> = {}) {
  return loadRuleFile({ path: 'r.yml', text, cwd: '/', ...options });
}

function problems(text: string, options: Partial<RuleFileOptions> = {}): readonly string[] {
  try {
    load(text, options);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.issues.map(formatIssue);
  }
}

const rule = (text: string) => `groups:\n- name: g\n  rules:\n  - ${text}\n`;

describe('loadRuleFile', () => {
  test('reads groups, rules, their labels and places', () => {
    const { groups, warnings } = load(`groups:
- name: g
  interval: 30s
  query_offset: 5s
  limit: 3
  labels: {team: a, tier: b}
  rules:
  - record: x:y
    expr: sum(x)
  - alert: A
    expr: |
      up == 0
    for: 5m
    keep_firing_for: 1h
    labels: {team: c}
    annotations: {summary: '{{ $labels.job }}', petrel_missing_data: keep}
`);
    expect(warnings).toEqual([]);
    const [group] = groups;
    expect(group).toMatchObject({ file: 'r.yml', name: 'g', intervalMs: 30_000, queryOffsetMs: 5000, limit: 3 });
    expect(group?.rules).toMatchObject([
      { kind: 'recording', name: 'x:y', expr: 'sum(x)', labels: { team: 'a', tier: 'b' }, place: { line: 8 } },
      {
        kind: 'alerting',
        name: 'A',
        forMs: 300_000,
        keepFiringForMs: 3_600_000,
        labels: { team: 'c', tier: 'b' },
        missingData: 'keep',
        exprPlace: { line: 11, column: 11 },
      },
    ]);
  });

  test('an empty file, and one without groups, hold nothing', () => {
    for (const text of ['', '# nothing\n', 'groups:\n', 'groups: []']) expect(load(text).groups).toEqual([]);
  });

  test.each([
    ['groups:\n- rules: []', 'r.yml:2:3: groups[0]: Groupname must not be empty'],
    ['groups:\n- name: a\n- name: a\n', 'r.yml:3:3: groups[1]: groupname: "a" is repeated in the same file'],
    ['groups:\n- name: a\n  labels: {__name__: x}\n', 'r.yml:2:3: groups[0]: invalid label name: __name__'],
    [rule('{expr: up}'), `group "g", rule 1, "": one of 'record' or 'alert' must be set`],
    [rule('{record: a, alert: b, expr: up}'), `group "g", rule 1, "b": only one of 'record' and 'alert' must be set`],
    [rule('{record: a}'), `group "g", rule 1, "a": field 'expr' must be set in rule`],
    [rule('{record: a, expr: up, for: 1m}'), `group "g", rule 1, "a": invalid field 'for' in recording rule`],
    [rule('{record: a, expr: up, keep_firing_for: 1m}'), `invalid field 'keep_firing_for' in recording rule`],
    [rule('{record: a, expr: up, annotations: {x: y}}'), `invalid field 'annotations' in recording rule`],
    [rule('{record: "sum(up{})", expr: up}'), 'braces present in the recording rule name; should it be in expr?'],
    [rule('{alert: a, expr: up, labels: {__name__: b}}'), 'invalid label name: __name__'],
    [
      rule('{alert: a, expr: up, labels: {b: "{{ $x }}"}}'),
      'label "b": error parsing template __alert_a: template: __alert_a:1: undefined variable "$x"',
    ],
    [
      rule('{alert: a, expr: up, annotations: {b: "{{ nope }}"}}'),
      'annotation "b": error parsing template __alert_a: template: __alert_a:1: function "nope" not defined',
    ],
    [
      rule('{alert: a, expr: up, annotations: {petrel_missing_data: no}}'),
      'invalid petrel_missing_data "no" (allowed: keep, resolve, alert)',
    ],
    [rule('{alert: a, expr: up, for: 1x}'), 'not a valid duration string: "1x"'],
    [rule('{alert: a, expr: up, fro: 1m}'), 'field fro not found in type rulefmt.Rule'],
    ['groups:\n- name: a\n  rule: []\n', 'field rule not found in type rulefmt.RuleGroup; did you mean rules?'],
    ['group: []', 'field group not found in type rulefmt.RuleGroups; did you mean groups?'],
  ])('%j', (text, message) => {
    expect(problems(text).join('\n')).toContain(message);
  });

  test('a template that does not parse is reported where it stands', () => {
    const text = rule(
      "alert: a\n    expr: up\n    labels:\n      ok: x\n      bad: '{{ $x }}'\n    annotations: {worse: '{{'}",
    );
    expect(problems(text)).toEqual([
      expect.stringMatching(
        /^r\.yml:8:12: groups\[0\]\.rules\[0\]\.labels\.bad: group "g", rule 1, "a": label "bad": /,
      ),
      expect.stringMatching(/^r\.yml:9:26: groups\[0\]\.rules\[0\]\.annotations\.worse: .* annotation "worse": /),
    ]);
  });

  test('reports every problem of a file at once', () => {
    expect(problems(rule('{record: "a{", expr: "sum(", for: 1m}'))).toHaveLength(3);
  });

  test('a parse error names the place in the file, whatever the style of the scalar', () => {
    const place = (text: string) => /^r\.yml:(\d+:\d+):.*could not parse expression/.exec(problems(text)[0] ?? '')?.[1];
    expect(place(rule('expr: sum(a b)\n    record: x'))).toBe('4:17');
    expect(place(rule("expr: 'sum(''a'' b)'\n    record: x"))).toBe('4:22');
    expect(place(rule('expr: "sum(a \\\n      b)"\n    record: x'))).toBe('5:7');
    expect(place(rule('record: x\n    expr: |\n      a +\n\n        sum(b c)'))).toBe('8:15');
    expect(place(rule('record: x\n    expr: >- # folded\n      a +\n      sum(b\n      c)'))).toBe('8:7');
    expect(place(rule('record: &n x\n    expr: &e |2\n      sum(b c)'))).toBe('6:13');
  });

  test('names may be held to the letters of old, PromQL features are off unless asked for', () => {
    const text = rule('{alert: a, expr: up, annotations: {a-b: c}}');
    expect(problems(text)).toEqual([]);
    expect(problems(text, { names: 'legacy' }).join()).toContain('invalid annotation name: a-b');
    const anchored = rule('{record: a, expr: "rate(x[1m] anchored)"}');
    expect(problems(anchored)).toHaveLength(1);
    expect(problems(anchored, { features: { extendedRangeSelectors: true } })).toEqual([]);
  });

  test('unknown fields may be ignored; duplicates and a second document are warnings', () => {
    const { warnings } = load(rule('{alert: a, expr: up, owner: me}'), { ignoreUnknownFields: true });
    expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining('field owner not found')]);
    const twice = load(`${rule('{record: a, expr: up}\n  - {record: a, expr: down}')}---\ngroups: []\n`);
    expect(twice.warnings.map(formatIssue)).toEqual([
      expect.stringContaining('only the first document'),
      'r.yml:5:5: groups[0]: group "g": duplicate rule "a" with labels {}',
    ]);
    expect(twice.groups[0]?.rules).toHaveLength(2);
  });

  test('a file that is not there is an error, a pattern for nothing is not', () => {
    expect(() => loadRuleFiles(['/nowhere/r.yml'], { cwd: '/' })).toThrow('no such file');
    expect(loadRuleFiles(['/nowhere/*.yml'], { cwd: '/' }).groups).toEqual([]);
  });
});

const seed = fileURLToPath(new URL('../../../../shared/seed/alerts.yml', import.meta.url));

test.skipIf(!existsSync(seed))('the alerts of the seed load (skipped where ../shared/seed is not there)', () => {
  const { groups, warnings } = loadRuleFile({ path: seed, cwd: '/' });
  expect(groups.flatMap(({ rules }) => rules).length).toBe(5);
  expect(warnings).toEqual([]);
});

test('every character of an expression is found again in its scalar', () => {
  const words = fc.array(fc.constantFrom('sum', '(', 'a', ')', '+', 'by', '{x="y"}', '"#"', "'"), {
    minLength: 1,
    maxLength: 8,
  });
  const gaps = fc.constantFrom(' ', '\n', '\n\n', '  ');
  fc.assert(
    fc.property(words, gaps, fc.integer({ min: 1, max: 4 }), (parts, gap, indent) => {
      const expr = parts.join(gap);
      const pad = ' '.repeat(indent);
      const text = `key:\n  - expr: |\n${expr
        .split('\n')
        .map((line) => (line === '' ? '' : `    ${pad}${line}`))
        .join('\n')}\n`;
      for (let i = 0; i < expr.length; i++) {
        if (/\s/.test(expr[i] as string)) continue;
        const { line, column } = placeInFile(text, { line: 2, column: 11 }, expr, i);
        expect(text.split('\n')[line - 1]?.[column - 1]).toBe(expr[i]);
      }
    }),
  );
  // A place that does not fit gives itself back.
  expect(placeInFile('x', { line: 9, column: 9 }, 'abc', 2)).toEqual({ line: 9, column: 9 });
});
