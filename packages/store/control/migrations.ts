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
  {
    number: 2,
    name: 'alerting',
    // Times are ms since the epoch. `id` of groups and notifications is a digest of their keys, which may be too long for an index.
    statements: [
      sqlPg`CREATE TABLE alerts (
        fingerprint text PRIMARY KEY,
        labels jsonb NOT NULL,
        annotations jsonb NOT NULL,
        starts_at_ms bigint NOT NULL,
        ends_at_ms bigint NOT NULL,
        timeout boolean NOT NULL,
        updated_at_ms bigint NOT NULL,
        generator_url text NOT NULL,
        source text NOT NULL)`,
      sqlPg`CREATE TABLE silences (
        id text PRIMARY KEY,
        matchers jsonb NOT NULL,
        starts_at_ms bigint NOT NULL,
        ends_at_ms bigint NOT NULL,
        updated_at_ms bigint NOT NULL,
        created_by text NOT NULL,
        comment text NOT NULL,
        annotations jsonb)`,
      sqlPg`CREATE TABLE alert_groups (
        id text PRIMARY KEY,
        key text NOT NULL,
        route_key text NOT NULL,
        labels jsonb NOT NULL,
        next_flush_ms bigint NOT NULL,
        flushed boolean NOT NULL,
        delivering boolean NOT NULL)`,
      sqlPg`CREATE TABLE notifications (
        id text PRIMARY KEY,
        group_key text NOT NULL,
        integration_key text NOT NULL,
        firing text[] NOT NULL,
        resolved text[] NOT NULL,
        t_ms bigint NOT NULL,
        expires_at_ms bigint NOT NULL)`,
      sqlPg`CREATE TABLE alert_flaps (
        fingerprint text PRIMARY KEY,
        changes_ms bigint[] NOT NULL,
        flapping boolean NOT NULL)`,
      sqlPg`CREATE TABLE ledger_outbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        t_ms bigint NOT NULL,
        entry text NOT NULL)`,
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
