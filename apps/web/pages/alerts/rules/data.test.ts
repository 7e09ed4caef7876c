import { expect, it } from 'vitest';
import type { ApiRule, ApiRuleGroup } from './data.ts';
import { countRules, ruleMatches, shortFile, toRows, toRules } from './data.ts';

const rule = (part: Partial<ApiRule>): ApiRule => ({
  type: 'alerting',
  name: 'HighLatency',
  query: 'latency > 1',
  health: 'ok',
  evaluationTime: 0.001,
  lastEvaluation: '2026-11-22T10:00:00Z',
  state: 'inactive',
  ...part,
});
const group = (name: string, rules: readonly ApiRule[]): ApiRuleGroup => ({
  name,
  file: '/etc/petrel/rules/api.yml',
  interval: 15,
  limit: 0,
  evaluationTime: 0.01,
  lastEvaluation: '2026-11-22T10:00:00Z',
  rules,
});
const rules = toRules([
  group('api', [rule({ state: 'firing' }), rule({ health: 'err', state: 'firing', lastError: 'many-to-many' })]),
  group('records', [rule({ type: 'recording', name: 'job:rate' }), rule({ labels: { severity: 'page' } })]),
]);

it('counts failing rules as failing, whatever their last state was', () => {
  expect(countRules(rules)).toEqual({ failing: 1, firing: 1, pending: 0, inactive: 1, recording: 1 });
});

it('finds rules by every word, in names, expressions, labels and errors', () => {
  const found = (filter: string) => rules.filter((one) => ruleMatches(one, filter)).length;
  expect(found('latency')).toBe(4);
  expect(found('many-to-many highlatency')).toBe(1);
  expect(found('severity="page"')).toBe(1);
  expect(found('records job:')).toBe(1);
  expect(found('nothing')).toBe(0);
});

it('heads each group once and leaves empty groups out', () => {
  const rows = toRows(rules.filter(({ state }) => state === 'firing' || state === 'failing'));
  expect(rows.map(({ kind }) => kind)).toEqual(['group', 'rule', 'rule']);
  expect(rows[0]).toMatchObject({ count: 2 });
  expect(new Set(toRows(rules).map(({ key }) => key)).size).toBe(6);
});

it('shortens paths', () => expect(shortFile('/etc/petrel/rules/api.yml')).toBe('rules/api.yml'));
