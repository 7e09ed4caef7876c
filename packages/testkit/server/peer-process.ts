import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ask, until } from './http.ts';
import { freePort } from './petrel-process.ts';

/** A server of another project on a free port of the loopback. */
export interface PeerProcess {
  readonly url: string;
  /** `127.0.0.1:port`, as scrape targets are written. */
  readonly address: string;
  stop(): Promise<void>;
}

/** Whether the programs are on the PATH; a test that needs one which is not is skipped with its name. */
export function hasPrograms(...names: readonly string[]): boolean {
  const missing = names.filter((name) => !isOnPath(name));
  if (missing.length > 0) console.warn(`skipped: not installed: ${missing.join(', ')}`);
  return missing.length === 0;
}

export async function startNodeExporter(): Promise<PeerProcess> {
  const address = `127.0.0.1:${await freePort()}`;
  return start('prometheus-node-exporter', [`--web.listen-address=${address}`], address, '/');
}

/** `config` is prometheus.yml; what it needs to know of its own address is given to it. The data go below `folder`. */
export async function startPrometheus(folder: string, config: (address: string) => string): Promise<PeerProcess> {
  const address = `127.0.0.1:${await freePort()}`;
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'prometheus.yml');
  writeFileSync(file, config(address));
  const args = [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, 'tsdb')}`, '--log.level=error'];
  return start('prometheus', [...args, `--web.listen-address=${address}`], address, '/-/ready');
}

/** `config` is alertmanager.yml. Alone: no cluster. */
export async function startAlertmanager(folder: string, config: string): Promise<PeerProcess> {
  const address = `127.0.0.1:${await freePort()}`;
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'alertmanager.yml');
  writeFileSync(file, config);
  const args = [`--config.file=${file}`, `--storage.path=${join(folder, 'data')}`, '--cluster.listen-address='];
  return start(
    'prometheus-alertmanager',
    [...args, '--log.level=error', `--web.listen-address=${address}`],
    address,
    '/-/ready',
  );
}

async function start(program: string, args: readonly string[], address: string, path: string): Promise<PeerProcess> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output += chunk));
  const url = `http://${address}`;
  try {
    await until(async () => {
      if (hasEnded(child)) throw new Error(`${program} ended with ${child.exitCode ?? child.signalCode}`);
      return (await ask(`${url}${path}`).catch(() => undefined))?.status === 200;
    }, 30_000);
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`${(error as Error).message}; it printed:\n${output}`);
  }
  return { url, address, stop: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
