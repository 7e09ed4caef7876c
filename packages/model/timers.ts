/** The only way in which anything waits. Tests inject a virtual one. */
export interface Timers {
  /** Runs once after the delay (ms) and returns how to cancel it; cancelling late does nothing. */
  after(delayMs: number, run: () => void): () => void;
}

// setTimeout takes 32 bits; nothing here waits for 24 days.
const LONGEST_DELAY_MS = 2 ** 31 - 1;

export const systemTimers: Timers = {
  after(delayMs, run) {
    const handle = setTimeout(run, Math.min(Math.max(delayMs, 0), LONGEST_DELAY_MS));
    return () => clearTimeout(handle);
  },
};
