import { type AgreementCase, end, fire, tell } from './agreement-case.ts';

/** What is told when: repetition, ends, changes, and receivers that fail. Intervals of repetition are no multiples of group_interval. */
export const REPETITION_CASES: readonly AgreementCase[] = [
  {
    name: 'repeats',
    route: { repeat_interval: '5s', group_by: ['alertname'] },
    steps: [fire(0, 'a', 'b'), end(8, 'b')],
    requests: 7,
  },
  {
    name: 'without-ends',
    route: { repeat_interval: '7s' },
    receivers: { 'without-ends': [{ send_resolved: false }] },
    steps: [fire(0, 'a', 'b'), end(4, 'a'), end(12, 'b'), fire(16, 'b')],
    requests: 3,
  },
  {
    name: 'several-webhooks',
    route: {},
    receivers: { 'several-webhooks': [{}, { send_resolved: false }, { max_alerts: 1 }] },
    steps: [fire(0, 'a', 'b'), end(4, 'a'), fire(8, 'c'), end(12, 'b', 'c')],
    requests: 10,
  },
  {
    // resolve_timeout is 6 s.
    name: 'times-out',
    route: { group_by: ['alertname'] },
    steps: [
      tell(0, 'a', { endsInS: null }),
      tell(0, 'b', { endsInS: null }),
      tell(0, 'c', { endsInS: null, startsInS: -60 }),
      tell(4, 'b', { endsInS: null }),
      end(2, 'c'),
    ],
    requests: 6,
  },
  {
    name: 'ends-as-said',
    route: { group_by: ['alertname'] },
    steps: [
      tell(0, 'a', { endsInS: 4 }),
      tell(0, 'b', { endsInS: 4 }),
      // A later word with an earlier end; an end that was named outlives one that is guessed.
      tell(2, 'b', { endsInS: 0.1, startsInS: -1.5 }),
      tell(0, 'c', { endsInS: 10 }),
      tell(2, 'c', { endsInS: null }),
    ],
    requests: 6,
  },
  {
    name: 'annotations-change',
    route: {},
    steps: [
      tell(0, { alertname: 'a', tier: '1' }, { annotations: { summary: 'one', same: 'x' } }),
      tell(0, { alertname: 'b', tier: '1' }, { annotations: { summary: 'one', same: 'x' } }),
      tell(4, { alertname: 'a', tier: '1' }, { annotations: { summary: 'two', same: 'x' } }),
      tell(8, { alertname: 'c', tier: '1' }, { annotations: { same: 'x' } }),
      tell(12, { alertname: 'b', tier: '1' }, { annotations: { summary: 'ended', same: 'x' }, endsInS: 0 }),
    ],
    requests: 3,
  },
  {
    name: 'fires-again',
    route: { group_by: ['alertname'] },
    steps: [
      fire(0, 'a', 'b'),
      // Told of its end, then again.
      end(2, 'a'),
      fire(6, 'a'),
      // Between two looks: nothing to tell.
      end(4, 'b'),
      fire(4.3, 'b'),
      // Over before the first look.
      fire(8, 'c'),
      end(8.3, 'c'),
      end(10, 'a', 'b', 'never heard of'),
    ],
    requests: 6,
  },
  {
    name: 'old-already',
    route: { group_wait: '7s', group_by: ['kind'] },
    steps: [
      tell(0, { alertname: 'a', kind: 'old' }, { startsInS: -60 }),
      tell(0, { alertname: 'a', kind: 'new' }, { startsInS: -3 }),
      tell(3, { alertname: 'b', kind: 'new' }, { startsInS: -8 }),
    ],
    requests: 2,
  },
  {
    name: 'refused',
    route: {},
    answer: (count) => ({ status: count < 2 ? 400 : 200 }),
    steps: [fire(0, 'a', 'b'), end(2, 'b'), end(6, 'a')],
    requests: 4,
  },
  {
    name: 'broken',
    route: {},
    answer: (count) => ({ status: count < 2 ? 503 : 200 }),
    steps: [fire(0, 'a'), end(6, 'a')],
    requests: 4,
  },
  {
    // Alertmanager looks again when the receiver has answered, and then in its old pace.
    name: 'slow',
    route: {},
    answer: (count) => ({ delayMs: count === 0 ? 4500 : 0 }),
    steps: [fire(0, 'a'), fire(2, 'b'), fire(6.5, 'c'), end(8.5, 'a', 'b')],
    requests: 4,
  },
];
