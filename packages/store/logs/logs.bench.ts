// The figures of docs/decisions/0013-log-tables.md: generated lines go through the store's own sink into an embedded database, and the questions of the targets are asked. To run:
//   node -e "import('./scripts/build.mjs').then(async ({ build, bundle }) => { await build(); await import(await bundle({ entry: 'packages/store/logs/logs.bench.ts', outfile: 'apps/server/dist/logs-bench.js' })) })"
// LINES (default 5,000,000), JSON_OF_TEN (default 7) and BENCH_DIR (kept and used again when it has the lines already) may be set.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type LogBatch,
  type LogPredicate,
  type Matcher,
  noInstruments,
  silentLogger,
  systemClock,
} from '@petrel/model';
import { ClickHouse } from '../clickhouse/connection.ts';
import { literal } from '../clickhouse/sql.ts';
import { openStores } from '../embedded/index.ts';
import type { LogStore } from './port.ts';
import { Chance, seedLines } from './seed-lines.bench.ts';
import { openLogStore } from './store.ts';

const LINES = Number(process.env.LINES ?? 5_000_000);
const JSON_OF_TEN = Number(process.env.JSON_OF_TEN ?? 7);
const REQUEST_LINES = 2_000;
/** Lines made at a time, while nothing is measured. */
const CHUNK_LINES = 500_000;
const FROM_MS = Date.UTC(2026, 10, 24);
const DAY_MS = 86_400_000;
const dayRange = { startNs: BigInt(FROM_MS) * 1_000_000n, endNs: BigInt(FROM_MS + DAY_MS) * 1_000_000n };

/** Processor time of the database so far, merges and all; what it takes while others work on the machine, too. */
function databaseCpuMs(): number {
  const pid = stores.pids().clickhouse;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

interface Filled {
  readonly rawBytes: number;
  readonly trace: string;
}

async function fill(store: LogStore, url: string): Promise<Filled> {
  const chance = new Chance(1);
  let rawBytes = 0;
  let writeMs = 0;
  let trace = '';
  const databaseMs = databaseCpuMs();
  const cpu = { user: 0, system: 0 };
  for (let offset = 0; offset < LINES; offset += CHUNK_LINES) {
    const batches: LogBatch[] = [];
    for (let at = offset; at < Math.min(LINES, offset + CHUNK_LINES); at += REQUEST_LINES) {
      const { batch, rawBytes: bytes } = seedLines(chance, {
        lines: Math.min(REQUEST_LINES, LINES - at),
        fromMs: FROM_MS,
        spanMs: DAY_MS - 1_000,
        offset: at,
        total: LINES,
        jsonOfTen: JSON_OF_TEN,
      });
      rawBytes += bytes;
      batches.push(batch);
      if (trace === '' && at >= LINES / 3) trace = Buffer.from(batch.traceIds.bytes.subarray(0, 32)).toString();
    }
    const startMs = performance.now();
    const before = process.cpuUsage();
    // Ninety-six senders, each waiting for its acknowledgement.
    await Promise.all(
      Array.from({ length: 96 }, async () => {
        for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) await store.sink.write(batch);
      }),
    );
    writeMs += performance.now() - startMs;
    const used = process.cpuUsage(before);
    cpu.user += used.user;
    cpu.system += used.system;
  }
  console.log(
    `ingest: ${LINES} lines, ${(rawBytes / LINES).toFixed(0)} bytes each, ${Math.round((LINES / writeMs) * 1000)} lines/s`,
  );
  console.log(`ingest: ${((cpu.user + cpu.system) / LINES).toFixed(2)} us of processor time a line in Node`);
  const inserted = databaseCpuMs() - databaseMs;
  await settle(url);
  const merged = databaseCpuMs() - databaseMs - inserted;
  console.log(
    `ingest: ${((inserted * 1000) / LINES).toFixed(2)} us of processor time a line in the database until the last acknowledgement, ${((merged * 1000) / LINES).toFixed(2)} more until merges rested`,
  );
  return { rawBytes, trace };
}

/** Until merges rest. */
async function settle(url: string): Promise<void> {
  const clickhouse = new ClickHouse(url);
  for (let quiet = 0; quiet < 3; ) {
    const [row] = await clickhouse.rows<{ n: string }>(literal('SELECT count() AS n FROM system.merges'));
    quiet = row?.n === '0' ? quiet + 1 : 0;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  await clickhouse.close();
}

async function size(url: string, rawBytes: number): Promise<void> {
  const clickhouse = new ClickHouse(url);
  const [parts] = await clickhouse.rows<{ parts: string; bytes: string; indices: string }>(
    literal(`SELECT count() AS parts, sum(bytes_on_disk) AS bytes, sum(secondary_indices_compressed_bytes) AS indices
      FROM system.parts WHERE active AND database = 'bench' AND table = 'logs'`),
  );
  const columns = await clickhouse.rows<{ column: string; bytes: string }>(
    literal(`SELECT column, sum(column_bytes_on_disk) AS bytes FROM system.parts_columns
      WHERE active AND database = 'bench' AND table = 'logs' GROUP BY column ORDER BY bytes DESC`),
  );
  const indices = await clickhouse.rows<{ name: string; bytes: string }>(
    literal(
      `SELECT name, data_compressed_bytes AS bytes FROM system.data_skipping_indices WHERE database = 'bench' AND table = 'logs'`,
    ),
  );
  const each = (bytes: string) => `${(Number(bytes) / LINES).toFixed(2)}`;
  console.log(
    `disk: ${parts?.parts} parts, ${Math.round((100 * Number(parts?.bytes)) / rawBytes)} % of the raw text, ${each(parts?.bytes ?? '0')} bytes a line`,
  );
  console.log(`disk: columns ${columns.map(({ column, bytes }) => `${column} ${each(bytes)}`).join(', ')}`);
  console.log(`disk: indices ${indices.map(({ name, bytes }) => `${name} ${each(bytes)}`).join(', ')}`);
  await clickhouse.close();
}

const service = (value: string): Matcher[] => [{ type: '=', name: 'service', value }];
const contains = (text: string): LogPredicate => ({ kind: 'line', op: 'contains', text });

async function timed(name: string, run: () => Promise<string>): Promise<void> {
  const times: number[] = [];
  let answer = '';
  const cpuMs = databaseCpuMs();
  for (let i = 0; i < 7; i++) {
    const startMs = performance.now();
    answer = await run();
    times.push(performance.now() - startMs);
  }
  const sorted = [...times].sort((a, b) => a - b);
  console.log(
    `${name}: median ${(sorted[3] as number).toFixed(0)} ms, first ${(times[0] as number).toFixed(0)} ms, ${((databaseCpuMs() - cpuMs) / 7).toFixed(0)} ms of the database's processor time (${answer})`,
  );
}

async function first(
  store: LogStore,
  selector: Matcher[],
  predicate: LogPredicate | undefined,
  limit = 100,
): Promise<string> {
  let lines = 0;
  const request = {
    ...dayRange,
    selectors: [selector],
    direction: 'backward' as const,
    expected: limit,
    ...(predicate === undefined ? {} : { predicate }),
  };
  for await (const block of store.select(request)) {
    for (let i = 0; i < block.length; i++) if (block.line(i) !== '') lines++;
    if (lines >= limit) break;
  }
  return `${lines} lines`;
}

async function counted(
  store: LogStore,
  selector: Matcher[],
  predicate: LogPredicate | undefined,
  by?: readonly string[],
): Promise<string> {
  const series = await store.count({
    selectors: [selector],
    startNs: dayRange.startNs,
    bucketNs: 300_000_000_000n,
    buckets: 288,
    count: 'lines',
    ...(predicate === undefined ? {} : { predicate }),
    ...(by === undefined ? {} : { by }),
  });
  return `${series.length} series, ${series.reduce((n, { counts }) => n + counts.reduce((a, b) => a + b, 0), 0)} lines`;
}

async function everything(store: LogStore, selector: Matcher[]): Promise<string> {
  let lines = 0;
  let chars = 0;
  for await (const block of store.select({ ...dayRange, selectors: [selector], direction: 'forward' })) {
    lines += block.length;
    for (let i = 0; i < block.length; i++) chars += block.line(i).length;
  }
  return `${lines} lines, ${chars} characters`;
}

async function ask(store: LogStore, trace: string): Promise<void> {
  const order = service('order-service');
  await timed('needle: trace id in any line', () => first(store, [], contains(trace)));
  await timed('needle: trace id column', () => first(store, [], { kind: 'trace', id: trace }));
  await timed('needle: trace id, one service', () => first(store, order, contains(trace)));
  await timed('needle: "trace_id":"…"', () => first(store, [], contains(`"trace_id":"${trace}"`)));
  await timed('needle: absent word', () => first(store, [], contains('NullPointerException')));
  await timed('needle: absent part of a word', () => first(store, [], contains('Exceptio')));
  await timed('needle: rare phrase', () => first(store, [], contains('needle of the stack')));
  await timed('first 100: one service', () => first(store, order, undefined));
  await timed('first 100: every service', () => first(store, [], undefined));
  await timed('first 100: one service |= ERROR', () => first(store, order, contains('ERROR')));
  await timed('first 100: every service |= ERROR', () => first(store, [], contains('ERROR')));
  await timed('first 100: one pod |= "took longer"', () =>
    first(store, [{ type: '=', name: 'pod', value: 'order-service-1' }], contains('took longer')),
  );
  await timed('first 1000: level error', () => first(store, order, { kind: 'level', levels: ['error'] }, 1000));
  await timed('first 100: regular expression', () =>
    first(store, order, { kind: 'line', op: 'matches', text: 'took=8[0-9]{2}ms' }),
  );
  await timed('count: one service |= ERROR, by nothing', () => counted(store, order, contains('ERROR'), []));
  await timed('count: one service |= ERROR, by pod', () => counted(store, order, contains('ERROR'), ['pod']));
  await timed('count: one service |= ERROR, by service', () => counted(store, order, contains('ERROR'), ['service']));
  await timed('count: every service |= ERROR, by service', () => counted(store, [], contains('ERROR'), ['service']));
  await timed('count: every service |= "longer than", by service', () =>
    counted(store, [], contains('longer than'), ['service']),
  );
  await timed('count: every service, by detected_level', () => counted(store, [], undefined, ['detected_level']));
  await timed('stats of the day', async () => JSON.stringify(await store.stats([[]], dayRange)));
  const startMs = performance.now();
  const answer = await everything(store, order);
  console.log(`read: all lines of one service in ${Math.round(performance.now() - startMs)} ms (${answer})`);
}

const directory = process.env.BENCH_DIR ?? mkdtempSync(join(tmpdir(), 'petrel-logs-bench-'));
const stores = await openStores({ dataDir: directory, logger: silentLogger, instruments: noInstruments });
const store = await openLogStore({
  clickhouseUrl: stores.clickhouseUrl,
  database: 'bench',
  logger: silentLogger,
  instruments: noInstruments,
  clock: systemClock,
});
const { entries, bytes } = await store.stats([[]], dayRange);
let filled: Filled = { rawBytes: bytes, trace: '' };
if (entries !== LINES) filled = await fill(store, stores.clickhouseUrl);
if (filled.trace === '') {
  const found = store.select({
    ...dayRange,
    startNs: dayRange.startNs + 28_800_000_000_000n,
    selectors: [[]],
    direction: 'forward',
    expected: 1,
  });
  for await (const block of found) {
    filled = { ...filled, trace: block.traceId(0) };
    break;
  }
}
await size(stores.clickhouseUrl, filled.rawBytes);
await ask(store, filled.trace);
await store.stop();
await stores.stop();
if (process.env.BENCH_DIR === undefined) rmSync(directory, { recursive: true, force: true });
