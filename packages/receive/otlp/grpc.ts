import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { type Logger, PetrelError } from '@petrel/model';
import { encodeOtlpResponse } from '@petrel/wire';
import { retryAfterSeconds } from '../answer.ts';
import { GRPC_STATUS, grpcStatusOf } from './grpc-status.ts';
import type { LogsExport } from './logs.ts';
import type { MetricsExport } from './metrics.ts';
import { encodeStatusProtobuf } from './status.ts';

/** One unary method: the message's bytes enter, the response's bytes leave; a PetrelError becomes a gRPC status. */
export interface OtlpGrpcService {
  /** E.g. `opentelemetry.proto.collector.metrics.v1.MetricsService`. */
  readonly service: string;
  readonly method: string;
  handle(message: Uint8Array): Promise<Uint8Array>;
}

export interface OtlpGrpcOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly services: readonly OtlpGrpcService[];
  readonly logger: Logger;
  /** Of one decompressed message. Default 16 MiB: four times gRPC's usual limit, what collectors send at most. */
  readonly maxMessageBytes?: number;
}

export interface OtlpGrpcServer {
  readonly port: number;
  /** Lets calls end for a moment, then cuts them. */
  stop(): Promise<void>;
}

const DEFAULT_MAX_MESSAGE_BYTES = 16 << 20;
const STOP_PATIENCE_MS = 2_000;

export function otlpMetricsService(exportMetrics: MetricsExport): OtlpGrpcService {
  return {
    service: 'opentelemetry.proto.collector.metrics.v1.MetricsService',
    method: 'Export',
    handle: async (message) => encodeOtlpResponse('protobuf', await exportMetrics(message, 'protobuf', 'grpc')),
  };
}

export function otlpLogsService(exportLogs: LogsExport): OtlpGrpcService {
  return {
    service: 'opentelemetry.proto.collector.logs.v1.LogsService',
    method: 'Export',
    handle: async (message) => encodeOtlpResponse('protobuf', await exportLogs(message, 'protobuf', 'grpc')),
  };
}

/** Rejects when the port cannot be had. */
export async function startOtlpGrpc(options: OtlpGrpcOptions): Promise<OtlpGrpcServer> {
  const { host, port, services, logger, maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES } = options;
  const server = new Server({
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': maxMessageBytes,
  });
  for (const service of services) register(server, service, logger);
  const bound = await new Promise<number>((resolve, reject) => {
    const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, boundPort) => {
      if (error === null) resolve(boundPort);
      else reject(error);
    });
  });
  return {
    port: bound,
    stop: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.forceShutdown(), STOP_PATIENCE_MS);
        server.tryShutdown(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}

function register(server: Server, { service, method, handle }: OtlpGrpcService, logger: Logger): void {
  const asIs = (bytes: Buffer): Buffer => bytes;
  const definition: ServiceDefinition = {
    [method]: {
      path: `/${service}/${method}`,
      requestStream: false,
      responseStream: false,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
      originalName: method,
    },
  };
  const implementation: UntypedServiceImplementation = {
    [method]: (call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>) => {
      handle(call.request).then(
        (bytes) => done(null, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
        (error: unknown) => done(statusOf(error, logger)),
      );
    },
  };
  server.addService(definition, implementation);
}

function statusOf(error: unknown, logger: Logger): { code: number; details: string; metadata: Metadata } {
  const metadata = new Metadata();
  if (!(error instanceof PetrelError)) {
    logger.error('OTLP call crashed', { error: error instanceof Error ? error.stack : String(error) });
    return { code: GRPC_STATUS.INTERNAL, details: 'internal error', metadata };
  }
  const code = grpcStatusOf(error);
  if (error.retryable) {
    const status = { code, message: error.message, retryAfterMs: retryAfterSeconds(error) * 1000 };
    metadata.set('grpc-status-details-bin', Buffer.from(encodeStatusProtobuf(status)));
  }
  return { code, details: error.message, metadata };
}
