import { totalmem } from 'node:os';
import { type Instruments, type Logger, PetrelError, type SeriesColumns } from '@petrel/model';
import { ClickHouse } from '../clickhouse/connection.ts';
import { sql } from '../clickhouse/sql.ts';
import { blockInserter } from '../group-commit/block-inserter.ts';
import { setFsyncAfterInsert } from '../schema/durability.ts';
import { migrate } from '../schema/migrate.ts';
import { type Placement, tableName } from '../schema/tables.ts';
import { ColumnCache } from './cache/column-cache.ts';
import { Catalogue } from './catalogue.ts';
import { DayBook } from './day-book.ts';
import { GridReader } from './grid-reader.ts';
import { joinHistograms } from './join-histograms.ts';
import type { MetricStore, MetricStoreLimits, MetricStoreOptions, SelectRequest, TsdbStats } from './port.ts';
import { MetricSeriesRegistry } from './registry.ts';
import { RetentionKeeper } from './retention.ts';
import { SampleReader, toColumns } from './sample-reader.ts';
import { exactMetric } from './selectors.ts';
import { type ChosenSeries, SeriesIndex } from './series-index.ts';
import { headStats } from './tsdb-stats.ts';
import { MetricWriter } from './writer.ts';

export const DEFAULT_LIMITS: MetricStoreLimits = {
  inFlightBytes: 128 * 1024 * 1024,
  cacheBytes: Math.min(512 * 1024 * 1024, Math.floor(totalmem() / 16)),
  gridMinSamples: 20_000_000,
  labelCacheBytes: 64 * 1024 * 1024,
  batchMs: 200,
  batchRows: 250_000,
  pipelined: 2,
  retryForMs: 10_000,
};

const ROTATE_MS = 2 * 3_600_000;
const RETENTION_MS = 60_000;
const TRIM_MS = 60_000;
const RECALL_MS = 30_000;
const AHEAD_MS = 60_000;

/** Connects, migrates, and takes up what earlier processes stored. Rejects with STORE_UNAVAILABLE. */
export async function openMetricStore(options: MetricStoreOptions): Promise<MetricStore> {
  const { logger, instruments, clock } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const placement: Placement = {
    database: options.database ?? 'petrel',
    ...(options.cluster === undefined ? {} : { cluster: options.cluster }),
  };
  const clickhouse = new ClickHouse(options.clickhouseUrl);
  await migrate(clickhouse, placement, logger);
  await setFsyncAfterInsert(clickhouse, placement, options.fsyncAfterInsert ?? false);
  const registry = new MetricSeriesRegistry();
  const days = new DayBook(registry);
  const histogramMetrics = new Set<string>();
  await recall(clickhouse, placement, days, histogramMetrics);
  // Other servers write to a cluster too, and what they add does not pass here.
  const alone = options.cluster === undefined;
  const index = new SeriesIndex(clickhouse, placement, alone ? limits.labelCacheBytes : 0);
  const reader = new SampleReader(clickhouse, placement);
  const catalogue = new Catalogue(clickhouse, placement);
  const cache = new ColumnCache({
    maxBytes: alone ? limits.cacheBytes : 0,
    registry,
    clock,
  });
  const grids = new GridReader({
    clickhouse,
    placement,
    index,
    cache,
    days,
    histogramMetrics,
    minSamples: limits.gridMinSamples,
  });
  const writer = new MetricWriter({
    registry,
    days,
    inserter: blockInserter(clickhouse, placement, { tokens: false }),
    limits,
    clock,
    logger,
    instruments,
    onSeriesStored: (refs, newDays) => index.added(registry, refs, newDays),
    onFailed: () => cache.clear(),
    onStored: (batch) => {
      cache.stored(batch);
      for (const { ref } of batch.histograms) {
        histogramMetrics.add(registry.metricNames[registry.metricOf[ref] as number] as string);
      }
    },
  });
  const keeper = new RetentionKeeper({ clickhouse, placement, clock, logger, retention: options.retention ?? {} });
  const enforceRetention = async () => {
    const dropped = await keeper.enforce();
    if (dropped.length === 0) return;
    index.clear();
    cache.clear();
  };
  const jobs: [everyMs: number, run: () => unknown][] = [
    [ROTATE_MS, () => registry.rotate() > 0 && days.forgetSeries()],
    [RETENTION_MS, enforceRetention],
    [TRIM_MS, () => cache.trim()],
    [AHEAD_MS, () => writer.storeAhead()],
  ];
  if (!alone) jobs.push([RECALL_MS, () => recall(clickhouse, placement, days, histogramMetrics)]);
  const stopJobs = repeat(jobs, logger);
  observe(instruments, registry, cache);

  return {
    sink: writer,
    select: (request) => select(request, { index, reader, cache, histogramMetrics }),
    selectGrid: (request) => grids.select(request),
    series: (selectors, range, limit) => catalogue.series(selectors, range, limit),
    labelNames: (selectors, range, limit) => catalogue.labelNames(selectors, range, limit),
    labelValues: (name, selectors, range, limit) => catalogue.labelValues(name, selectors, range, limit),
    exemplars: (selectors, range) => catalogue.exemplars(selectors, range),
    metadata: (wanted) => catalogue.metadata(wanted),
    stats: (limit = 10) => stats(clickhouse, placement, registry, limit),
    setFsyncAfterInsert: (on) => setFsyncAfterInsert(clickhouse, placement, on),
    setRetention(retention) {
      keeper.retention = retention;
    },
    enforceRetention,
    flush: () => writer.flush(),
    async stop() {
      stopJobs();
      await writer.stop();
      await clickhouse.close();
    },
  };
}

/** Runs each job again and again; one that fails is logged and comes round again. Returns what ends them. */
function repeat(jobs: readonly (readonly [everyMs: number, run: () => unknown])[], logger: Logger): () => void {
  const timers = jobs.map(([everyMs, run]) =>
    setInterval(() => {
      Promise.resolve()
        .then(run)
        .catch((error: unknown) => logger.warn('upkeep of the metric store failed', { error: String(error) }));
    }, everyMs).unref(),
  );
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}

function observe(instruments: Instruments, registry: MetricSeriesRegistry, cache: ColumnCache): void {
  instruments.observableGauge('petrel_store_active_series', 'Series written recently.', () => registry.size);
  instruments.observableGauge('petrel_store_cache_bytes', 'Memory of decoded columns.', () => cache.bytes);
  instruments.observableGauge('petrel_store_registry_bytes', 'Memory of the series registry.', () => registry.bytes);
}

async function recall(
  clickhouse: ClickHouse,
  placement: Placement,
  days: DayBook,
  histogramMetrics: Set<string>,
): Promise<void> {
  const [newest, rewritten, withHistograms] = await Promise.all([
    clickhouse.rows<{ rows: string; newest: string }>(
      sql`SELECT count() AS rows, toUnixTimestamp64Milli(max(ts)) AS newest FROM ${tableName(placement, 'samples')}`,
    ),
    clickhouse.rows<{ day: number; metric: string }>(
      sql`SELECT DISTINCT toUInt16(day) AS day, metric FROM ${tableName(placement, 'rewritten')}`,
    ),
    clickhouse.rows<{ metric: string }>(sql`SELECT DISTINCT metric FROM ${tableName(placement, 'histograms')}`),
  ]);
  if (Number(newest[0]?.rows ?? 0) > 0) days.storedMaxMs = Math.max(days.storedMaxMs, Number(newest[0]?.newest));
  days.mark(rewritten);
  for (const { metric } of withHistograms) histogramMetrics.add(metric);
}

interface Readers {
  readonly index: SeriesIndex;
  readonly reader: SampleReader;
  readonly cache: ColumnCache;
  readonly histogramMetrics: ReadonlySet<string>;
}

async function select(
  request: SelectRequest,
  { index, reader, cache, histogramMetrics }: Readers,
): Promise<SeriesColumns[]> {
  const { matchers, startMs, endMs, signal } = request;
  if (signal?.aborted === true) throw new PetrelError('QUERY_CANCELED', 'query was canceled');
  if (endMs < startMs) return [];
  const metric = exactMetric(matchers);
  if (metric !== undefined && !histogramMetrics.has(metric)) {
    const held = cache.get(metric, request);
    if (held !== undefined) return held;
  }
  const chosen = await index.resolve(matchers, startMs, endMs, signal);
  const withHistograms = chosen.filter((choice) => choice.positions.length > 0 && histogramMetrics.has(choice.metric));
  const [columns, histograms] = await Promise.all([
    selectFloats(chosen, request, reader, cache),
    reader.readHistograms(withHistograms, request),
  ]);
  return histograms.size === 0 ? columns : joinHistograms(columns, histograms);
}

async function selectFloats(
  chosen: readonly ChosenSeries[],
  request: SelectRequest,
  reader: SampleReader,
  cache: ColumnCache,
): Promise<SeriesColumns[]> {
  const [choice] = chosen;
  if (choice !== undefined && chosen.length === 1 && choice.positions.length > 0 && request.once !== true) {
    if (await cache.admit(choice, request, reader)) {
      const held = cache.get(choice.metric, request);
      if (held !== undefined) return held;
    }
  }
  return toColumns(await reader.read(chosen, request));
}

async function stats(
  clickhouse: ClickHouse,
  placement: Placement,
  registry: MetricSeriesRegistry,
  limit: number,
): Promise<TsdbStats> {
  const rows = await clickhouse.rows<{ rows: string; oldest: string; newest: string }>(
    sql`SELECT count() AS rows, toUnixTimestamp64Milli(min(ts)) AS oldest, toUnixTimestamp64Milli(max(ts)) AS newest
      FROM ${tableName(placement, 'samples')}`,
  );
  const [row] = rows;
  const some = row !== undefined && row.rows !== '0';
  return {
    ...headStats(registry, limit),
    // Prometheus cuts a chunk at 120 samples; so many would the stored ones fill.
    chunkCount: some ? Math.ceil(Number(row.rows) / 120) : 0,
    minTimeMs: some ? Number(row.oldest) : undefined,
    maxTimeMs: some ? Number(row.newest) : undefined,
  };
}
