import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { type Instruments, type Logger, PetrelError } from '@petrel/model';
import { resolveClickHouseEntry } from './clickhouse-entry.ts';
import { ClickHouseStore } from './clickhouse-store.ts';
import { takeDirectory } from './data-directory.ts';
import { resolvePostgresBinaries } from './postgres-binaries.ts';
import { createPostgresLauncher } from './postgres-launcher.ts';
import { PostgresStore } from './postgres-store.ts';
import { readOrCreateSecret } from './secret.ts';
import { type StoreStatus, Supervisor } from './supervisor.ts';

export interface StoreOptions {
  /** Created where it does not exist; locked while the stores are open. */
  readonly dataDir: string;
  /** An own ClickHouse: no child, the URL is passed through. */
  readonly clickhouseUrl?: string | undefined;
  /** An own PostgreSQL: no child, the URL is passed through. */
  readonly postgresUrl?: string | undefined;
  readonly logger: Logger;
  readonly instruments: Instruments;
  /** What all queries, merges and caches of the embedded ClickHouse may hold together; `defaultClickHouseMemoryBytes` where absent. */
  readonly clickhouseMemoryBytes?: number | undefined;
  /** Statements that the embedded ClickHouse runs at once; one of them is kept for inserts. At least 4; 8 where absent. */
  readonly sessions?: number | undefined;
  /** A ClickHouse configuration file (XML or YAML) merged over ours: storage policies, disks, named collections. */
  readonly configFile?: string | undefined;
  /** The embedded ClickHouse's program; found beside this module where absent. */
  readonly clickhouseEntry?: string | undefined;
}

export interface Stores {
  /** With user and password. */
  readonly clickhouseUrl: string;
  /** With user and password. */
  readonly postgresUrl: string;
  /** For /-/ready and the status page. */
  status(): { readonly clickhouse: StoreStatus; readonly postgres: StoreStatus };
  /** Process ids of the children; undefined where there is none just now. */
  pids(): { readonly clickhouse: number | undefined; readonly postgres: number | undefined };
  /** Called when a store that had crashed serves again. Returns the function that ends the subscription. */
  onRestart(listener: (store: 'clickhouse' | 'postgres') => void): () => void;
  /** Ends the children, flushed, and unlocks the directory. */
  stop(): Promise<void>;
}

const MIN_SESSIONS = 4;
const DEFAULT_SESSIONS = 8;

/**
 * A quarter of the machine's memory, at least 512 MB, at most 4 GB: sorting and grouping of 7 M samples stay below 400 MB (measured),
 * the rest is the page cache's, which serves reads better than our own caches would.
 */
export function defaultClickHouseMemoryBytes(machineBytes: number = totalmem()): number {
  return Math.min(4 * 2 ** 30, Math.max(512 * 2 ** 20, Math.floor(machineBytes / 4)));
}

/**
 * Opens both stores side by side and resolves when both serve.
 * @throws PetrelError DATA_DIR_LOCKED when another server has the directory, CONFIG_INVALID when it cannot be one, STORE_UNAVAILABLE when a store does not start
 */
export async function openStores(options: StoreOptions): Promise<Stores> {
  const dataDir = resolve(options.dataDir);
  const unlock = needsDirectory(options) ? takeDirectory(dataDir) : () => undefined;
  const listeners = new Set<(store: 'clickhouse' | 'postgres') => void>();
  const restarts = options.instruments.counter(
    'petrel_store_restarts_total',
    'Starts of an embedded store after it had ended unexpectedly.',
    ['store'],
  );
  const supervise = (name: 'clickhouse' | 'postgres', store: { start: ClickHouseStore['start'] }) =>
    new Supervisor({
      name,
      logger: options.logger,
      restarts,
      start: () => store.start(),
      onRestart: () => {
        for (const listener of listeners) listener(name);
      },
    });
  const supervisors: Supervisor[] = [];
  try {
    const [clickhouse, postgres] = await Promise.all([
      options.clickhouseUrl ? undefined : prepareClickHouse(dataDir, options),
      options.postgresUrl ? undefined : preparePostgres(dataDir, options),
    ]);
    const clickhouseSupervisor = clickhouse && supervise('clickhouse', clickhouse);
    const postgresSupervisor = postgres && supervise('postgres', postgres);
    for (const supervisor of [clickhouseSupervisor, postgresSupervisor]) if (supervisor) supervisors.push(supervisor);
    const results = await Promise.allSettled(supervisors.map((supervisor) => supervisor.start()));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    return {
      clickhouseUrl: options.clickhouseUrl || (clickhouse as ClickHouseStore).url,
      postgresUrl: options.postgresUrl || (postgres as PostgresStore).url,
      status: () => ({
        clickhouse: clickhouseSupervisor?.status ?? 'external',
        postgres: postgresSupervisor?.status ?? 'external',
      }),
      pids: () => ({ clickhouse: clickhouseSupervisor?.pid, postgres: postgresSupervisor?.pid }),
      onRestart(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      async stop() {
        await Promise.all(supervisors.map((supervisor) => supervisor.stop()));
        unlock();
      },
    };
  } catch (error) {
    await Promise.allSettled(supervisors.map((supervisor) => supervisor.stop()));
    unlock();
    if (error instanceof PetrelError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new PetrelError('STORE_UNAVAILABLE', `The embedded stores do not start: ${reason}`, { cause: error });
  }
}

function needsDirectory(options: StoreOptions): boolean {
  return !options.clickhouseUrl || !options.postgresUrl;
}

async function prepareClickHouse(dataDir: string, options: StoreOptions): Promise<ClickHouseStore> {
  return new ClickHouseStore({
    dataDir,
    entry: options.clickhouseEntry ?? (await resolveClickHouseEntry()),
    password: readOrCreateSecret(join(dataDir, 'clickhouse.password')),
    memoryBytes: options.clickhouseMemoryBytes ?? defaultClickHouseMemoryBytes(),
    sessions: Math.max(MIN_SESSIONS, options.sessions ?? DEFAULT_SESSIONS),
    configFile: options.configFile,
    logger: options.logger,
  });
}

async function preparePostgres(dataDir: string, options: StoreOptions): Promise<PostgresStore> {
  const baseDirectory = join(dataDir, 'postgres');
  const binaries = resolvePostgresBinaries();
  return new PostgresStore({
    dataDir,
    baseDirectory,
    binaries,
    launcher: createPostgresLauncher({ dataDir, baseDirectory, binaries }),
    password: readOrCreateSecret(join(dataDir, 'postgres.password')),
    logger: options.logger,
  });
}
