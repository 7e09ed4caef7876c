import { bench, describe } from 'vitest';
import { loadRoutingConfig } from '../config/index.ts';
import { AlertEngine } from './alert-engine.ts';
import { toldAlert } from './virtual-world.test-support.ts';
import { WEBHOOKS } from './webhook-kind.test-support.ts';

const START_MS = 1_700_000_000_000;
const ALERTS = 10_000;
const GROUPS = 500;

const ROUTING = `
route:
  receiver: w
  group_by: [alertname, cluster]
  group_wait: 10s
  group_interval: 1m
  routes:
    - matchers: [severity="critical"]
      receiver: w
      continue: true
    - matchers: [team=~"a|b|c"]
      receiver: w
      mute_time_intervals: [never]
time_intervals:
  - name: never
    time_intervals: [{ years: ['1999'] }]
receivers: [{ name: w, webhook_configs: [{ url: 'http://w' }] }]
inhibit_rules:
  - source_matchers: [alertname="Down"]
    target_matchers: [alertname=~"A1.*"]
    equal: [instance]
`;

function alerts(atMs: number) {
  return Array.from({ length: ALERTS }, (_, i) =>
    toldAlert(
      {
        alertname: `A${i % GROUPS}`,
        cluster: 'eu',
        instance: `host-${i}:9100`,
        job: 'node',
        severity: i % 10 === 0 ? 'critical' : 'warning',
        team: 'abcdefgh'[i % 8] as string,
      },
      atMs,
      { startsAtMs: START_MS, annotations: { summary: `host-${i} is slow`, runbook_url: 'https://runbooks/slow' } },
    ),
  );
}

const { config } = loadRoutingConfig({ text: ROUTING, cwd: '/', integrations: WEBHOOKS });
const engineConfig = { routing: config, aggregation: [], language: 'en' as const };

/** An engine that has taken the alerts in and told of them once. */
function settled(): { engine: AlertEngine; nowMs: number } {
  const engine = new AlertEngine(engineConfig, START_MS);
  engine.step({ kind: 'alerts', alerts: alerts(START_MS) }, START_MS);
  const nowMs = START_MS + 10_000;
  for (const { id } of engine.step({ kind: 'time' }, nowMs).deliveries) {
    engine.step({ kind: 'delivered', deliveryId: id, outcome: { ok: true, detail: '' } }, nowMs);
  }
  return { engine, nowMs };
}

describe(`${ALERTS} alerts in ${GROUPS} groups and more`, () => {
  const fresh = alerts(START_MS);
  bench('all begin to fire: one step', () => {
    new AlertEngine(engineConfig, START_MS).step({ kind: 'alerts', alerts: fresh }, START_MS);
  });

  const quiet = settled();
  bench('all groups are looked at, nothing is new: one step', () => {
    quiet.nowMs += 60_000;
    quiet.engine.step({ kind: 'time' }, quiet.nowMs);
  });

  bench('all are told of again: one step', () => {
    quiet.engine.step({ kind: 'alerts', alerts: fresh }, quiet.nowMs);
  });
});
