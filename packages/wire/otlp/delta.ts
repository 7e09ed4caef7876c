import type { Clock } from '@petrel/model';

export interface DeltaLimits {
  /** Further streams are refused: a bound on memory. */
  readonly maxStreams: number;
  /** A stream without points for so long is forgotten; its next point begins anew. */
  readonly idleMs: number;
}

/** The cumulative value after a delta point, or why the point is refused. */
export type DeltaOutcome<T> = { readonly value: T; readonly startTMs: number } | { readonly refusal: string };

interface Stream {
  startTMs: number;
  lastTMs: number;
  touchedMs: number;
  value: unknown;
}

/**
 * Turns streams of delta points into cumulative ones. A stream starts where its first point starts; points must come in order of time, and one
 * with the time of the last is taken for a repetition (a retried request): it gives the same value again and adds nothing. A gap between
 * points is bridged. Which values there are and how they add up is the caller's.
 */
export class DeltaAccumulator {
  /** In order of the last touch, the longest untouched first. */
  readonly #streams = new Map<string, Stream>();

  constructor(
    readonly clock: Clock,
    readonly limits: DeltaLimits,
  ) {}

  get size(): number {
    return this.#streams.size;
  }

  /** `add` gets the value so far (undefined at the start of a stream) and gives the new one. A key must always name the same kind of value. */
  advance<T>(key: string, startTMs: number, tMs: number, add: (sum: T | undefined) => T): DeltaOutcome<T> {
    const nowMs = this.clock.nowMs();
    this.#expire(nowMs);
    const stream = this.#streams.get(key);
    if (stream === undefined) {
      if (this.#streams.size >= this.limits.maxStreams) {
        return { refusal: `more than ${this.limits.maxStreams} delta streams` };
      }
      const value = add(undefined);
      const start = startTMs === 0 || startTMs > tMs ? tMs : startTMs;
      this.#streams.set(key, { startTMs: start, lastTMs: tMs, touchedMs: nowMs, value });
      return { value, startTMs: start };
    }
    if (tMs < stream.lastTMs) return { refusal: 'delta point out of order' };
    if (startTMs !== 0 && startTMs < stream.startTMs) return { refusal: 'delta point starts before its stream' };
    if (tMs > stream.lastTMs) {
      stream.value = add(stream.value as T);
      stream.lastTMs = tMs;
    }
    stream.touchedMs = nowMs;
    this.#streams.delete(key);
    this.#streams.set(key, stream);
    return { value: stream.value as T, startTMs: stream.startTMs };
  }

  #expire(nowMs: number): void {
    for (const [key, { touchedMs }] of this.#streams) {
      if (nowMs - touchedMs < this.limits.idleMs) return;
      this.#streams.delete(key);
    }
  }
}
