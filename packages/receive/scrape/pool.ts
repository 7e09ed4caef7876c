import { HttpClient } from '@petrel/http';
import type { Labels } from '@petrel/model';
import type { ScrapeConfig } from '../config.ts';
import type { DiscoveredGroup } from '../discovery/index.ts';
import { compileRelabel, type Relabel } from '../relabel/index.ts';
import { type LoopContext, ScrapeLoop } from './loop.ts';
import { compileScrapePlan, type ScrapePlan } from './plan.ts';
import { type Target, type TargetOutcome, targetsOf } from './target.ts';

export interface DroppedTarget {
  readonly scrapePool: string;
  readonly discoveredLabels: Labels;
}

/** Gone targets: their series become stale unless another loop brings them again. */
export type OnGone = (loop: ScrapeLoop) => void;

/** The targets of one job. */
export class ScrapePool {
  readonly #loops = new Map<string, ScrapeLoop>();
  #plan: ScrapePlan;
  #relabel: Relabel;
  #client: HttpClient;
  #groups: readonly DiscoveredGroup[] = [];
  #dropped: readonly DroppedTarget[] = [];
  #droppedCount = 0;
  readonly #problems = new Map<string, string>();

  constructor(
    private config: ScrapeConfig,
    private readonly context: LoopContext,
    private readonly onGone: OnGone,
  ) {
    this.#plan = compileScrapePlan(config);
    this.#relabel = compileRelabel(config.relabelConfigs, config.metricNameValidationScheme);
    this.#client = new HttpClient(config.http, process.env);
    this.#warnAboutUnsupported();
  }

  get loops(): Iterable<ScrapeLoop> {
    return this.#loops.values();
  }

  get dropped(): readonly DroppedTarget[] {
    return this.#dropped;
  }

  /** Dropped targets altogether, of which `dropped` may show a part. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  /** Discovered targets that cannot be used, and why. */
  get problems(): readonly string[] {
    return [...this.#problems.values()];
  }

  /** Throws CONFIG_INVALID before anything changed. Loops go on undisturbed where only discovery or relabelling is new. */
  reload(config: ScrapeConfig): void {
    if (JSON.stringify(config) === JSON.stringify(this.config)) return;
    const plan = compileScrapePlan(config);
    const relabel = compileRelabel(config.relabelConfigs, config.metricNameValidationScheme);
    const restart = loopKey(config) !== loopKey(this.config);
    this.config = config;
    this.#relabel = relabel;
    const before = this.#client;
    if (restart) {
      this.#plan = plan;
      this.#client = new HttpClient(config.http, process.env);
    }
    this.sync(this.#groups);
    if (restart) before.close();
    this.#warnAboutUnsupported();
  }

  /** Starts, keeps and ends loops so that there is one for each target. */
  sync(groups: readonly DiscoveredGroup[]): void {
    this.#groups = groups;
    const wanted = this.#wanted(targetsOf(this.config, this.#relabel, groups));
    const gone = new Map<string, [string, ScrapeLoop]>();
    for (const [key, loop] of this.#loops) {
      if (!wanted.has(key)) gone.set(loop.target.labels.key, [key, loop]);
    }
    for (const [key, target] of wanted) {
      const running = this.#loops.get(key);
      if (running?.plan === this.#plan) continue;
      // Also the same series from elsewhere (another port, another interval): one loop takes over from the other.
      const [beforeKey, before] = running === undefined ? (gone.get(target.labels.key) ?? []) : [key, running];
      gone.delete(target.labels.key);
      if (beforeKey === undefined || before === undefined) this.#begin(target);
      else this.#replace(beforeKey, before, target);
    }
    for (const [key, loop] of [...this.#loops]) {
      if (wanted.has(key)) continue;
      this.#loops.delete(key);
      void loop.stop();
      this.onGone(loop);
    }
    this.#limitTargets();
    this.context.instruments.targets.set(this.#loops.size, this.config.jobName);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#loops.values()].map((loop) => loop.stop()));
    this.#client.close();
    this.context.instruments.targets.remove(this.config.jobName);
  }

  /** The job has gone from the configuration. */
  remove(): void {
    for (const loop of this.#loops.values()) this.onGone(loop);
    void this.stop();
  }

  #warnAboutUnsupported(): void {
    const { jobName: job, convertClassicHistogramsToNhcb, nativeHistogramBucketLimit } = this.config;
    const unsupported = [
      convertClassicHistogramsToNhcb && 'convert_classic_histograms_to_nhcb',
      nativeHistogramBucketLimit > 0 && 'native_histogram_bucket_limit',
      this.config.nativeHistogramMinBucketFactor > 0 && 'native_histogram_min_bucket_factor',
    ].filter((option) => option !== false);
    if (unsupported.length > 0) this.context.logger.warn('scrape options without effect yet', { job, unsupported });
  }

  #wanted(outcomes: readonly TargetOutcome[]): Map<string, Target> {
    const { jobName: job, keepDroppedTargets } = this.config;
    const wanted = new Map<string, Target>();
    const dropped: DroppedTarget[] = [];
    this.#droppedCount = 0;
    const before = new Set(this.#problems.keys());
    for (const outcome of outcomes) {
      const { discoveredLabels } = outcome.kind === 'target' ? outcome.target : outcome;
      if (outcome.kind === 'target') {
        wanted.set(outcome.target.key, outcome.target);
      } else if (outcome.kind === 'dropped') {
        this.#droppedCount++;
        if (keepDroppedTargets === 0 || dropped.length < keepDroppedTargets) {
          dropped.push({ scrapePool: job, discoveredLabels });
        }
      } else {
        const { reason } = outcome;
        const key = discoveredLabels.key;
        if (!before.delete(key)) {
          this.context.logger.error('a discovered target cannot be used', {
            job,
            target: `${discoveredLabels}`,
            reason,
          });
          this.context.instruments.invalidTargets.add(1, job);
        }
        this.#problems.set(key, `${discoveredLabels.get('__address__')}: ${reason}`);
      }
    }
    for (const key of before) this.#problems.delete(key);
    this.#dropped = dropped;
    return wanted;
  }

  #begin(target: Target): ScrapeLoop {
    const loop = new ScrapeLoop(target, this.#plan, this.#client, this.context);
    this.#loops.set(target.key, loop);
    loop.start();
    return loop;
  }

  #replace(key: string, before: ScrapeLoop, target: Target): void {
    this.#loops.delete(key);
    const loop = new ScrapeLoop(target, this.#plan, this.#client, this.context);
    this.#loops.set(target.key, loop);
    void loop.follow(before).then(() => {
      // Meanwhile another update may have taken it away again.
      if (this.#loops.get(target.key) === loop) loop.start();
    });
  }

  #limitTargets(): void {
    const { targetLimit, jobName } = this.config;
    const over = targetLimit > 0 && this.#loops.size > targetLimit;
    const message = over
      ? `target_limit exceeded (number of targets: ${this.#loops.size}, limit: ${targetLimit})`
      : undefined;
    if (over) this.context.instruments.exceededTargetLimit.add(1, jobName);
    for (const loop of this.#loops.values()) loop.forceError(message);
  }
}

/** What a running loop depends on; the rest of a job's configuration decides which loops there are. */
function loopKey(config: ScrapeConfig): string {
  const {
    staticConfigs: _static,
    fileSdConfigs: _file,
    httpSdConfigs: _http,
    dnsSdConfigs: _dns,
    relabelConfigs: _relabel,
    targetLimit: _limit,
    keepDroppedTargets: _keep,
    ...rest
  } = config;
  return JSON.stringify(rest);
}
