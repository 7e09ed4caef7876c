import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep, until } from '@petrel/testkit/server/http.ts';
import {
  hasPrograms,
  type PeerProcess,
  startNodeExporter,
  startPrometheus,
} from '@petrel/testkit/server/peer-process.ts';
import { type PetrelProcess, startPetrel } from '@petrel/testkit/server/petrel-process.ts';
import { apiData, queryInstant, queryRaw, type RangeVectorSeries } from '@petrel/testkit/server/prometheus-api.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** How long Prometheus sends before the two are compared. */
const SENDING_MS = process.env.PETREL_LONG === '1' ? 120_000 : 30_000;
const INTERVAL_S = 2;

describe.skipIf(!hasPrograms('prometheus', 'promtool', 'prometheus-node-exporter'))(
  'a Prometheus that remote-writes',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'petrel-peer-'));
    let exporter: PeerProcess;
    let prometheus: PeerProcess;
    let petrel: PetrelProcess;
    /** A closed range that both have seen to its end; no scrape falls on its edges. */
    let endS = 0;
    const rangeS = SENDING_MS / 1000 - 2 * INTERVAL_S - 0.002;
    const range = `${Math.round(rangeS * 1000)}ms`;

    beforeAll(async () => {
      petrel = await startPetrel({ folder: join(folder, 'petrel'), config: 'scrape_configs: []\n' });
      exporter = await startNodeExporter();
      prometheus = await startPrometheus(join(folder, 'prometheus'), (own) =>
        [
          `global: { scrape_interval: ${INTERVAL_S}s }`,
          'scrape_configs:',
          `  - { job_name: node, static_configs: [{ targets: ["${exporter.address}"] }] }`,
          `  - { job_name: prometheus, static_configs: [{ targets: ["${own}"] }] }`,
          `remote_write: [{ url: "${petrel.url}/api/v1/write" }]`,
          '',
        ].join('\n'),
      );
      await sleep(SENDING_MS);
      endS = Math.floor(Date.now() / 1000) - 1 + 0.001;
      // What Prometheus has up to then it may still have to send.
      await until(async () => {
        const later = `timestamp(up) > ${endS}`;
        return (await queryInstant(petrel.url, later)).length === 2;
      }, 30_000);
    }, SENDING_MS + 120_000);

    afterAll(async () => {
      await prometheus?.stop();
      await Promise.all([petrel?.remove(), exporter?.stop()]);
      rmSync(folder, { recursive: true, force: true });
    });

    test('every sample of every series is in both, with the same value', async () => {
      const selector = `{__name__=~".+"}[${range}]`;
      const theirs = byLabels(await queryRaw(prometheus.url, selector, endS));
      const ours = byLabels(await queryRaw(petrel.url, selector, endS));
      let samples = 0;
      for (const [labels, values] of theirs) {
        samples += values.length;
        expect(ours.get(labels), labels).toEqual(values);
      }
      expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
      expect(theirs.size).toBeGreaterThan(300);
      expect(samples).toBeGreaterThan(theirs.size * (rangeS / INTERVAL_S - 3));
      console.log(`${samples} samples of ${theirs.size} series in ${range} agree`);
    });

    test('count_over_time agrees for every tenth metric', async () => {
      const names = await apiData<string[]>(prometheus.url, 'label/__name__/values');
      expect(await apiData<string[]>(petrel.url, 'label/__name__/values')).toEqual(names);
      for (const name of names.filter((_, i) => i % 10 === 0)) {
        const query = `count_over_time(${name}[${range}])`;
        const counts = async (url: string) =>
          new Map((await queryInstant(url, query, endS)).map(({ metric, value }) => [sorted(metric), value[1]]));
        const [ours, theirs] = await Promise.all([counts(petrel.url), counts(prometheus.url)]);
        expect(ours, name).toEqual(theirs);
      }
    });

    test('promtool gets the same answers from both', () => {
      const tell = (...args: readonly string[]) => {
        const answer = (url: string) => {
          const [kind = '', ...rest] = args;
          const output = execFileSync('promtool', ['query', kind, url, ...rest], { encoding: 'utf8', stdio: 'pipe' });
          return output
            .replaceAll(/\d+\.\d{10,}/g, rounded)
            .split('\n')
            .sort();
        };
        const ours = answer(petrel.url);
        expect(ours, args.join(' ')).toEqual(answer(prometheus.url));
        return ours.filter((line) => line !== '').length;
      };
      const time = `--time=${endS}`;
      const span = [`--start=${Math.floor(endS) - 20}`, `--end=${Math.floor(endS)}`];
      expect(tell('instant', 'up', time)).toBe(2);
      expect(tell('instant', 'sum by (mode) (rate(node_cpu_seconds_total[20s]))', time)).toBeGreaterThan(4);
      expect(
        tell('instant', 'histogram_quantile(0.9, rate(prometheus_http_request_duration_seconds_bucket[20s]))', time),
      ).toBeGreaterThan(0);
      expect(tell('range', ...span, '--step=5s', 'rate(node_cpu_seconds_total{mode="idle"}[10s])')).toBeGreaterThan(4);
      expect(tell('range', ...span, '--step=5s', 'scalar(node_load1) * 2')).toBeGreaterThan(4);
      expect(tell('series', ...span, '--match=up', '--match=node_load1')).toBe(3);
      expect(tell('labels', ...span, 'job')).toBe(2);
      expect(tell('labels', ...span, '__name__')).toBeGreaterThan(300);
    });
  },
);

/** The last digits depend on the order of operations, which is not the same in every Prometheus. */
function rounded(number: string): string {
  return Number(number).toPrecision(12);
}

function sorted(metric: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function byLabels(list: readonly RangeVectorSeries[]): Map<string, RangeVectorSeries['values']> {
  return new Map(list.map(({ metric, values }) => [sorted(metric), values]));
}
