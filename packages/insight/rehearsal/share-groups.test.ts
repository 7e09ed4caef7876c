import { describe, expect, it } from 'vitest';
import { rulesOf } from '../fake-world.ts';
import { alignGroups, shareGroups } from './share-groups.ts';

const group = (name: string, ...rules: string[]) => `{name: ${name}, interval: 30s, rules: [${rules.join(', ')}]}`;
const fileOf = (...groups: string[]) => rulesOf(`groups: [${groups.join(', ')}]`);

/** `group/rule` of each part. */
function parts(proposed: ReturnType<typeof fileOf>, current: ReturnType<typeof fileOf>) {
  const shared = shareGroups(proposed, current);
  const names = (groups: typeof proposed) =>
    groups.flatMap(({ name, rules }) => rules.map((rule) => `${name}/${rule.name}`));
  return { both: names(shared.both), proposed: names(shared.proposed), current: names(shared.current) };
}

const A = '{alert: A, expr: x > 1}';
const B = '{alert: B, expr: y > 1}';

describe('what two configurations share', () => {
  it('is everything, when they are the same', () => {
    const groups = fileOf(group('g', A, B), group('h', A));
    expect(parts(groups, groups)).toEqual({ both: ['g/A', 'g/B', 'h/A'], proposed: [], current: [] });
  });

  it('is the rules that say the same, in groups with the same pace', () => {
    const changed = '{alert: B, expr: y > 2}';
    expect(parts(fileOf(group('g', A, changed)), fileOf(group('g', A, B)))).toEqual({
      both: ['g/A'],
      proposed: ['g/B'],
      current: ['g/B'],
    });
    const slower = fileOf(group('g', A, B).replace('30s', '60s'));
    expect(parts(slower, fileOf(group('g', A, B))).both).toEqual([]);
  });

  it('counts rules that stand twice', () => {
    expect(parts(fileOf(group('g', A, A)), fileOf(group('g', A)))).toEqual({
      both: ['g/A'],
      proposed: ['g/A'],
      current: [],
    });
  });

  it('leaves out what reads a changed recording, wherever it stands', () => {
    const record = (factor: number) => `{record: 'x:double', expr: x * ${factor}}`;
    const chained = "{record: 'x:more', expr: 'x:double + 1'}";
    const reader = "{alert: R, expr: 'x:more > 1'}";
    const proposed = fileOf(group('g', record(3), A), group('h', chained, reader));
    const current = fileOf(group('g', record(2), A), group('h', chained, reader));
    expect(parts(proposed, current)).toEqual({
      both: ['g/A'],
      proposed: ['g/x:double', 'h/x:more', 'h/R'],
      current: ['g/x:double', 'h/x:more', 'h/R'],
    });
  });

  it('gives each side the unchanged recordings that its own rules read', () => {
    const recorded = "{record: 'x:double', expr: x * 2}";
    const unread = "{record: 'z:double', expr: z * 2}";
    const reader = (limit: number) => `{alert: R, expr: 'x:double > ${limit}'}`;
    const found = parts(
      fileOf(group('g', recorded, unread, reader(2))),
      fileOf(group('g', recorded, unread, reader(1))),
    );
    expect(found).toEqual({
      both: ['g/x:double', 'g/z:double'],
      proposed: ['g/x:double', 'g/R'],
      current: ['g/x:double', 'g/R'],
    });
  });

  it('evaluates alerts on both sides that an own rule reads through ALERTS', () => {
    const meta = (limit: number) => `{alert: M, expr: 'count(ALERTS{alertname="A"}) > ${limit}'}`;
    expect(parts(fileOf(group('g', A, B, meta(1))), fileOf(group('g', A, B, meta(2))))).toEqual({
      both: ['g/B'],
      proposed: ['g/A', 'g/M'],
      current: ['g/A', 'g/M'],
    });
  });
});

describe('a proposed group', () => {
  it('takes the place in time of the one in force that has its name', () => {
    const current = rulesOf(`groups: [${group('g', A)}]`, '/etc/rules.yml');
    expect(alignGroups(fileOf(group('g', B), group('new', A)), current).map(({ file }) => file)).toEqual([
      '/etc/rules.yml',
      'rules.yml',
    ]);
    const twice = [...current, ...rulesOf(`groups: [${group('g', A)}]`, '/etc/more.yml')];
    expect(alignGroups(fileOf(group('g', B)), twice)[0]?.file).toBe('rules.yml');
  });
});
