import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LogColumns, type Matcher, noInstruments, PetrelError, silentLogger } from '@petrel/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClickHouse } from '../clickhouse/connection.ts';
import { identifier, sql } from '../clickhouse/sql.ts';
import { openStores, type Stores } from '../embedded/index.ts';
import { batchOf, type PlainLine, readLineOf, readLines } from './lines-for-tests.ts';
import type { LogSelectRequest, LogStore, LogStoreLimits } from './port.ts';
import { openLogStore } from './store.ts';

const S = 1_000_000_000n;
const DAY = 86_400n * S;
const nowNs = BigInt(Date.UTC(2026, 5, 15, 12)) * 1_000_000n;
const api = { service_name: 'api', pod: 'a' };
const all = { selectors: [[]], startNs: 0n, endNs: nowNs + DAY } as const;
let directory: string;
let stores: Stores;
let databases = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'petrel-logs-'));
  stores = await openStores({ dataDir: directory, logger: silentLogger, instruments: noInstruments });
});

afterAll(async () => {
  await stores.stop();
  rmSync(directory, { recursive: true, force: true });
});

const fresh = () => `logs_${++databases}`;

function open(database: string, limits: Partial<LogStoreLimits> = {}): Promise<LogStore> {
  return openLogStore({
    clickhouseUrl: stores.clickhouseUrl,
    database,
    logger: silentLogger,
    instruments: noInstruments,
    clock: { nowMs: () => Number(nowNs / 1_000_000n) },
    limits: { batchMs: 5, ...limits },
  });
}

const bodies = async (store: LogStore, request: Partial<LogSelectRequest> = {}, most?: number) =>
  (await readLines(store.select({ ...all, direction: 'forward', ...request }), most)).map(({ body }) => body);

const is = (name: string, value: string): Matcher => ({ type: '=', name, value });

describe('lines', () => {
  it('come back as they went', async () => {
    const store = await open(fresh());
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const span = '00f067aa0ba902b7';
    const lines: PlainLine[] = [
      { stream: api, tsNs: nowNs + 1n, body: '' },
      { stream: api, tsNs: nowNs + 2n, body: 'ä失败\u0000\r\n\t"\\\'%_🙂\ufeff' },
      { stream: api, tsNs: nowNs + 3n, body: '\ufeffstarts with a byte order mark' },
      {
        stream: { ...api, 'a.b': 'ü' },
        tsNs: nowNs + 4n,
        body: `{"trace_id":"${trace}","span_id":"${span}"}`,
        level: 'error',
        traceId: trace,
        spanId: span,
        metadata: { z: '1', a: 'ä', 'with.dot': 'x'.repeat(3000) },
      },
      { stream: api, tsNs: nowNs + 5n, body: `span first: ${span} ${trace}`, traceId: trace, spanId: span },
      { stream: api, tsNs: nowNs + 6n, body: `embedded: 0${trace}`, traceId: trace },
      { stream: api, tsNs: nowNs + 7n, body: 'none', traceId: trace, spanId: 'short' },
      { stream: api, tsNs: nowNs + 8n, body: 'x'.repeat(300_000), level: 'fatal' },
      { stream: {}, tsNs: nowNs + 9n, body: 'a stream without labels' },
      { stream: api, tsNs: 1n, body: 'the beginning of time' },
      { stream: api, tsNs: -5n, body: 'before it' },
    ];
    await store.sink.write(batchOf(lines));
    const expected = lines.map(readLineOf).sort((a, b) => (a.tsNs < b.tsNs ? -1 : 1));
    const range = { ...all, startNs: -10n };
    expect(await readLines(store.select({ ...range, direction: 'forward' }))).toEqual(expected);
    expect(await readLines(store.select({ ...range, direction: 'forward', expected: 5 }))).toEqual(expected);
    expect(await readLines(store.select({ ...range, direction: 'backward' }))).toEqual(expected.toReversed());
    await store.stop();
  });

  it('are found by their service, whatever the stream calls it, and by streams that others wrote', async () => {
    const database = fresh();
    const [store, other] = [await open(database), await open(database)];
    other.setOthersWrite(true);
    await store.sink.write(
      batchOf([
        { stream: { job: 'shop', service_name: 'shop' }, tsNs: nowNs, body: 'by job' },
        { stream: { service: 'shop', service_name: 'shop' }, tsNs: nowNs + 1n, body: 'by service' },
        { stream: { service: 'other', service_name: 'shop' }, tsNs: nowNs + 2n, body: 'of another' },
      ]),
    );
    expect(await store.labelValues('service', [[]], all)).toEqual(['other', 'shop']);
    for (const limits of [{}, { cachedStreams: 1 }]) {
      const reader = await open(database, limits);
      expect(await bodies(reader, { selectors: [[is('service', 'shop')]] })).toEqual(['by job', 'by service']);
      expect(await bodies(reader, { selectors: [[{ type: '!=', name: 'service', value: 'shop' }]] })).toEqual([
        'of another',
      ]);
      await reader.stop();
    }
    expect(await bodies(other, { selectors: [[is('service', 'new')]] })).toEqual([]);
    await store.sink.write(batchOf([{ stream: { service: 'new' }, tsNs: nowNs, body: 'new' }]));
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    expect(await bodies(other, { selectors: [[is('service', 'new')]] })).toEqual(['new']);
    await Promise.all([store.stop(), other.stop()]);
  });

  it('that are not UTF-8 are kept byte for byte, and read with replacement characters', async () => {
    const database = fresh();
    const store = await open(database);
    const body = Uint8Array.of(0x61, 0xff, 0xfe, 0x00, 0xc3, 0x62);
    await store.sink.write(batchOf([{ stream: api, tsNs: nowNs, body }]));
    expect(await bodies(store)).toEqual([Buffer.from(body).toString()]);
    const clickhouse = new ClickHouse(stores.clickhouseUrl);
    const rows = await clickhouse.rows(sql`SELECT hex(body) AS hex FROM ${identifier(database)}.logs`);
    expect(rows).toEqual([{ hex: '61FFFE00C362' }]);
    await clickhouse.close();
    await store.stop();
  });

  it('of one time keep their order, within a write and from write to write', async () => {
    const store = await open(fresh(), { batchMs: 50 });
    const at = (body: string, tsNs = nowNs): PlainLine => ({ stream: api, tsNs, body });
    await Promise.all([
      store.sink.write(batchOf([at('1'), at('later', nowNs + 1n), at('2'), at('earlier', nowNs - 1n), at('3')])),
      store.sink.write(batchOf([at('4'), at('5')])),
    ]);
    await store.sink.write(batchOf([at('6'), at('7')]));
    const forward = ['earlier', '1', '2', '3', '4', '5', '6', '7', 'later'];
    expect(await bodies(store)).toEqual(forward);
    expect(await bodies(store, { direction: 'backward' })).toEqual(forward.toReversed());
    expect(await bodies(store, { direction: 'backward', expected: 2 })).toEqual(forward.toReversed());
    await store.stop();
  });

  it('are read window by window over days, in both directions, whatever number is expected', async () => {
    const store = await open(fresh());
    const lines: PlainLine[] = [];
    for (let i = 0; i < 3000; i++) {
      // Crowded at the end, a few per day before, with many of one time.
      const age = i < 2000 ? BigInt(i % 700) * (S / 50n) : BigInt(i) * 3600n * S;
      lines.push({ stream: { service_name: `s${i % 5}`, pod: `${i % 3}` }, tsNs: nowNs - age, body: String(i) });
    }
    for (let i = 0; i < lines.length; i += 500) await store.sink.write(batchOf(lines.slice(i, i + 500)));
    const forward = await bodies(store);
    expect(forward.toSorted()).toEqual(lines.map(({ body }) => String(body)).toSorted());
    const byBody = new Map(lines.map((line) => [line.body, line.tsNs]));
    const times = forward.map((body) => byBody.get(body) as bigint);
    expect(times).toEqual(times.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
    const backward = forward.toReversed();
    for (const expected of [1, 7, 150, 100_000]) {
      expect(await bodies(store, { expected })).toEqual(forward);
      expect(await bodies(store, { expected, direction: 'backward' })).toEqual(backward);
    }
    expect(await bodies(store, { direction: 'backward', expected: 40 }, 40)).toEqual(backward.slice(0, 40));
    const oneService = await bodies(store, { selectors: [[is('service_name', 's1')]], direction: 'backward' });
    expect(oneService).toEqual(backward.filter((body) => Number(body) % 5 === 1));
    await store.stop();
  });

  it('outside the range, of other streams, or received earlier stay out', async () => {
    const store = await open(fresh());
    const line = (body: string, tsNs: bigint, pod = 'a'): PlainLine => ({ stream: { ...api, pod }, tsNs, body });
    await store.sink.write(batchOf([line('start', nowNs), line('end', nowNs + S), line('other', nowNs + 5n, 'b')]));
    const range = { startNs: nowNs, endNs: nowNs + S };
    expect(await bodies(store, range)).toEqual(['start', 'other']);
    expect(await bodies(store, { ...range, endNs: nowNs + S + 1n })).toEqual(['start', 'other', 'end']);
    expect(await bodies(store, { ...range, selectors: [[is('pod', 'a')]] })).toEqual(['start']);
    expect(await bodies(store, { ...range, selectors: [[is('pod', 'a')], [is('pod', 'b')]] })).toEqual([
      'start',
      'other',
    ]);
    expect(await bodies(store, { ...range, selectors: [[is('pod', 'c')]] })).toEqual([]);
    expect(await bodies(store, { ...range, endNs: nowNs })).toEqual([]);
    const receivedAfterMs = Date.now() + 20;
    expect(await bodies(store, { receivedAfterMs })).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 60));
    await store.sink.write(batchOf([line('new', nowNs + 7n)]));
    expect(await bodies(store, { receivedAfterMs })).toEqual(['new']);
    await store.stop();
  });

  it('give only the columns that are asked for', async () => {
    const store = await open(fresh());
    const trace = 'f'.repeat(32);
    const line = {
      stream: api,
      tsNs: nowNs,
      body: `t=${trace}`,
      level: 'warn',
      traceId: trace,
      metadata: { k: 'v' },
    } as const;
    await store.sink.write(batchOf([line]));
    const ask = async (columns: NonNullable<LogSelectRequest['columns']>) =>
      (await readLines(store.select({ ...all, direction: 'forward', columns })))[0];
    expect(await ask([])).toMatchObject({ body: '', level: 'unknown', traceId: '', metadata: [], tsNs: nowNs });
    expect(await ask(['level'])).toMatchObject({ body: '', level: 'warn' });
    expect(await ask(['metadata', 'ids'])).toMatchObject({ body: '', traceId: trace, metadata: ['k', 'v'] });
    await store.stop();
  });
});

describe('a reader', () => {
  it('that stops ends the query, and one that aborts gets QUERY_CANCELED', async () => {
    const store = await open(fresh());
    const lines = Array.from({ length: 60_000 }, (_, i) => ({
      stream: api,
      tsNs: nowNs + BigInt(i),
      body: `${i} `.repeat(50),
    }));
    await store.sink.write(batchOf(lines));
    for await (const block of store.select({ ...all, direction: 'forward' })) {
      expect(block.line(0)).toBe('0 '.repeat(50));
      break;
    }
    const controller = new AbortController();
    const read = async (): Promise<void> => {
      for await (const _ of store.select({ ...all, direction: 'forward', signal: controller.signal }))
        controller.abort();
    };
    await expect(read()).rejects.toMatchObject({ code: 'QUERY_CANCELED' });
    await expect(read()).rejects.toBeInstanceOf(PetrelError);
    const clickhouse = new ClickHouse(stores.clickhouseUrl);
    for (let tries = 0; ; tries++) {
      const running = await clickhouse.rows<{ n: string }>(
        sql`SELECT count() AS n FROM system.processes WHERE query LIKE ${'%ORDER BY ts%'} AND query NOT LIKE ${'%system.processes%'}`,
      );
      if (running[0]?.n === '0') break;
      expect(tries).toBeLessThan(100);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await clickhouse.close();
    await store.stop();
  });

  it('sees the streams that are written while it reads, or leaves them out whole', async () => {
    const store = await open(fresh());
    const line = (i: number): PlainLine => ({
      stream: { service_name: 'x', pod: String(i) },
      tsNs: nowNs + BigInt(i),
      body: String(i),
    });
    await store.sink.write(batchOf([line(0)]));
    expect(await bodies(store)).toEqual(['0']);
    const seen: LogColumns[] = [];
    const reading = (async () => {
      for (let i = 0; i < 20; i++)
        for await (const block of store.select({ ...all, direction: 'forward', expected: 10 })) seen.push(block);
    })();
    for (let i = 1; i < 10; i++) await store.sink.write(batchOf([line(i)]));
    await reading;
    for (const block of seen) {
      for (let i = 0; i < block.length; i++)
        expect(block.streams[block.streamOf[i] as number]?.get('pod')).toBe(block.line(i));
    }
    expect(await bodies(store)).toHaveLength(10);
    await store.stop();
  });
});

describe('streams', () => {
  it('are listed by day and selector, with their labels and values', async () => {
    const store = await open(fresh());
    const line = (pod: string, tsNs: bigint): PlainLine => ({ stream: { ...api, pod }, tsNs, body: 'x' });
    await store.sink.write(
      batchOf([line('a', nowNs), line('b', nowNs), line('b', nowNs - DAY), line('old', nowNs - 40n * DAY)]),
    );
    const today = { startNs: nowNs - S, endNs: nowNs + S };
    const strings = async (selectors: Matcher[][], range = today, limit?: number) =>
      (await store.streams(selectors, range, limit)).map(String);
    expect(await strings([[]])).toEqual(['{pod="a", service_name="api"}', '{pod="b", service_name="api"}']);
    expect(await strings([[]], today, 1)).toEqual(['{pod="a", service_name="api"}']);
    expect(await strings([[{ type: '=~', name: 'pod', value: '[bc]|old' }]], all)).toHaveLength(2);
    expect(await strings([[is('pod', 'old')]])).toEqual([]);
    expect(await store.labelNames([[]], today)).toEqual(['pod', 'service_name']);
    expect(await store.labelNames([[is('pod', 'x')]], today)).toEqual([]);
    expect(await store.labelValues('pod', [[]], all)).toEqual(['a', 'b', 'old']);
    expect(await store.labelValues('pod', [[{ type: '!=', name: 'pod', value: 'a' }]], today)).toEqual(['b']);
    expect(await store.stats([[]], all)).toEqual({ streams: 3, chunks: 4, entries: 4, bytes: 4 });
    expect(await store.stats([[is('pod', 'b')]], today)).toEqual({ streams: 1, chunks: 1, entries: 1, bytes: 1 });
    await expect(store.streams([[{ type: '=~', name: 'pod', value: '(' }]], today)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
    await store.stop();
  });

  it.each([{ cachedStreams: 0 }, { cachedStreams: 10 }, {}])('are found with bounded caches: %o', async (limits) => {
    const store = await open(fresh(), limits);
    const lines = Array.from({ length: 60 }, (_, i) => ({
      stream: { service_name: `s${i % 3}`, pod: String(i) },
      tsNs: nowNs - BigInt(i % 4) * DAY,
      body: String(i),
    }));
    await store.sink.write(batchOf(lines));
    for (const selectors of [
      [],
      [[]],
      [[is('service_name', 's1')]],
      [[{ type: '=~', name: 'pod', value: '1.' } as const]],
      [[{ type: '!~', name: 'pod', value: '.' } as const], [is('pod', '7')]],
    ]) {
      const expected = lines
        .filter(({ stream: { service_name, pod } }, i) => {
          const [first] = selectors.flat();
          if (first === undefined) return true;
          if (first.name === 'service_name') return service_name === 's1';
          return first.type === '=~' ? /^1.$/.test(pod) : !/^.$/.test(pod) || i === 7;
        })
        .map(({ body }) => body);
      expect((await bodies(store, { selectors })).toSorted()).toEqual(expected.toSorted());
    }
    await store.stop();
  });
});

describe('retention', () => {
  it('goes by stream, whole days at a time, and leaves today alone', async () => {
    const database = fresh();
    const store = await open(database);
    const pods = ['a', 'short', 'kept'];
    const lines = [0n, 1n, 3n, 10n].flatMap((days) =>
      pods.map(
        (pod, i): PlainLine => ({
          stream: { ...api, pod },
          tsNs: nowNs - days * DAY + BigInt(i),
          body: `${pod} ${days}`,
        }),
      ),
    );
    await store.sink.write(batchOf(lines));
    const dayMs = 86_400_000;
    await store.enforceRetention();
    expect(await bodies(store)).toHaveLength(12);
    const streams = [
      { selector: [is('pod', 'short')], priority: 1, periodMs: dayMs },
      { selector: [is('pod', 'kept')], priority: 2, periodMs: 100 * dayMs },
    ];
    store.setRetention({ periodMs: 5 * dayMs, streams });
    // At noon, yesterday is half a day old, the day before one and a half.
    await store.enforceRetention();
    const left = ['kept 10', 'a 3', 'kept 3', 'a 1', 'short 1', 'kept 1', 'a 0', 'short 0', 'kept 0'];
    expect(await bodies(store)).toEqual(left);
    expect(await bodies(store, { predicate: { kind: 'line', op: 'contains', text: 'short' } })).toEqual([
      'short 1',
      'short 0',
    ]);
    expect(await store.stats([[is('pod', 'short')]], all)).toMatchObject({ entries: 2, streams: 1 });
    expect((await store.streams([[is('pod', 'a')]], { startNs: 0n, endNs: nowNs - 5n * DAY })).map(String)).toEqual([]);
    store.setRetention({ periodMs: 2 * dayMs });
    await store.enforceRetention();
    expect(await bodies(store)).toEqual(left.slice(3));
    const clickhouse = new ClickHouse(stores.clickhouseUrl);
    const partitions = await clickhouse.rows(
      sql`SELECT DISTINCT partition FROM system.parts WHERE active AND database = ${database} AND table LIKE ${'log%'} ORDER BY partition`,
    );
    expect(partitions).toEqual([{ partition: '20260614' }, { partition: '20260615' }]);
    await clickhouse.close();
    // What went may come again.
    await store.sink.write(batchOf([{ stream: { ...api, pod: 'a' }, tsNs: nowNs - 10n * DAY, body: 'late' }]));
    expect(await bodies(store, { selectors: [[is('pod', 'a')]] })).toEqual(['late', 'a 1', 'a 0']);
    await store.stop();
  });
});

describe('a store', () => {
  it('finds what an earlier one wrote, also one that was ended by force', async () => {
    const database = fresh();
    const store = await open(database);
    await store.sink.write(batchOf([{ stream: api, tsNs: nowNs, body: 'acknowledged' }]));
    process.kill(stores.pids().clickhouse as number, 'SIGKILL');
    await store.sink.write(batchOf([{ stream: { ...api, pod: 'b' }, tsNs: nowNs + 1n, body: 'while it was away' }]));
    const again = await open(database);
    expect(await bodies(again)).toEqual(['acknowledged', 'while it was away']);
    await store.stop();
    await again.stop();
  });

  it('stores a block once that comes again under its token', async () => {
    const database = fresh();
    const store = await open(database);
    const clickhouse = new ClickHouse(stores.clickhouseUrl);
    const insert = (token: string) =>
      clickhouse.command(
        sql`INSERT INTO ${identifier(database)}.logs (service, stream, ts, body) SELECT 'x', number, toDateTime64(1750000000 + number * 86400, 9), 'y' FROM numbers(3)`,
        { insert_deduplication_token: token },
      );
    for (const token of ['1', '1', '2', '1']) await insert(token);
    const rows = await clickhouse.rows(sql`SELECT count() AS n FROM ${identifier(database)}.logs`);
    expect(rows).toEqual([{ n: '6' }]);
    await clickhouse.close();
    await store.stop();
  });
});
