import { withoutPassword } from '@petrel/http';
import type { Timers } from '@petrel/model';
import { type Clock, type Labels, type Logger, type SampleBatch, type SeriesRegistry, wordsOf } from '@petrel/model';
import { encodeRemoteWrite1, encodeRemoteWrite2 } from '@petrel/wire';
import type { RemoteWriteConfig } from '../config.ts';
import { compileRelabel } from '../relabel/index.ts';
import type { ForwardInstruments } from './instruments.ts';
import { MetadataBook } from './metadata-book.ts';
import type { OutgoingBatch } from './outgoing.ts';
import { RemoteClient } from './remote-client.ts';
import { SeriesTable } from './series-table.ts';
import { Shard } from './shard.ts';

export interface RemoteQueueOptions {
  readonly config: RemoteWriteConfig;
  readonly name: string;
  readonly externalLabels: Labels;
  readonly registry: SeriesRegistry;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly instruments: ForwardInstruments;
}

/** How a remote end is doing. */
export interface RemoteStatus {
  readonly name: string;
  readonly url: string;
  readonly pending: number;
  readonly shards: number;
  readonly lastError: string;
}

const RESHARD_EVERY_MS = 10_000;

/** Everything that is to go to one remote end: taken without waiting, sent by a varying number of shards. */
export class RemoteQueue {
  readonly #table: SeriesTable;
  readonly #client: RemoteClient;
  readonly #metadata = new MetadataBook();
  readonly #abort = new AbortController();
  readonly #labels: readonly [string, string];
  #shards: Shard[];
  #lastError = '';
  #resharding: Promise<void> = Promise.resolve();
  #cancels: (() => void)[] = [];

  constructor(private readonly options: RemoteQueueOptions) {
    const { config, registry, externalLabels } = options;
    this.#table = new SeriesTable(registry, externalLabels, compileRelabel(config.writeRelabelConfigs));
    this.#client = new RemoteClient(config);
    this.#labels = [options.name, withoutPassword(config.url)];
    this.#shards = this.#makeShards(config.queueConfig.minShards);
    this.#every(RESHARD_EVERY_MS, () => {
      this.#resharding = this.#resharding.then(() => this.#reshard());
    });
    const { send, sendIntervalMs } = config.metadataConfig;
    if (send && config.protobufMessage === 'prometheus.WriteRequest') {
      this.#every(sendIntervalMs, () => void this.#sendMetadata());
    }
  }

  get status(): RemoteStatus {
    const [name, url] = this.#labels;
    return { name, url, pending: this.#pending(), shards: this.#shards.length, lastError: this.#lastError };
  }

  /** Never waits and never throws for want of room: beyond the bound the oldest samples go, and are counted. */
  enqueue(batch: SampleBatch): void {
    const { config, clock, instruments } = this.options;
    const nowMs = clock.nowMs();
    const words = wordsOf(batch.values);
    let relabelled = 0;
    let overflowed = 0;
    for (let i = 0; i < batch.length; i++) {
      const series = this.#table.find(batch.refs[i] as number, nowMs);
      if (series === undefined) {
        relabelled++;
        continue;
      }
      overflowed += this.#shardOf(series.hash).ring.push(
        series,
        batch.timestampsMs[i] as number,
        words[2 * i] as number,
        words[2 * i + 1] as number,
        batch.startTimestampsMs?.[i] ?? 0,
      );
    }
    if (config.sendNativeHistograms) {
      for (const row of batch.histograms ?? []) {
        const series = this.#table.find(row.ref, nowMs);
        if (series === undefined) relabelled++;
        else overflowed += this.#shardOf(series.hash).ring.push(series, row.tMs, 0, 0, 0, row);
      }
    }
    if (config.sendExemplars) {
      for (const row of batch.exemplars ?? []) {
        const series = this.#table.find(row.ref, nowMs);
        if (series !== undefined) this.#shardOf(series.hash).addExemplar(series, row);
      }
    }
    for (const metadata of batch.metadata ?? []) this.#metadata.note(metadata);
    if (relabelled > 0) instruments.dropped.add(relabelled, ...this.#labels, 'relabelled');
    if (overflowed > 0) instruments.dropped.add(overflowed, ...this.#labels, 'queue_full');
    instruments.pending.set(this.#pending(), ...this.#labels);
    // Again and again: a queue of the same name that ended after this one had begun has taken the gauges away.
    instruments.shards.set(this.#shards.length, ...this.#labels);
    for (const shard of this.#shards) shard.nudge();
  }

  /** Sends what waits for at most `flushMs`; the rest is dropped and counted. */
  async stop(flushMs: number): Promise<void> {
    const { timers, logger, instruments } = this.options;
    for (const cancel of this.#cancels) cancel();
    const cancel = timers.after(flushMs, () => this.#abort.abort());
    await this.#resharding;
    await Promise.all(this.#shards.map((shard) => shard.drain()));
    cancel();
    const left = this.#pending();
    if (left > 0) {
      logger.warn('remote write ends with samples unsent', { remote: this.#labels[0], samples: left });
      instruments.dropped.add(left, ...this.#labels, 'shutdown');
    }
    this.#client.close();
    instruments.pending.remove(...this.#labels);
    instruments.shards.remove(...this.#labels);
  }

  #every(intervalMs: number, act: () => void): void {
    const slot = this.#cancels.length;
    const again = (): void => {
      this.#cancels[slot] = this.options.timers.after(intervalMs, () => {
        again();
        act();
      });
    };
    again();
  }

  #pending(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.ring.size, 0);
  }

  #shardOf(hash: number): Shard {
    return this.#shards[hash % this.#shards.length] as Shard;
  }

  #makeShards(count: number): Shard[] {
    const { clock, timers, config, instruments } = this.options;
    instruments.shards.set(count, ...this.#labels);
    return Array.from(
      { length: count },
      () =>
        new Shard({
          clock,
          timers,
          config: config.queueConfig,
          metadataOf: (metric) =>
            config.protobufMessage === 'prometheus.WriteRequest' ? undefined : this.#metadata.find(metric),
          deliver: (batch) => this.#deliver(batch),
        }),
    );
  }

  /** More shards while the queue is half full and the other end takes what it gets; fewer when there is nothing to do. */
  async #reshard(): Promise<void> {
    const { queueConfig } = this.options.config;
    this.#table.sweep(this.options.clock.nowMs());
    // While the other end fails, more shards do not help, and fewer would wait for the requests under way.
    if (this.#lastError !== '') return;
    const before = this.#shards;
    const fill = this.#pending() / (before.length * queueConfig.capacity);
    let count = before.length;
    if (fill > 0.5) count = Math.min(2 * count, queueConfig.maxShards);
    else if (fill < 0.05) count = Math.max(Math.ceil(count / 2), queueConfig.minShards);
    if (count === before.length) return;
    // Samples keep arriving in the old rings until the last request under way has ended: the order of a series holds.
    await Promise.all(before.map((shard) => shard.stop()));
    this.#shards = this.#makeShards(count);
    let overflowed = 0;
    for (const { ring } of before) {
      ring.take(ring.size, (series, ...sample) => {
        overflowed += this.#shardOf(series.hash).ring.push(series, ...sample);
      });
    }
    if (overflowed > 0) this.options.instruments.dropped.add(overflowed, ...this.#labels, 'queue_full');
    for (const shard of this.#shards) shard.nudge();
  }

  async #deliver(batch: OutgoingBatch): Promise<void> {
    const { config, instruments } = this.options;
    const { sampleAgeLimitMs } = config.queueConfig;
    if (batch.tooOld > 0) instruments.dropped.add(batch.tooOld, ...this.#labels, 'too_old');
    if (batch.series.length === 0) return;
    const samples = batch.samples + batch.histograms;
    const message =
      config.protobufMessage === 'prometheus.WriteRequest'
        ? encodeRemoteWrite1(batch.series)
        : encodeRemoteWrite2(batch.series);
    const outcome = await this.#send(
      message,
      samples,
      sampleAgeLimitMs > 0 ? batch.newestMs + sampleAgeLimitMs : Infinity,
    );
    instruments.pending.set(this.#pending(), ...this.#labels);
    if (outcome === 'sent') {
      instruments.samples.add(batch.samples, ...this.#labels);
      if (batch.histograms > 0) instruments.histograms.add(batch.histograms, ...this.#labels);
      if (batch.exemplars > 0) instruments.exemplars.add(batch.exemplars, ...this.#labels);
      instruments.highestSent.set(batch.newestMs / 1000, ...this.#labels);
    } else if (outcome === 'refused') instruments.failed.add(samples, ...this.#labels);
    else instruments.dropped.add(samples, ...this.#labels, outcome);
  }

  async #sendMetadata(): Promise<void> {
    const { config, instruments } = this.options;
    const all = this.#metadata.all();
    for (let i = 0; i < all.length; i += config.metadataConfig.maxSamplesPerSend) {
      const part = all.slice(i, i + config.metadataConfig.maxSamplesPerSend);
      const untilMs = this.options.clock.nowMs() + config.metadataConfig.sendIntervalMs;
      const outcome = await this.#send(encodeRemoteWrite1([], part), 0, untilMs);
      if (outcome === 'sent') instruments.metadata.add(part.length, ...this.#labels);
    }
  }

  /** Again and again, with growing pauses, until taken, refused for good, too late, or stopped. */
  async #send(
    message: Uint8Array,
    samples: number,
    untilMs: number,
  ): Promise<'sent' | 'refused' | 'too_old' | 'shutdown'> {
    const { config, clock, timers, logger, instruments, name } = this.options;
    const { minBackoffMs, maxBackoffMs } = config.queueConfig;
    let backoffMs = minBackoffMs;
    for (let attempt = 0; ; attempt++) {
      if (attempt > 0 && samples > 0) instruments.retried.add(samples, ...this.#labels);
      const startedMs = performance.now();
      const outcome = await this.#client.send(message, attempt, this.#abort.signal);
      instruments.duration.observe((performance.now() - startedMs) / 1000, ...this.#labels);
      if (outcome.kind === 'sent') {
        if (this.#lastError !== '') logger.info('remote write works again', { remote: name });
        this.#lastError = '';
        instruments.bytes.add(outcome.bytes, ...this.#labels);
        return 'sent';
      }
      if (this.#lastError === '' || outcome.kind === 'refused') {
        logger.warn('remote write failed', {
          remote: name,
          samples,
          error: outcome.reason,
          again: outcome.kind === 'retry',
        });
      }
      this.#lastError = outcome.reason;
      if (outcome.kind === 'refused') return 'refused';
      if (this.#abort.signal.aborted) return 'shutdown';
      const pauseMs = outcome.retryAfterMs > 0 ? outcome.retryAfterMs : backoffMs;
      if (clock.nowMs() + pauseMs > untilMs) return 'too_old';
      await this.#pause(timers, pauseMs);
      backoffMs = Math.min(2 * backoffMs, maxBackoffMs);
    }
  }

  #pause(timers: Timers, pauseMs: number): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = this.#abort;
      const end = (): void => {
        cancel();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = timers.after(pauseMs, end);
      if (signal.aborted) end();
      else signal.addEventListener('abort', end);
    });
  }
}
