import type { Clock, Labels, Timers } from '@petrel/model';
import type { Group } from '../evaluation/group.ts';
import type { GroupSlots } from '../evaluation/group-slots.ts';
import { slotBefore } from '../evaluation/group-slots.ts';

export interface GroupLoopOptions {
  readonly group: Group;
  readonly slots: GroupSlots;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Evaluations that were due since the last, and how many of them were left out. */
  readonly onScheduled: (due: number, missed: number) => void;
  /** Called after the second evaluation, when there may be something to restore. */
  readonly restore?: () => Promise<void>;
}

/** Evaluates a group at its instants; an evaluation that takes too long costs the instants that pass meanwhile. */
export class GroupLoop {
  #cancel: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;
  #evaluations = 0;
  #lastMs: number;

  constructor(readonly options: GroupLoopOptions) {
    this.#lastMs = slotBefore(options.slots, options.clock.nowMs());
  }

  get group(): Group {
    return this.options.group;
  }

  start(): void {
    this.#wait();
  }

  /** Resolves when the evaluation that runs, if any, has come to its end. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#running;
  }

  #wait(): void {
    if (this.#stopped) return;
    const { clock, timers, slots } = this.options;
    // A clock that was set back must not stop the group for as long.
    const delayMs = Math.min(this.#lastMs + slots.intervalMs - clock.nowMs(), slots.intervalMs);
    this.#cancel = timers.after(Math.max(delayMs, 0), () => {
      this.#running = this.#due();
    });
  }

  async #due(): Promise<void> {
    const { clock, slots, group, onScheduled, restore } = this.options;
    const passed = Math.floor((clock.nowMs() - this.#lastMs) / slots.intervalMs);
    if (passed < 0) this.#lastMs = slotBefore(slots, clock.nowMs());
    // Timers may run a little early; then this only waits once more.
    if (passed >= 1) {
      this.#lastMs += passed * slots.intervalMs;
      onScheduled(passed, passed - 1);
      await group.evaluate(this.#lastMs);
      this.#evaluations++;
      // The first evaluation may lack what was not scraped or recorded yet.
      if (this.#evaluations === 2 && !this.#stopped) await restore?.();
    }
    this.#wait();
  }
}

/** All series that a group's rules wrote last. */
export function seriesOf(group: Group): readonly Labels[] {
  return [...group.rules.flatMap((rule) => [...rule.previous.values()]), ...group.staleSeries];
}
