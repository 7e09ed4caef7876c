import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noInstruments, silentLogger } from '@petrel/model';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStores, type Stores } from '../embedded/index.ts';
import { PgDatabase } from './database.ts';
import { migrateControl } from './migrations.ts';
import { sqlPg } from './pg-sql.ts';
import { openControlStore } from './store.ts';

let directory: string;
let stores: Stores;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'petrel-control-'));
  stores = await openStores({ dataDir: directory, logger: silentLogger, instruments: noInstruments });
});

afterAll(async () => {
  await stores.stop();
  rmSync(directory, { recursive: true, force: true });
});

const open = () => openControlStore({ postgresUrl: stores.postgresUrl, logger: silentLogger });

it('keeps settings and pushed groups, opened twice at once', async () => {
  const [first, second] = await Promise.all([open(), open()]);
  await first.putSetting('retention', { timeMs: 5, list: ["it's", null] });
  await first.putSetting('retention', { timeMs: 6, list: ["it's", null] });
  expect(await second.getSetting('retention')).toEqual({ timeMs: 6, list: ["it's", null] });
  expect(await second.getSetting('none')).toBeUndefined();
  expect(await second.listSettings()).toEqual([{ key: 'retention', value: { timeMs: 6, list: ["it's", null] } }]);
  const body = Uint8Array.from({ length: 256 }, (_, i) => i);
  await first.putPushGroup({ key: 'job=a', meta: { job: 'a' }, body });
  await first.putPushGroup({ key: 'job=a', meta: { job: 'a', n: 2 }, body });
  await first.putPushGroup({ key: 'job=B', meta: [], body: new Uint8Array(0) });
  await Promise.all([first.stop(), second.stop()]);
  const store = await open();
  const groups = await store.listPushGroups();
  expect(groups.map(({ key, meta }) => [key, meta])).toEqual([
    ['job=B', []],
    ['job=a', { job: 'a', n: 2 }],
  ]);
  expect(groups[1]?.body).toEqual(body);
  expect(await store.deletePushGroup('job=a')).toBe(true);
  expect(await store.deletePushGroup('job=a')).toBe(false);
  await store.deletePushGroups();
  expect(await store.listPushGroups()).toEqual([]);
  expect(await store.deleteSetting('retention')).toBe(true);
  await store.stop();
});

it('leaves nothing behind of a migration that fails', async () => {
  const database = new PgDatabase(stores.postgresUrl, silentLogger);
  const broken = [{ number: 900, name: 'broken', statements: [sqlPg`CREATE TABLE half (a int)`, sqlPg`SELEC`] }];
  await expect(migrateControl(database, silentLogger, broken)).rejects.toMatchObject({ code: 'INTERNAL' });
  expect(await database.rows(sqlPg`SELECT to_regclass('half') AS found`)).toEqual([{ found: null }]);
  await database.close();
});
