/** `[startNs, endNs)`. */
export interface TimeWindow {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

export interface GrowingOptions extends TimeWindow {
  readonly isBackward: boolean;
  readonly firstNs: bigint;
  /** So many rows in a window are aimed at. */
  readonly wantedRows: number;
}

const GROWTH_MAX = 16;

/**
 * Cuts a range of time into windows from the end where reading begins. A window that had few rows is followed by a longer one, one that had many by a shorter: an answer
 * that stands at the beginning costs little, and years without rows cost a few questions.
 */
export class GrowingWindows {
  readonly #options: GrowingOptions;
  #startNs: bigint;
  #endNs: bigint;
  #lengthNs: bigint;

  constructor(options: GrowingOptions) {
    this.#options = options;
    this.#startNs = options.startNs;
    this.#endNs = options.endNs;
    this.#lengthNs = options.firstNs > 0n ? options.firstNs : 1n;
  }

  /** Undefined when the range has been read. */
  next(): TimeWindow | undefined {
    const restNs = this.#endNs - this.#startNs;
    if (restNs <= 0n) return undefined;
    // What would be left over is read at once.
    const lengthNs = this.#lengthNs + this.#lengthNs / 4n >= restNs ? restNs : this.#lengthNs;
    if (this.#options.isBackward) return { startNs: this.#endNs - lengthNs, endNs: this.#endNs };
    return { startNs: this.#startNs, endNs: this.#startNs + lengthNs };
  }

  /** The window gave so many rows, and none is left in it. */
  done({ startNs, endNs }: TimeWindow, rows: number): void {
    this.#advance(this.#options.isBackward ? startNs : endNs);
    const growth = rows === 0 ? GROWTH_MAX : (1.5 * this.#options.wantedRows) / rows;
    const hundredths = BigInt(Math.round(100 * Math.min(GROWTH_MAX, Math.max(0.05, growth))));
    const grownNs = ((endNs - startNs) * hundredths) / 100n;
    this.#lengthNs = grownNs > 0n ? grownNs : 1n;
  }

  /** The window was not read beyond the rows of this time, which were the last. */
  stoppedAt(ns: bigint): void {
    this.#advance(this.#options.isBackward ? ns : ns + 1n);
  }

  #advance(ns: bigint): void {
    if (this.#options.isBackward) this.#endNs = ns;
    else this.#startNs = ns;
  }
}

/** Windows of about `wantedRows` rows, from the rows of `counts.length` equal pieces of the range (the last may be shorter). In ascending order. */
export function windowsOfRows(
  { startNs, endNs }: TimeWindow,
  pieceNs: bigint,
  counts: ArrayLike<number>,
  wantedRows: number,
): readonly TimeWindow[] {
  const windows: TimeWindow[] = [];
  let rows = 0;
  let fromNs = startNs;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i] as number;
    const pieceStartNs = startNs + BigInt(i) * pieceNs;
    if (rows > 0 && rows + count > wantedRows) {
      windows.push({ startNs: fromNs, endNs: pieceStartNs });
      fromNs = pieceStartNs;
      rows = 0;
    }
    if (rows === 0 && count > 0 && fromNs < pieceStartNs) fromNs = pieceStartNs;
    rows += count;
  }
  if (rows > 0) windows.push({ startNs: fromNs, endNs });
  return windows;
}
