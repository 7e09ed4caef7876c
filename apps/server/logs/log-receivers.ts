import type { ReceiveAnswer, ReceiveRequest } from '@petrel/api';
import type { Clock, Instruments, Logger, LogSink } from '@petrel/model';
import {
  createElasticsearchHandler,
  createLokiPushHandler,
  createNdjsonHandler,
  createOtlpLogs,
  type ElasticsearchHandler,
  type LogsExport,
  type SyslogServer,
  startSyslog,
} from '@petrel/receive';
import type { LogLimits } from '@petrel/wire';
import { parseAddress } from '../address.ts';
import type { PetrelConfig } from '../config/index.ts';

type Handler = (request: ReceiveRequest) => Promise<ReceiveAnswer>;

/** What takes log lines by HTTP. */
export interface LogHandlers {
  readonly lokiPush: Handler;
  readonly ndjson: Handler;
  readonly exportLogs: LogsExport;
  readonly elasticsearch: ElasticsearchHandler;
}

export interface LogReceiverOptions {
  readonly sink: LogSink;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly instruments: Instruments;
}

/** Handlers with the limits of a configuration. */
export function createLogHandlers(options: LogReceiverOptions, config: PetrelConfig): LogHandlers {
  const maxDecodedBytes = config.limits.requestBodyBytes;
  const common = { ...options, limits: lineLimits(config), maxDecodedBytes };
  return {
    lokiPush: createLokiPushHandler(common),
    ndjson: createNdjsonHandler(common),
    exportLogs: createOtlpLogs(common),
    elasticsearch: createElasticsearchHandler(common),
  };
}

/** What the retention would delete at once is refused, so that its sender hears of it. */
function lineLimits({ logs }: PetrelConfig): Partial<LogLimits> {
  const maxAgeMs = logs.rejectOldSamplesMaxAgeMs || longestPeriodMs(logs);
  return {
    maxLineBytes: logs.maxLineSizeBytes,
    creationGracePeriodMs: logs.creationGracePeriodMs,
    ...(maxAgeMs > 0 ? { rejectOldSamplesMaxAgeMs: maxAgeMs } : {}),
  };
}

/** 0: for ever. */
function longestPeriodMs({ retentionPeriodMs, retentionStreams }: PetrelConfig['logs']): number {
  const periods = [retentionPeriodMs, ...retentionStreams.map(({ periodMs }) => periodMs)];
  return periods.includes(0) ? 0 : Math.max(...periods);
}

/** The listeners for syslog: opened and closed as the configuration says, again with each one that is applied. */
export class SyslogListeners {
  #server: SyslogServer | undefined;
  #key = '';

  constructor(private readonly options: LogReceiverOptions) {}

  /** A port that is taken is a warning: everything else comes in all the same. */
  async apply(config: PetrelConfig): Promise<void> {
    const key = JSON.stringify([config.logs.syslog, lineLimits(config)]);
    if (key === this.#key) return;
    await this.stop();
    this.#key = key;
    if (config.logs.syslog.length === 0) return;
    const listeners = config.logs.syslog.map(({ listen, ...rest }) => ({ ...parseAddress(listen), ...rest }));
    try {
      this.#server = await startSyslog({ ...this.options, listeners, limits: lineLimits(config) });
      this.options.logger.info('syslog', { listen: config.logs.syslog.map(({ listen }) => listen).join(', ') });
    } catch (error) {
      this.#key = '';
      this.options.logger.warn('syslog is off: an address cannot be had, or a certificate not be read', {
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }

  async stop(): Promise<void> {
    this.#key = '';
    await this.#server?.stop();
    this.#server = undefined;
  }
}
