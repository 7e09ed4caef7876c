import type { RouteData, RoutingData } from '@petrel/api/contract/alerting.ts';

const timings = { groupWaitMs: 30_000, groupIntervalMs: 300_000, repeatIntervalMs: 14_400_000 };
const node = {
  continue: false,
  groupBy: ['alertname', 'cluster', 'service'],
  muteTimeIntervals: [],
  activeTimeIntervals: [],
  routes: [],
  ...timings,
} as const;

/** A tree such as a shop has: by priority, business alerts apart, P3 only in working hours. */
export function routingFixture(): RoutingData {
  const routes: readonly RouteData[] = [
    {
      ...node,
      id: '0.0',
      receiver: 'oncall-all',
      matchers: ['priority="P0"'],
      line: 19,
      groupWaitMs: 10_000,
      repeatIntervalMs: 3_600_000,
      continue: true,
    },
    {
      ...node,
      id: '0.1',
      receiver: 'tech-lead',
      matchers: ['priority="P1"'],
      line: 26,
      repeatIntervalMs: 7_200_000,
      routes: [
        {
          ...node,
          id: '0.1.0',
          receiver: 'business-team',
          matchers: ['team="business"', 'service=~"order|payment"'],
          line: 31,
        },
      ],
    },
    { ...node, id: '0.2', receiver: 'dev-team', matchers: ['priority="P2"'], line: 38 },
    {
      ...node,
      id: '0.3',
      receiver: 'dev-team',
      matchers: ['priority="P3"'],
      line: 44,
      muteTimeIntervals: ['offhours'],
      groupBy: ['...'],
    },
  ];
  return {
    file: '/etc/petrel/alertmanager.yml',
    route: { ...node, id: '0', receiver: 'default', matchers: [], line: 10, routes },
    receivers: [
      { name: 'default', integrations: ['email[0]'], line: 62 },
      { name: 'oncall-all', integrations: ['webhook[0]', 'email[0]'], line: 66 },
      { name: 'tech-lead', integrations: ['email[0]'], line: 79 },
      { name: 'dev-team', integrations: [], line: 90 },
      { name: 'business-team', integrations: ['webhook[0]'], line: 95 },
    ],
    inhibitRules: [
      {
        name: '',
        sourceMatchers: ['alertname="ServiceDown"'],
        targetMatchers: ['alertname=~"HighErrorRate|HighLatency"'],
        equal: ['service', 'instance'],
        line: 101,
      },
      {
        name: 'p0-over-all',
        sourceMatchers: ['priority="P0"'],
        targetMatchers: ['priority=~"P1|P2|P3"'],
        equal: ['service'],
        line: 108,
      },
    ],
    timeIntervals: [
      { name: 'offhours', activeNow: true },
      { name: 'christmas', activeNow: false },
    ],
    warnings: [
      '/etc/petrel/alertmanager.yml:91:9: placeholder <slack-webhook>: slack_configs[0] of receiver "dev-team" stays off',
    ],
  };
}
