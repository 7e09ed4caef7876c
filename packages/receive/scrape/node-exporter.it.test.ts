import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noInstruments, silentLogger, systemClock } from '@petrel/model';
import { afterEach, describe, expect, it } from 'vitest';
import { defaultScrapeConfig, PROTO_FIRST_SCRAPE_PROTOCOLS } from '../config.ts';
import { FakeSink } from '../fake-sink.ts';
import { createRemoteWriteReceiver } from '../remote-write/index.ts';
import { ScrapeManager } from './manager.ts';

const EXPORTER = '/usr/bin/prometheus-node-exporter';
const PROMETHEUS = '/usr/bin/prometheus';
const children: ChildProcess[] = [];
let manager: ScrapeManager | undefined;

afterEach(async () => {
  await manager?.stop();
  for (const child of children.splice(0)) {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await gone;
  }
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function startExporter(): Promise<string> {
  const address = `127.0.0.1:${await freePort()}`;
  children.push(spawn(EXPORTER, [`--web.listen-address=${address}`], { stdio: 'ignore' }));
  await until(async () => (await fetch(`http://${address}/metrics`).catch(() => undefined))?.ok === true);
  return address;
}

async function until(done: () => boolean | Promise<boolean>, patienceMs = 20_000): Promise<void> {
  const endMs = Date.now() + patienceMs;
  while (!(await done())) {
    expect(Date.now()).toBeLessThan(endMs);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe.skipIf(!existsSync(EXPORTER))('a real node exporter (skipped where it is not installed)', () => {
  it.each(['text', 'protobuf'])('is scraped as %s', async (kind) => {
    const address = await startExporter();
    const sink = new FakeSink();
    manager = new ScrapeManager({ sink, clock: systemClock, logger: silentLogger, instruments: noInstruments });
    manager.apply([
      {
        ...defaultScrapeConfig('node'),
        scrapeIntervalMs: 1_000,
        scrapeTimeoutMs: 1_000,
        ...(kind === 'protobuf' && { scrapeProtocols: PROTO_FIRST_SCRAPE_PROTOCOLS }),
        staticConfigs: [{ targets: [address], labels: {} }],
      },
    ]);
    await until(() => sink.batches.length >= 3);
    expect(manager.activeTargets()[0]).toMatchObject({ health: 'up', lastError: '' });
    const label = `{instance="${address}", job="node"}`;
    const second = sink.valuesOf(sink.batches[1]);
    expect(second[`up${label}`]).toBe(1);
    expect(second[`scrape_samples_scraped${label}`]).toBeGreaterThan(200);
    expect(second[`scrape_samples_scraped${label}`]).toBe(second[`scrape_samples_post_metric_relabeling${label}`]);
    expect(second[`node_load1${label}`]).toBeTypeOf('number');
    expect(Object.keys(second).length).toBeGreaterThan(200);
    const metadata = manager.targetMetadata().find((row) => row.metric === 'node_load1');
    expect(metadata).toMatchObject({ type: 'gauge', help: '1m load average.' });
  });
});

describe.skipIf(!existsSync(EXPORTER) || !existsSync(PROMETHEUS))(
  'a real Prometheus (skipped where it is not installed)',
  () => {
    it('remote-writes what it scrapes', async () => {
      const address = await startExporter();
      const sink = new FakeSink();
      const receive = createRemoteWriteReceiver({ sink, logger: silentLogger, instruments: noInstruments });
      const statuses: number[] = [];
      const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
        const chunks: Buffer[] = [];
        for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
        const { status, headers, body } = await receive({ headers: request.headers, body: Buffer.concat(chunks) });
        statuses.push(status);
        response.writeHead(status, headers).end(body);
      };
      const server: Server = createHttpServer((request, response) => void answer(request, response));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const folder = mkdtempSync(join(tmpdir(), 'petrel-prometheus-'));
      const config = join(folder, 'prometheus.yml');
      writeFileSync(
        config,
        `global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs: [{job_name: node, static_configs: [{targets: ['${address}']}]}]
remote_write: [{url: 'http://127.0.0.1:${(server.address() as AddressInfo).port}/', queue_config: {batch_send_deadline: 500ms}}]
`,
      );
      const listen = `--web.listen-address=127.0.0.1:${await freePort()}`;
      children.push(
        spawn(PROMETHEUS, [`--config.file=${config}`, `--storage.tsdb.path=${folder}/data`, listen], {
          stdio: 'ignore',
        }),
      );
      const ups = () => sink.rows.filter((row) => row.series === `up{instance="${address}", job="node"}`);
      await until(() => ups().length >= 3, 40_000);
      expect(ups().map((row) => row.value)).toEqual(ups().map(() => 1));
      expect(new Set(statuses)).toEqual(new Set([204]));
      expect(sink.rows.some((row) => row.series.startsWith('node_load1{'))).toBe(true);
      server.closeAllConnections();
      server.close();
      await new Promise((resolve) => setTimeout(resolve, 100));
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    });
  },
);
