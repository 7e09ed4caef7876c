import { literal, type Sql } from '../clickhouse/sql.ts';
import { logStreams, logs } from './log-tables.ts';
import { alterSettings, createTable, type Placement, type TableDefinition } from './tables.ts';

export interface Migration {
  /** Ascending, never reused. */
  readonly number: number;
  readonly name: string;
  /** Each statement is idempotent: a migration that was cut short is run again from its start. */
  statements(placement: Placement): readonly Sql[];
}

// Why these keys, codecs and partitions: docs/decisions/0003-metric-tables.md.
const samples: TableDefinition = {
  name: 'samples',
  columns: literal(`
    metric LowCardinality(String) CODEC(ZSTD(1)),
    series UInt64 CODEC(Delta(8), ZSTD(1)),
    ts DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    value Float64 CODEC(Delta(8), ZSTD(1)),
    start Int64 DEFAULT 0 CODEC(ZSTD(1))`),
  orderBy: literal('(metric, series, ts)'),
  partitionBy: literal('toYYYYMMDD(ts)'),
  replacing: true,
  shardBy: literal('series'),
};

const series: TableDefinition = {
  name: 'series',
  columns: literal(`
    day Date,
    metric LowCardinality(String),
    series UInt64,
    labels Map(LowCardinality(String), String) CODEC(ZSTD(1))`),
  orderBy: literal('(metric, series)'),
  partitionBy: literal('toYYYYMMDD(day)'),
  replacing: true,
  shardBy: literal('series'),
};

const histograms: TableDefinition = {
  name: 'histograms',
  columns: literal(`
    metric LowCardinality(String),
    series UInt64,
    ts DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    start Int64 DEFAULT 0 CODEC(ZSTD(1)),
    count Float64,
    sum Float64,
    encoded String CODEC(ZSTD(1))`),
  orderBy: literal('(metric, series, ts)'),
  partitionBy: literal('toYYYYMMDD(ts)'),
  replacing: true,
  shardBy: literal('series'),
};

const exemplars: TableDefinition = {
  name: 'exemplars',
  columns: literal(`
    metric LowCardinality(String),
    series UInt64,
    ts DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    value Float64,
    labels Map(LowCardinality(String), String) CODEC(ZSTD(1))`),
  orderBy: literal('(metric, series, ts, value)'),
  partitionBy: literal('toYYYYMMDD(ts)'),
  replacing: true,
  shardBy: literal('series'),
};

const metadata: TableDefinition = {
  name: 'metadata',
  columns: literal(`
    metric String,
    type LowCardinality(String),
    help String,
    unit String,
    seen DateTime64(3, 'UTC')`),
  orderBy: literal('(metric, type, help, unit)'),
  replacing: true,
  shardBy: literal('cityHash64(metric)'),
};

const rewritten: TableDefinition = {
  name: 'rewritten',
  columns: literal(`
    day Date,
    metric String`),
  orderBy: literal('(day, metric)'),
  partitionBy: literal('toYYYYMMDD(day)'),
  replacing: true,
  shardBy: literal('cityHash64(metric)'),
};

/** Days for which the ledger is kept where nothing else is asked for. */
export const LEDGER_RETENTION_DAYS = 400;

// `seq` is the place in the order of the decisions, so a row that is inserted again replaces itself. People look for one alert among many:
// small granules, and a filter over the alerts of each.
const ledger: TableDefinition = {
  name: 'ledger',
  columns: literal(`
    ts DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    seq UInt64 CODEC(Delta(8), ZSTD(1)),
    kind LowCardinality(String),
    fingerprints Array(UInt64) CODEC(ZSTD(1)),
    alertname LowCardinality(String),
    labels Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    group_key String CODEC(ZSTD(1)),
    receiver LowCardinality(String),
    integration LowCardinality(String),
    reason LowCardinality(String),
    detail String CODEC(ZSTD(1)),
    INDEX by_fingerprint fingerprints TYPE bloom_filter(0.01) GRANULARITY 1`),
  orderBy: literal('(ts, seq)'),
  partitionBy: literal('toYYYYMM(ts)'),
  replacing: true,
  shardBy: literal('seq'),
  ttl: literal(`toDateTime(ts) + toIntervalDay(${LEDGER_RETENTION_DAYS})`),
  // Months go as a whole: no part is ever rewritten for its age.
  settings: literal('index_granularity = 1024, ttl_only_drop_parts = 1'),
};

export const MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: 'metrics',
    statements: (placement) =>
      [samples, series, histograms, exemplars, metadata, rewritten].flatMap((table) => createTable(placement, table)),
  },
  {
    number: 2,
    name: 'merge many parts at once',
    // Rows of one scrape lie among those of all others, so a merge costs a microsecond a row: each row should pass through few of them.
    statements: (placement) => [
      alterSettings(
        placement,
        'samples',
        literal(
          'merge_selector_base = 100, old_parts_lifetime = 60, min_age_to_force_merge_seconds = 7200, min_age_to_force_merge_on_partition_only = 1',
        ),
      ),
    ],
  },
  {
    number: 3,
    name: 'decision ledger',
    statements: (placement) => createTable(placement, ledger),
  },
  {
    number: 4,
    name: 'logs',
    statements: (placement) => [logs, logStreams].flatMap((table) => createTable(placement, table)),
  },
];
