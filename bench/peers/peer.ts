import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep } from '../measure.ts';

export type PeerName = 'petrel' | 'prometheus' | 'victoria-metrics';

/** A server under test: started on loopback with an empty data folder, ended by its own process id. */
export interface Peer {
  readonly name: PeerName;
  readonly pid: number;
  readonly url: string;
  readonly dataDir: string;
  /** Where remote write goes, and the root of the Prometheus API. */
  readonly writeUrl: string;
  readonly apiUrl: string;
  /** Has merged everything that can be merged and put it on disk; then disk usage is final. */
  compact(): Promise<void>;
  stop(): Promise<void>;
}

interface Recipe {
  readonly binary: string;
  readonly args: (port: number, dataDir: string) => readonly string[];
  readonly ready: string;
  /** What of the data folder holds samples; all of it where absent. */
  readonly samples?: string;
  readonly compact: (url: string) => Promise<void>;
}

const RECIPES: Readonly<Record<PeerName, Recipe>> = {
  petrel: {
    binary: process.execPath,
    args: (port, folder) => [
      'apps/server/bin/petrel.mjs',
      'server',
      ...['--config', emptyConfig(folder), '--data', join(folder, 'data')],
      ...['--listen', `127.0.0.1:${port}`, '--otlp-grpc', 'off'],
    ],
    ready: '/-/ready',
    // Beside it stands PostgreSQL, whose log grows by files of 16 MB whatever is measured here.
    samples: 'clickhouse',
    // Merges run by themselves, and the parts that they replaced go after a minute or two.
    compact: async () => {},
  },
  prometheus: {
    binary: '/usr/bin/prometheus',
    args: (port, folder) => [
      `--config.file=${emptyConfig(folder)}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-remote-write-receiver',
      '--web.enable-admin-api',
      '--log.level=error',
    ],
    ready: '/-/ready',
    // A snapshot writes the head as a block: what compaction would leave.
    compact: async (url) => {
      await fetch(`${url}/api/v1/admin/tsdb/snapshot`, { method: 'POST' });
    },
  },
  'victoria-metrics': {
    binary: '/usr/bin/victoria-metrics',
    args: (port, folder) => [
      `-storageDataPath=${join(folder, 'data')}`,
      `-httpListenAddr=127.0.0.1:${port}`,
      '-retentionPeriod=100y',
      '-search.latencyOffset=0s',
      '-loggerLevel=ERROR',
    ],
    ready: '/health',
    compact: async (url) => {
      await fetch(`${url}/internal/force_flush`);
      await fetch(`${url}/internal/force_merge`);
    },
  },
};

/** Debian packages that hold the peers; a missing one is left out of the tables and named. */
export function isInstalled(name: PeerName): boolean {
  return existsSync(RECIPES[name].binary);
}

export async function startPeer(name: PeerName): Promise<Peer> {
  const recipe = RECIPES[name];
  const folder = mkdtempSync(join(tmpdir(), `petrel-bench-${name}-`));
  mkdirSync(join(folder, 'data'));
  const port = await freePort();
  const log = openSync(join(folder, 'log'), 'a');
  const child = spawn(recipe.binary, recipe.args(port, folder), { stdio: ['ignore', log, log] });
  const url = `http://127.0.0.1:${port}`;
  await waitReady(child, `${url}${recipe.ready}`, join(folder, 'log'));
  return {
    name,
    pid: child.pid as number,
    url,
    dataDir: join(folder, 'data', recipe.samples ?? ''),
    writeUrl: `${url}/api/v1/write`,
    apiUrl: `${url}/api/v1`,
    compact: () => recipe.compact(url),
    stop: async () => {
      await end(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function waitReady(child: ChildProcess, url: string, log: string): Promise<void> {
  for (const endMs = Date.now() + 30_000; Date.now() < endMs; await sleep(100)) {
    if (child.exitCode !== null) throw new Error(`${child.spawnargs[0]} ended with ${child.exitCode}; see ${log}`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) return;
  }
  await end(child);
  throw new Error(`${url} did not become ready within 30 s; see ${log}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await ended;
  clearTimeout(timer);
}

function emptyConfig(folder: string): string {
  const path = join(folder, 'config.yml');
  writeFileSync(path, 'global: { scrape_interval: 15s }\nscrape_configs: []\n');
  return path;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
