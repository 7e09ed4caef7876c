import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, until } from '@petrel/testkit/server/http.ts';
import {
  hasPrograms,
  type PeerProcess,
  startNodeExporter,
  startPrometheus,
} from '@petrel/testkit/server/peer-process.ts';
import { type PetrelProcess, startPetrel } from '@petrel/testkit/server/petrel-process.ts';
import { queryInstant } from '@petrel/testkit/server/prometheus-api.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readQueryFile } from '../commands/query-file.ts';

const seed = join(import.meta.dirname, '../../../../shared/seed');
const hasSeed = existsSync(seed);
if (!hasSeed) console.warn('skipped: ../shared/seed is not there');
const withPrometheus = hasPrograms('prometheus');

/** These find nothing on a node exporter by PromQL's own rules; Prometheus, where it is installed, is asked whether it agrees. */
const EMPTY: Readonly<Record<string, string>> = {
  load_average: 'node_load1 has labels (instance, job), count(…) has none, so no pair of series matches',
  disk_errors: 'node exporter has no metric node_disk_io_errors_total',
};

/** The metric without which a machine cannot answer: a container may show no disks, say. */
const NEEDS: Readonly<Record<string, string>> = {
  cpu_utilization: 'node_cpu_seconds_total',
  memory_utilization: 'node_memory_MemAvailable_bytes',
  disk_io_saturation: 'node_disk_io_time_seconds_total',
  network_errors: 'node_network_receive_errs_total',
};

describe.skipIf(!hasSeed || !hasPrograms('prometheus-node-exporter'))('the seed queries over a node exporter', () => {
  const folder = mkdtempSync(join(tmpdir(), 'petrel-seed-'));
  let exporter: PeerProcess;
  let prometheus: PeerProcess | undefined;
  let server: PetrelProcess;

  beforeAll(async () => {
    exporter = await startNodeExporter();
    const config = [
      'global: { scrape_interval: 1s }',
      'scrape_configs:',
      `  - { job_name: node, static_configs: [{ targets: ["${exporter.address}"] }] }`,
      '',
    ].join('\n');
    server = await startPetrel({ folder, config });
    if (withPrometheus) prometheus = await startPrometheus(join(folder, 'prometheus'), () => config);
    for (const one of [server, prometheus]) {
      if (one === undefined) continue;
      await until(async () => {
        const [up] = await queryInstant(one.url, 'count_over_time(up[1m])');
        return Number(up?.value[1] ?? 0) >= 4;
      }, 30_000);
    }
  });

  afterAll(async () => {
    await Promise.all([server?.remove(), prometheus?.stop(), exporter?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  test('the USE queries return data, and what is empty is empty in Prometheus too', async () => {
    const exposition = (await ask(`${exporter.url}/metrics`)).text;
    const queries = readQueryFile(join(seed, 'use-queries.yml'));
    expect(queries.map(({ name }) => name).sort()).toEqual([...Object.keys(EMPTY), ...Object.keys(NEEDS)].sort());
    for (const { name, query } of queries) {
      const found = await queryInstant(server.url, query);
      const metric = NEEDS[name];
      const possible = metric !== undefined && exposition.includes(`\n${metric}`);
      expect(found.length > 0, `${name} ${possible ? '' : `(${EMPTY[name] ?? `no ${metric} here`})`}`).toBe(possible);
      for (const { value } of found) expect(Number.isFinite(Number(value[1])), `${name}: ${value[1]}`).toBe(true);
      if (prometheus === undefined) continue;
      const theirs = await queryInstant(prometheus.url, query);
      const series = (list: typeof found) => list.map((one) => JSON.stringify(one.metric)).sort();
      expect(series(found), name).toEqual(series(theirs));
    }
  });

  test('the RED queries are answered', async () => {
    for (const { query } of readQueryFile(join(seed, 'red-queries.promql'))) {
      expect(await queryInstant(server.url, query)).toEqual([]);
    }
  });

  test('petrel query instant --file prints every query of a file', () => {
    const petrel = (...args: readonly string[]) =>
      execFileSync(process.execPath, [join(import.meta.dirname, '../bin/petrel.mjs'), 'query', 'instant', ...args], {
        encoding: 'utf8',
        stdio: 'pipe',
      });
    const use = petrel(server.url, '--file', join(seed, 'use-queries.yml'));
    expect(use).toMatch(/^# cpu_utilization: \(1 - avg\(rate\(.*\n\{\} => [\d.]+ @\[[\d.]+\]\n/m);
    expect(use.match(/^# \w+: /gm)).toHaveLength(6);
    const red = JSON.parse(petrel(server.url, '--format', 'json', '-f', join(seed, 'red-queries.promql')));
    expect(red).toHaveLength(3);
    expect(red[0]).toEqual({
      name: 'Rate(请求速率)',
      query: 'rate(http_requests_total[5m])',
      resultType: 'vector',
      result: [],
    });
    const broken = join(folder, 'broken.promql');
    writeFileSync(broken, 'up\n\n# broken\nsum(\n\n1 + 1\n');
    let failure = { status: 0, stdout: '', stderr: '' };
    try {
      petrel(server.url, '--file', broken);
    } catch (error) {
      failure = error as typeof failure;
    }
    expect(failure.status).toBe(1);
    expect(failure.stderr).toMatch(/broken\.promql:4: bad_data: .*parse error/);
    expect(failure.stdout).toContain('# 1 + 1\nscalar: 2 @[');
  });
});
