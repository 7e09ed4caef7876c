import { type Clock, type Logger, type LogSink, PetrelError, type Timers } from '@petrel/model';
import type { LogLimits } from '@petrel/wire/logs/log-limits.ts';
import { ZoneGuess } from '@petrel/wire/syslog/index.ts';
import type { SyslogInstruments } from './instruments.ts';
import { SyslogLines, type SyslogPeer } from './syslog-lines.ts';

export interface LineWriterOptions {
  readonly sink: LogSink;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly instruments: SyslogInstruments;
  /** An IANA name for times without a zone; absent: guessed for each sender. */
  readonly timeZone?: string | undefined;
  readonly limits: LogLimits;
  /** A batch is written when it has so many lines, so many bytes, or is so old. */
  readonly batchLines: number;
  readonly batchBytes: number;
  readonly batchMs: number;
}

const MIN_RETRY_MS = 250;
const MAX_RETRY_MS = 10_000;

/**
 * Gathers lines and writes one batch at a time. While one is being written the next fills up; when it is full as well, nothing more is taken until there is room.
 * What the store cannot take now is tried again until it can.
 */
export class LineWriter {
  #lines: SyslogLines;
  readonly #zones: ZoneGuess;
  #writing: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #cancelWait: (() => void) | undefined;
  #stopping = false;
  readonly #waiting = new Set<() => void>();

  constructor(private readonly options: LineWriterOptions) {
    this.#zones = new ZoneGuess(options.timeZone);
    this.#lines = this.#fresh();
  }

  /** No line should be added; `whenFree` tells when there is room again. */
  get isFull(): boolean {
    const { batchLines, batchBytes } = this.options;
    return this.#lines.length >= batchLines || this.#lines.sizeBytes >= batchBytes;
  }

  add(bytes: Uint8Array, from: number, to: number, peer: SyslogPeer): void {
    const { clock, timers, batchMs } = this.options;
    this.#lines.add(bytes, from, to, peer, clock.nowMs());
    if (this.#lines.length === 0) return;
    if (this.isFull) this.#start();
    else this.#cancelTimer ??= timers.after(batchMs, () => this.#start());
  }

  /** Called once, when there is room. Returns how to take that back. */
  whenFree(run: () => void): () => void {
    this.#waiting.add(run);
    return () => this.#waiting.delete(run);
  }

  /** Writes what is left; gives it up when the store does not take it within `patienceMs`. */
  async stop(patienceMs: number): Promise<void> {
    const { timers } = this.options;
    const cancel = timers.after(patienceMs, () => {
      this.#stopping = true;
      this.#cancelWait?.();
    });
    do {
      this.#start();
      await this.#writing;
    } while (this.#lines.length > 0 || this.#writing !== undefined);
    cancel();
  }

  #fresh(): SyslogLines {
    return new SyslogLines({ zones: this.#zones, limits: this.options.limits });
  }

  /** Unless a batch is being written: then the next one starts when that is done. */
  #start(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#writing !== undefined || this.#lines.length === 0) return;
    const lines = this.#lines;
    this.#lines = this.#fresh();
    const run = async (): Promise<void> => {
      await this.#write(lines);
      this.#writing = undefined;
      // What gathered meanwhile has waited long enough.
      this.#start();
      this.#wake();
    };
    // A rejection is a bug, and nobody's to catch.
    this.#writing = run();
    this.#wake();
  }

  #wake(): void {
    if (this.isFull) return;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const run of waiting) run();
  }

  async #write(lines: SyslogLines): Promise<void> {
    const { sink, instruments, logger } = this.options;
    const batch = lines.build();
    for (let failures = 0; ; failures++) {
      try {
        await sink.write(batch);
        instruments.stored(lines.counts, lines.truncated);
        return;
      } catch (error) {
        if (!(error instanceof PetrelError)) throw error;
        if (!error.retryable || this.#stopping) {
          logger.error('syslog: lines were lost', { lines: batch.length, error: error.message });
          instruments.lost(lines.counts, this.#stopping ? 'shutdown' : error.code.toLowerCase());
          return;
        }
        if (failures === 0)
          logger.warn('syslog: the store takes no lines, reading is held up', { error: error.message });
        await this.#wait(error, failures);
      }
    }
  }

  #wait(error: PetrelError, failures: number): Promise<void> {
    const doubled = Math.min(MAX_RETRY_MS, MIN_RETRY_MS * 2 ** Math.min(failures, 10));
    const delayMs = Math.min(MAX_RETRY_MS, Math.max(doubled, error.retryAfterMs ?? 0));
    return new Promise((resolve) => {
      const cancel = this.options.timers.after(delayMs, resolve);
      this.#cancelWait = () => {
        cancel();
        resolve();
      };
    });
  }
}
