import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noInstruments, silentLogger } from '@petrel/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClickHouse } from '../clickhouse/connection.ts';
import { literal, type Sql, sql } from '../clickhouse/sql.ts';
import { openStores, type Stores } from '../embedded/index.ts';
import { migrate } from '../schema/migrate.ts';
import { KafkaSources } from './kafka-sources.ts';
import { quoted } from './quoted.ts';
import { recognitionSelect } from './recognition.ts';
import type { KafkaSourceConfig } from './source-config.ts';
import { LINES_TABLE, sharedTables, sourceTables } from './statements.ts';
import { startTestBroker, type TestBroker } from './test-broker.ts';

const placement = { database: 'petrel' };
let directory: string;
let stores: Stores;
let clickhouse: ClickHouse;
let sources: KafkaSources;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'petrel-kafka-'));
  const configFile = join(directory, 'kafka.xml');
  writeFileSync(
    configFile,
    '<clickhouse><kafka><topic_metadata_refresh_interval_ms>500</topic_metadata_refresh_interval_ms><session_timeout_ms>6000</session_timeout_ms></kafka></clickhouse>',
  );
  const dataDir = join(directory, 'data');
  stores = await openStores({ dataDir, configFile, logger: silentLogger, instruments: noInstruments });
  clickhouse = new ClickHouse(stores.clickhouseUrl);
  await migrate(clickhouse, placement, silentLogger);
  sources = new KafkaSources(clickhouse, placement, silentLogger);
});

afterAll(async () => {
  await sources.sync([]);
  await clickhouse.close();
  await stores.stop();
  rmSync(directory, { recursive: true, force: true });
});

const base: KafkaSourceConfig = {
  name: 'app',
  brokers: ['127.0.0.1:1'],
  topics: ['app-logs-%{+yyyy.MM.dd}'],
  group: 'petrel-test',
  format: 'json',
  labels: { cluster: "o'hara\\" },
};

interface Line {
  readonly labels: Record<string, string>;
  readonly service: string;
  readonly ns: string;
  readonly level: string;
  readonly body: string;
  readonly trace: string;
  readonly span: string;
  readonly trace_at: number;
  readonly metadata: Record<string, string>;
}

/** What comes out for one message. */
async function recognised(
  raw: string,
  options: {
    format?: 'json' | 'raw';
    labels?: Record<string, string>;
    topic?: string;
    headers?: [string, string][];
    maxLineBytes?: number;
  } = {},
): Promise<Line> {
  const { format = 'json', labels = {}, topic = 'app-logs-2026.11.25', headers = [], maxLineBytes = 1000 } = options;
  const array = (values: string[]): Sql =>
    sql`CAST([${literal(values.map((value) => quoted(value).render().query).join(', '))}], 'Array(String)')`;
  const message = sql`SELECT ${raw} AS raw, ${topic} AS topic, 'k1' AS key, ${array(headers.map(([name]) => name))} AS header_names,
    ${array(headers.map(([, value]) => value))} AS header_values, toNullable(toDateTime64('2026-11-25 00:00:00.5', 3, 'UTC')) AS sent, toUInt64(7) AS place`;
  const select = recognitionSelect(message, { format, labels, maxLineBytes });
  const [line] =
    await clickhouse.rows<Line>(sql`SELECT labels, service, toUnixTimestamp64Nano(ts) AS ns, toString(level) AS level, body, trace_at, metadata,
    if(trace_at = 0, trace_own, substring(body, trace_at, 32)) AS trace, if(span_at = 0, span_own, substring(body, span_at, 16)) AS span FROM (${select})`);
  return line as Line;
}

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('recognition in SQL', () => {
  it('reads the whole record', async () => {
    const raw = `{"timestamp":"2026-11-25T10:30:00.123Z","level":"ERROR","service":"order-service","trace_id":"${TRACE}","span_id":"${SPAN}","env":"production","message":"x"}`;
    const line = await recognised(raw, { labels: { cluster: "o'hara\\", service: 'other' } });
    expect(line).toEqual({
      labels: {
        cluster: "o'hara\\",
        env: 'production',
        service: 'order-service',
        service_name: 'order-service',
        topic: 'app-logs',
      },
      service: 'order-service',
      ns: '1795602600123000000',
      level: 'error',
      body: raw,
      trace: TRACE,
      span: SPAN,
      trace_at: raw.indexOf(TRACE) + 1,
      metadata: { kafka_key: 'k1' },
    });
  });

  it.each<[string, string]>([
    ['{"level":30}', 'info'],
    ['{"level":"warn"}', 'warn'],
    ['{"severity":"CRITICAL"}', 'critical'],
    ['{"log":{"level":"debug"},"level":null}', 'debug'],
    ['{"log.level":"fatal"}', 'fatal'],
    ['{"log":"2026 ERROR it broke","stream":"stdout"}', 'error'],
    ['{"message":"{\\"level\\":\\"warn\\",\\"msg\\":\\"an error\\"}"}', 'warn'],
    ['{"message":"ts=1 level=debug msg=\\"no error\\""}', 'debug'],
    ['{"message":"all is well"}', 'unknown'],
    ['{"level":{"a":1},"message":"x"}', 'unknown'],
    ['2026-11-25 WARN something', 'warn'],
    ['level=error msg="x"', 'error'],
    ['a notice about terror and informants', 'unknown'],
    ['{"broken', 'unknown'],
  ])('level of %s is %s', async (raw, level) => {
    expect((await recognised(raw)).level).toBe(level);
    expect((await recognised(raw, { format: 'raw' })).level).toBe(level);
  });

  it.each<[string, string]>([
    ['{"service":{"name":"a"},"app":"z"}', 'a'],
    ['{"service.name":"b"}', 'b'],
    ['{"fields":{"service":"c"}}', 'c'],
    ['{"kubernetes":{"labels":{"app":"d","x":"y"},"pod":{"name":"p"}}}', 'd'],
    ['{"kubernetes":{"labels":{"app_kubernetes_io/name":"e","app":"d"}}}', 'e'],
    ['{"message":"x"}', 'app-logs'],
    ['text', 'app-logs'],
  ])('service of %s is %s', async (raw, service) => {
    expect((await recognised(raw)).labels).toMatchObject({ service, service_name: service });
    expect((await recognised(raw, { format: 'raw', labels: { service: 'fixed' } })).labels.service).toBe('fixed');
  });

  it.each<[string, string]>([
    ['"2023-06-06 04:48:12.735+01:00"', '1686023292735000000'],
    ['"2023-06-06T04:48:12,735Z"', '1686026892735000000'],
    ['"2023-06-06T04:48:12.123456789Z"', '1686026892123456789'],
    ['1686026893735', '1686026893735000000'],
    ['1686026893', '1686026893000000000'],
    ['"1686026123.62"', '1686026123620000000'],
    ['1686026123.62', '1686026123620000000'],
    ['1686026893735123', '1686026893735123000'],
    ['1686026893735123456', '1686026893735123456'],
    ['"yesterday"', '1795564800500000000'],
    ['null', '1795564800500000000'],
    ['99999999999999999999', '1795564800500000000'],
  ])('time of %s', async (time, ns) => {
    expect((await recognised(`{"@timestamp":${time}}`)).ns).toBe(ns);
    expect((await recognised(`{"@timestamp":${time}}`, { format: 'raw' })).ns).toBe('1795564800500000000');
  });

  it('finds ids where they stand', async () => {
    expect(await recognised(`{"trace":{"id":"${TRACE}"},"span.id":"${SPAN}"}`)).toMatchObject({
      trace: TRACE,
      span: SPAN,
    });
    const upper = await recognised(`{"traceId":"${TRACE.toUpperCase()}"}`);
    expect(upper).toMatchObject({ trace: TRACE, trace_at: 0 });
    expect(await recognised(`trace_id=${TRACE} span_id=${SPAN} x`)).toMatchObject({
      trace: TRACE,
      trace_at: 10,
      span: SPAN,
    });
    expect((await recognised('{"trace_id":"00000000000000000000000000000000"}')).trace).toBe('');
    expect((await recognised('{"trace_id":"a b"}')).trace).toBe('');
    const header = await recognised('x', {
      headers: [
        ['traceparent', `00-${TRACE}-${SPAN}-01`],
        ['x y', 'z'],
      ],
    });
    expect(header).toMatchObject({
      trace: TRACE,
      span: SPAN,
      metadata: { kafka_key: 'k1', kafka_header_traceparent: `00-${TRACE}-${SPAN}-01`, kafka_header_x_y: 'z' },
    });
  });

  it('cuts what is too long, and takes other names of topics', async () => {
    expect((await recognised('x'.repeat(50), { maxLineBytes: 20 })).body).toBe(
      `${'x'.repeat(20)} …[truncated 30 bytes]`,
    );
    expect((await recognised('x', { topic: 'orders' })).labels).toEqual({
      service: 'orders',
      service_name: 'orders',
      topic: 'orders',
    });
    expect((await recognised('x', { topic: '2026.11.25' })).labels.topic).toBe('2026.11.25');
  });
});

describe('KafkaSources', () => {
  const tables = async (): Promise<string[]> =>
    (
      await clickhouse.rows<{ name: string }>(
        sql`SELECT name FROM system.tables WHERE database = 'petrel' AND startsWith(name, 'kafka') ORDER BY name`,
      )
    ).map(({ name }) => name);
  const made = async (): Promise<string[]> =>
    (
      await clickhouse.rows<{ at: string }>(
        sql`SELECT toString(uuid) AS at FROM system.tables WHERE database = 'petrel' AND startsWith(name, 'kafka_source') ORDER BY name`,
      )
    ).map(({ at }) => at);

  it('keeps the tables in step with the configuration', async () => {
    await sources.sync([]);
    expect(await tables()).toEqual([]);
    await sources.sync([base, { ...base, name: 'raw_1', format: 'raw', topics: ['^x.*', 'y'] }]);
    expect(await tables()).toEqual([
      ...['kafka_lines', 'kafka_lines_to_logs', 'kafka_lines_to_streams'],
      ...['kafka_source_app', 'kafka_source_app_lines', 'kafka_source_raw_1', 'kafka_source_raw_1_lines'],
    ]);
    const before = await made();
    await sources.sync([base, { ...base, name: 'raw_1', format: 'raw', topics: ['^x.*', 'y'] }]);
    expect(await made()).toEqual(before);
    // A view that is missing is made again; a source that changed is made anew, one that is not configured goes.
    await clickhouse.command(sql`DROP TABLE petrel.kafka_source_app_lines SYNC`);
    await sources.sync([base]);
    expect((await made())[0]).toBe(before[0]);
    await sources.sync([{ ...base, group: 'other' }]);
    expect((await made())[0]).not.toBe(before[0]);
    expect(await tables()).toHaveLength(5);
    await expect(sources.sync([base, base])).rejects.toThrow('the name is taken');
    await sources.sync([]);
    expect(await tables()).toEqual([]);
  });

  it('has statements for a cluster', async () => {
    const cluster = { database: 'petrel', cluster: 'main-1' };
    for (const statement of [...sharedTables(cluster).statements, ...sourceTables(cluster, base).statements]) {
      const text = statement.render().query;
      const [row] = await clickhouse.rows<{ formatted: string }>(sql`SELECT formatQuery(${text}) AS formatted`);
      expect(row?.formatted).toContain('ON CLUSTER `main-1`');
    }
  });

  it('files lines and streams behind the shared table', async () => {
    await sources.sync([base]);
    await clickhouse.command(sql`INSERT INTO petrel.${literal(LINES_TABLE)} (service, stream, ts, level, body, labels, metadata)
      SELECT 's', 17, toDateTime64('2026-11-25 10:00:00', 9, 'UTC'), 'error', 'behind', map('service_name', 's'), map('a', 'b') FROM numbers(3)`);
    const lines = await clickhouse.rows(
      sql`SELECT service, toString(stream) AS stream, toString(level) AS level, metadata FROM petrel.logs WHERE body = 'behind'`,
    );
    expect(lines).toEqual(Array(3).fill({ service: 's', stream: '17', level: 'error', metadata: { a: 'b' } }));
    expect(
      await clickhouse.rows(sql`SELECT toString(day) AS day, labels FROM petrel.log_streams WHERE stream = 17`),
    ).toEqual([{ day: '2026-11-25', labels: { service_name: 's' } }]);
  });
});

describe('against a broker', () => {
  let broker: TestBroker | undefined;

  beforeAll(async () => {
    broker = await startTestBroker();
    if (broker === undefined) console.log('no broker of Kafka can be started here: Java and Maven are needed');
  }, 300_000);

  afterAll(async () => {
    await sources.sync([]);
    await broker?.stop();
  });

  /** ClickHouse writes to Kafka as well. */
  async function produce(topic: string, ...messages: string[]): Promise<void> {
    const table = literal('petrel.producer');
    await clickhouse.command(sql`CREATE TABLE ${table} (message String) ENGINE = Kafka SETTINGS kafka_broker_list = ${quoted(broker?.address ?? '')},
      kafka_topic_list = ${quoted(topic)}, kafka_group_name = 'none', kafka_format = 'RawBLOB', kafka_max_rows_per_message = 1`);
    for (const message of messages) await clickhouse.command(sql`INSERT INTO ${table} SELECT ${message}`);
    await clickhouse.command(sql`DROP TABLE ${table} SYNC`);
  }

  async function stored(count: number): Promise<{ body: string; topic: string; level: string }[]> {
    for (let i = 0; i < 300; i++) {
      const rows = await clickhouse.rows<{ body: string; topic: string; level: string }>(sql`
        SELECT body, toString(level) AS level, s.labels['topic'] AS topic FROM petrel.logs AS l INNER JOIN (SELECT DISTINCT stream, labels FROM petrel.log_streams) AS s
        ON s.stream = l.stream WHERE s.labels['cluster'] = 'real' ORDER BY body`);
      if (rows.length >= count) return rows;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`${count} lines did not come: ${JSON.stringify(await sources.status())}`);
  }

  it('consumes the topics of today and of days to come, once, also after a change of the source', async (context) => {
    if (broker === undefined) return context.skip();
    const source = { ...base, brokers: [broker.address], labels: { cluster: 'real' } };
    await produce('app-logs-2026.11.25', '{"level":"ERROR","message":"a"}', '{"level":"info","message":"b"}');
    await sources.sync([source]);
    expect(await stored(2)).toEqual([
      { body: '{"level":"ERROR","message":"a"}', topic: 'app-logs', level: 'error' },
      { body: '{"level":"info","message":"b"}', topic: 'app-logs', level: 'info' },
    ]);
    await produce('other-logs', 'not asked for');
    await produce('app-logs-2026.11.26', '{"message":"c"}');
    expect((await stored(3)).map(({ body }) => body).at(-1)).toBe('{"message":"c"}');
    const status = await sources.status();
    expect(status.map(({ source: name }) => name)).toEqual(['app']);
    expect(status[0]?.assignments.map(({ topic }) => topic)).toContain('app-logs-2026.11.26');
    expect(status[0]?.messagesRead).toBe(3);
    expect(status[0]?.lastPollMs).toBeGreaterThan(0);
    await sources.sync([{ ...source, labels: { cluster: 'real', changed: 'yes' } }]);
    await produce('app-logs-2026.11.26', '{"message":"d"}');
    expect((await stored(4)).map(({ body }) => body)).toEqual([
      ...['{"level":"ERROR","message":"a"}', '{"level":"info","message":"b"}', '{"message":"c"}', '{"message":"d"}'],
    ]);
  });

  it('tells what is wrong with a broker', async (context) => {
    if (broker === undefined) return context.skip();
    await sources.sync([{ ...base, brokers: [broker.address], topics: ['no-such-topic'] }]);
    for (let i = 0; i < 200; i++) {
      const [status] = await sources.status();
      if ((status?.errors.length ?? 0) > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect((await sources.status())[0]?.errors[0]?.message).toContain('Unknown topic');
  });
});
