import { FakeWorld, groupsOf } from '@petrel/testkit/rules/fake-world.ts';
import { describe, expect, test } from 'vitest';
import { RuleManager } from '../manager/rule-manager.ts';
import { alertsData, rulesData } from './api-data.ts';
import { formatExponent, formatTime } from './go-format.ts';
import type { GroupStatus } from './group-status.ts';

const RULES = `
groups:
  - name: g
    interval: 15s
    limit: 5
    rules:
      - {record: r, expr: 'sum(up)', labels: {a: b}}
      - {alert: Down, expr: up == 0, for: 1m, keep_firing_for: 2m, labels: {severity: page}, annotations: {s: '{{ $value }}'}}
  - name: h
    rules: [{alert: Broken, expr: 'up * on () up'}]
`;

async function status(): Promise<readonly GroupStatus[]> {
  const world = new FakeWorld();
  world.load(0, 15_000, 'up{i="1"} 0x20', 'up{i="2"} 1x20');
  const manager = new RuleManager(world.ports, { restore: false });
  await manager.apply({ groups: [...groupsOf(RULES), ...groupsOf(RULES, 'z.yml')], evaluationIntervalMs: 30_000 });
  await world.time.advance(40_000);
  const groups = await manager.groups();
  await manager.stop();
  return groups;
}

describe('/api/v1/rules', () => {
  test('shows groups as Prometheus does', async () => {
    const { groups } = rulesData(await status());
    expect(groups.map(({ file, name }) => `${file} ${name}`)).toEqual([
      'rules.yml g',
      'rules.yml h',
      'z.yml g',
      'z.yml h',
    ]);
    const time = expect.stringMatching(/^1970-01-01T00:00:\d\d(\.\d+)?Z$/);
    const seconds = expect.any(Number);
    expect(groups[0]).toEqual({
      name: 'g',
      file: 'rules.yml',
      interval: 15,
      limit: 5,
      evaluationTime: seconds,
      lastEvaluation: time,
      rules: [
        {
          name: 'r',
          query: 'sum(up)',
          labels: { a: 'b' },
          health: 'ok',
          evaluationTime: seconds,
          lastEvaluation: time,
          type: 'recording',
        },
        {
          state: 'pending',
          name: 'Down',
          query: 'up == 0',
          duration: 60,
          keepFiringFor: 120,
          labels: { severity: 'page' },
          annotations: { s: '{{ $value }}' },
          alerts: [
            {
              labels: { alertname: 'Down', i: '1', severity: 'page' },
              annotations: { s: '0' },
              state: 'pending',
              activeAt: time,
              value: '0e+00',
            },
          ],
          health: 'ok',
          evaluationTime: seconds,
          lastEvaluation: time,
          type: 'alerting',
        },
      ],
    });
    expect(groups[1]?.rules[0]).toMatchObject({
      health: 'err',
      lastError: expect.stringContaining('found duplicate series'),
    });
  });

  test('is filtered by kind, name, group, file and matchers; groups without a rule are left out', async () => {
    const groups = await status();
    const names = (query: Parameters<typeof rulesData>[1]) =>
      rulesData(groups, query).groups.map(({ file, rules }) => `${file} ${rules.map(({ name }) => name).join()}`);
    expect(names({ type: 'record' })).toEqual(['rules.yml r', 'z.yml r']);
    expect(names({ type: 'ALERT', files: ['z.yml'] })).toEqual(['z.yml Down', 'z.yml Broken']);
    expect(names({ ruleNames: ['Down', 'Broken'], groups: ['h'] })).toEqual(['rules.yml Broken', 'z.yml Broken']);
    const page = [{ type: '=' as const, name: 'severity', value: 'page' }];
    const b = [{ type: '=~' as const, name: 'a', value: 'b|c' }];
    expect(names({ match: [page, b], files: ['z.yml'] })).toEqual(['z.yml r,Down']);
    expect(names({ match: [[...page, ...b]] })).toEqual([]);
    const [group] = rulesData(groups, { excludeAlerts: true }).groups;
    expect(group?.rules[1]).toMatchObject({ alerts: null });
    expect(() => rulesData(groups, { type: 'other' })).toThrow('not supported value "other"');
  });

  test('comes in pages', async () => {
    const groups = await status();
    const seen: string[] = [];
    let groupNextToken: string | undefined;
    do {
      const page = rulesData(groups, { groupLimit: 3, ...(groupNextToken === undefined ? {} : { groupNextToken }) });
      seen.push(page.groups.map(({ file, name }) => `${file} ${name}`).join());
      groupNextToken = page.groupNextToken;
    } while (groupNextToken !== undefined);
    expect(seen).toEqual(['rules.yml g,rules.yml h,z.yml g', 'z.yml h']);
    expect(() => rulesData(groups, { groupLimit: 3, groupNextToken: 'x' })).toThrow('were rule groups changed?');
  });
});

test('/api/v1/alerts lists what is pending or fires', async () => {
  const { alerts } = alertsData(await status());
  expect(alerts.map(({ labels, state }) => [labels.i, state])).toEqual([
    ['1', 'pending'],
    ['1', 'pending'],
  ]);
});

test('numbers and times are written as Go does', () => {
  const numbers = [0, -0, 1, 1.5, 1e100, -2.5e-7, 123456, Number.NaN, Infinity, -Infinity];
  expect(numbers.map(formatExponent)).toEqual([
    '0e+00',
    '-0e+00',
    '1e+00',
    '1.5e+00',
    '1e+100',
    '-2.5e-07',
    '1.23456e+05',
    'NaN',
    '+Inf',
    '-Inf',
  ]);
  expect(formatTime(undefined)).toBe('0001-01-01T00:00:00Z');
  expect([0, 10_000, 1500, 1, 999.7].map(formatTime)).toEqual([
    '1970-01-01T00:00:00Z',
    '1970-01-01T00:00:10Z',
    '1970-01-01T00:00:01.5Z',
    '1970-01-01T00:00:00.001Z',
    '1970-01-01T00:00:00.999Z',
  ]);
});
