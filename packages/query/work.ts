import { PetrelError } from '@petrel/model';

/** How long an evaluation may hold the thread before others get their turn. */
const SLICE_MS = 10;

/** What one evaluation carries along, whatever its language: its budget of samples, its turn on the thread, and whether it was cancelled. */
export class Work {
  readonly signal: AbortSignal;
  readonly maxSamples: number;
  #sliceEndMs = performance.now() + SLICE_MS;
  #ticks = 0;
  samplesLoaded = 0;
  peakSamples = 0;
  #columnsHeld = 0;

  constructor(options: { readonly signal: AbortSignal; readonly maxSamples: number }) {
    this.signal = options.signal;
    this.maxSamples = options.maxSamples;
  }

  /** Samples that came from the source. */
  countLoaded(samples: number): void {
    this.samplesLoaded += samples;
    this.hold(0);
  }

  /** Throws QUERY_LIMIT when one column over so many steps is already more than the limit: before it is allocated. */
  checkSteps(steps: number): void {
    if (steps > this.maxSamples) throw tooManySamples();
  }

  /** Values that an operator keeps. Throws QUERY_LIMIT beyond the limit, in Prometheus's words. */
  hold(samples: number): void {
    this.#columnsHeld += samples;
    const held = this.samplesLoaded + this.#columnsHeld;
    if (held > this.peakSamples) this.peakSamples = held;
    if (held > this.maxSamples) throw tooManySamples();
  }

  /** Evaluates a node; what its children held is given back when it is done, what it returns itself stays counted. */
  async holding<T>(evaluate: () => Promise<T>, sizeOf: (value: T) => number): Promise<T> {
    const before = this.#columnsHeld;
    const value = await evaluate();
    this.#columnsHeld = before + sizeOf(value);
    return value;
  }

  /** Cheap to ask between series: true when `pause` should be awaited. `work` is about one for each value touched. */
  due(work: number): boolean {
    this.#ticks += work;
    if (this.#ticks < 50_000) return false;
    this.#ticks = 0;
    return performance.now() > this.#sliceEndMs;
  }

  /** Lets other queries, timers and sockets have their turn; throws when this query was cancelled meanwhile. */
  async pause(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.checkAborted();
    this.#sliceEndMs = performance.now() + SLICE_MS;
  }

  checkAborted(): void {
    if (this.signal.aborted) throw abortError(this.signal);
  }
}

function tooManySamples(): PetrelError {
  return new PetrelError('QUERY_LIMIT', 'query processing would load too many samples into memory in query execution');
}

/** The catalogue's error for an aborted signal: the reason itself when it is one. */
export function abortError(signal: AbortSignal): PetrelError {
  return signal.reason instanceof PetrelError
    ? signal.reason
    : new PetrelError('QUERY_CANCELED', 'query was canceled in expression evaluation', { cause: signal.reason });
}
