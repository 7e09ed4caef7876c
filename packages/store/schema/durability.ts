import type { ClickHouse } from '../clickhouse/connection.ts';
import { literal, sql } from '../clickhouse/sql.ts';
import { alterSettings, type Placement } from './tables.ts';

/** The tables whose rows are acknowledged to senders. */
const ACKNOWLEDGED = [
  'samples',
  'series',
  'histograms',
  'exemplars',
  'metadata',
  'rewritten',
  'ledger',
  'logs',
  'log_streams',
];

/**
 * Switches MergeTree's `fsync_after_insert` (and `fsync_part_directory`) on or off on every table of acknowledged rows. Without it an insert
 * survives the death of any process, but not a power failure of the machine: the kernel may still hold it. Tables that are as
 * wanted are left alone.
 */
export async function setFsyncAfterInsert(clickhouse: ClickHouse, placement: Placement, on: boolean): Promise<void> {
  const suffix = placement.cluster === undefined ? '' : '_local';
  const tables = await clickhouse.rows<{ name: string; engine_full: string }>(
    sql`SELECT name, engine_full FROM system.tables WHERE database = ${placement.database}`,
  );
  const isOn = new Map(tables.map((table) => [table.name, table.engine_full.includes('fsync_after_insert = true')]));
  const settings = literal(`fsync_after_insert = ${on}, fsync_part_directory = ${on}`);
  for (const name of ACKNOWLEDGED) {
    if (isOn.get(`${name}${suffix}`) === on) continue;
    await clickhouse.command(alterSettings(placement, name, settings));
  }
}
