import type { RouteData, RouteTestData } from '@petrel/api/contract/alerting.ts';
import { expect, it } from 'vitest';
import { intervalStates, routeLines, silentReceivers } from './data.ts';

const route = (id: string, routes: readonly RouteData[] = []): RouteData => ({
  id,
  receiver: `to-${id}`,
  matchers: [],
  continue: false,
  groupBy: [],
  groupWaitMs: 0,
  groupIntervalMs: 0,
  repeatIntervalMs: 0,
  muteTimeIntervals: [],
  activeTimeIntervals: [],
  line: 1,
  routes,
});
const tree = route('0', [route('0.0'), route('0.1', [route('0.1.0')]), route('0.2')]);

it('lists the tree in the order of the walk', () => {
  expect(routeLines(tree, undefined).map(({ route: { id }, depth }) => `${depth}:${id}`)).toEqual([
    '0:0',
    '1:0.0',
    '1:0.1',
    '2:0.1.0',
    '1:0.2',
  ]);
});

it('says of each node what the test found', () => {
  const visit = (routeId: string, matched: boolean, failed?: string) => ({
    routeId,
    matched,
    depth: 0,
    line: 1,
    ...(failed === undefined ? {} : { failed }),
  });
  const test: RouteTestData = {
    visited: [visit('0', true), visit('0.0', false, 'priority="P0"'), visit('0.1', true), visit('0.1.0', true)],
    destinations: [
      {
        routeId: '0.1.0',
        receiver: 'x',
        integrations: [],
        groupLabels: {},
        groupWaitMs: 0,
        groupIntervalMs: 0,
        repeatIntervalMs: 0,
        mutedBy: [],
      },
    ],
    inhibitedBy: [],
    silencedBy: [],
  };
  expect(routeLines(tree, test).map(({ verdict }) => verdict?.kind)).toEqual([
    'passed',
    'failed',
    'passed',
    'destination',
    'skipped',
  ]);
  expect(routeLines(tree, test)[1]?.verdict?.failed).toBe('priority="P0"');
});

it('knows receivers that are off and intervals that hold', () => {
  const routing = {
    receivers: [
      { name: 'a', integrations: [], line: 1 },
      { name: 'b', integrations: ['slack[0]'], line: 2 },
    ],
    inhibitRules: [],
    timeIntervals: [{ name: 'offhours', activeNow: true }],
    warnings: [],
  };
  expect([...silentReceivers(routing)]).toEqual(['a']);
  expect(intervalStates(routing).get('offhours')).toBe(true);
});
