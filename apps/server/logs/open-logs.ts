import { type Clock, type Instruments, type Logger, PetrelError } from '@petrel/model';
import { createLogqlEngine, type LogqlEngine, planLogSelector } from '@petrel/query/logql';
import type { LogRulePort } from '@petrel/rules';
import { type KafkaStore, type LogRetention, type LogStore, openKafka, openLogStore } from '@petrel/store';
import type { PetrelConfig } from '../config/index.ts';

export interface OpenLogsOptions {
  readonly clickhouseUrl: string;
  readonly cluster?: string;
  readonly config: PetrelConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly instruments: Instruments;
}

/** Logs as the rest of the server has them. */
export interface Logs {
  readonly store: LogStore;
  readonly engine: LogqlEngine;
  readonly kafka: KafkaStore;
  /** Waits in line however many rules are due at once. */
  readonly rules: LogRulePort;
  apply(config: PetrelConfig): Promise<void>;
  stop(): Promise<void>;
}

/** Opens the store of logs with its engines. Rejects with STORE_UNAVAILABLE. */
export async function openLogs({ config, ...options }: OpenLogsOptions): Promise<Logs> {
  const { clock, logger, instruments } = options;
  const store = await openLogStore({
    ...options,
    limits: { inFlightBytes: config.limits.inFlightBytes },
    retention: retentionOf(config),
  });
  const kafka = openKafka(options);
  store.setOthersWrite(config.logs.kafka.length > 0);
  await syncKafka(kafka, config, logger);
  const limits = {
    timeoutMs: config.limits.queryTimeoutMs,
    maxPoints: config.limits.queryMaxPoints,
    maxConcurrent: config.limits.queryConcurrency,
  };
  const common = { source: store, clock, logger, instruments };
  const ofRules = createLogqlEngine({ ...common, limits: { ...limits, maxQueued: 100_000 } });
  return {
    store,
    engine: createLogqlEngine({ ...common, limits }),
    rules: {
      engine: ofRules,
      async lines({ selector, startMs, endMs, limit }) {
        const { lines } = await ofRules.logs({
          plan: planLogSelector(selector),
          // The ranges of metric queries are open on the left and closed on the right.
          startNs: nanoseconds(startMs) + 1n,
          endNs: nanoseconds(endMs) + 1n,
          limit,
          direction: 'backward',
        });
        return lines.map(({ line }) => line);
      },
    },
    kafka,
    async apply(next) {
      store.setRetention(retentionOf(next));
      store.setOthersWrite(next.logs.kafka.length > 0);
      await syncKafka(kafka, next, logger);
    },
    async stop() {
      await kafka.stop();
      await store.stop();
    },
  };
}

/** Topics that cannot be read are a warning: everything else comes in all the same. A configuration that is wrong rejects. */
async function syncKafka(kafka: KafkaStore, { logs }: PetrelConfig, logger: Logger): Promise<void> {
  const maxLineBytes = logs.maxLineSizeBytes;
  try {
    await kafka.sync(logs.kafka.map((source) => ({ maxLineBytes, ...source })));
  } catch (error) {
    if (error instanceof PetrelError && error.code === 'CONFIG_INVALID') throw error;
    logger.warn('topics of Kafka are not read', { error: error instanceof Error ? error.message : String(error) });
  }
}

function nanoseconds(ms: number): bigint {
  return BigInt(Math.round(ms)) * 1_000_000n;
}

function retentionOf({ logs }: PetrelConfig): LogRetention {
  return { periodMs: logs.retentionPeriodMs, streams: logs.retentionStreams };
}
