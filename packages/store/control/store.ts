import type { AlertingStateStore, Json, Logger } from '@petrel/model';
import { alertingStateStore } from './alerting-state.ts';
import { PgDatabase } from './database.ts';
import { type LedgerOutbox, ledgerOutbox } from './ledger-outbox.ts';
import { migrateControl } from './migrations.ts';
import { sqlPg } from './pg-sql.ts';

/** What a push gateway keeps of a group: `meta` and `body` are the caller's and come back as they went. */
export interface PushGroup {
  readonly key: string;
  readonly meta: Json;
  readonly body: Uint8Array;
  readonly updatedMs: number;
}

/** Small durable state in PostgreSQL. A call resolves when it is committed; rejects with STORE_UNAVAILABLE (retryable). */
export interface ControlStore extends LedgerOutbox {
  /** What the alert engine remembers. */
  readonly alerting: AlertingStateStore;
  getSetting(key: string): Promise<Json | undefined>;
  putSetting(key: string, value: Json): Promise<void>;
  deleteSetting(key: string): Promise<boolean>;
  /** By key, ascending. */
  listSettings(): Promise<readonly { readonly key: string; readonly value: Json }[]>;
  putPushGroup(group: { key: string; meta: Json; body: Uint8Array }): Promise<void>;
  /** False: there was none. */
  deletePushGroup(key: string): Promise<boolean>;
  deletePushGroups(): Promise<void>;
  /** By key, ascending. */
  listPushGroups(): Promise<readonly PushGroup[]>;
  stop(): Promise<void>;
}

export async function openControlStore(options: { postgresUrl: string; logger: Logger }): Promise<ControlStore> {
  const database = new PgDatabase(options.postgresUrl, options.logger);
  try {
    await migrateControl(database, options.logger);
  } catch (error) {
    await database.close();
    throw error;
  }
  return {
    alerting: alertingStateStore(database),
    ...ledgerOutbox(database),
    async getSetting(key) {
      const [row] = await database.rows<{ value: Json }>(sqlPg`SELECT value FROM settings WHERE key = ${key}`);
      return row?.value;
    },
    async putSetting(key, value) {
      await database.rows(sqlPg`INSERT INTO settings (key, value) VALUES (${key}, ${JSON.stringify(value)}::jsonb)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = now()`);
    },
    async deleteSetting(key) {
      return (await database.rows(sqlPg`DELETE FROM settings WHERE key = ${key} RETURNING key`)).length > 0;
    },
    listSettings: () => database.rows(sqlPg`SELECT key, value FROM settings ORDER BY key COLLATE "C"`),
    async putPushGroup({ key, meta, body }) {
      await database.rows(sqlPg`INSERT INTO push_groups (key, meta, body)
        VALUES (${key}, ${JSON.stringify(meta)}::jsonb, ${Buffer.from(body)})
        ON CONFLICT (key) DO UPDATE SET meta = excluded.meta, body = excluded.body, updated_at = now()`);
    },
    async deletePushGroup(key) {
      return (await database.rows(sqlPg`DELETE FROM push_groups WHERE key = ${key} RETURNING key`)).length > 0;
    },
    async deletePushGroups() {
      await database.rows(sqlPg`DELETE FROM push_groups`);
    },
    async listPushGroups() {
      const rows = await database.rows<{ key: string; meta: Json; body: Buffer; updated_at: Date }>(
        sqlPg`SELECT key, meta, body, updated_at FROM push_groups ORDER BY key COLLATE "C"`,
      );
      return rows.map((row) => ({
        key: row.key,
        meta: row.meta,
        body: new Uint8Array(row.body),
        updatedMs: row.updated_at.getTime(),
      }));
    },
    stop: () => database.close(),
  };
}
