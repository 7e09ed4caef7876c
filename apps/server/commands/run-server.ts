import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ConfigError, formatIssue } from '@petrel/config';
import { type Logger, PetrelError } from '@petrel/model';
import { openStores, type Stores } from '@petrel/store/embedded/index.ts';
import { loadConfig } from '../config/index.ts';
import { createInstruments } from '../instruments/index.ts';
import { createLogger, LOG_LEVELS, type LogFormat, type LogLevel } from '../logger.ts';
import type { PetrelServer } from '../server.ts';
import { usageError } from '../usage-error.ts';
import { VERSION } from '../version.ts';

const OPTIONS = {
  config: { type: 'string' },
  'config.file': { type: 'string' },
  data: { type: 'string', default: './data' },
  listen: { type: 'string' },
  'otlp-grpc': { type: 'string' },
  'web.external-url': { type: 'string' },
  'web.enable-lifecycle': { type: 'boolean', default: false },
  'log.level': { type: 'string', default: 'info' },
  'log.format': { type: 'string', default: 'logfmt' },
} as const;

/** A stop that takes longer than this is not going to end. */
const STOP_PATIENCE_MS = 30_000;

/** `petrel server`. Returns an exit code when it cannot start; otherwise the server keeps the process. */
export async function runServer(args: readonly string[]): Promise<number | undefined> {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    return usageError((error as Error).message);
  }
  const level = values['log.level'] as LogLevel;
  const format = values['log.format'] as LogFormat;
  if (!LOG_LEVELS.includes(level)) return usageError(`--log.level is one of ${LOG_LEVELS.join(', ')}`);
  if (format !== 'logfmt' && format !== 'json') return usageError('--log.format is logfmt or json');
  const logger = createLogger({ level, format });
  const dataDir = resolve(values.data);
  const cwd = process.cwd();
  const place = {
    ...optional('configFile', values.config ?? values['config.file']),
    ...optional('listen', values.listen),
  };
  let stores: Promise<Stores> | undefined;
  let server: PetrelServer | undefined;
  const stop = stopper(logger, async () => {
    if (server !== undefined) await server.stop();
    else await (await stores)?.stop();
  });
  handleEndSignals(stop);
  try {
    // A bad file is told of before anything is started.
    loadConfig({ cwd, ...optional('path', place.configFile) });
    const instruments = createInstruments();
    stores = openStores({
      dataDir,
      clickhouseUrl: process.env.CLICKHOUSE_URL || undefined,
      postgresUrl: process.env.POSTGRES_URL || undefined,
      logger,
      instruments,
    });
    stores.catch(() => undefined);
    // Half a second of loading, during which the stores start.
    const { startServer } = await import('../server.ts');
    server = await startServer({
      ...place,
      cwd,
      dataDir,
      stores,
      instruments,
      logger,
      enableLifecycle: values['web.enable-lifecycle'],
      webDir: join(fileURLToPath(new URL('.', import.meta.url)), 'web'),
      flags: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)])),
      onQuit: () => stop('it was asked to by HTTP'),
      clickhouseCluster: process.env.CLICKHOUSE_CLUSTER || undefined,
      ...optional('otlpGrpc', values['otlp-grpc']),
      ...optional('externalUrl', values['web.external-url']),
    });
    reloadAtHangup(server, logger);
    await server.ready;
  } catch (error) {
    if (server !== undefined) await server.stop();
    // A server that never came up has left the stores to us.
    else await stores?.then((opened) => opened.stop()).catch(() => undefined);
    return startFailure(error);
  }
  process.stderr.write(banner(server, dataDir));
  return undefined;
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false }).values;
}

function optional<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: string });
}

/** What the user can do something about is told in plain words; a bug keeps its stack. */
function startFailure(error: unknown): number {
  if (!(error instanceof PetrelError)) throw error;
  process.stderr.write('petrel: the server did not start\n');
  if (error instanceof ConfigError) for (const issue of error.issues) process.stderr.write(`  ${formatIssue(issue)}\n`);
  else process.stderr.write(`  ${error.message}\n`);
  return 1;
}

function stopper(logger: Logger, stopAll: () => Promise<void>): (reason: string) => void {
  let asked = false;
  return (reason) => {
    if (asked) return;
    asked = true;
    logger.info('the server stops', { reason });
    const late = setTimeout(() => {
      logger.error('the server did not stop in time');
      process.exit(1);
    }, STOP_PATIENCE_MS);
    void stopAll().then(
      () => {
        clearTimeout(late);
        logger.info('the server has stopped');
        process.exit(0);
      },
      (error: unknown) => {
        logger.error('the server did not stop cleanly', {
          error: error instanceof Error ? error.message : String(error),
        });
        process.exit(1);
      },
    );
  };
}

function handleEndSignals(stop: (reason: string) => void): void {
  let interrupts = 0;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // A second Ctrl-C means it.
      if (signal === 'SIGINT' && ++interrupts > 1) process.exit(130);
      stop(`signal ${signal}`);
    });
  }
}

function reloadAtHangup(server: PetrelServer, logger: Logger): void {
  process.on('SIGHUP', () => {
    server.reload().catch((error: unknown) => {
      if (!(error instanceof PetrelError)) throw error;
      logger.warn('SIGHUP: the configuration was not reloaded', { error: error.message });
    });
  });
}

function banner(server: PetrelServer, dataDir: string): string {
  const config = server.config();
  const jobs = config.scrapeConfigs.map(({ jobName }) => jobName);
  const shown = jobs.length > 6 ? `${jobs.slice(0, 6).join(', ')} and ${jobs.length - 6} more` : jobs.join(', ');
  return `
  Petrel ${VERSION} is ready in ${process.uptime().toFixed(1)} s

  Web and API    ${server.url}
  Configuration  ${config.file ?? 'defaults (no petrel.yml here)'}
  Data           ${dataDir}
  Scrapes        ${jobs.length === 0 ? 'nothing' : shown}

  Ask it         petrel query instant${server.url.endsWith(':7070') ? '' : ` ${server.url}`} up

`;
}
