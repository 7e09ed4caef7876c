import type { Logger } from '@petrel/model';
import type { ClickHouse } from '../clickhouse/connection.ts';
import { literal, sql } from '../clickhouse/sql.ts';
import { MIGRATIONS, type Migration } from './migrations.ts';
import { createDatabase, createTable, type Placement, type TableDefinition, tableName } from './tables.ts';

const applied: TableDefinition = {
  name: 'migrations',
  columns: literal("number UInt32, name String, appliedAt DateTime64(3, 'UTC') DEFAULT now64(3)"),
  orderBy: literal('number'),
  replacing: true,
  shardBy: literal('0'),
};

/**
 * Brings the database to the newest schema. Safe to run on every start and by several servers at once: statements are idempotent, and a
 * migration is recorded after its last statement.
 */
export async function migrate(
  clickhouse: ClickHouse,
  placement: Placement,
  logger: Logger,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  await clickhouse.command(createDatabase(placement));
  for (const statement of createTable(placement, applied)) await clickhouse.command(statement);
  const table = tableName(placement, applied.name);
  const rows = await clickhouse.rows<{ number: number }>(sql`SELECT DISTINCT number FROM ${table}`);
  const done = new Set(rows.map((row) => row.number));
  for (const migration of migrations) {
    if (done.has(migration.number)) continue;
    for (const statement of migration.statements(placement)) await clickhouse.command(statement);
    await clickhouse.command(
      sql`INSERT INTO ${table} (number, name) SELECT toUInt32(${migration.number}), ${migration.name}`,
    );
    logger.info('migrated the telemetry store', { number: migration.number, name: migration.name });
  }
}
