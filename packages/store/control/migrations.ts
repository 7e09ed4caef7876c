import type { Logger } from '@petrel/model';
import type { PgDatabase } from './database.ts';
import { type PgStatement, sqlPg } from './pg-sql.ts';

export interface ControlMigration {
  /** Ascending, never reused. */
  readonly number: number;
  readonly name: string;
  readonly statements: readonly PgStatement[];
}

const CONTROL_MIGRATIONS: readonly ControlMigration[] = [
  {
    number: 1,
    name: 'settings and pushed groups',
    statements: [
      sqlPg`CREATE TABLE settings (
        key text PRIMARY KEY,
        value jsonb NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now())`,
      sqlPg`CREATE TABLE push_groups (
        key text PRIMARY KEY,
        meta jsonb NOT NULL,
        body bytea NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now())`,
    ],
  },
];

// Any constant that no other program uses on the same database; "petrel" in hexadecimal.
const LOCK = '123585556114796';

/** All that are missing in one transaction, under a lock: two servers that start together do not collide. */
export async function migrateControl(
  database: PgDatabase,
  logger: Logger,
  migrations: readonly ControlMigration[] = CONTROL_MIGRATIONS,
): Promise<void> {
  await database.transaction(async (queries) => {
    await queries.rows(sqlPg`SELECT pg_advisory_xact_lock(${LOCK}::bigint)`);
    await queries.rows(sqlPg`CREATE TABLE IF NOT EXISTS migrations (
      number integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`);
    const rows = await queries.rows<{ number: number }>(sqlPg`SELECT number FROM migrations`);
    const done = new Set(rows.map(({ number }) => number));
    for (const { number, name, statements } of migrations) {
      if (done.has(number)) continue;
      for (const statement of statements) await queries.rows(statement);
      await queries.rows(sqlPg`INSERT INTO migrations (number, name) VALUES (${number}, ${name})`);
      logger.info('migrated the control store', { number, name });
    }
  });
}
