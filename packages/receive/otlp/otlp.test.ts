import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { OTLPMetricExporter as GrpcExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as JsonExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtoExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import {
  AggregationTemporality,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { noInstruments, PetrelError, silentLogger, systemClock } from '@petrel/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_OTLP_CONFIG } from '../config.ts';
import { FakeSink } from '../fake-sink.ts';
import { type OtlpGrpcServer, otlpMetricsService, startOtlpGrpc } from './grpc.ts';
import { createOtlpHttpHandler, type OtlpHttpHandler } from './http.ts';
import { createOtlpMetrics, type MetricsExport } from './metrics.ts';

let sink: FakeSink;
let exportMetrics: MetricsExport;
let handle: OtlpHttpHandler;

beforeEach(() => {
  sink = new FakeSink();
  exportMetrics = createOtlpMetrics({
    sink,
    clock: systemClock,
    logger: silentLogger,
    instruments: noInstruments,
    config: DEFAULT_OTLP_CONFIG,
  });
  handle = createOtlpHttpHandler(exportMetrics);
});

const gauge = JSON.stringify({
  resourceMetrics: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 's' } }] },
      scopeMetrics: [
        {
          metrics: [
            {
              name: 'room.temperature',
              unit: 'Cel',
              gauge: { dataPoints: [{ asDouble: 21.5, timeUnixNano: String(Date.now() * 1e6) }] },
            },
          ],
        },
      ],
    },
  ],
});

describe('OTLP over HTTP', () => {
  it('takes JSON, gzip or not, and answers in kind', async () => {
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    const plain = await handle({ headers, body: Buffer.from(gauge) });
    expect(plain.status).toBe(200);
    expect(plain.headers['Content-Type']).toBe('application/json');
    expect(JSON.parse(Buffer.from(plain.body).toString())).toEqual({});
    const zipped = { ...headers, 'content-encoding': 'gzip' };
    expect((await handle({ headers: zipped, body: gzipSync(gauge) })).status).toBe(200);
    expect(
      sink.rows.filter((row) => row.series.startsWith('room_temperature_celsius')).map((row) => row.value),
    ).toEqual([21.5, 21.5]);
  });

  it('refuses what it cannot read', async () => {
    expect((await handle({ headers: { 'content-type': 'text/plain' }, body: Buffer.from(gauge) })).status).toBe(415);
    const bad = await handle({ headers: { 'content-type': 'application/json' }, body: Buffer.from('{') });
    expect(bad.status).toBe(400);
    expect(JSON.parse(String(bad.body))).toMatchObject({ code: 3 });
    const proto = { 'content-type': 'application/x-protobuf' };
    expect((await handle({ headers: proto, body: Buffer.from([0xff, 0xff]) })).status).toBe(400);
  });

  it('pushes back while the store is away', async () => {
    sink.failures.push(new PetrelError('STORE_UNAVAILABLE', 'away', { retryAfterMs: 3_000 }));
    const answer = await handle({ headers: { 'content-type': 'application/json' }, body: Buffer.from(gauge) });
    expect(answer).toMatchObject({ status: 503, headers: { 'Retry-After': '3' } });
    expect(JSON.parse(String(answer.body))).toEqual({ code: 14, message: 'away' });
  });
});

describe('real OpenTelemetry exporters', () => {
  let web: Server;
  let grpc: OtlpGrpcServer;

  beforeEach(async () => {
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const { status, headers, body } = await handle({ headers: request.headers, body: Buffer.concat(chunks) });
      response.writeHead(status, headers).end(body);
    };
    web = createServer((request, response) => void answer(request, response));
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    grpc = await startOtlpGrpc({
      host: '127.0.0.1',
      port: 0,
      services: [otlpMetricsService(exportMetrics)],
      logger: silentLogger,
      maxMessageBytes: 100_000,
    });
  });

  afterEach(async () => {
    await grpc.stop();
    web.closeAllConnections();
    await new Promise((resolve) => web.close(resolve));
  });

  const exporters: Record<string, (temporalityPreference: AggregationTemporality) => PushMetricExporter> = {
    json: (temporalityPreference) => new JsonExporter({ url: webUrl(), temporalityPreference }),
    protobuf: (temporalityPreference) => new ProtoExporter({ url: webUrl(), temporalityPreference }),
    grpc: (temporalityPreference) => new GrpcExporter({ url: `http://127.0.0.1:${grpc.port}`, temporalityPreference }),
  };

  function webUrl(): string {
    return `http://127.0.0.1:${(web.address() as AddressInfo).port}/v1/metrics`;
  }

  it.each(Object.keys(exporters))('%s, cumulative and delta', async (name) => {
    for (const temporality of [AggregationTemporality.CUMULATIVE, AggregationTemporality.DELTA]) {
      const scope = `t${temporality}`;
      const exporter = (exporters[name] as (t: AggregationTemporality) => PushMetricExporter)(temporality);
      const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
      const provider = new MeterProvider({ readers: [reader] });
      const counter = provider.getMeter('m').createCounter(`${scope}.requests`);
      const histogram = provider.getMeter('m').createHistogram(`${scope}.duration`, { unit: 's' });
      counter.add(2, { code: '200' });
      histogram.record(0.3);
      await provider.forceFlush();
      counter.add(3, { code: '200' });
      await provider.forceFlush();
      await provider.shutdown();
      const values = sink.rows
        .filter((row) => row.series.startsWith(`${scope}_requests_total`))
        .map((row) => row.value);
      expect(values.slice(0, 2)).toEqual([2, 5]);
      const count = sink.rows.find((row) => row.series.startsWith(`${scope}_duration_seconds_count`));
      expect(count?.value).toBe(1);
    }
  });

  it('answers gRPC calls with codes that exporters retry, and holds the message limit', async () => {
    const client = new Client(`127.0.0.1:${grpc.port}`, credentials.createInsecure());
    const call = (message: Buffer): Promise<ServiceError | null> =>
      new Promise((resolve) => {
        client.makeUnaryRequest(
          '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
          (bytes: Buffer) => bytes,
          (bytes: Buffer) => bytes,
          message,
          new Metadata(),
          (error) => resolve(error),
        );
      });
    expect(await call(Buffer.alloc(0))).toBeNull();
    expect((await call(Buffer.from([0xff, 0xff])))?.code).toBe(3);
    sink.failures.push(new PetrelError('STORE_OVERLOADED', 'too much', { retryAfterMs: 2_000 }));
    const overloaded = await call(resource());
    expect(overloaded).toMatchObject({ code: 8, details: 'too much' });
    const [details] = overloaded?.metadata.get('grpc-status-details-bin') ?? [];
    expect(String(details)).toContain('google.rpc.RetryInfo');
    sink.failures.push(new PetrelError('STORE_UNAVAILABLE', 'away'));
    expect((await call(resource()))?.code).toBe(14);
    expect((await call(Buffer.alloc(200_000)))?.code).toBe(8);
    client.close();
  });
});

/** A gauge `g` with one point: the smallest request that stores something. */
function resource(): Buffer {
  const field = (number: number, bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
  const nanos = Buffer.alloc(8);
  nanos.writeBigUInt64LE(BigInt(Date.now()) * 1_000_000n);
  const one = Buffer.alloc(8);
  one.writeDoubleLE(1);
  const point = Buffer.concat([Buffer.from([0x19]), nanos, Buffer.from([0x21]), one]);
  const metric = Buffer.concat([field(1, Buffer.from('g')), field(5, field(1, point))]);
  return field(1, field(2, field(2, metric)));
}
