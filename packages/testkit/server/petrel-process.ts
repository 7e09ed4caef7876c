import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './http.ts';

const PROGRAM = fileURLToPath(new URL('../../../apps/server/bin/petrel.mjs', import.meta.url));

export interface PetrelProcessOptions {
  /** Kept from an earlier process; absent: a new one, removed by `remove`. */
  readonly folder?: string;
  /** For a client that lives longer than the process; absent: a free one. */
  readonly port?: number;
  /** The content of petrel.yml; absent: the defaults. */
  readonly config?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Do not wait for readiness. */
  readonly patient?: boolean;
}

/** A running server. The folder holds `data`, `petrel.yml` and `log`. */
export interface PetrelProcess {
  readonly url: string;
  readonly pid: number;
  readonly folder: string;
  readonly configFile: string;
  /** From the start of the process until /-/ready answered 200. */
  readonly readyAfterMs: number;
  log(): string;
  /** Resolves with the exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** SIGTERM, and waits. Resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL, and waits. The embedded stores live on, as they do after a crash. */
  kill(): Promise<void>;
  /** The embedded store's process id, from its file. */
  storePid(store: 'clickhouse' | 'postgres'): number;
  waitReady(): Promise<void>;
  /** Stops, and deletes the folder. */
  remove(): Promise<void>;
}

/** Starts the built server (apps/server/dist) on a free port and waits until it is ready. */
export async function startPetrel(options: PetrelProcessOptions = {}): Promise<PetrelProcess> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'petrel-test-'));
  const configFile = join(folder, 'petrel.yml');
  mkdirSync(join(folder, 'data'), { recursive: true });
  if (options.config !== undefined) writeFileSync(configFile, options.config);
  const url = `http://127.0.0.1:${options.port ?? (await freePort())}`;
  const startedMs = performance.now();
  const child = spawn(
    process.execPath,
    [
      PROGRAM,
      'server',
      ...['--data', join(folder, 'data'), '--listen', url.slice('http://'.length), '--otlp-grpc', 'off'],
      ...(options.config === undefined ? [] : ['--config', configFile]),
      ...(options.args ?? []),
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...options.env } },
  );
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const exited = exitOf(child);
  const waitReady = (): Promise<void> => untilReady(child, url, () => log);
  const stop = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return exited;
  };
  if (options.patient !== true) await waitReady();
  const started: PetrelProcess = {
    url,
    pid: child.pid as number,
    folder,
    configFile,
    readyAfterMs: performance.now() - startedMs,
    log: () => log,
    exited,
    stop: () => stop('SIGTERM'),
    kill: async () => {
      await stop('SIGKILL');
    },
    storePid: (store) => JSON.parse(readFileSync(join(folder, 'data', `${store}.pid`), 'utf8')).pid,
    waitReady,
    remove: async () => {
      await stop('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return started;
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}

async function untilReady(child: ChildProcess, url: string, log: () => string): Promise<void> {
  const endMs = Date.now() + 60_000;
  while (Date.now() < endMs) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${log()}`);
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGTERM');
  throw new Error(`the server was not ready within a minute:\n${log()}`);
}

/** A port that nobody has right now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/**
 * Ends by SIGKILL: the telemetry store alone (its server starts it again), the server alone (the stores live on), or all three. Resolves with the server that runs then, started
 * with the same options where it had to be.
 */
export async function killAndRestart(
  server: PetrelProcess,
  victim: 'store' | 'server' | 'everything',
  options: PetrelProcessOptions,
): Promise<PetrelProcess> {
  const clickhouse = server.storePid('clickhouse');
  const postgres = server.storePid('postgres');
  if (victim === 'store') {
    process.kill(clickhouse, 'SIGKILL');
    await until(() => ![undefined, clickhouse].includes(storePid(server)));
    return server;
  }
  if (victim === 'everything') for (const pid of [clickhouse, postgres]) process.kill(pid, 'SIGKILL');
  await server.kill();
  return startPetrel(options);
}

/** Undefined between the end of one process and the start of the next. */
function storePid(server: PetrelProcess): number | undefined {
  try {
    return server.storePid('clickhouse');
  } catch {
    return undefined;
  }
}
