import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Alert,
  type AlertingChanges,
  type AlertingState,
  fingerprintOf,
  type GroupRow,
  Labels,
  type LedgerEntry,
  type NotificationRow,
  noInstruments,
  silentLogger,
} from '@petrel/model';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openStores, type Stores } from '../embedded/index.ts';
import { PgDatabase } from './database.ts';
import { sqlPg } from './pg-sql.ts';
import { type ControlStore, openControlStore } from './store.ts';

let directory: string;
let stores: Stores;
let store: ControlStore;
let database: PgDatabase;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'petrel-alerting-'));
  stores = await openStores({ dataDir: directory, logger: silentLogger, instruments: noInstruments });
  store = await openControlStore({ postgresUrl: stores.postgresUrl, logger: silentLogger });
  database = new PgDatabase(stores.postgresUrl, silentLogger);
});

const clear = () =>
  database.rows(sqlPg`TRUNCATE alerts, silences, alert_groups, notifications, alert_flaps, ledger_outbox`);

afterEach(clear);

afterAll(async () => {
  await database.close();
  await store.stop();
  await stores.stop();
  rmSync(directory, { recursive: true, force: true });
});

const NONE: AlertingChanges = {
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
  ledger: [],
};
const NOTHING: AlertingState = { alerts: [], silences: [], groups: [], notifications: [], flaps: [] };

const commit = (changes: Partial<AlertingChanges>) => store.alerting.commit({ ...NONE, ...changes });

function alertOf(labels: Labels, rest: Partial<Alert> = {}): Alert {
  return {
    fingerprint: fingerprintOf(labels),
    labels,
    annotations: Labels.EMPTY,
    startsAtMs: 1_000,
    endsAtMs: 2_000,
    timeout: false,
    updatedAtMs: 1_500,
    generatorUrl: '',
    source: 'rule',
    ...rest,
  };
}

function groupOf(key: string, rest: Partial<GroupRow> = {}): GroupRow {
  return {
    key,
    routeKey: '{}',
    labels: Labels.of({ alertname: 'A' }),
    nextFlushMs: 5,
    flushed: false,
    delivering: false,
    ...rest,
  };
}

function notificationOf(groupKey: string, rest: Partial<NotificationRow> = {}): NotificationRow {
  return { groupKey, integrationKey: 'r/slack/0', firing: [], resolved: [], tMs: 1, expiresAtMs: 2, ...rest };
}

function entryOf(tMs: number, rest: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    tMs,
    kind: 'received',
    fingerprints: ['00000000000000ff'],
    alertname: 'A',
    labels: Labels.of({ alertname: 'A' }),
    groupKey: '',
    receiver: '',
    integration: '',
    reason: 'firing',
    detail: {},
    ...rest,
  };
}

const well = (text: string) => Buffer.from(text, 'utf8').toString('utf8');
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('\u0000', '\u001a', '0', '\\', 'u0000', '"', "'", '{', ',', 'é', '💥', '\u2028'),
    maxLength: 8,
  }),
  fc.constantFrom('__proto__', 'NULL', 'null', 'constructor', '10', '2', 'x'.repeat(9_000)),
);
const time = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_000 });
const labels = fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 4 }).map(Labels.from);
const hex = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((n) => n.toString(16).padStart(16, '0'));
const state: fc.Arbitrary<AlertingState> = fc.record({
  alerts: fc.uniqueArray(
    fc
      .record({
        labels,
        annotations: labels,
        startsAtMs: time,
        endsAtMs: time,
        timeout: fc.boolean(),
        updatedAtMs: time,
        generatorUrl: text,
        source: fc.constantFrom('rule', 'api', 'aggregation'),
      })
      .map((alert) => ({ ...alert, fingerprint: fingerprintOf(alert.labels) })),
    { selector: ({ fingerprint }) => fingerprint, maxLength: 5 },
  ),
  silences: fc.uniqueArray(
    fc.record(
      {
        id: fc.oneof(fc.uuid(), text),
        matchers: fc.array(fc.record({ type: fc.constantFrom('=', '!=', '=~', '!~'), name: text, value: text })),
        startsAtMs: time,
        endsAtMs: time,
        updatedAtMs: time,
        createdBy: text,
        comment: text,
        annotations: fc.dictionary(text, text),
      },
      { requiredKeys: ['id', 'matchers', 'startsAtMs', 'endsAtMs', 'updatedAtMs', 'createdBy', 'comment'] },
    ),
    { selector: ({ id }) => id, maxLength: 3 },
  ),
  groups: fc.uniqueArray(
    fc.record({
      key: text,
      routeKey: text,
      labels,
      nextFlushMs: time,
      flushed: fc.boolean(),
      delivering: fc.boolean(),
    }),
    { selector: ({ key }) => key, maxLength: 4 },
  ),
  notifications: fc.uniqueArray(
    fc.record({
      groupKey: text,
      integrationKey: text,
      firing: fc.array(hex),
      resolved: fc.array(hex),
      tMs: time,
      expiresAtMs: time,
    }),
    { selector: ({ groupKey, integrationKey }) => JSON.stringify([groupKey, integrationKey]), maxLength: 4 },
  ),
  flaps: fc.uniqueArray(fc.record({ fingerprint: hex, changesMs: fc.array(time), flapping: fc.boolean() }), {
    selector: ({ fingerprint }) => fingerprint,
    maxLength: 3,
  }),
});

const putAll = (from: AlertingState): Partial<AlertingChanges> => ({
  putAlerts: from.alerts,
  putSilences: from.silences,
  putGroups: from.groups,
  putNotifications: from.notifications,
  putFlaps: from.flaps,
});

/** In one order, keys too, and with plain pairs in the place of labels. */
function plain(from: AlertingState): unknown {
  const inOrder = (_: string, value: unknown): unknown => {
    if (value instanceof Labels) return value.pairs;
    if (typeof value === 'string') return well(value);
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  return Object.fromEntries(
    Object.entries(from).map(([name, rows]) => [name, rows.map((row: object) => JSON.stringify(row, inOrder)).sort()]),
  );
}

it('loads what was committed, whatever its texts, once or twice', async () => {
  await fc.assert(
    fc
      .asyncProperty(state, fc.boolean(), async (wanted, twice) => {
        await commit(putAll(wanted));
        if (twice) await commit(putAll(wanted));
        const loaded = await store.alerting.load();
        expect(plain(loaded)).toEqual(plain(wanted));
        for (const { labels, fingerprint } of loaded.alerts) {
          expect(labels.pairs).toEqual(Labels.from([...labels]).pairs);
          expect(fingerprintOf(labels)).toBe(fingerprint);
        }
        await commit({
          dropAlerts: wanted.alerts.map(({ fingerprint }) => fingerprint),
          dropSilences: wanted.silences.map(({ id }) => id),
          dropGroups: wanted.groups.map(({ key }) => key),
          dropNotifications: wanted.notifications,
          dropFlaps: wanted.flaps.map(({ fingerprint }) => fingerprint),
        });
        expect(await store.alerting.load()).toEqual(NOTHING);
      })
      .afterEach(async () => {
        await clear();
      }),
    { numRuns: 60 },
  );
});

it('keeps an alert with halves of surrogate pairs under its fingerprint', async () => {
  const odd = Labels.of({ 'a\ud800': 'b\udc00', ok: '💥' });
  await commit({ putAlerts: [alertOf(odd)] });
  const [alert] = (await store.alerting.load()).alerts;
  expect(alert?.labels.toObject()).toEqual({ 'a\ufffd': 'b\ufffd', ok: '💥' });
  expect(alert?.fingerprint).toBe(fingerprintOf(odd));
  expect(fingerprintOf(alert?.labels ?? Labels.EMPTY)).toBe(fingerprintOf(odd));
});

it('replaces rows of the same key, the later of two wins, and putting wins over dropping', async () => {
  const labels = Labels.of({ alertname: 'A' });
  const first = alertOf(labels, { endsAtMs: 1 });
  const second = alertOf(labels, { endsAtMs: 2, annotations: Labels.of({ b: 'c' }) });
  await commit({ putAlerts: [first], putGroups: [groupOf('g')], putNotifications: [notificationOf('g')] });
  await commit({
    putAlerts: [first, second],
    dropAlerts: [first.fingerprint],
    putGroups: [groupOf('g', { flushed: true })],
    dropGroups: ['g', 'unknown'],
    dropNotifications: [{ groupKey: 'g', integrationKey: 'r/slack/1' }],
  });
  const loaded = await store.alerting.load();
  expect(loaded.alerts).toEqual([second]);
  expect(loaded.groups).toEqual([groupOf('g', { flushed: true })]);
  expect(loaded.notifications).toEqual([notificationOf('g')]);
});

it('commits everything or nothing', async () => {
  const bad = { ...alertOf(Labels.of({ a: 'b' })), startsAtMs: Number.NaN };
  await expect(commit({ putGroups: [groupOf('g')], putAlerts: [bad], ledger: [entryOf(1)] })).rejects.toMatchObject({
    code: 'INTERNAL',
  });
  expect(await store.alerting.load()).toEqual(NOTHING);
  expect(await store.takeLedger(10)).toEqual([]);
  await commit({ putGroups: [groupOf('g')] });
  expect((await store.alerting.load()).groups).toHaveLength(1);
});

it('keeps the order of commits that are made at once', async () => {
  const labels = Labels.of({ alertname: 'A' });
  await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      commit({ putAlerts: [alertOf(labels, { endsAtMs: i })], ledger: [entryOf(1_000 - i), entryOf(5_000 + i)] }),
    ),
  );
  expect((await store.alerting.load()).alerts[0]?.endsAtMs).toBe(49);
  const waiting = await store.takeLedger(1_000);
  expect(waiting.map(({ entry }) => entry.tMs)).toEqual(
    Array.from({ length: 50 }, (_, i) => [1_000 - i, 5_000 + i]).flat(),
  );
});

it('gives the outbox oldest first, in pages, and forgets what is dropped', async () => {
  const odd = entryOf(3, {
    labels: Labels.of({ 'n\u0000': 'NUL\u0000', z: '\u001a' }),
    groupKey: '{}:{a="\\u0000"}',
    detail: { text: '\u0000\u001a', list: [1, null, true, { deep: '\ud83d\ude00' }] },
  });
  await commit({ ledger: [entryOf(1), entryOf(2), odd, entryOf(4, { detail: { half: '\ud800' } })] });
  const page = await store.takeLedger(3);
  expect(page.map(({ entry }) => entry)).toEqual([entryOf(1), entryOf(2), odd]);
  await store.dropLedger(page.map(({ id }) => id));
  await store.dropLedger(page.map(({ id }) => id));
  expect(await store.countLedger()).toBe(1);
  expect((await store.takeLedger(3)).map(({ entry }) => entry)).toEqual([entryOf(4, { detail: { half: '\ufffd' } })]);
});

it('bounds a page by its bytes, and still gives an entry that is larger', async () => {
  const large = (tMs: number, bytes: number) => entryOf(tMs, { detail: { text: 'x'.repeat(bytes) } });
  await commit({ ledger: [large(1, 20e6), large(2, 9e6), large(3, 6e6), large(4, 9e6)] });
  const pages: number[][] = [];
  for (;;) {
    const page = await store.takeLedger(100);
    if (page.length === 0) break;
    pages.push(page.map(({ entry }) => entry.tMs));
    await store.dropLedger(page.map(({ id }) => id));
  }
  expect(pages).toEqual([[1], [2, 3], [4]]);
});

it('refuses a fingerprint that is none before anything is written', async () => {
  await expect(commit({ ledger: [entryOf(1, { fingerprints: ['abc'] })] })).rejects.toThrow(RangeError);
  expect(await store.countLedger()).toBe(0);
});

it('is quick', async () => {
  const alerts = Array.from({ length: 10_000 }, (_, i) =>
    alertOf(
      Labels.of({
        alertname: `Alert${i % 50}`,
        instance: `10.0.0.${i}:9100`,
        job: 'node',
        severity: 'critical',
        cluster: 'main',
      }),
      {
        annotations: Labels.of({ summary: `Instance ${i} is down`, description: 'x'.repeat(150) }),
        generatorUrl: 'http://petrel.example:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1',
      },
    ),
  );
  const groups = Array.from({ length: 500 }, (_, i) => groupOf(`{}:{alertname="Alert${i}"}`));
  const large: Partial<AlertingChanges> = {
    putAlerts: alerts,
    putGroups: groups,
    putNotifications: groups.map(({ key }, i) =>
      notificationOf(key, { firing: alerts.slice(i * 20, i * 20 + 20).map((alert) => alert.fingerprint) }),
    ),
    ledger: Array.from({ length: 10_500 }, (_, i) => {
      const alert = alerts[i % 10_000] as Alert;
      return entryOf(i, {
        fingerprints: [alert.fingerprint],
        labels: alert.labels,
        detail: { route: '{}', rule: 'x' },
      });
    }),
  };
  const took = async (work: () => Promise<unknown>) => {
    const startMs = performance.now();
    await work();
    return performance.now() - startMs;
  };
  const median = (list: number[]) => (list.sort((a, b) => a - b)[list.length >> 1] ?? 0).toFixed(1);
  const first = await took(() => commit(large));
  const again = await took(() => commit(large));
  const loading = await took(() => store.alerting.load());
  const small: number[] = [];
  for (let i = 0; i < 200; i++) {
    small.push(
      await took(() =>
        commit({
          putAlerts: alerts.slice(i, i + 1),
          putGroups: groups.slice(i, i + 1),
          ledger: [entryOf(1), entryOf(2), entryOf(3)],
        }),
      ),
    );
  }
  const empty = await took(() => commit({}));
  console.info(
    `commit of 10,000 alerts: ${first.toFixed(0)} ms, again ${again.toFixed(0)} ms; load ${loading.toFixed(0)} ms; small, median of 200: ${median(small)} ms; empty ${empty.toFixed(2)} ms`,
  );
  expect(await store.countLedger()).toBe(21_600);
});
