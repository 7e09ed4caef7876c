import { gzipSync } from 'node:zlib';
import { Client, credentials } from '@grpc/grpc-js';
import { noInstruments, PetrelError, silentLogger } from '@petrel/model';
import { encodeOtlpLogs, type OtlpLogRecord } from '@petrel/wire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogSinkRecorder } from '../log-sink-recorder.ts';
import { type OtlpGrpcServer, otlpLogsService, startOtlpGrpc } from './grpc.ts';
import { createOtlpHttpHandler } from './http.ts';
import { createOtlpLogs, type LogsExport } from './logs.ts';

const NOW_MS = 1_767_323_045_000;
const T = BigInt(NOW_MS) * 1_000_000n;

let sink: LogSinkRecorder;
let exportLogs: LogsExport;

beforeEach(() => {
  sink = new LogSinkRecorder();
  const clock = { nowMs: () => NOW_MS };
  exportLogs = createOtlpLogs({ sink, clock, logger: silentLogger, instruments: noInstruments });
});

const good: OtlpLogRecord = { timeNs: T, body: 'good', severityNumber: 17 };
const future: OtlpLogRecord = { timeNs: T + 3_600_000_000_000n, body: 'bad' };

function bodyOf(...records: OtlpLogRecord[]): Uint8Array {
  return encodeOtlpLogs([{ attributes: [['service.name', 'pay']], scopes: [{ records }] }]);
}

describe('OTLP logs over HTTP', () => {
  const post = (body: Uint8Array, headers: Record<string, string>) =>
    createOtlpHttpHandler(exportLogs)({ headers, body });

  it('are stored', async () => {
    const headers = { 'content-type': 'application/x-protobuf' };
    const answer = await post(bodyOf(good), headers);
    expect([answer.status, answer.body.length]).toEqual([200, 0]);
    await post(gzipSync(bodyOf(good)), { ...headers, 'content-encoding': 'gzip' });
    expect(sink.lines).toHaveLength(2);
    expect(sink.lines[1]).toEqual({
      labels: { service: 'pay', service_name: 'pay' },
      tsNs: T,
      body: 'good',
      metadata: { severity_number: '17' },
      level: 'error',
      traceId: '',
      spanId: '',
    });
  });

  it('are partly refused', async () => {
    const json = {
      resourceLogs: [
        {
          scopeLogs: [
            {
              logRecords: [good, future].map(({ timeNs, body }) => ({
                timeUnixNano: String(timeNs),
                body: { stringValue: body },
              })),
            },
          ],
        },
      ],
    };
    const answer = await post(Buffer.from(JSON.stringify(json)), { 'content-type': 'application/json' });
    expect(answer.status).toBe(200);
    expect(JSON.parse(String(answer.body))).toEqual({
      partialSuccess: {
        rejectedLogRecords: '1',
        errorMessage: `entry for stream '{service="unknown_service", service_name="unknown_service"}' has timestamp too new: 2026-01-02T04:04:05Z`,
      },
    });
    expect(sink.lines.map(({ body }) => body)).toEqual(['good']);
  });

  it('are pushed back, refused, or not understood', async () => {
    const headers = { 'content-type': 'application/json' };
    sink.failures.push(new PetrelError('STORE_UNAVAILABLE', 'away'));
    const away = await post(bodyOf(good), { 'content-type': 'application/x-protobuf' });
    expect([away.status, away.headers['Retry-After']]).toEqual([503, '5']);
    expect((await post(Buffer.from('{'), headers)).status).toBe(400);
    expect((await post(Buffer.from('{}'), { 'content-type': 'text/plain' })).status).toBe(415);
  });
});

describe('OTLP logs over gRPC', () => {
  let server: OtlpGrpcServer;
  let client: Client;

  beforeEach(async () => {
    server = await startOtlpGrpc({
      host: '127.0.0.1',
      port: 0,
      services: [otlpLogsService(exportLogs)],
      logger: silentLogger,
    });
    client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure());
  });

  afterEach(async () => {
    client.close();
    await server.stop();
  });

  const call = (message: Uint8Array) =>
    new Promise<Buffer>((resolve, reject) => {
      const asIs = (bytes: Buffer): Buffer => bytes;
      const path = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';
      client.makeUnaryRequest(path, asIs, asIs, Buffer.from(message), (error, answer) => {
        if (error === null) resolve(answer as Buffer);
        else reject(error);
      });
    });

  it('are stored, and refused in part', async () => {
    expect(await call(bodyOf(good))).toHaveLength(0);
    // partial_success { rejected_log_records: 1, error_message: … }
    expect((await call(bodyOf(good, future))).subarray(2, 4)).toEqual(Buffer.of(0x08, 1));
    expect(sink.lines).toHaveLength(2);
  });

  it('fail with a status', async () => {
    await expect(call(Buffer.of(0x0a, 0xff))).rejects.toMatchObject({ code: 3 });
    sink.failures.push(new PetrelError('STORE_UNAVAILABLE', 'away'));
    await expect(call(bodyOf(good))).rejects.toMatchObject({ code: 14 });
  });
});
