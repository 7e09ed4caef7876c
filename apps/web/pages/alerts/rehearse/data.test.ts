import type { RehearsalData, RehearsalSideData } from '@petrel/api/contract/alerting.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { notificationsOf, toCalendar } from './calendar.ts';
import { compareRules, figures, notificationNames, rangeProblem, toRequest } from './data.ts';

const now = Date.parse('2026-11-22T10:00:00Z');
const side = (part: Partial<RehearsalSideData> = {}): RehearsalSideData => ({
  alerts: 0,
  groups: 0,
  notifications: [],
  rules: [],
  perReceiverHour: {},
  suppressed: [],
  ...part,
});
const result = (proposed: RehearsalSideData, current: RehearsalSideData): RehearsalData => ({
  from: '2026-11-20T00:00:00Z',
  to: '2026-11-22T00:00:00Z',
  tookMs: 1,
  proposed,
  current,
  difference: { gained: [], lost: [], moved: [] },
  warnings: [],
});

describe('the request', () => {
  it('leaves out what is in force, and keeps relative times', () => {
    expect(toRequest({ rules: [{ name: 'a', text: ' ' }], routing: undefined }, { from: '-7d', to: '' }, now)).toEqual({
      from: '-7d',
    });
    const file = { name: 'a.yml', text: 'groups: []' };
    expect(toRequest({ rules: [file], routing: file }, { from: '2026-11-20T00:00:00Z', to: '-1h' }, now)).toEqual({
      rules: [file],
      routing: file,
      from: '2026-11-20T00:00:00.000Z',
      to: '-1h',
    });
  });

  it('says what is wrong with a range', () => {
    expect(rangeProblem({ from: '-1d', to: '' }, now)).toBeUndefined();
    expect(rangeProblem({ from: '', to: '' }, now)).toBe('from');
    expect(rangeProblem({ from: '-1d', to: 'x' }, now)).toBe('to');
    expect(rangeProblem({ from: '-1h', to: '-1d' }, now)).toBe('order');
  });
});

describe('the result', () => {
  it('compares rules by name, the loudest first', () => {
    const rule = (name: string, notifications: number) => ({ name, fired: notifications, firingMs: 0, notifications });
    const compared = compareRules(
      result(side({ rules: [rule('a', 1), rule('b', 5)] }), side({ rules: [rule('c', 3), rule('a', 9)] })),
    );
    expect(compared.map((one) => [one.name, one.proposed?.notifications, one.current?.notifications])).toEqual([
      ['a', 1, 9],
      ['b', 5, undefined],
      ['c', undefined, 3],
    ]);
    expect(figures(result(side({ alerts: 2 }), side({ alerts: 5 })))[1]).toEqual({
      name: 'alerts',
      proposed: 2,
      current: 5,
    });
  });

  it('loses no page between the hours of the server and those of the reader', () => {
    const hours = fc.dictionary(
      fc.integer({ min: 0, max: 47 }).map((hour) => new Date(Date.UTC(2026, 10, 20, hour)).toISOString()),
      fc.integer({ min: 1, max: 9 }),
    );
    fc.assert(
      fc.property(hours, (perHour) => {
        const calendar = toCalendar({
          from: '2026-11-20T00:00:00Z',
          to: '2026-11-22T00:00:00Z',
          proposed: side({ perReceiverHour: { team: perHour } }),
          current: side(),
        });
        const expected = Object.values(perHour).reduce((a, b) => a + b, 0);
        expect(calendar.receivers[0]?.proposedTotal).toBe(expected);
        expect(calendar.max).toBe(Math.max(0, ...Object.values(perHour)));
      }),
    );
  });

  it('finds the notifications behind an hour', () => {
    const time = new Date(2026, 10, 21, 9, 30);
    const notification = {
      time: time.toISOString(),
      receiver: 'team',
      integrations: [],
      groupLabels: {},
      reason: '',
      firing: [{ alertname: 'A' }, { alertname: 'A' }],
      resolved: [{ alertname: 'B' }],
    };
    const found = notificationsOf(side({ notifications: [notification] }), {
      receiver: 'team',
      day: '2026-11-21',
      hour: 9,
    });
    expect(found).toEqual([notification]);
    expect(notificationNames(notification)).toEqual(['A', 'B']);
  });
});
