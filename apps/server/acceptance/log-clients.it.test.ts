import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Client } from '@elastic/elasticsearch';
import { OTLPLogExporter as GrpcExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as JsonExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtoExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from '@opentelemetry/sdk-logs';
import { sleep, until } from '@petrel/testkit/server/http.ts';
import { type FoundLine, queryLines } from '@petrel/testkit/server/loki-api.ts';
import { freePort, type PetrelProcess, startPetrel } from '@petrel/testkit/server/petrel-process.ts';
import { pino } from 'pino';
import { pinoLoki } from 'pino-loki';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import winston from 'winston';
import LokiTransport from 'winston-loki';

const LOGGER = '/usr/bin/logger';
const LINES = 200;

let server: PetrelProcess;
let grpcPort: number;
let syslogPort: number;

beforeAll(async () => {
  grpcPort = await freePort();
  syslogPort = await freePort();
  const listen = `127.0.0.1:${syslogPort}`;
  server = await startPetrel({
    config: `scrape_configs: []
logs:
  syslog:
    - { listen: '${listen}', protocol: tcp }
    - { listen: '${listen}', protocol: udp }
`,
    args: ['--otlp-grpc', `127.0.0.1:${grpcPort}`],
  });
}, 60_000);

afterAll(() => server.remove());

/** Lines of the last minutes and the next, once there are as many as were sent. */
async function linesOf(query: string, count: number): Promise<readonly FoundLine[]> {
  const range = { startMs: Date.now() - 600_000, endMs: Date.now() + 60_000 };
  let found: readonly FoundLine[] = [];
  await until(async () => {
    found = await queryLines(server.url, query, range);
    return found.length >= count;
  });
  return found;
}

const numbered = (found: readonly FoundLine[], pattern: RegExp) =>
  found.map(({ line }) => Number(pattern.exec(line)?.[1])).sort((a, b) => a - b);

const ALL = Array.from({ length: LINES }, (_, i) => i);

describe('Loki push', () => {
  it.each([
    ['protobuf', false],
    ['JSON', true],
  ] as const)('by winston-loki, %s', async (name, json) => {
    const errors: unknown[] = [];
    const transport = new LokiTransport({
      host: server.url,
      labels: { app: `winston-${name}` },
      json,
      interval: 0.2,
      format: winston.format.json(),
      onConnectionError: (error) => errors.push(error),
    });
    const logger = winston.createLogger({ transports: [transport] });
    for (const i of ALL) logger.error(`payment ${i} failed`, { user_id: `u-${i}` });
    await transport.flush();
    const found = await linesOf(`{app="winston-${name}"}`, LINES);
    expect(errors).toEqual([]);
    expect(numbered(found, /payment (\d+) failed/)).toEqual(ALL);
    expect(found[0]?.labels).toMatchObject({ level: 'error', service_name: `winston-${name}` });
    expect(await linesOf(`{app="winston-${name}"} | json | user_id="u-7"`, 1)).toHaveLength(1);
    logger.close();
  });

  it('by pino-loki, with structured metadata', async () => {
    const stream = pinoLoki({
      host: server.url,
      batching: { interval: 0.2 },
      labels: { service: 'pino' },
      structuredMetaKey: 'meta',
    });
    const logger = pino({ level: 'debug' }, stream);
    for (const i of ALL)
      logger.warn({ meta: { trace_id: `4bf92f35${String(i).padStart(24, '0')}` } }, `cache miss ${i}`);
    stream.end();
    const found = await linesOf('{service="pino"}', LINES);
    expect(numbered(found, /cache miss (\d+)/)).toEqual(ALL);
    const one = await linesOf('{service="pino"} | trace_id="4bf92f35000000000000000000000042"', 1);
    expect(one.map(({ line }) => /cache miss (\d+)/.exec(line)?.[1])).toEqual(['42']);
    expect(one[0]?.labels.detected_level ?? one[0]?.labels.level).toMatch(/^warn/);
  });
});

describe('Elasticsearch', () => {
  it.each(['', '/elasticsearch'])('by the bulk helper of the official client, at "%s/"', async (path) => {
    const client = new Client({ node: `${server.url}${path}` });
    const index = path === '' ? 'app-logs-2026.11.25' : 'shop-2026.11.25';
    const result = await client.helpers.bulk({
      datasource: ALL.map((i) => ({
        '@timestamp': new Date().toISOString(),
        level: 'ERROR',
        message: `order ${i}`,
        user_id: `${i}`,
      })),
      onDocument: () => ({ create: { _index: index } }),
    });
    expect(result).toMatchObject({ total: LINES, successful: LINES, failed: 0 });
    expect((await client.info()).version.number).toMatch(/^\d+\.\d+\.\d+$/);
    const found = await linesOf(`{index="${index.replace('-2026.11.25', '')}"}`, LINES);
    expect(numbered(found, /"message":"order (\d+)"/)).toEqual(ALL);
    await client.close();
  });
});

describe('OpenTelemetry', () => {
  const exporters: readonly (readonly [string, () => LogRecordExporter])[] = [
    ['http-protobuf', () => new ProtoExporter({ url: `${server.url}/v1/logs` })],
    ['http-json', () => new JsonExporter({ url: `${server.url}/v1/logs` })],
    ['grpc', () => new GrpcExporter({ url: `http://127.0.0.1:${grpcPort}` })],
  ];

  it.each(exporters)("by the SDK's log exporter, %s", async (name, create) => {
    const provider = new LoggerProvider({
      resource: resourceFromAttributes({ 'service.name': `otel-${name}`, 'host.arch': 'amd64' }),
      processors: [new BatchLogRecordProcessor({ exporter: create() })],
    });
    const logger = provider.getLogger('shop', '1.2.3');
    for (const i of ALL) {
      logger.emit({
        severityNumber: 17,
        severityText: 'ERROR',
        body: i % 2 === 0 ? `declined ${i}` : { message: `declined ${i}`, card: { kind: 'debit' } },
        attributes: { 'user.id': `u-${i}` },
      });
    }
    await provider.forceFlush();
    const found = await linesOf(`{service_name="otel-${name}"}`, LINES);
    expect(numbered(found, /declined (\d+)/)).toEqual(ALL);
    expect(found[0]?.labels).toMatchObject({ host_arch: 'amd64', scope_name: 'shop', detected_level: 'error' });
    const one = await linesOf(`{service="otel-${name}"} | user_id="u-7" | json | card_kind="debit"`, 1);
    expect(one).toHaveLength(1);
    await provider.shutdown();
  });
});

describe.skipIf(!existsSync(LOGGER))('syslog by logger(1) (skipped where it is absent)', () => {
  it.each([
    ['tcp', ['--tcp', '--rfc5424']],
    ['tcp-counted', ['--tcp', '--rfc5424', '--octet-count']],
    ['tcp-3164', ['--tcp', '--rfc3164']],
    ['udp', ['--udp', '--rfc5424']],
    ['udp-3164', ['--udp', '--rfc3164']],
  ] as const)('%s', async (name, args) => {
    for (let i = 0; i < 5; i++) {
      const to = [
        '--server',
        '127.0.0.1',
        '--port',
        String(syslogPort),
        '--tag',
        `sys-${name}`,
        '--priority',
        'user.err',
      ];
      execFileSync(LOGGER, [...to, ...args, `disk ${i} is full`]);
      // Datagrams may overtake each other, but not be lost on loopback.
      await sleep(5);
    }
    const found = await linesOf(`{service="sys-${name}"}`, 5);
    expect(numbered(found, /disk (\d+) is full/)).toEqual([0, 1, 2, 3, 4]);
    expect(found[0]?.labels).toMatchObject({ facility: 'user', detected_level: 'error' });
  });
});
