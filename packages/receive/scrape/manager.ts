import { withoutPassword } from '@petrel/http';
import type { Clock, Instruments, Labels, Logger, MetricMetadata, SampleSink } from '@petrel/model';
import { systemTimers, type Timers } from '@petrel/model';
import type { ScrapeConfig } from '../config.ts';
import { DiscoveryManager, type DnsResolver } from '../discovery/index.ts';
import { compileRelabel } from '../relabel/index.ts';
import { formatDuration } from './duration.ts';
import { scrapeInstruments } from './instruments.ts';
import type { LoopContext, ScrapeLoop, TargetHealth } from './loop.ts';
import { compileScrapePlan } from './plan.ts';
import { type DroppedTarget, ScrapePool } from './pool.ts';

export interface ScrapeManagerOptions {
  readonly sink: SampleSink;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly instruments: Instruments;
  readonly timers?: Timers;
  /** Differs between servers that scrape the same targets, so that they do so at different times; e.g. the host name. */
  readonly seed?: string;
  /** Replaces localhost in `globalUrl`; default: none. */
  readonly externalHost?: string;
  readonly groupUpdatesMs?: number;
  readonly resolver?: DnsResolver;
}

/** One target as the API shows it. */
export interface ActiveTarget {
  readonly scrapePool: string;
  readonly discoveredLabels: Labels;
  readonly labels: Labels;
  readonly scrapeUrl: string;
  readonly globalUrl: string;
  readonly lastError: string;
  /** 0 before the first scrape. */
  readonly lastScrapeMs: number;
  readonly lastScrapeDurationMs: number;
  readonly health: TargetHealth;
  /** In Prometheus's notation. */
  readonly scrapeInterval: string;
  readonly scrapeTimeout: string;
}

export interface TargetMetadataRow extends MetricMetadata {
  readonly target: Labels;
}

/** Scrapes what the configuration names: discovers targets, keeps one loop for each, and tells how they are. */
export class ScrapeManager {
  readonly #pools = new Map<string, ScrapePool>();
  readonly #discovery: DiscoveryManager;
  readonly #context: LoopContext;
  readonly #leaving = new Set<() => void>();
  #stopped = false;

  constructor(private readonly options: ScrapeManagerOptions) {
    const { sink, clock, logger, instruments, timers = systemTimers, seed = '', groupUpdatesMs, resolver } = options;
    this.#context = { sink, clock, timers, logger, seed, instruments: scrapeInstruments(instruments) };
    this.#discovery = new DiscoveryManager({
      timers,
      logger,
      instruments,
      ...(groupUpdatesMs !== undefined && { groupUpdatesMs }),
      ...(resolver !== undefined && { resolver }),
      onTargets: (job, groups) => this.#pools.get(job)?.sync(groups),
    });
  }

  /**
   * Takes a configuration, the first or a new one: targets that it does not change are scraped on as before. Throws
   * CONFIG_INVALID before anything has changed. Static targets run when this returns.
   */
  apply(configs: readonly ScrapeConfig[]): void {
    for (const config of configs) {
      compileScrapePlan(config);
      compileRelabel(config.relabelConfigs, config.metricNameValidationScheme);
    }
    const jobs = new Set(configs.map((config) => config.jobName));
    for (const [job, pool] of this.#pools) {
      if (jobs.has(job)) continue;
      this.#pools.delete(job);
      pool.remove();
    }
    for (const config of configs) {
      const pool = this.#pools.get(config.jobName);
      if (pool !== undefined) pool.reload(config);
      else {
        this.#pools.set(
          config.jobName,
          new ScrapePool(config, this.#context, (loop) => this.#afterwards(loop, config)),
        );
      }
    }
    this.#discovery.apply(configs);
  }

  /** Ends everything; resolves when what was being stored is stored. No staleness markers: the server may come back at once. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#discovery.stop();
    for (const cancel of this.#leaving) cancel();
    await Promise.all([...this.#pools.values()].map((pool) => pool.stop()));
  }

  scrapePools(): readonly string[] {
    return [...this.#pools.keys()].sort();
  }

  /** `pool`: only of this job. */
  activeTargets(pool?: string): readonly ActiveTarget[] {
    return this.#selected(pool).flatMap(([scrapePool, { loops }]) =>
      [...loops].map(({ target, status }) => {
        const scrapeUrl = withoutPassword(target.url);
        return {
          scrapePool,
          discoveredLabels: target.discoveredLabels,
          labels: target.labels,
          scrapeUrl,
          globalUrl: this.#globalUrl(scrapeUrl),
          ...status,
          scrapeInterval: formatDuration(target.intervalMs),
          scrapeTimeout: formatDuration(target.timeoutMs),
        };
      }),
    );
  }

  droppedTargets(pool?: string): readonly DroppedTarget[] {
    return this.#selected(pool).flatMap(([, { dropped }]) => dropped);
  }

  /** How many targets relabelling dropped, by job; also those that are not kept for showing. */
  droppedTargetCounts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#pools].map(([job, pool]) => [job, pool.droppedCount]));
  }

  /** What every target says of its metrics. */
  targetMetadata(): readonly TargetMetadataRow[] {
    return [...this.#pools.values()].flatMap(({ loops }) =>
      [...loops].flatMap(({ target, ingester }) =>
        ingester.metadata.list().map((entry) => ({ ...entry, target: target.labels })),
      ),
    );
  }

  /** What is wrong with discovery and with discovered targets, by job. */
  problems(): readonly { readonly job: string; readonly message: string }[] {
    const invalid = [...this.#pools].flatMap(([job, pool]) => pool.problems.map((message) => ({ job, message })));
    return [...this.#discovery.problems(), ...invalid];
  }

  #selected(pool: string | undefined): [string, ScrapePool][] {
    return [...this.#pools].filter(([job]) => pool === undefined || pool === job).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /**
   * A target has gone. It may come back, so the markers wait for a little more than two of its intervals; they carry the time
   * at which it would have been scraped next.
   */
  #afterwards(loop: ScrapeLoop, config: ScrapeConfig): void {
    if (this.#stopped) return;
    const { intervalMs } = loop.target;
    const { clock, timers, logger } = this.#context;
    const staleMs = clock.nowMs() + intervalMs;
    const cancel = timers.after(2.1 * intervalMs, () => {
      this.#leaving.delete(cancel);
      loop.markGone(staleMs, this.#liveRefs(loop, config)).catch((error: unknown) => {
        logger.error('cannot mark a target stale', { url: withoutPassword(loop.target.url), error: String(error) });
      });
    });
    this.#leaving.add(cancel);
  }

  /** References of the loops that may write the same series as one that has gone. */
  #liveRefs(gone: ScrapeLoop, config: ScrapeConfig): ReadonlySet<number> {
    const refs = new Set<number>();
    const { key } = gone.target.labels;
    for (const [job, pool] of this.#pools) {
      for (const loop of pool.loops) {
        const mayShare = loop.target.labels.key === key || (config.honorLabels && job === config.jobName);
        if (mayShare) for (const ref of loop.liveRefs()) refs.add(ref);
      }
    }
    return refs;
  }

  #globalUrl(url: string): string {
    const { externalHost } = this.options;
    if (externalHost === undefined) return url;
    return url.replace(/^(https?:\/\/)(?:localhost|127\.0\.0\.1|\[::1\])(?=[:/])/, `$1${externalHost}`);
  }
}
