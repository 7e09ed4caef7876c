import type { Clock, Instruments, Logger, LogSink } from '@petrel/model';
import { DEFAULT_LOG_LIMITS, type DecodedLogs, type LogLimits } from '@petrel/wire';
import { createLogCounters } from '../log-counters.ts';

/** What every receiver of log lines is built from. */
export interface LogReceiverOptions {
  readonly sink: LogSink;
  readonly logger: Logger;
  readonly instruments: Instruments;
  readonly clock: Clock;
  /** Those that are not given have their default. */
  readonly limits?: Partial<LogLimits>;
  /** Of one decompressed request; larger ones are refused with 413. Default 64 MiB: sixty times what log shippers send at once. */
  readonly maxDecodedBytes?: number;
}

export const DEFAULT_MAX_LOG_BYTES = 64 << 20;

export function logLimitsOf({ limits }: LogReceiverOptions): LogLimits {
  return { ...DEFAULT_LOG_LIMITS, ...limits };
}

/** Stores decoded lines and counts them, for one protocol. */
export interface LogIntake {
  /** Resolves when every line of the batch is stored; rejects as the sink does, and then nothing is counted but what was refused. */
  store(decoded: DecodedLogs): Promise<void>;
  /** Counts a request by the status that it was answered with. */
  answered(status: number, startedMs: number): void;
}

export function createLogIntake({ sink, logger, instruments }: LogReceiverOptions, protocol: string): LogIntake {
  const requests = instruments.counter('petrel_receive_requests_total', 'Requests that brought samples.', [
    'protocol',
    'code',
  ]);
  const seconds = instruments.histogram('petrel_receive_duration_seconds', 'Time from a request to its answer.', [
    'protocol',
  ]);
  const bytes = instruments.counter('petrel_receive_log_bytes_total', 'Bytes of log lines received and stored.', [
    'protocol',
  ]);
  const counters = createLogCounters(instruments, protocol);
  return {
    async store({ batch, refusals, sizeBytes, truncated: cut }) {
      if (refusals.lines > 0) {
        for (const [reason, count] of refusals.byReason) counters.refused(count, reason);
        logger.warn('log lines refused', { protocol, lines: refusals.lines, reason: refusals.message });
      }
      if (batch.length === 0) return;
      await sink.write(batch);
      counters.stored(batch.length, cut);
      bytes.add(sizeBytes, protocol);
    },
    answered(status, startedMs) {
      seconds.observe((performance.now() - startedMs) / 1000, protocol);
      requests.add(1, protocol, String(status));
    },
  };
}
