import type { ReceiveAnswer, ReceiveDoor, ReceiveRequest } from '@petrel/api';
import { type Instruments, type Logger, type LogSink, PetrelError, type SampleSink, systemClock } from '@petrel/model';
import {
  createOtlpHttpHandler,
  createOtlpMetrics,
  createRemoteWriteReceiver,
  elasticsearchDoors,
  Forwarder,
  type LogsExport,
  type OtlpGrpcServer,
  type OtlpGrpcService,
  otlpLogsService,
  otlpMetricsService,
  PushGateway,
  startOtlpGrpc,
} from '@petrel/receive';
import type { ControlStore } from '@petrel/store';
import { parseAddress } from './address.ts';
import type { PetrelConfig } from './config/index.ts';
import { createLogHandlers, type LogHandlers, SyslogListeners } from './logs/log-receivers.ts';
import { pushGroupStore } from './push-group-store.ts';

type Handler = (request: ReceiveRequest) => Promise<ReceiveAnswer>;

/** Everything that takes samples and log lines from others, and the sink that scraping shares with it. */
export interface Receivers {
  /** Stores, and forwards what is stored. */
  readonly sink: SampleSink;
  readonly remoteWrite: Handler;
  readonly otlpMetrics: Handler;
  readonly push: Handler;
  readonly otlpLogs: Handler;
  readonly logs: () => LogHandlers;
  apply(next: PetrelConfig): void | Promise<void>;
  stop(): Promise<void>;
}

export interface ReceiversOptions {
  readonly sink: SampleSink;
  readonly logSink: LogSink;
  readonly control: ControlStore;
  readonly config: PetrelConfig;
  readonly logger: Logger;
  readonly instruments: Instruments;
  /** `host:port` or `off`. */
  readonly otlpGrpc: string;
}

/** A taken gRPC port is a warning: the same data can come by HTTP on the main port. */
export async function startReceivers(options: ReceiversOptions): Promise<Receivers> {
  const { config, control, logger, instruments } = options;
  const maxDecodedBytes = config.limits.requestBodyBytes;
  const common = { clock: systemClock, logger, instruments };
  const forwarder = new Forwarder({ ...common, sink: options.sink });
  forwarder.apply(config.remoteWrite, config.externalLabels);
  const { sink } = forwarder;
  const remoteWrite = createRemoteWriteReceiver({ sink, logger, instruments, maxDecodedBytes });
  const createExport = ({ otlp }: PetrelConfig) => createOtlpMetrics({ ...common, sink, config: otlp });
  let otlpConfig = JSON.stringify(config.otlp);
  let exportMetrics = createExport(config);
  const throughCurrent: typeof exportMetrics = (...args) => exportMetrics(...args);
  const logOptions = { ...common, sink: options.logSink };
  let logConfig = logKeyOf(config);
  let logs = createLogHandlers(logOptions, config);
  const exportLogs: LogsExport = (...args) => logs.exportLogs(...args);
  const syslog = new SyslogListeners(logOptions);
  await syslog.apply(config);
  const pushGateway = new PushGateway({
    ...common,
    sink,
    store: pushGroupStore(control),
    intervalMs: config.global.scrapeIntervalMs,
    maxDecodedBytes,
  });
  await pushGateway.start();
  const grpc = await startGrpc(options, [otlpMetricsService(throughCurrent), otlpLogsService(exportLogs)]);
  return {
    sink,
    remoteWrite,
    otlpMetrics: createOtlpHttpHandler(throughCurrent, maxDecodedBytes),
    push: (request) => pushGateway.handle(request),
    otlpLogs: createOtlpHttpHandler(exportLogs, maxDecodedBytes),
    logs: () => logs,
    async apply(next) {
      forwarder.apply(next.remoteWrite, next.externalLabels);
      // New handlers forget what Elasticsearch's clients have set up, so only a change of their own settings makes some.
      if (logKeyOf(next) !== logConfig) {
        logConfig = logKeyOf(next);
        logs = createLogHandlers(logOptions, next);
      }
      await syslog.apply(next);
      // A new receiver forgets the state of delta streams, so only a change of its own block makes one.
      if (JSON.stringify(next.otlp) === otlpConfig) return;
      otlpConfig = JSON.stringify(next.otlp);
      exportMetrics = createExport(next);
    },
    async stop() {
      await Promise.all([grpc?.stop(), pushGateway.stop(), syslog.stop()]);
      await forwarder.stop();
    },
  };
}

/** Equal where the handlers of log lines would be alike. */
function logKeyOf({ logs, limits }: PetrelConfig): string {
  return JSON.stringify([logs, limits.requestBodyBytes]);
}

async function startGrpc(
  { otlpGrpc, logger }: ReceiversOptions,
  services: readonly OtlpGrpcService[],
): Promise<OtlpGrpcServer | undefined> {
  if (otlpGrpc === 'off') return undefined;
  try {
    const server = await startOtlpGrpc({ ...parseAddress(otlpGrpc), services, logger });
    logger.info('OTLP over gRPC', { address: otlpGrpc, port: server.port });
    return server;
  } catch (error) {
    logger.warn('OTLP over gRPC is off: its address cannot be had; choose another with --otlp-grpc HOST:PORT, or off', {
      address: otlpGrpc,
      error: error instanceof Error ? error.message : String(error),
    });
    return undefined;
  }
}

/** As sent, so mostly compressed; the receivers bound what comes out of it. */
const BODY_LIMIT_BYTES = 64 * 1024 * 1024;

const PUSH_METHODS: ReceiveDoor['method'] = ['PUT', 'POST', 'DELETE'];

/** The receivers' paths on the main port. They are there before the receivers are: until then they answer 503. */
export function receiveDoors(current: () => Receivers | undefined): readonly ReceiveDoor[] {
  const running = (): Receivers => {
    const receivers = current();
    if (receivers !== undefined) return receivers;
    throw new PetrelError('STORE_UNAVAILABLE', 'the server is starting', { retryAfterMs: 1000 });
  };
  const door = (
    url: string,
    pick: (receivers: Receivers) => Handler,
    method: ReceiveDoor['method'] = ['POST'],
  ): ReceiveDoor => ({
    method,
    url,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    handle: async (request) => pick(running())(request),
  });
  return [
    door('/api/v1/write', ({ remoteWrite }) => remoteWrite),
    door('/v1/metrics', ({ otlpMetrics }) => otlpMetrics),
    door('/api/v1/otlp/v1/metrics', ({ otlpMetrics }) => otlpMetrics),
    door('/v1/logs', ({ otlpLogs }) => otlpLogs),
    door('/api/v1/otlp/v1/logs', ({ otlpLogs }) => otlpLogs),
    door('/otlp/v1/logs', ({ otlpLogs }) => otlpLogs),
    door('/loki/api/v1/push', ({ logs }) => logs().lokiPush),
    door('/api/prom/push', ({ logs }) => logs().lokiPush),
    door('/api/v1/petrel/logs', ({ logs }) => logs().ndjson),
    ...elasticsearchDoors(async (request) => running().logs().elasticsearch.handle(request), BODY_LIMIT_BYTES),
    door('/metrics/job/*', ({ push }) => push, PUSH_METHODS),
    door('/metrics/job@base64/*', ({ push }) => push, PUSH_METHODS),
  ];
}
