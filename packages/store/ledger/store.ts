import { ClickHouse } from '../clickhouse/connection.ts';
import { literal, sql } from '../clickhouse/sql.ts';
import type { OutboxEntry } from '../control/ledger-outbox.ts';
import { migrate } from '../schema/migrate.ts';
import { LEDGER_RETENTION_DAYS } from '../schema/migrations.ts';
import { localTableName, onCluster, type Placement, tableName } from '../schema/tables.ts';
import { ledgerBlock } from './ledger-block.ts';
import { readLedger } from './ledger-query.ts';
import type { LedgerStore, LedgerStoreOptions } from './port.ts';
import { Shipper } from './shipper.ts';

const DAY_MS = 86_400_000;

/** Connects, migrates, sets the retention, and begins to move what waits in the outbox. Rejects with STORE_UNAVAILABLE. */
export async function openLedgerStore(options: LedgerStoreOptions): Promise<LedgerStore> {
  const { logger, instruments, outbox } = options;
  const placement: Placement = {
    database: options.database ?? 'petrel',
    ...(options.cluster === undefined ? {} : { cluster: options.cluster }),
  };
  const clickhouse = new ClickHouse(options.clickhouseUrl);
  try {
    await migrate(clickhouse, placement, logger);
    await setRetention(clickhouse, placement, options.retention?.timeMs ?? LEDGER_RETENTION_DAYS * DAY_MS);
  } catch (error) {
    await clickhouse.close();
    throw error;
  }
  const shipper = new Shipper({
    outbox,
    insert: (batch) => insertEntries(clickhouse, placement, batch),
    logger,
    instruments,
    batchRows: options.batchRows ?? 5_000,
    intervalMs: options.intervalMs ?? 1_000,
  });
  shipper.start();
  return {
    entries: (query) => readLedger(query, { clickhouse, placement, outbox }),
    wake: () => shipper.wake(),
    ship: () => shipper.ship(),
    async stop() {
      await shipper.stop();
      await clickhouse.close();
    },
  };
}

function insertEntries(clickhouse: ClickHouse, placement: Placement, batch: readonly OutboxEntry[]): Promise<void> {
  const { rows, columns } = ledgerBlock(batch);
  return clickhouse.insert(tableName(placement, 'ledger'), rows, columns, {
    max_partitions_per_insert_block: 0,
    max_insert_threads: 1,
    max_threads: 1,
    ...(placement.cluster === undefined ? {} : { distributed_foreground_insert: 1 }),
  });
}

/** Whole days, at least one. Left alone where it is as wanted, since a change makes the database look at every part. */
async function setRetention(clickhouse: ClickHouse, placement: Placement, timeMs: number): Promise<void> {
  const days = Math.max(1, Math.ceil(timeMs / DAY_MS));
  const name = placement.cluster === undefined ? 'ledger' : 'ledger_local';
  const [table] = await clickhouse.rows<{ engine_full: string }>(
    sql`SELECT engine_full FROM system.tables WHERE database = ${placement.database} AND name = ${name}`,
  );
  const ttl = `toDateTime(ts) + toIntervalDay(${days})`;
  if (table?.engine_full.includes(`TTL ${ttl} `)) return;
  const local = localTableName(placement, 'ledger');
  await clickhouse.command(sql`ALTER TABLE ${local}${onCluster(placement)} MODIFY TTL ${literal(ttl)}`);
}
