import type { Clock, Timers } from '@petrel/model';
import type { QueueConfig } from '../config.ts';
import type { GatherOptions, OutgoingBatch, PendingExemplar } from './outgoing.ts';
import { gather } from './outgoing.ts';
import { SampleRing } from './ring.ts';
import type { ForwardSeries } from './series-table.ts';

export interface ShardContext {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly config: QueueConfig;
  readonly metadataOf: GatherOptions['metadataOf'];
  /** Sends until it is taken, refused or too late; resolves in any case. */
  readonly deliver: (batch: OutgoingBatch) => Promise<void>;
}

/** One of the queues of a remote end: samples of a series keep their order, one request is under way at a time. */
export class Shard {
  readonly ring: SampleRing;
  #exemplars: PendingExemplar[] = [];
  #cancel: (() => void) | undefined;
  #wake: (() => void) | undefined;
  #overdue = false;
  #stopped = false;
  #draining = false;
  readonly #done: Promise<void>;

  constructor(private readonly context: ShardContext) {
    this.ring = new SampleRing(context.config.capacity);
    this.#done = this.#run();
  }

  /** To be called after pushing to the ring. */
  nudge(): void {
    if (this.#ready()) this.#wake?.();
    else if (this.ring.size > 0) this.#startDeadline();
  }

  addExemplar(series: ForwardSeries, row: PendingExemplar['row']): boolean {
    if (this.#exemplars.length >= this.context.config.maxSamplesPerSend) return false;
    this.#exemplars.push({ series, row });
    return true;
  }

  /** Resolves after the request under way; what waits stays in the ring. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    this.#wake?.();
    await this.#done;
  }

  /** Sends everything that waits without waiting for more, then ends. */
  async drain(): Promise<void> {
    this.#draining = true;
    this.#wake?.();
    await this.#done;
    this.#cancel?.();
  }

  #ready(): boolean {
    if (this.#stopped || this.#draining) return true;
    return this.ring.size >= this.context.config.maxSamplesPerSend || (this.#overdue && this.ring.size > 0);
  }

  #startDeadline(): void {
    this.#cancel ??= this.context.timers.after(this.context.config.batchSendDeadlineMs, () => {
      this.#cancel = undefined;
      this.#overdue = true;
      this.#wake?.();
    });
  }

  async #run(): Promise<void> {
    const { clock, config, metadataOf, deliver } = this.context;
    for (;;) {
      if (!this.#ready()) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
      }
      if (this.#stopped || (this.#draining && this.ring.size === 0)) return;
      if (this.ring.size === 0) continue;
      this.#overdue = false;
      this.#cancel?.();
      this.#cancel = undefined;
      const exemplars = this.#exemplars;
      this.#exemplars = [];
      const notBeforeMs = config.sampleAgeLimitMs > 0 ? clock.nowMs() - config.sampleAgeLimitMs : -Infinity;
      await deliver(gather(this.ring, { count: config.maxSamplesPerSend, notBeforeMs, exemplars, metadataOf }));
      this.nudge();
    }
  }
}
