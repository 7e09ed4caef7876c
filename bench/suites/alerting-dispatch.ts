import { INTEGRATIONS, loadRoutingConfig } from '@petrel/alerts';
import { AlertEngine } from '@petrel/alerts/engine/alert-engine.ts';
import type { StepResult } from '@petrel/alerts/engine/event.ts';
import { type Alert, fingerprintOf, Labels } from '@petrel/model';
import { median } from '../measure.ts';
import type { Row } from '../report.ts';

const ALERTS = 10_000;
const GROUPS = 500;
const ENGINES = 15;
const START_MS = 1_700_000_000_000;
const LIMIT_MS = 50;

const ROUTING = `
route:
  receiver: w
  group_by: [alertname, cluster]
  group_wait: 10s
  group_interval: 1m
  routes:
    - { matchers: ['team=~"x|y|z"'], receiver: w }
    - { matchers: ['severity=~"critical|warning"'], mute_time_intervals: [long ago] }
time_intervals: [{ name: long ago, time_intervals: [{ years: ['1999'] }] }]
receivers: [{ name: w, webhook_configs: [{ url: 'http://127.0.0.1/' }] }]
inhibit_rules:
  - { source_matchers: ['alertname="Down"'], target_matchers: ['alertname=~"A1.*"'], equal: [instance] }
`;

/** The alert engine in this process: the step that looks at all groups at once, when all is new and when nothing is. */
export function runDispatch(): readonly Row[] {
  const { config: routing } = loadRoutingConfig({ text: ROUTING, cwd: '/', integrations: INTEGRATIONS });
  const alerts = Array.from({ length: ALERTS }, (_, i) => alertOf(i));
  const firstMs: number[] = [];
  const quietMs: number[] = [];
  for (let run = -3; run < ENGINES; run++) {
    const engine = new AlertEngine({ routing, aggregation: [], language: 'en' }, START_MS);
    engine.step({ kind: 'alerts', alerts }, START_MS);
    const first = timed(() => engine.step({ kind: 'time' }, START_MS + 10_000));
    if (first.result.deliveries.length !== GROUPS) throw new Error(`${first.result.deliveries.length} notifications`);
    for (const { id } of first.result.deliveries)
      engine.step({ kind: 'delivered', deliveryId: id, outcome: { ok: true, detail: '' } }, START_MS + 10_000);
    const quiet = timed(() => engine.step({ kind: 'time' }, START_MS + 70_000));
    if (quiet.result.deliveries.length > 0) throw new Error('a quiet look told of something');
    if (run < 0) continue;
    firstMs.push(first.ms);
    quietMs.push(quiet.ms);
  }
  const row = (what: string, times: readonly number[]): Row => ({
    suite: 'alerting',
    what: `${what} of ${ALERTS} alerts in ${GROUPS} groups, one step`,
    unit: 'ms',
    values: { petrel: median(times) },
    target: { below: LIMIT_MS },
  });
  return [row('first look', firstMs), row('quiet look', quietMs)];
}

function timed(step: () => StepResult): { readonly ms: number; readonly result: StepResult } {
  const begin = performance.now();
  const result = step();
  return { ms: performance.now() - begin, result };
}

function alertOf(i: number): Alert {
  const labels = Labels.of({
    alertname: `A${i % GROUPS}`,
    cluster: 'eu',
    instance: `host-${i}:9100`,
    job: 'node',
    severity: i % 10 === 0 ? 'critical' : 'warning',
    team: 'abcdefgh'.charAt(i % 8),
  });
  return {
    fingerprint: fingerprintOf(labels),
    labels,
    annotations: Labels.of({ summary: `host-${i} is slow`, runbook_url: 'https://runbooks/slow' }),
    startsAtMs: START_MS,
    endsAtMs: START_MS + 3_600_000,
    timeout: false,
    updatedAtMs: START_MS,
    generatorUrl: '',
    source: 'api',
  };
}
