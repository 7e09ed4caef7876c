import { type HttpClient, withoutPassword } from '@petrel/http';
import type { Timers } from '@petrel/model';
import { type Clock, type Logger, PetrelError, type SampleSink } from '@petrel/model';
import { BatchBuilder } from '@petrel/wire';
import { noCounts, TargetIngester } from './ingester.ts';
import type { ScrapeInstruments } from './instruments.ts';
import type { ScrapePlan } from './plan.ts';
import { ReportWriter } from './report.ts';
import { failureReason, ScrapeError, scrapeTarget } from './scraper.ts';
import { storeWithRetry } from './storing.ts';
import { firstDelayMs, type Target } from './target.ts';

export type TargetHealth = 'unknown' | 'up' | 'down';

/** How the last scrape went. */
export interface LoopStatus {
  readonly health: TargetHealth;
  readonly lastError: string;
  /** 0 before the first scrape. */
  readonly lastScrapeMs: number;
  readonly lastScrapeDurationMs: number;
}

export interface LoopContext {
  readonly sink: SampleSink;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly instruments: ScrapeInstruments;
  /** Spreads the scrapes of several servers with the same targets. */
  readonly seed: string;
}

/** Scrapes one target again and again: fetch, parse, report, store, wait for the next tick. One scrape at a time. */
export class ScrapeLoop {
  readonly ingester: TargetIngester;
  readonly #report: ReportWriter;
  #status: LoopStatus = { health: 'unknown', lastError: '', lastScrapeMs: 0, lastScrapeDurationMs: 0 };
  #cancel: (() => void) | undefined;
  readonly #abort = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #alignedMs = 0;
  #forcedError: string | undefined;

  constructor(
    readonly target: Target,
    readonly plan: ScrapePlan,
    private readonly client: HttpClient,
    private readonly context: LoopContext,
  ) {
    const { registry } = context.sink;
    this.ingester = new TargetIngester(plan, target.labels, registry);
    this.#report = new ReportWriter(target.labels, registry, plan.config.extraScrapeMetrics);
  }

  get status(): LoopStatus {
    return this.#status;
  }

  /**
   * Ends the loop of the same target and resolves when this one stands where that one stood: staleness, cache and, until the next
   * scrape, its status. `stop` waits for it, so that a third loop which follows this one misses nothing.
   */
  follow(before: ScrapeLoop): Promise<void> {
    this.#running = before.stop().then(() => {
      this.ingester.inherit(before.ingester);
      this.#status = before.#status;
    });
    return this.#running;
  }

  /** While set, every scrape fails with this message, without a request. */
  forceError(message: string | undefined): void {
    this.#forcedError = message;
  }

  start(): void {
    const { clock, seed } = this.context;
    const delay = firstDelayMs(this.target, clock.nowMs(), seed);
    this.#alignedMs = clock.nowMs() + delay;
    this.#schedule(delay);
  }

  /** Ends the loop; resolves when a scrape that was being stored is stored. What a cut-off scrape brought is left out. */
  async stop(): Promise<void> {
    this.#cancel?.();
    this.#abort.abort();
    await this.#running;
  }

  /** The target has gone: marks its series and its report stale at `tMs`, but for series that another loop brings now. */
  async markGone(tMs: number, liveRefs: ReadonlySet<number>): Promise<void> {
    if (this.#status.lastScrapeMs === 0) return;
    const out = new BatchBuilder();
    this.ingester.appendStale(tMs, out, liveRefs);
    this.#report.addStale(tMs, out, liveRefs);
    await storeWithRetry(out.finish(), this.context, {
      job: this.plan.config.jobName,
      untilMs: this.context.clock.nowMs() + this.target.intervalMs,
      signal: new AbortController().signal,
    });
  }

  /** Every reference that this loop writes. */
  liveRefs(): readonly number[] {
    return [...this.ingester.trackedRefs, ...this.#report.refs()];
  }

  #schedule(delayMs: number): void {
    this.#cancel = this.context.timers.after(delayMs, () => {
      this.#running = this.#tick();
    });
  }

  async #tick(): Promise<void> {
    const { clock } = this.context;
    const { intervalMs } = this.target;
    const nowMs = clock.nowMs();
    const since = Math.floor((nowMs - this.#alignedMs) / intervalMs);
    // Timers may be early by a moment; further back, the clock was set back.
    if (since >= 1 || since < -1) this.#alignedMs += since * intervalMs;
    // Timers are late by a few ms. Samples at an even distance compress far better than true ones.
    const toleranceMs = Math.min(10, intervalMs / 100);
    const lateMs = nowMs - this.#alignedMs;
    const tMs = lateMs >= 0 && lateMs <= toleranceMs ? this.#alignedMs : nowMs;
    try {
      await this.#scrape(tMs);
    } catch (error) {
      // A bug, not the world: it must be seen, and the other targets must not suffer.
      this.context.logger.error('scrape crashed', {
        url: withoutPassword(this.target.url),
        error: String((error as Error).stack),
      });
      this.#status = { ...this.#status, health: 'down', lastError: `internal error: ${String(error)}` };
    }
    if (this.#abort.signal.aborted) return;
    const endMs = clock.nowMs();
    const missed = Math.floor((endMs - this.#alignedMs) / intervalMs);
    this.#schedule(this.#alignedMs + (missed + 1) * intervalMs - endMs);
  }

  async #scrape(tMs: number): Promise<void> {
    const { config } = this.plan;
    const { jobName: job } = config;
    const { instruments, logger } = this.context;
    const startedMs = performance.now();
    const out = new BatchBuilder();
    const counts = noCounts();
    let failure: unknown;
    let bodySizeBytes = 0;
    try {
      if (this.#forcedError !== undefined) throw new ScrapeError(this.#forcedError, 'status');
      const scraped = await scrapeTarget(this.target, config, this.client, this.#abort.signal);
      bodySizeBytes = scraped.body.length;
      this.ingester.append(scraped.body, scraped.format, tMs, out, counts);
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      if (!isOfTheWorld(error)) throw error;
      failure = error;
      if (error instanceof ScrapeError && error.reason === 'body_size_limit') bodySizeBytes = -1;
      out.finish();
      this.ingester.appendStale(tMs, out);
      instruments.failures.add(1, job, failureReason(error));
      logger.debug('scrape failed', { job, url: withoutPassword(this.target.url), error: error.message });
    }
    const durationMs = performance.now() - startedMs;
    instruments.duration.observe(durationMs / 1000);
    instruments.samples.add(counts.kept, job);
    if (counts.duplicates > 0) instruments.duplicates.add(counts.duplicates, job);
    if (counts.outOfBounds > 0) instruments.outOfBounds.add(counts.outOfBounds, job);
    this.#report.add(
      {
        up: failure === undefined,
        durationSeconds: durationMs / 1000,
        scraped: counts.scraped,
        kept: counts.kept,
        seriesAdded: failure === undefined ? counts.seriesAdded : 0,
        extra: { timeoutSeconds: this.target.timeoutMs / 1000, sampleLimit: config.sampleLimit, bodySizeBytes },
      },
      tMs,
      out,
    );
    await this.#store(out, tMs, durationMs, failure === undefined ? '' : (failure as Error).message);
  }

  async #store(out: BatchBuilder, tMs: number, durationMs: number, failure: string): Promise<void> {
    const lost = await storeWithRetry(out.finish(), this.context, {
      job: this.plan.config.jobName,
      untilMs: this.#alignedMs + this.target.intervalMs,
      signal: this.#abort.signal,
    });
    if (lost === undefined) this.ingester.commit();
    else this.ingester.rollback();
    const lastError = failure !== '' ? failure : lost === undefined ? '' : `cannot store the scrape: ${lost.message}`;
    this.#status = {
      health: lastError === '' ? 'up' : 'down',
      lastError,
      lastScrapeMs: tMs,
      lastScrapeDurationMs: durationMs,
    };
  }
}

/** Network, protocol and file errors; anything else is a bug of ours. */
function isOfTheWorld(error: unknown): error is Error {
  if (error instanceof ScrapeError || error instanceof PetrelError) return true;
  return error instanceof Error && 'code' in error;
}
