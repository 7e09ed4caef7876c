import type { Labels, SeriesRegistry } from '@petrel/model';
import type { Relabel } from '../relabel/index.ts';
import { hashOfText } from '../scrape/series-ref.ts';

/** A series as it is sent. */
export interface ForwardSeries {
  readonly labels: Labels;
  /** Even over the series; decides the shard. */
  readonly hash: number;
}

interface Entry {
  readonly series: ForwardSeries | undefined;
  seenMs: number;
}

// The registry may give a reference to another series once it went unused for hours; half an hour is well within that.
const TRUSTED_FOR_MS = 30 * 60_000;

/** Looks up, by reference, what a series is called at the remote end: external labels added, relabelled, or dropped. */
export class SeriesTable {
  readonly #entries = new Map<number, Entry>();

  constructor(
    private readonly registry: SeriesRegistry,
    private readonly externalLabels: Labels,
    private readonly relabel: Relabel,
  ) {}

  /** Undefined when write relabelling drops the series. */
  find(ref: number, nowMs: number): ForwardSeries | undefined {
    let entry = this.#entries.get(ref);
    if (entry === undefined || nowMs - entry.seenMs > TRUSTED_FOR_MS) {
      entry = { series: this.#make(ref), seenMs: nowMs };
      this.#entries.set(ref, entry);
    } else {
      entry.seenMs = nowMs;
    }
    return entry.series;
  }

  /** Forgets what was not asked for lately. */
  sweep(nowMs: number): void {
    for (const [ref, entry] of this.#entries) if (nowMs - entry.seenMs > TRUSTED_FOR_MS) this.#entries.delete(ref);
  }

  #make(ref: number): ForwardSeries | undefined {
    let labels = this.registry.labelsOf(ref);
    for (const [name, value] of this.externalLabels) if (!labels.has(name)) labels = labels.with(name, value);
    const relabelled = this.relabel(labels);
    if (relabelled === undefined || relabelled.size === 0) return undefined;
    return { labels: relabelled, hash: hashOfText(relabelled.key)[1] };
  }
}
