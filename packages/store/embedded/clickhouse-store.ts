import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { realpathSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '@petrel/model';
import { ChildOutput } from './child-output.ts';
import { resolveChdbLoader } from './clickhouse-entry.ts';
import type { ChildConfiguration, ChildMessage } from './clickhouse-server/messages.ts';
import { endOrphan, rememberChild } from './orphans.ts';
import type { RunningStore } from './supervisor.ts';

export interface ClickHouseStoreOptions {
  readonly dataDir: string;
  /** The program that the child runs. */
  readonly entry: string;
  readonly password: string;
  readonly memoryBytes: number;
  readonly sessions: number;
  readonly configFile: string | undefined;
  readonly logger: Logger;
}

const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 10_000;

/** Starts and ends the child with chDB; the port is chosen once and used again after a crash. */
export class ClickHouseStore {
  #port = 0;
  readonly #pidFile: string;

  constructor(private readonly options: ClickHouseStoreOptions) {
    this.#pidFile = join(options.dataDir, 'clickhouse.pid');
  }

  /** Known after the first start. */
  get url(): string {
    return `http://default:${this.options.password}@127.0.0.1:${this.#port}`;
  }

  /** Ends a child that an earlier server left behind, then starts one. @throws Error with the child's last words */
  async start(): Promise<RunningStore> {
    await endOrphan(this.#pidFile, ['SIGTERM', 'SIGKILL']);
    const { options } = this;
    const output = new ChildOutput({ name: 'clickhouse', logger: options.logger, secrets: [options.password] });
    const child = fork(options.entry, [], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A Ctrl-C in the terminal is for the server, which flushes first and then ends its stores.
      detached: true,
      execArgv: ['--max-semi-space-size=8'],
      env: childEnvironment(options.sessions),
    });
    output.attach(child.stdout);
    output.attach(child.stderr);
    const exited = exitOf(child);
    if (child.pid !== undefined) rememberChild(this.#pidFile, child.pid);
    try {
      await this.#untilReady(child, exited, output);
    } catch (error) {
      child.kill('SIGKILL');
      await exited;
      throw error;
    }
    return {
      pid: child.pid as number,
      exited,
      stop: async () => {
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
        await exited;
        clearTimeout(timer);
        rmSync(this.#pidFile, { force: true });
      },
    };
  }

  #untilReady(child: ChildProcess, exited: Promise<string>, output: ChildOutput): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('it was not ready in time')), START_TIMEOUT_MS);
      const settle = (error?: Error) => {
        clearTimeout(timer);
        if (error) reject(error);
        else resolve();
      };
      void exited.then((reason) => settle(new Error(`${reason}\n${output.tail}`.trim())));
      child.on('message', (message: ChildMessage) => {
        if (message.kind === 'listening') this.#port = message.port;
        else if (message.kind === 'ready') {
          this.options.logger.info('the embedded clickhouse is open', {
            version: message.version,
            openedMs: message.openedMs,
          });
          settle();
        } else settle(new Error(message.message));
      });
      child.send(this.#configuration(), (error) => {
        // The exit says more.
        if (error) this.options.logger.debug('the embedded clickhouse took no configuration', { error: error.message });
      });
    });
  }

  #configuration(): ChildConfiguration {
    const { options } = this;
    const identity = createHash('sha256').update(realpathSync(options.dataDir)).digest('hex').slice(0, 16);
    return {
      directory: options.dataDir,
      port: this.#port,
      user: 'default',
      password: options.password,
      memoryBytes: options.memoryBytes,
      sessions: options.sessions,
      loaderPath: resolveChdbLoader(),
      spoolName: `petrel-${identity}`,
      configFile: options.configFile,
    };
  }
}

/** What the child needs and no more: whatever secrets stand in our environment stay with us. */
function childEnvironment(sessions: number): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TZ', 'LANG', 'TMPDIR', 'LD_LIBRARY_PATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (kept.includes(name) || name.startsWith('AWS_')) env[name] = value;
  }
  // A running query holds one of libuv's threads; named sessions, packing and files need some beside the pool's.
  env.UV_THREADPOOL_SIZE = String(Math.min(1024, sessions + 12 + cpus().length));
  return env;
}

function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ? `ended by ${signal}` : `exited with code ${code}`));
  });
}
