import type { Instruments, Logger, Timers } from '@petrel/model';
import type { ScrapeConfig } from '../config.ts';
import { DnsDiscovery, type DnsResolver } from './dns.ts';
import { FileDiscovery } from './file.ts';
import {
  type DiscoveredGroup,
  type Discovery,
  type DiscoveryContext,
  discoveryFailures,
  staticDiscovery,
} from './group.ts';
import { HttpDiscovery } from './http.ts';

export interface DiscoveryManagerOptions {
  readonly timers: Timers;
  readonly logger: Logger;
  readonly instruments: Instruments;
  /** Updates within this time are given out together, the first at once. Default 5 s, as in Prometheus. */
  readonly groupUpdatesMs?: number;
  readonly resolver?: DnsResolver;
  readonly onTargets: (job: string, groups: readonly DiscoveredGroup[]) => void;
}

/** What discovery needs of a job. */
export type DiscoveryConfig = Pick<
  ScrapeConfig,
  'jobName' | 'staticConfigs' | 'fileSdConfigs' | 'httpSdConfigs' | 'dnsSdConfigs'
>;

interface Provider {
  readonly key: string;
  readonly discovery: Discovery;
  groups: readonly DiscoveredGroup[];
}

/** Runs the discoveries of every job and hands on what they find, job by job. A job whose discoveries did not change keeps them. */
export class DiscoveryManager {
  readonly #jobs = new Map<string, Provider[]>();
  readonly #dirty = new Set<string>();
  readonly #context: DiscoveryContext;
  readonly #groupMs: number;
  #cancel: (() => void) | undefined;

  constructor(private readonly options: DiscoveryManagerOptions) {
    this.#groupMs = options.groupUpdatesMs ?? 5_000;
    this.#context = {
      timers: options.timers,
      logger: options.logger,
      failures: discoveryFailures(options.instruments),
    };
  }

  /** Static targets are given out before this returns. */
  apply(configs: readonly DiscoveryConfig[]): void {
    const jobs = new Set(configs.map((config) => config.jobName));
    for (const [job, providers] of this.#jobs) {
      if (jobs.has(job)) continue;
      for (const { discovery } of providers) discovery.stop();
      this.#jobs.delete(job);
      this.#dirty.delete(job);
    }
    for (const config of configs) this.#applyJob(config);
    this.#flush();
  }

  stop(): void {
    this.#cancel?.();
    for (const providers of this.#jobs.values()) for (const { discovery } of providers) discovery.stop();
    this.#jobs.clear();
  }

  /** What does not work at present, by job. */
  problems(): readonly { readonly job: string; readonly message: string }[] {
    return [...this.#jobs].flatMap(([job, providers]) =>
      providers.flatMap(({ discovery }) => discovery.problems().map((message) => ({ job, message }))),
    );
  }

  #applyJob(config: DiscoveryConfig): void {
    const job = config.jobName;
    const before = new Map((this.#jobs.get(job) ?? []).map((provider) => [provider.key, provider]));
    const fresh: Provider[] = [];
    const now = this.#specs(config).map(({ key, create }) => {
      const kept = before.get(key);
      if (kept !== undefined) {
        before.delete(key);
        return kept;
      }
      const provider: Provider = { key, discovery: create(), groups: [] };
      fresh.push(provider);
      return provider;
    });
    for (const { discovery } of before.values()) discovery.stop();
    this.#jobs.set(job, now);
    this.#dirty.add(job);
    for (const provider of fresh) {
      let first = true;
      provider.discovery.start((groups) => {
        provider.groups = groups;
        this.#dirty.add(job);
        this.#schedule(first);
        first = false;
      });
    }
  }

  #specs(config: DiscoveryConfig): { key: string; create: () => Discovery }[] {
    const context = this.#context;
    const { resolver } = this.options;
    const all = [
      ...config.fileSdConfigs.map((sd) => ({ key: sd, create: () => new FileDiscovery(sd, context) })),
      ...config.httpSdConfigs.map((sd) => ({ key: sd, create: () => new HttpDiscovery(sd, context) })),
      ...config.dnsSdConfigs.map((sd) => ({ key: sd, create: () => new DnsDiscovery(sd, context, resolver) })),
      { key: config.staticConfigs, create: () => staticDiscovery(config.staticConfigs) },
    ];
    return all.map(({ key, create }) => ({ key: JSON.stringify(key), create }));
  }

  /** A discovery's first word is not kept waiting. */
  #schedule(first: boolean): void {
    if (this.#cancel !== undefined && !first) return;
    this.#cancel?.();
    this.#cancel = this.options.timers.after(0, () => this.#flush());
  }

  #flush(): void {
    this.#cancel?.();
    for (const job of this.#dirty) {
      const providers = this.#jobs.get(job) ?? [];
      // Sources are numbers and names that two mechanisms may share.
      const groups = providers.flatMap(({ groups }, index) =>
        groups.map((group) => ({ ...group, source: `${index}/${group.source}` })),
      );
      this.options.onTargets(job, groups);
    }
    this.#dirty.clear();
    // Until then further changes gather.
    this.#cancel = this.options.timers.after(this.#groupMs, () => {
      this.#cancel = undefined;
      if (this.#dirty.size > 0) this.#flush();
    });
  }
}
