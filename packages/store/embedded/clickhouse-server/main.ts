/**
 * The embedded ClickHouse: chDB behind ClickHouse's HTTP interface, in a process of its own because a crash of the library takes its
 * process along. Its parent sends one configuration message, hears the port, and ends it by a signal or by going away.
 */
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Engine } from './engine.ts';
import { writeEngineConfiguration } from './engine-configuration.ts';
import { createHttpServer } from './http-server.ts';
import type { ChildConfiguration, ChildMessage } from './messages.ts';
import { Spool } from './spool.ts';

// What runs may end; then the process goes, whatever the library still does.
const SHUTDOWN_MS = 5_000;

function tell(message: ChildMessage): void {
  if (process.connected) process.send?.(message);
}

async function start(configuration: ChildConfiguration): Promise<void> {
  const startedMs = performance.now();
  let engine: Engine | undefined;
  const server = createHttpServer({ credentials: configuration, engine: () => engine });
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), SHUTDOWN_MS).unref();
    server.close();
    server.closeIdleConnections();
    const open = engine;
    engine = undefined;
    await open?.close();
    process.exit(0);
  };
  process.once('disconnect', () => void stop());
  process.once('SIGTERM', () => void stop());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(configuration.port, '127.0.0.1', resolve);
  });
  tell({ kind: 'listening', port: (server.address() as AddressInfo).port });
  const path = join(configuration.directory, 'clickhouse');
  mkdirSync(path, { recursive: true });
  const configFile = writeEngineConfiguration({
    directory: join(configuration.directory, 'clickhouse-config'),
    memoryBytes: configuration.memoryBytes,
    configFile: configuration.configFile,
  });
  const spool = new Spool({ name: configuration.spoolName, dataDirectory: configuration.directory });
  const opened = await Engine.open({
    loaderPath: configuration.loaderPath,
    path,
    configFile,
    sessions: configuration.sessions,
    spool,
  });
  if (stopping) return;
  engine = opened;
  tell({ kind: 'ready', version: opened.version, openedMs: Math.round(performance.now() - startedMs) });
}

process.on('SIGINT', () => undefined);
process.once('message', (configuration: ChildConfiguration) => {
  start(configuration).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    tell({ kind: 'failed', message });
    process.stderr.write(`${message}\n`);
    setTimeout(() => process.exit(1), 50);
  });
});
