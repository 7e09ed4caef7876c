import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Instruments,
  Labels,
  type LedgerEntry,
  type LedgerQuery,
  noInstruments,
  PetrelError,
  silentLogger,
} from '@petrel/model';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { ClickHouse } from '../clickhouse/connection.ts';
import { sql } from '../clickhouse/sql.ts';
import type { LedgerOutbox } from '../control/ledger-outbox.ts';
import { type ControlStore, openControlStore } from '../control/store.ts';
import { openStores, type Stores } from '../embedded/index.ts';
import type { LedgerStore, LedgerStoreOptions } from './port.ts';
import { openLedgerStore } from './store.ts';

const T0 = Date.now() - 3_600_000;
const EVERYTHING = { startMs: Number.MIN_SAFE_INTEGER, endMs: Number.MAX_SAFE_INTEGER };
let directory: string;
let stores: Stores;
let control: ControlStore;
let clickhouse: ClickHouse;
let databases = 0;
let database: string;
const opened: LedgerStore[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'petrel-ledger-'));
  stores = await openStores({ dataDir: directory, logger: silentLogger, instruments: noInstruments });
  control = await openControlStore({ postgresUrl: stores.postgresUrl, logger: silentLogger });
  clickhouse = new ClickHouse(stores.clickhouseUrl);
});

beforeEach(() => {
  database = `ledger_${++databases}`;
});

afterEach(async () => {
  for (const store of opened.splice(0)) await store.stop();
  for (;;) {
    const rest = await control.takeLedger(10_000);
    if (rest.length === 0) break;
    await control.dropLedger(rest.map(({ id }) => id));
  }
});

afterAll(async () => {
  await clickhouse.close();
  await control.stop();
  await stores.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Looks at the outbox only when it is told to. */
async function open(options: Partial<LedgerStoreOptions> = {}): Promise<LedgerStore> {
  const store = await openLedgerStore({
    clickhouseUrl: stores.clickhouseUrl,
    database,
    logger: silentLogger,
    instruments: noInstruments,
    outbox: control,
    intervalMs: 3_600_000,
    ...options,
  });
  opened.push(store);
  // The first look, at an empty outbox.
  await store.ship();
  return store;
}

function entryOf(tMs: number, rest: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    tMs,
    kind: 'received',
    fingerprints: [],
    alertname: 'A',
    labels: Labels.of({ alertname: 'A', job: 'node' }),
    groupKey: '',
    receiver: '',
    integration: '',
    reason: 'firing',
    detail: { place: tMs - T0 },
    ...rest,
  };
}

const decide = (...ledger: LedgerEntry[]) =>
  control.alerting.commit({
    putAlerts: [],
    dropAlerts: [],
    putSilences: [],
    dropSilences: [],
    putGroups: [],
    dropGroups: [],
    putNotifications: [],
    dropNotifications: [],
    putFlaps: [],
    dropFlaps: [],
    ledger,
  });

const hex = (n: number) => n.toString(16).padStart(16, '0');

async function storedRows(): Promise<number> {
  const [row] = await clickhouse.rows<{ n: string }>(
    sql`SELECT sum(rows) AS n FROM system.parts WHERE active AND database = ${database} AND table = ${'ledger'}`,
  );
  return Number(row?.n);
}

it('gives entries back exactly, from the outbox, from the table, and from both', async () => {
  const store = await open();
  const entries = [
    entryOf(T0, { fingerprints: ['ffffffffffffffff', '0000000000000000', '8000000000000001'], kind: 'aggregated' }),
    entryOf(T0, {
      labels: Labels.of({ __proto__x: 'a', ['__proto__']: 'b', 'n\u0000': '\u0000', e: 'é💥' }),
      alertname: '',
    }),
    entryOf(T0 + 1, {
      groupKey: `{}:{a="\\"'\t\n${'x'.repeat(20_000)}"}`,
      receiver: "it's",
      integration: 'slack[0]',
      reason: 'repeat_interval',
      detail: { list: [1, 2.5, null, true, 'é\u0000\\', { a: [] }], attempts: 3 },
    }),
  ];
  await decide(...entries);
  expect(await store.entries(EVERYTHING)).toEqual(entries);
  await store.ship();
  expect(await control.countLedger()).toBe(0);
  expect(await store.entries(EVERYTHING)).toEqual(entries);
  const later = entryOf(T0 - 5);
  await decide(later);
  expect(await store.entries(EVERYTHING)).toEqual([later, ...entries]);
});

it('asks both places for the same', async () => {
  const store = await open();
  const all = [
    entryOf(T0, { fingerprints: [hex(1), hex(2)], groupKey: 'g1', receiver: 'r1' }),
    entryOf(T0 + 1, { fingerprints: [hex(2)], alertname: 'B', kind: 'notified', receiver: 'r2' }),
    entryOf(T0 + 2, { fingerprints: [hex(3)], groupKey: "g'\\2", kind: 'failed' }),
    entryOf(T0 + 3, { fingerprints: [], kind: 'config', alertname: '' }),
  ];
  const cases: [Partial<LedgerQuery>, number[]][] = [
    [{}, [0, 1, 2, 3]],
    [{ fingerprint: hex(2) }, [0, 1]],
    [{ fingerprint: 'none' }, []],
    [{ alertname: 'B' }, [1]],
    [{ alertname: '' }, [3]],
    [{ groupKey: "g'\\2" }, [2]],
    [{ receiver: 'r1', fingerprint: hex(1) }, [0]],
    [{ kinds: ['notified', 'failed'] }, [1, 2]],
    [{ kinds: [] }, []],
    [{ startMs: T0 + 1, endMs: T0 + 2 }, [1, 2]],
    [{ startMs: T0 + 2, endMs: T0 + 1 }, []],
    [{ limit: 2 }, [2, 3]],
    [{ limit: 1, fingerprint: hex(2) }, [1]],
    [{ limit: 0 }, []],
  ];
  await decide(...all);
  for (const place of ['outbox', 'table']) {
    for (const [query, wanted] of cases) {
      const found = await store.entries({ ...EVERYTHING, ...query });
      expect(
        found.map((entry) => all.findIndex(({ tMs }) => tMs === entry.tMs)),
        `${place} ${JSON.stringify(query)}`,
      ).toEqual(wanted);
    }
    await store.ship();
  }
});

it('keeps the order of the decisions within a millisecond, over many batches', async () => {
  const store = await open({ batchRows: 7 });
  const entries = Array.from({ length: 100 }, (_, i) => entryOf(T0 + (i >> 5), { detail: { i } }));
  await decide(...entries.slice(0, 60));
  await store.ship();
  await decide(...entries.slice(60));
  expect(await store.entries(EVERYTHING)).toEqual(entries);
  expect(await store.entries({ ...EVERYTHING, limit: 50 })).toEqual(entries.slice(50));
  await store.ship();
  expect(await store.entries(EVERYTHING)).toEqual(entries);
});

it('answers without duplicates when it died between the insert and the deletion', async () => {
  let dies = true;
  const counted = new Map<string, number>();
  const instruments: Instruments = {
    ...noInstruments,
    counter: (name) => ({ add: (amount) => counted.set(name, (counted.get(name) ?? 0) + amount) }),
    observableGauge: (name, _help, read) => Object.defineProperty(gauges, name, { get: read, configurable: true }),
  };
  const gauges: Record<string, number> = {};
  const outbox: LedgerOutbox = {
    takeLedger: (limit) => control.takeLedger(limit),
    readLedger: (range) => control.readLedger(range),
    countLedger: () => control.countLedger(),
    async dropLedger(ids) {
      if (dies) throw new PetrelError('STORE_UNAVAILABLE', 'gone');
      await control.dropLedger(ids);
    },
  };
  const store = await open({ outbox, instruments });
  const entries = Array.from({ length: 5 }, (_, i) => entryOf(T0 + i));
  await decide(...entries);
  await expect(store.ship()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  await expect(store.ship()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(await storedRows()).toBe(10);
  expect(gauges.petrel_ledger_outbox_entries).toBe(5);
  expect(await store.entries(EVERYTHING)).toEqual(entries);
  expect(await store.entries({ ...EVERYTHING, limit: 3 })).toEqual(entries.slice(2));
  dies = false;
  await store.ship();
  expect(await storedRows()).toBe(15);
  expect(await store.entries(EVERYTHING)).toEqual(entries);
  expect(await store.entries({ ...EVERYTHING, limit: 3 })).toEqual(entries.slice(2));
  expect(gauges.petrel_ledger_outbox_entries).toBe(0);
  expect(Object.fromEntries(counted)).toEqual({ petrel_ledger_entries_total: 5, petrel_ledger_ship_failures_total: 2 });
  await clickhouse.command(sql`OPTIMIZE TABLE ${sqlName()} FINAL`);
  expect(await storedRows()).toBe(5);
});

function sqlName() {
  return sql`${{ type: 'Identifier', value: database }}.ledger`;
}

it('says a decision once that was committed twice because its acknowledgement was lost', async () => {
  const store = await open();
  const [first, second] = [entryOf(T0), entryOf(T0, { reason: 'other' })];
  await decide(first, second);
  await store.ship();
  await decide(first, second);
  expect(await store.entries(EVERYTHING)).toEqual([first, second]);
  await store.ship();
  expect(await store.entries(EVERYTHING)).toEqual([first, second]);
});

it('moves entries by itself when it is woken, and after its interval', async () => {
  const woken = await open();
  await decide(entryOf(T0));
  woken.wake();
  await emptied();
  await woken.stop();
  await open({ intervalMs: 50 });
  await decide(entryOf(T0 + 1));
  await emptied();
  expect(await storedRows()).toBe(2);
});

async function emptied(): Promise<void> {
  const deadline = Date.now() + 20_000;
  while ((await control.countLedger()) > 0) {
    if (Date.now() > deadline) throw new Error('the outbox does not become empty');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

it('keeps what it cannot move, tells, and takes it up again', async () => {
  let away = true;
  const warnings: string[] = [];
  const outbox: LedgerOutbox = {
    ...control,
    async takeLedger(limit) {
      if (away) throw new PetrelError('STORE_UNAVAILABLE', 'away');
      return control.takeLedger(limit);
    },
  };
  const store = await openLedgerStore({
    clickhouseUrl: stores.clickhouseUrl,
    database,
    logger: { ...silentLogger, warn: (message) => warnings.push(message) },
    instruments: noInstruments,
    outbox,
    intervalMs: 20,
  });
  opened.push(store);
  await decide(entryOf(T0));
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(warnings).toEqual(['decisions do not reach the ledger; they are kept and tried again']);
  expect(await control.countLedger()).toBe(1);
  away = false;
  await emptied();
  expect(await store.entries(EVERYTHING)).toEqual([entryOf(T0)]);
});

it('changes the retention of a table that is there, and only then', async () => {
  const ttlOf = async () => {
    const [row] = await clickhouse.rows<{ engine_full: string }>(
      sql`SELECT engine_full FROM system.tables WHERE database = ${database} AND name = ${'ledger'}`,
    );
    return /TTL (.*) SETTINGS/.exec(row?.engine_full ?? '')?.[1];
  };
  await open();
  expect(await ttlOf()).toBe('toDateTime(ts) + toIntervalDay(400)');
  const store = await open({ retention: { timeMs: 30 * 86_400_000 } });
  expect(await ttlOf()).toBe('toDateTime(ts) + toIntervalDay(30)');
  await decide(entryOf(Date.now() - 90 * 86_400_000), entryOf(T0));
  await store.ship();
  await clickhouse.command(sql`OPTIMIZE TABLE ${sqlName()} FINAL`);
  expect(await store.entries(EVERYTHING)).toEqual([entryOf(T0)]);
});

it('finds one alert among 100,000 entries', async () => {
  const store = await open();
  const labels = Array.from({ length: 5_000 }, (_, i) =>
    Labels.of({ alertname: `A${i % 40}`, instance: `10.0.0.${i}`, job: 'node', severity: 'critical' }),
  );
  for (let n = 0; n < 100_000; n += 10_000) {
    await decide(
      ...Array.from({ length: 10_000 }, (_, i) => {
        const k = (n + i) % 5_000;
        return entryOf(T0 + n + i, {
          fingerprints: [hex(0xabc0000 + k * 7919)],
          labels: labels[k] as Labels,
          detail: { route: '{}', k },
        });
      }),
    );
  }
  const shipStartMs = performance.now();
  await store.ship();
  const shipMs = performance.now() - shipStartMs;
  const times: number[] = [];
  let found = 0;
  for (let i = 0; i < 20; i++) {
    const startMs = performance.now();
    found = (await store.entries({ ...EVERYTHING, fingerprint: hex(0xabc0000 + i * 7919) })).length;
    times.push(performance.now() - startMs);
  }
  times.sort((a, b) => a - b);
  console.info(
    `100,000 entries shipped in ${shipMs.toFixed(0)} ms; one alert found in ${times[10]?.toFixed(1)} ms (median of 20, worst ${times[19]?.toFixed(1)} ms)`,
  );
  expect(found).toBe(20);
});
