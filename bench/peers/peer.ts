import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { sleep } from '../measure.ts';

export type PeerName = 'petrel' | 'prometheus' | 'victoria-metrics' | 'victoria-logs';

/** A server under test: started on loopback with an empty data folder, ended by its own process id. */
export interface Peer {
  readonly name: PeerName;
  readonly pid: number;
  readonly url: string;
  /** Everything of the server: configuration, data, log. */
  readonly folder: string;
  /** What of it holds samples. */
  readonly dataDir: string;
  /** Where remote write goes, and the root of the Prometheus API. */
  readonly writeUrl: string;
  readonly apiUrl: string;
  /** Where Loki's push goes. */
  readonly pushUrl: string;
  /** Has merged everything that can be merged and put it on disk; then disk usage is final. */
  compact(): Promise<void>;
  stop(): Promise<void>;
}

/** What a server is started with, where the defaults are not enough. Configurations are those of Petrel and Prometheus. */
export interface PeerSetup {
  /** Left there by an earlier start, with its data; absent: a new one. */
  readonly folder?: string;
  /** Files of the folder by name; `config.yml` scrapes nothing where it is absent. */
  readonly files?: (folder: string) => Readonly<Record<string, string>>;
  /** `stop` leaves the folder. */
  readonly keep?: boolean;
}

interface Recipe {
  readonly binary: string;
  readonly args: (port: number, folder: string) => readonly string[];
  readonly ready: string;
  /** What of the data folder holds samples; all of it where absent. */
  readonly samples?: string;
  readonly compact: (url: string) => Promise<void>;
  /** Loki's push; default `/loki/api/v1/push`. */
  readonly push?: string;
}

const NOTHING_SCRAPED = 'global: { scrape_interval: 15s }\nscrape_configs: []\n';

const RECIPES: Readonly<Record<PeerName, Recipe>> = {
  petrel: {
    binary: process.execPath,
    args: (port, folder) => [
      'apps/server/bin/petrel.mjs',
      'server',
      ...['--config', configFile(folder), '--data', join(folder, 'data')],
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
      `--config.file=${configFile(folder)}`,
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
  'victoria-logs': {
    binary: onPath('victoria-logs'),
    args: (port, folder) => [
      `-storageDataPath=${join(folder, 'data')}`,
      `-httpListenAddr=127.0.0.1:${port}`,
      '-retentionPeriod=100y',
      '-loggerLevel=ERROR',
    ],
    ready: '/health',
    push: '/insert/loki/api/v1/push?_msg_field=message',
    compact: async (url) => {
      await fetch(`${url}/internal/force_flush`);
      await fetch(`${url}/internal/force_merge`);
    },
  },
};

/** Where a program is, or would be. */
function onPath(program: string): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? join('/usr/bin', program);
}

/** Debian packages hold the peers, but for VictoriaLogs (`go install`); a missing one is left out of the tables and named. */
export function isInstalled(name: PeerName): boolean {
  return existsSync(RECIPES[name].binary);
}

export async function startPeer(name: PeerName, setup: PeerSetup = {}): Promise<Peer> {
  const recipe = RECIPES[name];
  const folder = setup.folder ?? mkdtempSync(join(tmpdir(), `petrel-bench-${name}-`));
  mkdirSync(join(folder, 'data'), { recursive: true });
  const files = { 'config.yml': NOTHING_SCRAPED, ...setup.files?.(folder) };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  const port = await freePort();
  const log = openSync(join(folder, 'log'), 'a');
  const child = spawn(recipe.binary, recipe.args(port, folder), { stdio: ['ignore', log, log] });
  const url = `http://127.0.0.1:${port}`;
  await waitReady(child, `${url}${recipe.ready}`, join(folder, 'log'));
  return {
    name,
    pid: child.pid as number,
    url,
    folder,
    dataDir: join(folder, 'data', recipe.samples ?? ''),
    writeUrl: `${url}/api/v1/write`,
    apiUrl: `${url}/api/v1`,
    pushUrl: `${url}${recipe.push ?? '/loki/api/v1/push'}`,
    compact: () => recipe.compact(url),
    stop: async () => {
      await end(child);
      if (setup.keep !== true) rmSync(folder, { recursive: true, force: true });
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

function configFile(folder: string): string {
  return join(folder, 'config.yml');
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
