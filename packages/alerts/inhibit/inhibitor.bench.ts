import { fingerprintOf, Labels } from '@petrel/model';
import { bench, describe } from 'vitest';
import { loadRoutingConfig } from '../config/load.ts';
import { Inhibitor } from './index.ts';

const RULES = Array.from({ length: 30 }, (_, i) => ({
  source_match: { alertname: `Down${i}` },
  target_match_re: { alertname: `(Slow${i}|Errors${i})` },
  equal: ['cluster', 'node'],
}));
const { inhibitRules } = loadRoutingConfig({
  text: JSON.stringify({ route: { receiver: 'a' }, receivers: [{ name: 'a' }], inhibit_rules: RULES }),
  cwd: '/',
  integrations: [],
}).config;

const alerts = Array.from({ length: 10_000 }, (_, i) => {
  const name = ['Down', 'Slow', 'Errors', 'Other'][i % 4];
  const labels = Labels.of({ alertname: `${name}${i % 30}`, cluster: `c${i % 7}`, node: `n${i % 211}`, job: `j${i}` });
  return { fingerprint: fingerprintOf(labels), labels, endsAtMs: 1000 };
});
const full = new Inhibitor(inhibitRules);
for (const alert of alerts) full.set(alert);

describe('10,000 alerts, 30 rules', () => {
  bench('taken in', () => {
    const inhibitor = new Inhibitor(inhibitRules);
    for (const alert of alerts) inhibitor.set(alert);
  });

  bench('asked for each', () => {
    for (const { labels } of alerts) full.inhibitedBy(labels, 0);
  });
});
