import type { Clock, Timers } from '@petrel/model';

/** A virtual clock with its timers, for tests: time passes in `advance` only. */
export class FakeTime implements Clock, Timers {
  #nowMs: number;
  #queue: { atMs: number; order: number; run: () => void }[] = [];
  #order = 0;

  constructor(startMs = 1_700_000_000_000) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const entry = { atMs: this.#nowMs + Math.max(delayMs, 0), order: this.#order++, run };
    this.#queue.push(entry);
    return () => {
      this.#queue = this.#queue.filter((e) => e !== entry);
    };
  }

  get pending(): number {
    return this.#queue.length;
  }

  /** Sets the clock, as an administrator does: timers are due as much later as they were. */
  jump(ms: number): void {
    this.#nowMs += ms;
    for (const entry of this.#queue) entry.atMs += ms;
  }

  /** Time passes without anything being run, as when the process is held up. */
  freeze(ms: number): void {
    this.#nowMs += ms;
  }

  /** Moves on, runs what falls due in order, and lets promises settle after each. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settle();
    for (;;) {
      const due = this.#queue.filter((e) => e.atMs <= endMs).sort((a, b) => a.atMs - b.atMs || a.order - b.order)[0];
      if (due === undefined) break;
      this.#queue = this.#queue.filter((e) => e !== due);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.run();
      await settle();
    }
    this.#nowMs = Math.max(this.#nowMs, endMs);
  }
}

/** Lets everything that is ready to run, run. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 12; i++) await new Promise((resolve) => setImmediate(resolve));
}
