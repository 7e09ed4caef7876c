import { type AgreementCase, end, fire } from './agreement-case.ts';

const checkout = (alertname: string) => ({ alertname, service: 'checkout' });
const search = (alertname: string) => ({ alertname, service: 'search' });

/** How alerts become groups, and routes lead to receivers. */
export const GROUPING_CASES: readonly AgreementCase[] = [
  {
    name: 'by-one-label',
    route: { group_by: ['service'] },
    steps: [
      fire(0, checkout('a'), search('a')),
      fire(2, checkout('b')),
      end(6, checkout('a')),
      end(10, checkout('b'), search('a')),
    ],
    requests: 6,
  },
  {
    name: 'by-all-labels',
    route: { group_by: ['...'] },
    steps: [fire(0, checkout('a'), checkout('b'), search('a')), end(4, checkout('b'))],
    requests: 4,
  },
  {
    name: 'by-none',
    route: {},
    steps: [fire(0, checkout('a'), search('b')), fire(4, search('a')), end(8, checkout('a'), search('a'))],
    requests: 3,
  },
  {
    name: 'by-several',
    route: { group_by: ['zone', 'service', 'missing'] },
    steps: [
      fire(
        0,
        { ...checkout('a'), zone: '1' },
        { ...checkout('b'), zone: '1' },
        { ...checkout('a'), zone: '2' },
        'bare',
      ),
      end(4, { ...checkout('a'), zone: '1' }, 'bare'),
    ],
    requests: 5,
  },
  {
    name: 'continue',
    route: {
      routes: [
        { match: { severity: 'critical' }, receiver: 'continue-page', continue: true },
        { match_re: { severity: 'crit.*|warning' }, receiver: 'continue-chat', group_by: ['service'], continue: true },
        { matchers: ['severity=~".+"', 'severity!="info"'], receiver: 'continue-log' },
        { matchers: ['severity="critical"'], receiver: 'continue-never' },
      ],
    },
    receivers: webhooksOf('continue', 'continue-page', 'continue-chat', 'continue-log', 'continue-never'),
    steps: [
      fire(0, { ...checkout('a'), severity: 'critical' }, { ...search('b'), severity: 'warning' }),
      fire(0, { ...search('c'), severity: 'info' }),
      end(4, { ...checkout('a'), severity: 'critical' }),
    ],
    requests: 8,
  },
  {
    name: 'nested',
    route: {
      group_by: ['service'],
      routes: [
        {
          match: { team: 'a' },
          receiver: 'nested-a',
          routes: [
            { match_re: { severity: 'crit.*' }, group_by: ['alertname'], group_wait: '3s', group_interval: '4s' },
            { matchers: ['severity!~"crit.*"', 'zone=~"1|2"'], receiver: 'nested-zone', group_by: ['zone'] },
          ],
        },
        { match: { team: 'b' }, routes: [{ match: { team: 'c' }, receiver: 'nested-never' }] },
      ],
    },
    receivers: webhooksOf('nested', 'nested-a', 'nested-zone', 'nested-never'),
    steps: [
      fire(
        0,
        { ...checkout('a'), team: 'a', severity: 'critical' },
        { ...search('a'), team: 'a', severity: 'critical' },
      ),
      fire(0, { ...checkout('b'), team: 'a', severity: 'warning', zone: '1' }),
      fire(0, { ...checkout('c'), team: 'a', severity: 'warning', zone: '3' }),
      fire(0, { ...search('d'), team: 'b' }, { ...search('e'), team: 'x' }),
      end(5, { ...checkout('a'), team: 'a', severity: 'critical' }),
      end(8, { ...checkout('b'), team: 'a', severity: 'warning', zone: '1' }, { ...search('d'), team: 'b' }),
    ],
    requests: 8,
  },
  {
    name: 'in-order',
    route: {},
    steps: [
      fire(0, ...['z', 'b', 'a'].flatMap((instance) => ['y', 'x'].map((job) => ({ alertname: 'n', instance, job })))),
      fire(0, 'without', { alertname: 'm', job: 'x' }, { alertname: 'm', instance: 'b' }),
    ],
    requests: 1,
  },
];

/** Receivers with one webhook each. */
function webhooksOf(...names: readonly string[]): Record<string, readonly Record<string, unknown>[]> {
  return Object.fromEntries(names.map((name) => [name, [{}]]));
}
