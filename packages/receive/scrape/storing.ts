import type { Timers } from '@petrel/model';
import { type Clock, type Logger, PetrelError, type SampleBatch, type SampleSink } from '@petrel/model';
import type { ScrapeInstruments } from './instruments.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

export interface StoreContext {
  readonly sink: SampleSink;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly instruments: ScrapeInstruments;
}

export interface StorePatience {
  readonly job: string;
  /** No further attempt begins at or after this time. */
  readonly untilMs: number;
  /** Aborted: one attempt, no waiting. */
  readonly signal: AbortSignal;
}

/**
 * Writes a batch, again while the sink says that a later attempt may succeed and there is time. Resolves with undefined when it
 * is stored and with the last error when it is lost: then it has been logged and counted.
 */
export async function storeWithRetry(
  batch: SampleBatch,
  context: StoreContext,
  patience: StorePatience,
): Promise<PetrelError | undefined> {
  const { sink, clock, timers, logger, instruments } = context;
  const { job, untilMs, signal } = patience;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      await sink.write(batch);
      return undefined;
    } catch (error) {
      if (!(error instanceof PetrelError)) throw error;
      const waitMs = Math.max(pauseMs, error.retryAfterMs ?? 0);
      if (!error.retryable || signal.aborted || clock.nowMs() + waitMs >= untilMs) {
        const samples = batch.length + (batch.histograms?.length ?? 0);
        instruments.lost.add(samples, job);
        logger.error('a scrape could not be stored and is lost', { job, samples, error: error.message });
        return error;
      }
      instruments.retries.add(1, job);
      await new Promise<void>((resolve) => timers.after(waitMs, resolve));
    }
  }
}
