import type { MetricMetadata, MetricType } from '@petrel/model';
import type { BatchBuilder, ExpositionParser } from '@petrel/wire';

interface Entry {
  type: MetricType;
  help: string;
  unit: string;
  sent: boolean;
}

/** What a target says of its metrics: kept for showing, stored when it changes. */
export class TargetMetadata {
  readonly #entries = new Map<string, Entry>();
  #pending: Entry[] = [];
  #changed = false;

  note(kind: 'type' | 'help' | 'unit', parser: ExpositionParser): void {
    let entry = this.#entries.get(parser.metric);
    if (entry === undefined) {
      entry = { type: 'unknown', help: '', unit: '', sent: false };
      this.#entries.set(parser.metric, entry);
      this.#changed = true;
    }
    const value = parser[kind];
    if (entry[kind] === value) return;
    entry[kind] = value as MetricType & string;
    entry.sent = false;
    this.#changed = true;
  }

  /** Adds what is new since the last committed scrape. */
  endScrape(out: BatchBuilder): void {
    if (!this.#changed) return;
    for (const [metric, entry] of this.#entries) {
      if (entry.sent) continue;
      out.addMetadata({ metric, type: entry.type, help: entry.help, unit: entry.unit });
      this.#pending.push(entry);
    }
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
