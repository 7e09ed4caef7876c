import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noInstruments, silentLogger } from '@petrel/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClickHouse } from '../clickhouse/connection.ts';
import { sql } from '../clickhouse/sql.ts';
import { openStores, type Stores } from '../embedded/index.ts';
import { setFsyncAfterInsert } from './durability.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';
import { createDatabase } from './tables.ts';

let directory: string;
let stores: Stores;
let clickhouse: ClickHouse;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'petrel-migrations-'));
  stores = await openStores({ dataDir: directory, logger: silentLogger, instruments: noInstruments });
  clickhouse = new ClickHouse(stores.clickhouseUrl);
});

afterAll(async () => {
  await clickhouse.close();
  await stores.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe('statements for a cluster', () => {
  const placement = { database: 'petrel', cluster: 'main-1' };
  const statements = [createDatabase(placement), ...MIGRATIONS.flatMap((m) => m.statements(placement))].map(
    (statement) => statement.render().query,
  );

  it.each(statements)('parses: %s', async (statement) => {
    // formatQuery is the engine's own parser; it rejects what it cannot read.
    const [row] = await clickhouse.rows<{ formatted: string }>(sql`SELECT formatQuery(${statement}) AS formatted`);
    expect(row?.formatted).toContain('ON CLUSTER `main-1`');
    expect(row?.formatted).toMatch(
      /CREATE DATABASE|MODIFY SETTING|Replicated(Replacing)?MergeTree|Distributed\(`main-1`/,
    );
  });

  it('are refused by that parser when they are wrong', async () => {
    await expect(
      clickhouse.rows(sql`SELECT formatQuery(${'CREATE TABLE a ON CLUSTER'}) AS formatted`),
    ).rejects.toThrow();
  });
});

describe('migrate', () => {
  it('can run twice, and at the same time', async () => {
    const placement = { database: 'twice' };
    await Promise.all([1, 2].map(() => migrate(clickhouse, placement, silentLogger)));
    await migrate(clickhouse, placement, silentLogger);
    const rows = await clickhouse.rows<{ name: string }>(
      sql`SELECT name FROM system.tables WHERE database = ${'twice'} ORDER BY name`,
    );
    expect(rows.map(({ name }) => name)).toEqual([
      'exemplars',
      'histograms',
      'ledger',
      'log_streams',
      'logs',
      'metadata',
      'migrations',
      'rewritten',
      'samples',
      'series',
    ]);
    const done = await clickhouse.rows<{ number: number }>(
      sql`SELECT DISTINCT number FROM twice.migrations ORDER BY number`,
    );
    expect(done.map(({ number }) => number)).toEqual(MIGRATIONS.map(({ number }) => number));
  });
});

describe('setFsyncAfterInsert', () => {
  it('switches every table of acknowledged rows, there and back, and leaves alone what is as wanted', async () => {
    const placement = { database: 'durable' };
    await migrate(clickhouse, placement, silentLogger);
    const wanted = async () => {
      const rows = await clickhouse.rows<{ name: string }>(
        sql`SELECT name FROM system.tables WHERE database = ${'durable'} AND engine_full LIKE ${'%fsync_after_insert = true%'} ORDER BY name`,
      );
      return rows.map(({ name }) => name);
    };
    for (const on of [false, true, true, false]) {
      await setFsyncAfterInsert(clickhouse, placement, on);
      expect(await wanted()).toEqual(
        on
          ? ['exemplars', 'histograms', 'ledger', 'log_streams', 'logs', 'metadata', 'rewritten', 'samples', 'series']
          : [],
      );
    }
    await setFsyncAfterInsert(clickhouse, placement, true);
    await clickhouse.command(sql`INSERT INTO durable.rewritten (day, metric) VALUES (today(), ${'x'})`);
    expect(await clickhouse.rows(sql`SELECT metric FROM durable.rewritten`)).toEqual([{ metric: 'x' }]);
  });
});
