import type { Counter, Instruments, Logger, Timers } from '@petrel/model';

/** Targets as a discovery found them: each with `__address__` and its own meta labels; `labels` are shared by the group. */
export interface DiscoveredGroup {
  /** Names the group within its job: the same source replaces what it said before. */
  readonly source: string;
  readonly targets: readonly Readonly<Record<string, string>>[];
  readonly labels: Readonly<Record<string, string>>;
}

/** One way to find targets. `onGroups` gets everything that it knows, each time that this changed. */
export interface Discovery {
  start(onGroups: (groups: readonly DiscoveredGroup[]) => void): void;
  stop(): void;
  /** What does not work at present; empty when all is well. The last good targets stay meanwhile. */
  problems(): readonly string[];
}

export interface DiscoveryContext {
  readonly timers: Timers;
  readonly logger: Logger;
  readonly failures: Counter;
}

/** The counter of failed refreshes, by mechanism. */
export function discoveryFailures(instruments: Instruments): Counter {
  return instruments.counter('petrel_sd_refresh_failures_total', 'Refreshes of target discovery that failed.', [
    'mechanism',
  ]);
}

/** A fixed list is a discovery that speaks once. */
export function staticDiscovery(
  groups: readonly { readonly targets: readonly string[]; readonly labels: Readonly<Record<string, string>> }[],
): Discovery {
  return {
    start(onGroups) {
      onGroups(
        groups.map(({ targets, labels }, index) => ({
          source: String(index),
          targets: targets.map((address) => ({ __address__: address })),
          labels,
        })),
      );
    },
    stop() {},
    problems: () => [],
  };
}

/** Runs `refresh` at once and then an interval after each end, until stopped. Failures are kept, logged and counted. */
export abstract class PollingDiscovery implements Discovery {
  #cancel: (() => void) | undefined;
  #stopped = false;
  #problems: readonly string[] = [];

  protected constructor(
    protected readonly context: DiscoveryContext,
    private readonly mechanism: string,
    private readonly intervalMs: number,
  ) {}

  /** Every group there is; with `problems` for the parts that failed. */
  protected abstract refresh(): Promise<{ groups: readonly DiscoveredGroup[]; problems: readonly string[] }>;

  start(onGroups: (groups: readonly DiscoveredGroup[]) => void): void {
    let known = '';
    const round = async (): Promise<void> => {
      const { groups, problems } = await this.refresh();
      if (this.#stopped) return;
      if (problems.length > 0) this.context.failures.add(1, this.mechanism);
      for (const problem of problems) {
        if (!this.#problems.includes(problem)) {
          this.context.logger.warn('target discovery failed', { mechanism: this.mechanism, error: problem });
        }
      }
      this.#problems = problems;
      const now = JSON.stringify(groups);
      if (now !== known) {
        known = now;
        onGroups(groups);
      }
      this.#cancel = this.context.timers.after(this.intervalMs, () => void round());
    };
    void round();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  problems(): readonly string[] {
    return this.#problems;
  }
}
