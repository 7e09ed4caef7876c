import { Labels, type SeriesColumns } from '@petrel/model';
import { createPromqlEngine, type MetricSource, type SelectRequest } from '@petrel/query/promql';
import { MemorySource } from '@petrel/query/promql/memory/memory-source.ts';
import { bench, describe } from 'vitest';
import { engineConfigOf, NOON_MS, rulesOf } from '../fake-world.ts';
import { rehearse } from './rehearse.ts';

const RULES = 10;
const SERIES_PER_RULE = 200;
const DAYS = 1;
const STEP_MS = 30_000;

const ROUTING = `
route: {receiver: team, group_by: [alertname]}
receivers: [{name: team, webhook_configs: [{url: 'http://team/'}]}]
`;

/** Series that are made when they are asked for: every one is high for ten minutes twice a day. */
class MadeUpSource extends MemorySource {
  override async select({ matchers, startMs, endMs }: SelectRequest): Promise<readonly SeriesColumns[]> {
    const metric = matchers.find(({ name }) => name === '__name__')?.value ?? '';
    const first = Math.ceil(startMs / STEP_MS);
    const count = Math.floor(endMs / STEP_MS) - first + 1;
    const tsMs = Float64Array.from({ length: count }, (_, k) => (first + k) * STEP_MS);
    return Array.from({ length: SERIES_PER_RULE }, (_, i) => {
      const values = Float64Array.from({ length: count }, (_, k) => ((first + k + i * 37) % 1440 < 20 ? 9 : 1));
      return { labels: Labels.of({ __name__: metric, instance: `i${i}` }), tsMs, values, from: 0, to: count };
    });
  }
}

function rules(threshold: number) {
  const texts = Array.from({ length: RULES }, (_, i) => {
    return `{alert: A${i}, expr: m${i} > ${i === 0 ? threshold : 5}, for: 2m, annotations: {summary: '{{ $labels.instance }} {{ $value }}'}}`;
  });
  return rulesOf(`groups: [{name: g, interval: 30s, rules: [${texts.join(', ')}]}]`);
}

describe(`${RULES} rules over ${RULES * SERIES_PER_RULE} series of ${DAYS} day`, () => {
  const source: MetricSource = new MadeUpSource();
  const engineConfig = engineConfigOf(ROUTING);
  bench(
    'both sides, one rule changed',
    async () => {
      await rehearse({
        proposed: { rules: rules(8), engineConfig },
        current: { rules: rules(5), engineConfig },
        settings: { source, engineOver: (over) => createPromqlEngine({ source: over }), evaluationIntervalMs: STEP_MS },
        silences: [],
        startMs: NOON_MS,
        endMs: NOON_MS + DAYS * 86_400_000,
      });
    },
    { iterations: 5 },
  );
});
