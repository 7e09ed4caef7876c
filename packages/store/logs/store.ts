import type { Logger } from '@petrel/model';
import { ClickHouse } from '../clickhouse/connection.ts';
import { blockInserter } from '../group-commit/block-inserter.ts';
import { setFsyncAfterInsert } from '../schema/durability.ts';
import { migrate } from '../schema/migrate.ts';
import type { Placement } from '../schema/tables.ts';
import { LineCounter } from './line-counter.ts';
import { LineReader } from './line-reader.ts';
import { LogWriter } from './log-writer.ts';
import type { LogStore, LogStoreLimits, LogStoreOptions } from './port.ts';
import { LogRetentionKeeper } from './retention.ts';
import { StreamBook } from './stream-book.ts';
import { StreamCatalogue } from './stream-catalogue.ts';
import { labelNames, labelSets, labelValues } from './stream-lists.ts';

export const DEFAULT_LOG_LIMITS: LogStoreLimits = {
  inFlightBytes: 256 * 1024 * 1024,
  batchMs: 200,
  batchRows: 200_000,
  calm: { rows: 5_000, calmMs: 20 },
  batchBytes: 64 * 1024 * 1024,
  pipelined: 2,
  retryForMs: 10_000,
  bookedStreams: 200_000,
  cachedStreams: 200_000,
};

const RETENTION_MS = 600_000;

/** Connects and migrates. Rejects with STORE_UNAVAILABLE. */
export async function openLogStore(options: LogStoreOptions): Promise<LogStore> {
  const { logger, instruments, clock } = options;
  const limits = { ...DEFAULT_LOG_LIMITS, ...options.limits };
  const placement: Placement = {
    database: options.database ?? 'petrel',
    ...(options.cluster === undefined ? {} : { cluster: options.cluster }),
  };
  const clickhouse = new ClickHouse(options.clickhouseUrl);
  await migrate(clickhouse, placement, logger);
  const book = new StreamBook(limits.bookedStreams);
  const catalogue = new StreamCatalogue(clickhouse, placement, limits.cachedStreams);
  const reader = new LineReader(clickhouse, placement, catalogue);
  const counter = new LineCounter(clickhouse, placement, catalogue);
  const writer = new LogWriter({
    book,
    inserter: blockInserter(clickhouse, placement, { tokens: true }),
    limits,
    logger,
    instruments,
    onStreamsStored: (rows) => catalogue.added(rows),
  });
  const keeper = new LogRetentionKeeper({
    clickhouse,
    placement,
    catalogue,
    clock,
    logger,
    retention: options.retention ?? {},
  });
  const enforceRetention = async () => {
    if (!(await keeper.enforce())) return;
    catalogue.clear();
    book.forgetDays();
  };
  const stopRetention = repeat(RETENTION_MS, enforceRetention, logger);
  instruments.observableGauge('petrel_store_log_streams', 'Streams written recently.', () => book.size);

  return {
    sink: writer,
    select: (request) => reader.select(request),
    count: (request) => counter.count(request),
    streams: async (selectors, range, limit) => labelSets(await catalogue.resolve(selectors, range), limit),
    labelNames: async (selectors, range) => labelNames(await catalogue.resolve(selectors, range)),
    labelValues: async (name, selectors, range) => labelValues(await catalogue.resolve(selectors, range), name),
    stats: (selectors, range) => counter.stats(selectors, range),
    setFsyncAfterInsert: (on) => setFsyncAfterInsert(clickhouse, placement, on),
    setOthersWrite(othersWrite) {
      catalogue.othersWrite = othersWrite || options.cluster !== undefined;
    },
    setRetention(retention) {
      keeper.retention = retention;
    },
    enforceRetention,
    flush: () => writer.flush(),
    async stop() {
      stopRetention();
      await writer.stop();
      await clickhouse.close();
    },
  };
}

/** Runs the job again and again; one that fails is logged and comes round again. Returns what ends it. */
function repeat(everyMs: number, run: () => Promise<void>, logger: Logger): () => void {
  const timer = setInterval(() => {
    run().catch((error: unknown) => logger.warn('retention of logs failed', { error: String(error) }));
  }, everyMs).unref();
  return () => clearInterval(timer);
}
