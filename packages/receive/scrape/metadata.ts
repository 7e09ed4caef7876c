import type { MetricMetadata, MetricType } from '@petrel/model';
import type { BatchBuilder, ExpositionParser } from '@petrel/wire';

interface Entry {
  type: MetricType;
  help: string;
  unit: string;
  sent: boolean;
  /** The scrape that spoke of it last. */
  seen: number;
}

/** A metric that a target left out for longer is forgotten: names that change must not pile up. Prometheus's number. */
const KEPT_SCRAPES = 10;

/** What a target says of its metrics: kept for showing, stored when it changes. */
export class TargetMetadata {
  readonly #entries = new Map<string, Entry>();
  #pending: Entry[] = [];
  #scrape = 0;
  #seen = 0;
  #changed = false;

  note(kind: 'type' | 'help' | 'unit', parser: ExpositionParser): void {
    let entry = this.#entries.get(parser.metric);
    if (entry === undefined) {
      entry = { type: 'unknown', help: '', unit: '', sent: false, seen: -1 };
      this.#entries.set(parser.metric, entry);
      this.#changed = true;
    }
    if (entry.seen !== this.#scrape) {
      entry.seen = this.#scrape;
      this.#seen++;
    }
    const value = parser[kind];
    if (entry[kind] === value) return;
    entry[kind] = value as MetricType & string;
    entry.sent = false;
    this.#changed = true;
  }

  /** Adds what is new since the last committed scrape. */
  endScrape(out: BatchBuilder): void {
    this.endFailedScrape();
    if (!this.#changed) return;
    for (const [metric, entry] of this.#entries) {
      if (entry.sent) continue;
      out.addMetadata({ metric, type: entry.type, help: entry.help, unit: entry.unit });
      this.#pending.push(entry);
    }
  }

  /** What a scrape said before it failed is kept for as long as anything else. */
  endFailedScrape(): void {
    if (this.#seen !== this.#entries.size) {
      for (const [metric, { seen }] of this.#entries) {
        if (this.#scrape - seen > KEPT_SCRAPES) this.#entries.delete(metric);
      }
    }
    this.#scrape++;
    this.#seen = 0;
  }

  commit(): void {
    for (const entry of this.#pending) entry.sent = true;
    this.#pending = [];
    this.#changed = false;
  }

  rollback(): void {
    this.#pending = [];
    this.#changed = true;
  }

  list(): readonly MetricMetadata[] {
    return [...this.#entries].map(([metric, { type, help, unit }]) => ({ metric, type, help, unit }));
  }
}
