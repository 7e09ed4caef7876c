import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { Logger } from '@petrel/model';
import pg from 'pg';
import { ChildOutput } from './child-output.ts';
import { endOrphan, rememberChild } from './orphans.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import type { PostgresLauncher } from './postgres-launcher.ts';
import { endProcess, identifyProcess } from './process-identity.ts';
import type { RunningStore } from './supervisor.ts';

export interface PostgresStoreOptions {
  readonly dataDir: string;
  /** Below `dataDir`; holds PostgreSQL's own directory. */
  readonly baseDirectory: string;
  readonly binaries: PostgresBinaries;
  readonly launcher: PostgresLauncher;
  readonly password: string;
  readonly logger: Logger;
}

/** How long a start waits for what a killed server left behind. */
const OLD_BACKENDS_MS = 10_000;
const USER = 'petrel';
const DATABASE = 'petrel';
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 15_000;

// The control plane is small: 32 MB of buffers hold it, no helper processes, and what is committed is on disk (fsync is on).
const SERVER_SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'on',
  shared_buffers: '32MB',
  max_connections: '60',
  io_method: 'sync',
  wal_level: 'minimal',
  max_wal_senders: '0',
  min_wal_size: '32MB',
  max_wal_size: '256MB',
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  log_checkpoints: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

// When the server is killed, its end of the pipe closes and PostgreSQL is shut down, if it still is the one.
const WATCH_SCRIPT = `cat >/dev/null
[ "$(head -n 1 "$2/postmaster.pid" 2>/dev/null)" = "$1" ] && kill -INT "$1"`;

/** Starts and ends PostgreSQL; the port is chosen once and used again after a crash. */
export class PostgresStore {
  #port = 0;
  readonly #pidFile: string;
  readonly #dataDirectory: string;

  constructor(private readonly options: PostgresStoreOptions) {
    this.#pidFile = join(options.dataDir, 'postgres.pid');
    this.#dataDirectory = join(options.baseDirectory, 'data');
  }

  get url(): string {
    return `postgresql://${USER}:${this.options.password}@127.0.0.1:${this.#port}/${DATABASE}`;
  }

  /** Ends what an earlier server left behind, initialises the directory where it is new, starts. @throws Error with the log's last lines */
  async start(): Promise<RunningStore> {
    await endOrphan(this.#pidFile, ['SIGINT', 'SIGQUIT', 'SIGKILL']);
    await this.#removeStalePostmasterFile();
    if (!existsSync(join(this.#dataDirectory, 'PG_VERSION'))) await this.#initialise();
    const mayMove = this.#port === 0;
    const untilMs = performance.now() + OLD_BACKENDS_MS;
    for (let attempt = 1; ; attempt++) {
      if (mayMove) this.#port = await freePort();
      try {
        return await this.#launch();
      } catch (error) {
        const text = String(error);
        // Backends of a server that was killed live on for a moment and hold its memory.
        if (/pre-existing shared memory block/.test(text) && performance.now() < untilMs) {
          await new Promise((resolve) => setTimeout(resolve, 250));
          continue;
        }
        // Somebody may have taken the port since it was found free.
        if (!mayMove || attempt >= 3 || !/could not bind|Address already in use/.test(text)) throw error;
      }
    }
  }

  async #launch(): Promise<RunningStore> {
    const { options } = this;
    let announceReady: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => {
      announceReady = resolve;
    });
    const output = new ChildOutput({
      name: 'postgres',
      logger: options.logger,
      secrets: [options.password],
      levelOf: levelOfLogLine,
      onLine: (line) => {
        if (line.includes('database system is ready to accept connections')) announceReady();
      },
    });
    const settings = Object.entries({ ...SERVER_SETTINGS, port: String(this.#port) });
    const args = ['-D', this.#dataDirectory, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
    const child = options.launcher.launch(options.binaries.postgres, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      // A Ctrl-C in the terminal is for the server, which flushes first and then ends its stores.
      detached: true,
      env: postgresEnvironment(),
    });
    output.attach(child.stdout);
    output.attach(child.stderr);
    const exited = exitOf(child);
    const watcher = this.#watch(child);
    void exited.then(() => endGroup(watcher));
    if (child.pid !== undefined) rememberChild(this.#pidFile, child.pid);
    let timer: NodeJS.Timeout | undefined;
    try {
      const failed = exited.then((reason) => {
        throw new Error(`${reason}\n${output.tail}`);
      });
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('it was not ready in time')), START_TIMEOUT_MS);
      });
      await Promise.race([ready, failed, late]);
      await Promise.race([this.#ensureDatabase(), failed, late]);
    } catch (error) {
      child.kill('SIGQUIT');
      await exited;
      throw error;
    } finally {
      clearTimeout(timer);
    }
    return { pid: child.pid as number, exited, stop: () => this.#stop(child, exited) };
  }

  async #stop(child: ChildProcess, exited: Promise<string>): Promise<void> {
    // Fast shutdown: transactions are rolled back, a checkpoint is written.
    child.kill('SIGINT');
    const timer = setTimeout(() => child.kill('SIGQUIT'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(timer);
    rmSync(this.#pidFile, { force: true });
  }

  #watch(postgres: ChildProcess): ChildProcess {
    const args = ['-c', WATCH_SCRIPT, 'petrel-postgres-watch', String(postgres.pid), this.#dataDirectory];
    const stdio: ['pipe', 'ignore', 'ignore'] = ['pipe', 'ignore', 'ignore'];
    const watcher = this.options.launcher.launch('/bin/sh', args, {
      stdio,
      detached: true,
      env: postgresEnvironment(),
    });
    watcher.once('error', (error) => this.options.logger.warn('postgres is not watched', { error: error.message }));
    watcher.stdin?.on('error', () => undefined);
    watcher.unref();
    return watcher;
  }

  async #ensureDatabase(): Promise<void> {
    const url = new URL(this.url);
    url.pathname = '/postgres';
    const client = new pg.Client({ connectionString: url.href, connectionTimeoutMillis: START_TIMEOUT_MS });
    // A crash while we are connected is reported by the exit.
    client.on('error', () => undefined);
    await client.connect();
    try {
      const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
    } finally {
      await client.end();
    }
  }

  /** Into a draft that is renamed at the end, so that an interrupted first start leaves nothing half done. */
  async #initialise(): Promise<void> {
    const { baseDirectory, binaries, launcher, password, logger } = this.options;
    const { user } = launcher;
    const draft = join(baseDirectory, 'data.new');
    const passwordFile = join(baseDirectory, 'password.new');
    mkdirSync(baseDirectory, { recursive: true, mode: 0o700 });
    chmodSync(baseDirectory, 0o700);
    rmSync(draft, { recursive: true, force: true });
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (user !== undefined) for (const path of [baseDirectory, passwordFile]) chownSync(path, user.uid, user.gid);
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    const access = [`--username=${USER}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    const output = new ChildOutput({ name: 'postgres', logger, secrets: [password], levelOf: () => 'debug' });
    const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
    const child = launcher.launch(binaries.initdb, ['-D', draft, ...locale, ...access], {
      stdio,
      env: postgresEnvironment(),
    });
    output.attach(child.stdout);
    output.attach(child.stderr);
    try {
      const [code] = (await once(child, 'close')) as [number | null];
      if (code !== 0) throw new Error(`initdb failed\n${output.tail}`);
      renameSync(draft, this.#dataDirectory);
    } finally {
      rmSync(passwordFile, { force: true });
    }
  }

  /** PostgreSQL refuses to start when the pid in its file belongs to any process, even a later one. */
  async #removeStalePostmasterFile(): Promise<void> {
    const file = join(this.#dataDirectory, 'postmaster.pid');
    if (!existsSync(file)) return;
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
    const identity = Number.isInteger(pid) && pid > 0 ? identifyProcess(pid) : undefined;
    if (identity !== undefined && commandLineOf(pid).includes(this.#dataDirectory)) {
      const ended = await endProcess(identity, ['SIGINT', 'SIGQUIT', 'SIGKILL'], 5_000);
      if (!ended)
        throw new Error(`PostgreSQL still runs on ${this.#dataDirectory} as process ${pid} and does not end.`);
    }
    rmSync(file, { force: true });
  }
}

function postgresEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

function levelOfLogLine(line: string): 'debug' | 'warn' | 'error' {
  if (/ (?:FATAL|PANIC|ERROR): /.test(line)) return 'error';
  return / WARNING: /.test(line) ? 'warn' : 'debug';
}

function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    // `close`, not `exit`: the last lines of the log say why.
    child.once('close', (code, signal) => resolve(signal ? `ended by ${signal}` : `exited with code ${code}`));
  });
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
