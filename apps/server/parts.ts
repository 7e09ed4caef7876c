import { hostname } from 'node:os';
import { type Instruments, type Logger, systemClock, systemTimers } from '@petrel/model';
import { ScrapeManager } from '@petrel/receive';
import { type ControlStore, type MetricStore, openControlStore, openLedgerStore, openMetricStore } from '@petrel/store';
import type { Stores } from '@petrel/store/embedded/index.ts';
import type { LoadedAlerting } from './alerting/load-alerting.ts';
import { type Alerting, startAlerting } from './alerting/start-alerting.ts';
import type { PetrelConfig } from './config/index.ts';
import { retentionOf } from './config-options.ts';
import { type Logs, openLogs } from './logs/open-logs.ts';
import { type Receivers, startReceivers } from './receivers.ts';
import { registerStoreMetrics } from './store-status.ts';

/** What runs behind the API once the stores are open. */
export interface Parts {
  readonly stores: Stores;
  readonly metrics: MetricStore;
  readonly logs: Logs;
  readonly control: ControlStore;
  readonly receivers: Receivers;
  readonly scraper: ScrapeManager;
  readonly alerting: Alerting;
}

export interface PartsOptions {
  /** Being opened already: the databases take longer to start than this program takes to load. */
  readonly stores: Promise<Stores>;
  readonly clickhouseCluster?: string | undefined;
  readonly config: PetrelConfig;
  readonly alerting: LoadedAlerting;
  /** `host:port` or `off`. */
  readonly otlpGrpc: string;
  /** Without a trailing slash. */
  readonly externalUrl: () => string;
  readonly logger: Logger;
  readonly instruments: Instruments;
  /** Told what is being waited for. */
  readonly waitFor: (reason: string) => void;
}

/**
 * Starts everything in the order of the data: stores, then what reads, then what brings samples. Nothing is scraped yet. Rejects with a PetrelError; then
 * everything that had started is stopped.
 */
export async function startParts(options: PartsOptions): Promise<Parts> {
  const undo: (() => Promise<void>)[] = [];
  try {
    return await start(options, undo);
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => undefined);
    throw error;
  }
}

async function start(options: PartsOptions, undo: (() => Promise<void>)[]): Promise<Parts> {
  const { config, logger, instruments, waitFor } = options;
  const common = { clock: systemClock, logger, instruments };
  waitFor('the stores are starting');
  const stores = await options.stores;
  undo.push(() => stores.stop());
  registerStoreMetrics(instruments, stores);
  waitFor('the tables are being prepared');
  const clickhouse = {
    clickhouseUrl: stores.clickhouseUrl,
    ...(options.clickhouseCluster === undefined ? {} : { cluster: options.clickhouseCluster }),
  };
  const metrics = await openMetricStore({
    ...common,
    ...clickhouse,
    limits: { inFlightBytes: config.limits.inFlightBytes, cacheBytes: config.limits.cacheBytes },
    retention: retentionOf(config),
    fsyncAfterInsert: config.storage.fsyncAfterInsert,
  });
  undo.push(() => metrics.stop());
  const logs = await openLogs({ ...common, ...clickhouse, config });
  undo.push(() => logs.stop());
  const control = await openControlStore({ postgresUrl: stores.postgresUrl, logger });
  undo.push(() => control.stop());
  const receivers = await startReceivers({
    sink: metrics.sink,
    logSink: logs.store.sink,
    control,
    config,
    logger,
    instruments,
    otlpGrpc: options.otlpGrpc,
  });
  undo.push(() => receivers.stop());
  const alerting = await startAlerting({
    ...common,
    source: metrics,
    logs: logs.rules,
    samples: receivers.sink,
    control,
    ledger: await openLedgerStore({ ...common, ...clickhouse, outbox: control }),
    timers: systemTimers,
    externalUrl: options.externalUrl,
    config,
    loaded: options.alerting,
  });
  undo.push(() => alerting.stop());
  const scraper = new ScrapeManager({ ...common, sink: receivers.sink, seed: hostname() });
  return { stores, metrics, logs, control, receivers, scraper, alerting };
}

/** A part by its name, and how it stops. */
export type PartStep = readonly [name: string, stop: () => Promise<unknown>];

/** Nothing new comes in, then (when requests have ended) what came is stored and the stores end. */
export function stepsToStop(parts: Parts): {
  readonly before: readonly PartStep[];
  readonly after: readonly PartStep[];
} {
  return {
    before: [
      ['scraping', () => parts.scraper.stop()],
      ['receiving', () => parts.receivers.stop()],
    ],
    after: [
      ['alerting', () => parts.alerting.stop()],
      ['metric store', () => parts.metrics.stop()],
      ['log store', () => parts.logs.stop()],
      ['control store', () => parts.control.stop()],
      ['stores', () => parts.stores.stop()],
    ],
  };
}
