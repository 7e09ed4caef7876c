import { Labels, noInstruments, type SeriesColumns } from '@petrel/model';
import { createPromqlEngine, type MetricSource } from '@petrel/query/promql';
import { bench, describe } from 'vitest';
import { Group } from './evaluation/group.ts';
import { ruleInstruments } from './evaluation/instruments.ts';
import type { EngineOver } from './port.ts';
import { loadRuleFile } from './rule-file/index.ts';
import { simulateGroups } from './simulation/simulate-groups.ts';

const START_MS = 1_700_000_000_000;

/** Gauges between 0 and 100; `samples` of each, `stepMs` apart, ending at START_MS. */
function gauges(metrics: number, perMetric: number, samples: number, stepMs: number): MetricSource {
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return seed / 0x7fffffff;
  };
  const tsMs = Float64Array.from({ length: samples }, (_, i) => START_MS - (samples - 1 - i) * stepMs);
  const byMetric = new Map<string, SeriesColumns[]>();
  for (let m = 0; m < metrics; m++) {
    const series = Array.from({ length: perMetric }, (_, s): SeriesColumns => {
      const labels = Labels.of({ __name__: `metric_${m}`, job: `job${s % 7}`, instance: `10.0.${m}.${s}:9100` });
      let value = random() * 100;
      const values = Float64Array.from({ length: samples }, () => {
        if (random() < 0.02) value = random() * 100;
        return value;
      });
      return { labels, tsMs, values, from: 0, to: samples };
    });
    byMetric.set(`metric_${m}`, series);
  }
  const source: Pick<MetricSource, 'select'> = {
    async select({ matchers, startMs, endMs }) {
      const name = matchers.find((matcher) => matcher.name === '__name__')?.value ?? '';
      const from = Math.max(0, Math.ceil((startMs - (tsMs[0] as number)) / stepMs));
      const to = Math.min(samples, Math.floor((endMs - (tsMs[0] as number)) / stepMs) + 1);
      return (byMetric.get(name) ?? []).map((series) => ({ ...series, from, to }));
    },
  };
  return source as MetricSource;
}

function ruleFile(rules: number, threshold: number, forText: string): string {
  const lines = Array.from(
    { length: rules },
    (_, i) => `  - alert: High${i}
    expr: avg_over_time(metric_${i}[2m]) > ${threshold}
    for: ${forText}
    labels: {severity: page}
    annotations: {summary: '{{ $labels.instance }} of {{ $labels.job }} is at {{ $value | humanize }}'}`,
  );
  return `groups:\n- name: g\n  rules:\n${lines.join('\n')}\n`;
}

const engineOver: EngineOver = (source) => createPromqlEngine({ source });
const samples = {
  registry: { find: () => 0, register: () => 0, labelsOf: () => Labels.EMPTY },
  write: async () => {},
};

// A full evaluation of 1,000 rules: it comes every 15 s, so 15,000 ms would be a whole core.
describe('1,000 alerting rules over 100,000 series, one evaluation', () => {
  const source = gauges(1000, 100, 20, 15_000);
  for (const [what, threshold] of [
    ['nothing fires', 101],
    ['one in a hundred fires', 99],
  ] as const) {
    const [definition] = loadRuleFile({ path: 'r.yml', text: ruleFile(1000, threshold, '1m'), cwd: '/' }).groups;
    const group = new Group({
      group: definition as NonNullable<typeof definition>,
      setting: {
        group: 'g',
        file: 'r.yml',
        intervalMs: 15_000,
        limit: 0,
        externalLabels: Labels.EMPTY,
        externalUrl: '',
        missingData: 'resolve',
      },
      queryOffsetMs: 0,
      restored: true,
      source,
      engineOver,
      engine: engineOver(source),
      samples,
      alerts: { send: async () => {} },
      instruments: ruleInstruments(noInstruments),
      nowMs: () => 0,
    });
    bench(what, () => group.evaluate(START_MS), { time: 3000, warmupIterations: 1 });
  }
});

describe('50 rules over 10,000 series and seven days, 20,160 steps', () => {
  const source = gauges(50, 200, 20_160, 30_000);
  for (const [what, threshold] of [
    ['little fires', 99.9],
    ['one in a hundred fires', 99],
  ] as const) {
    const { groups } = loadRuleFile({ path: 'r.yml', text: ruleFile(50, threshold, '5m'), cwd: '/' });
    bench(
      what,
      async () => {
        await simulateGroups({
          groups,
          engineOver,
          source,
          startMs: START_MS - 7 * 86_400_000,
          endMs: START_MS,
          evaluationIntervalMs: 30_000,
        });
      },
      { iterations: 1, time: 1, warmupIterations: 0, warmupTime: 0 },
    );
  }
});
