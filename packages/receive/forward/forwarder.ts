import { createHash } from 'node:crypto';
import { withoutPassword } from '@petrel/http';
import {
  type Clock,
  type Instruments,
  type Labels,
  type Logger,
  PetrelError,
  type SampleSink,
  systemTimers,
  type Timers,
} from '@petrel/model';
import type { RemoteWriteConfig } from '../config.ts';
import { compileRelabel } from '../relabel/index.ts';
import { forwardInstruments } from './instruments.ts';
import { RemoteQueue, type RemoteStatus } from './remote-queue.ts';

export interface ForwarderOptions {
  /** Where samples are stored; its registry names them. */
  readonly sink: SampleSink;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly instruments: Instruments;
  readonly timers?: Timers;
}

/** Prometheus gives a queue a minute to empty; a restart must not take that long. */
const FLUSH_MS = 10_000;

/**
 * Remote write out. Use `sink` instead of the one that was handed in: what it has stored is queued for every remote end, and
 * neither a slow nor a dead one is ever waited for.
 */
export class Forwarder {
  readonly sink: SampleSink;
  readonly #queues = new Map<string, RemoteQueue>();
  readonly #instruments;

  constructor(private readonly options: ForwarderOptions) {
    this.#instruments = forwardInstruments(options.instruments);
    const { sink } = options;
    this.sink = {
      registry: sink.registry,
      write: async (batch) => {
        await sink.write(batch);
        for (const queue of this.#queues.values()) queue.enqueue(batch);
      },
    };
  }

  /** Takes a configuration; unchanged remote ends go on. Throws CONFIG_INVALID before anything has changed. */
  apply(configs: readonly RemoteWriteConfig[], externalLabels: Labels): void {
    const wanted = new Map<string, RemoteWriteConfig>();
    for (const config of configs) {
      compileRelabel(config.writeRelabelConfigs);
      const key = JSON.stringify([config, externalLabels.pairs]);
      if (wanted.has(key))
        throw new PetrelError(
          'CONFIG_INVALID',
          `duplicate remote write configs are not allowed: ${withoutPassword(config.url)}`,
        );
      wanted.set(key, config);
    }
    for (const [key, queue] of this.#queues) {
      if (wanted.has(key)) continue;
      this.#queues.delete(key);
      void queue.stop(FLUSH_MS);
    }
    for (const [key, config] of wanted) {
      if (this.#queues.has(key)) continue;
      const { sink, clock, logger, timers = systemTimers } = this.options;
      const name = config.name ?? createHash('md5').update(key).digest('hex').slice(0, 6);
      const queue = new RemoteQueue({
        config,
        name,
        externalLabels,
        registry: sink.registry,
        clock,
        timers,
        logger,
        instruments: this.#instruments,
      });
      this.#queues.set(key, queue);
    }
  }

  status(): readonly RemoteStatus[] {
    return [...this.#queues.values()].map((queue) => queue.status);
  }

  /** Sends what waits, for at most `flushMs`. */
  async stop(flushMs = FLUSH_MS): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.stop(flushMs)));
    this.#queues.clear();
  }
}
