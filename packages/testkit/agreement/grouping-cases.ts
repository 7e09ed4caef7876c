import { type AgreementCase, end, fire, tell } from './agreement-case.ts';

const checkout = (alertname: string) => ({ alertname, service: 'checkout' });
const search = (alertname: string) => ({ alertname, service: 'search' });

/** How alerts become groups and routes lead to receivers. */
export const GROUPING_CASES: readonly AgreementCase[] = [
  {
    name: 'by-one-label',
    route: { group_by: ['service'] },
    steps: [
      fire(0, checkout('a'), search('a')),
      fire(2, checkout('b')),
      end(6, checkout('a')),
      end(10, checkout('b'), search('a')),
    ].map(inSeconds),
    requests: 6,
  },
  {
    name: 'by-all-labels',
    route: { group_by: ['...'] },
    steps: [fire(0, checkout('a'), checkout('b'), search('a')), end(4, checkout('b'))].map(inSeconds),
    requests: 4,
  },
  {
    name: 'by-none',
    route: {},
    steps: [fire(0, checkout('a'), search('b')), fire(4, search('a')), end(8, checkout('a'), search('a'))].map(inSeconds),
    requests: 3,
  },
  {
    name: 'by-several',
    route: { group_by: ['zone', 'service', 'missing'] },
    steps: [
      fire(0, { ...checkout('a'), zone: '1' }, { ...checkout('b'), zone: '1' }, { ...checkout('a'), zone: '2' }, 'bare'),
      end(4, { ...checkout('a'), zone: '1' }, 'bare'),
    ].map(inSeconds),
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
    receivers: {
      continue: [{}],
      'continue-page': [{}],
      'continue-chat': [{}],
      'continue-log': [{}],
      'continue-never': [{}],
    },
    steps: [
      fire(0, { ...checkout('a'), severity: 'critical' }, { ...search('b'), severity: 'warning' }, { ...search('c'), severity: 'info' }),
      end(4, { ...checkout('a'), severity: 'critical' }),
    ].map(inSeconds),
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
            { matchers: ['severity!~"crit.*"', 'zone=~"1|2"'], receiver: 'nested-zone', group_by: [] },
          ],
        },
        { match: { team: 'b' }, routes: [{ match: { team: 'c' }, receiver: 'nested-never' }] },
      ],
    },
    receivers: { nested: [{}], 'nested-a': [{}], 'nested-zone': [{}], 'nested-never': [{}] },
    steps: [
      fire(
        0,
        { ...checkout('a'), team: 'a', severity: 'critical' },
        { ...search('a'), team: 'a', severity: 'critical' },
        { ...checkout('b'), team: 'a', severity: 'warning', zone: '1' },
        { ...checkout('c'), team: 'a', severity: 'warning', zone: '3' },
        { ...search('d'), team: 'b' },
        { ...search('e'), team: 'x' },
      ),
      end(5, { ...checkout('a'), team: 'a', severity: 'critical' }),
      end(8, { ...checkout('b'), team: 'a', severity: 'warning', zone: '1' }, { ...search('d'), team: 'b' }),
    ].map(inSeconds),
    requests: 7,
  },
  {
    name: 'in-order',
    route: {},
    steps: [
      tell(0, ...['z', 'b', 'a'].flatMap((instance) => ['y', 'x'].map((job) => ({ labels: { alertname: 'n', instance, job } })))),
      fire(0, 'without'),
    ],
    requests: 1,
  },
];

/** Steps are written in seconds here. */
function inSeconds(step: AgreementCase['steps'][number]): AgreementCase['steps'][number] {
  return { ...step, atMs: step.atMs * 1000 };
}
