import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ask, until } from './http.ts';

export interface PetrelProcessOptions {
  /** Created where it does not exist; the configuration is written beside it. */
  readonly dataDir: string;
  readonly port: number;
  /** petrel.yml; scrapes nothing where absent. */
  readonly config?: string;
  readonly args?: readonly string[];
  readonly readyTimeoutMs?: number;
}

/** A Petrel server in a process of its own, as a user starts it. */
export interface PetrelProcess {
  readonly url: string;
  readonly pid: number;
  readonly dataDir: string;
  readonly configFile: string;
  /** From the start of the process to the first 200 of /-/ready. */
  readonly readyMs: number;
  /** Everything that it has printed so far. */
  output(): string;
  /** The embedded stores' process ids, as the data directory names them; undefined where there is none just now. */
  storePids(): { readonly clickhouse: number | undefined; readonly postgres: number | undefined };
  isRunning(): boolean;
  /** SIGKILL; resolves when the process is gone. Its stores are left to themselves. */
  kill(): Promise<void>;
  /** SIGTERM and the end of the process; its exit code. */
  stop(): Promise<number | null>;
}

export const repositoryRoot: string = resolve(import.meta.dirname, '../../..');
export const petrelBinary: string = join(repositoryRoot, 'apps/server/bin/petrel.mjs');

const STOP_PATIENCE_MS = 40_000;

/** Starts the built server (`npm run build` makes it) and resolves when it is ready. @throws Error with what it printed */
export async function startPetrel(options: PetrelProcessOptions): Promise<PetrelProcess> {
  const { dataDir, port, config = 'scrape_configs: []\n', args = [], readyTimeoutMs = 30_000 } = options;
  if (!existsSync(join(repositoryRoot, 'apps/server/dist/petrel.js'))) {
    throw new Error('the server is not built: run `npm run build`');
  }
  const configFile = `${dataDir}.yml`;
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(configFile, config);
  const startedMs = performance.now();
  const child = spawn(
    process.execPath,
    [
      ...['--enable-source-maps', petrelBinary, 'server', '--config', configFile, '--data', dataDir],
      ...['--listen', `127.0.0.1:${port}`, '--otlp-grpc', 'off', ...args],
    ],
    { cwd: repositoryRoot, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk));
  const url = `http://127.0.0.1:${port}`;
  try {
    await until(async () => {
      if (hasEnded(child)) throw new Error(`petrel ended with ${child.exitCode ?? child.signalCode}`);
      return (await ask(`${url}/-/ready`).catch(() => undefined))?.status === 200;
    }, readyTimeoutMs);
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`${(error as Error).message}; it printed:\n${output}`);
  }
  const readyMs = performance.now() - startedMs;
  return {
    url,
    pid: child.pid as number,
    dataDir,
    configFile,
    readyMs,
    output: () => output,
    storePids: () => ({ clickhouse: pidIn(dataDir, 'clickhouse'), postgres: pidIn(dataDir, 'postgres') }),
    isRunning: () => !hasEnded(child),
    kill: async () => {
      await end(child, 'SIGKILL');
    },
    stop: () => end(child, 'SIGTERM'),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (hasEnded(child)) return child.exitCode;
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
  await ended;
  clearTimeout(timer);
  return child.exitCode;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function pidIn(dataDir: string, store: string): number | undefined {
  try {
    const { pid } = JSON.parse(readFileSync(join(dataDir, `${store}.pid`), 'utf8')) as { pid: number };
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}
