import { type AgreementCase, end, fire, silence } from './agreement-case.ts';

const MINUTES_OF_A_DAY = { times: [{ start_time: '00:00', end_time: '24:00' }] };

/** Named in every configuration; the cases' routes refer to them. */
export const TIME_INTERVALS = [
  { name: 'always', time_intervals: [MINUTES_OF_A_DAY] },
  { name: 'long ago', time_intervals: [{ years: ['2001:2002'] }] },
];

const on = (instance: string, severity: string) => ({ alertname: `${severity} on ${instance}`, instance, severity });
const named = (alertname: string) => [{ name: 'alertname', value: alertname }];

/** What holds notifications back: inhibition, the times of routes, silences. */
export const SUPPRESSION_CASES: readonly AgreementCase[] = [
  {
    name: 'inhibited',
    route: { group_by: ['alertname'] },
    inhibitRules: [
      {
        source_match: { severity: 'critical' },
        target_match_re: { severity: 'warn.*' },
        equal: ['instance', 'missing'],
      },
    ],
    steps: [
      fire(0, on('x', 'critical'), on('x', 'warning'), on('y', 'warning')),
      // Told of before it is inhibited; its end comes while it is.
      fire(4, on('y', 'critical')),
      end(6, on('y', 'warning')),
      end(8, on('x', 'critical')),
      end(12, on('x', 'warning')),
      end(14, on('y', 'critical')),
    ],
    requests: 7,
  },
  {
    name: 'inhibited-chain',
    route: { group_by: ['level'] },
    inhibitRules: [
      { source_matchers: ['level="1"'], target_matchers: ['level="2"'] },
      { source_matchers: ['level="2"'], target_matchers: ['level=~"3|4"'] },
    ],
    steps: [
      fire(0, { alertname: 'a', level: '1' }, { alertname: 'b', level: '2' }, { alertname: 'c', level: '3' }),
      end(4, { alertname: 'a', level: '1' }),
      end(8, { alertname: 'b', level: '2' }),
    ],
    requests: 5,
  },
  {
    name: 'inhibited-by-itself',
    route: {},
    inhibitRules: [{ source_matchers: ['both=~".+"'], target_matchers: ['alertname=~".+"'], equal: ['zone'] }],
    steps: [
      fire(
        0,
        { alertname: 'a', both: '1' },
        { alertname: 'b', both: '2' },
        { alertname: 'c' },
        { alertname: 'd', zone: 'z' },
      ),
      end(4, { alertname: 'a', both: '1' }, { alertname: 'b', both: '2' }),
    ],
    requests: 2,
  },
  {
    name: 'muted-times',
    route: {
      group_by: ['way'],
      routes: [
        { matchers: ['way="muted"'], mute_time_intervals: ['long ago', 'always'] },
        { matchers: ['way="not muted"'], mute_time_intervals: ['long ago'] },
        { matchers: ['way="active"'], active_time_intervals: ['long ago', 'always'] },
        { matchers: ['way="inactive"'], active_time_intervals: ['long ago'] },
        { matchers: ['way="both"'], active_time_intervals: ['always'], mute_time_intervals: ['always'] },
      ],
    },
    steps: [
      ...['muted', 'not muted', 'active', 'inactive', 'both'].flatMap((way) => [
        fire(0, { alertname: 'a', way }),
        end(4, { alertname: 'a', way }),
      ]),
    ],
    requests: 4,
  },
  {
    name: 'silenced-before',
    route: { group_by: ['alertname'] },
    steps: [
      silence(0, 'a and b', [{ name: 'alertname', value: '[ab]', isRegex: true }]),
      silence(0, 'all but d', [
        { name: 'alertname', value: 'd', isEqual: false },
        { name: 'severity', value: 'info' },
      ]),
      // Looked at after 1.3 s, 3.3 s, 5.3 s …
      fire(0.3, 'a', 'b', 'ab', { alertname: 'c', severity: 'info' }, { alertname: 'd', severity: 'info' }),
      { atS: 4.3, expire: 'a and b' },
      end(8.3, 'a', { alertname: 'd', severity: 'info' }),
    ],
    requests: 6,
  },
  {
    name: 'silenced-during',
    route: {},
    steps: [
      fire(0, 'a', 'b'),
      silence(2, 'of a', named('a')),
      fire(4, 'c'),
      { atS: 6, expire: 'of a' },
      silence(8, 'of b', named('b')),
      // The end of what is silenced is not told; what fires again later is.
      end(10, 'b'),
      fire(12, 'd'),
      { atS: 14, expire: 'of b' },
      fire(16, 'b'),
    ],
    requests: 5,
  },
  {
    name: 'silenced-for-a-while',
    route: { repeat_interval: '5s' },
    steps: [
      fire(0, 'a'),
      silence(0, 'later', named('a'), [4, 12]),
      silence(2, 'longer', named('b'), [0, 4]),
      fire(2, 'b'),
      silence(4, 'longer', named('b'), [0, 6]),
    ],
    requests: 4,
  },
];
