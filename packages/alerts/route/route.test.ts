import { Labels } from '@petrel/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadRoutingConfig } from '../config/load.ts';
import type { Route } from './index.ts';
import { explainRoute, groupLabelsOf, matchRoutes } from './index.ts';

function treeOf(route: unknown): Route {
  const text = JSON.stringify({ route, receivers: [{ name: 'a' }, { name: 'b' }], time_intervals: [{ name: 't' }] });
  return loadRoutingConfig({ text, cwd: '/', integrations: [] }).config.route;
}

describe('inheritance', () => {
  it('hands down who is told and how, but not when a route is muted', () => {
    const root = treeOf({
      receiver: 'a',
      group_by: ['z', 'b'],
      group_wait: '1s',
      labels: { team: 'x', tier: '1' },
      routes: [
        {
          matchers: ['m=1'],
          mute_time_intervals: ['t'],
          labels: { team: 'y' },
          routes: [{ receiver: 'b', group_by: [], repeat_interval: '1h' }],
        },
        { group_by: ['...'], routes: [{}, { group_by: ['c'] }] },
      ],
    });
    const [first, second] = root.routes;
    expect(first).toMatchObject({ receiver: 'a', groupBy: ['b', 'z'], groupWaitMs: 1000, muteTimeIntervals: ['t'] });
    expect(first?.labels).toEqual({ team: 'y', tier: '1' });
    expect(first?.routes[0]).toMatchObject({
      receiver: 'b',
      groupBy: [],
      groupByAll: false,
      groupWaitMs: 1000,
      repeatIntervalMs: 3_600_000,
      muteTimeIntervals: [],
    });
    expect(second?.routes.map(({ groupByAll, groupBy }) => [groupByAll, groupBy])).toEqual([
      [true, []],
      [false, ['c']],
    ]);
  });

  it('groups by the labels that an alert has of those named', () => {
    const labels = Labels.of({ b: '1', c: '2' });
    expect(groupLabelsOf(treeOf({ receiver: 'a', group_by: ['b', 'x'] }), labels).toObject()).toEqual({ b: '1' });
    expect(groupLabelsOf(treeOf({ receiver: 'a', group_by: ['...'] }), labels)).toBe(labels);
  });
});

describe('keys and ids', () => {
  it('show the expressions of match_re anchored, and tell routes with the same matchers apart', () => {
    const root = treeOf({
      receiver: 'a',
      routes: [{ match_re: { s: 'x|y' }, match: { b: 'c' } }, { matchers: ['"a b"=~"x|y"'] }, {}],
    });
    expect(root.routes.map(({ key }) => key)).toEqual(['{}/{b="c",s=~"^(?:x|y)$"}', '{}/{"a b"=~"x|y"}', '{}/{}']);
    expect(root.routes.map(({ id }) => id.slice(-3))).toEqual(['}/0', '}/1', '}/2']);
    expect(root.routes[0]?.matches(Labels.of({ s: 'y', b: 'c' }))).toBe(true);
    expect(root.routes[0]?.matches(Labels.of({ s: 'xy', b: 'c' }))).toBe(false);
  });
});

describe('explaining', () => {
  it('names the matcher that failed, with what the alert has instead', () => {
    const root = treeOf({
      receiver: 'a',
      routes: [
        { matchers: ['a=1', 'b=2'], receiver: 'b' },
        { matchers: ['a=1'], routes: [{ matchers: ['c!=""'] }] },
        { receiver: 'b' },
      ],
    });
    const visits = explainRoute(root, Labels.of({ a: '1', b: '3' }));
    expect(
      visits.map(({ route, depth, matched, receives, endsSearch }) => [route.id, depth, matched, receives, endsSearch]),
    ).toEqual([
      ['{}', 0, true, false, false],
      ['{}/{a="1",b="2"}/0', 1, false, false, false],
      ['{}/{a="1"}/1', 1, true, true, true],
      ['{}/{a="1"}/1/{c!=""}/0', 2, false, false, false],
    ]);
    expect(visits[1]?.failed).toEqual({ matcher: { type: '=', name: 'b', value: '2' }, value: '3' });
  });

  it('finds the same routes as matching does, in the same order', () => {
    const matchers = fc.constantFrom([], ['a=x'], ['a=~"x|y"'], ['b!=x'], ['a=x', 'b=y']);
    const withRoutes = (routes: fc.Arbitrary<readonly unknown[]>) =>
      fc.record({ matchers, continue: fc.boolean(), routes });
    const leaf = withRoutes(fc.constant([]));
    const route = withRoutes(fc.array(withRoutes(fc.array(leaf, { maxLength: 3 })), { maxLength: 3 }));
    const labels = fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('x', 'y'));
    fc.assert(
      fc.property(fc.array(route, { maxLength: 3 }), labels, (routes, record) => {
        const root = treeOf({ receiver: 'a', routes });
        const target = Labels.of(record);
        const receiving = explainRoute(root, target).filter(({ receives }) => receives);
        const found = matchRoutes(root, target);
        expect(receiving.map((visit) => visit.route.id)).toEqual(found.map(({ id }) => id));
        expect(found.length).toBeGreaterThan(0);
      }),
    );
  });
});
