import type { RoutingConfig } from '@petrel/alerts/config/config.ts';
import type { Labels, LedgerEntry } from '@petrel/model';
import type { UntoldAlert } from './rehearsal-result.ts';

/** From when an alert began to fire until it ended. */
export interface FiringEpisode {
  readonly labels: Labels;
  /** The beginning of the time for one that fired already. */
  readonly startMs: number;
  /** The end of the time for one that fires on. */
  endMs: number;
  isOver: boolean;
  /** A receiver was told that it fires. */
  told: boolean;
  /** Why nobody was told, when it had ended. */
  reason: string;
}

/** Follows the decisions of a simulation: when alerts fired, who was told, and what held the others back. */
export class EpisodeBook {
  readonly #episodes: FiringEpisode[] = [];
  readonly #latest = new Map<string, FiringEpisode>();
  /** What holds an alert back in each of its groups: the engine says so only when it changes. */
  readonly #held = new Map<string, Map<string, string>>();
  readonly #receivers = new Map<string, readonly string[]>();
  readonly #groups = new Set<string>();
  readonly #silent: ReadonlySet<string>;

  constructor(
    private readonly routing: RoutingConfig | undefined,
    private readonly time: { readonly startMs: number; readonly endMs: number },
  ) {
    this.#silent = new Set(
      (routing?.receivers ?? []).filter(({ integrations }) => integrations.length === 0).map(({ name }) => name),
    );
  }

  get groupCount(): number {
    return this.#groups.size;
  }

  /** The episode of an alert that is under way, or was last. */
  latest(fingerprint: string): FiringEpisode | undefined {
    return this.#latest.get(fingerprint);
  }

  take(entry: LedgerEntry): void {
    const [fingerprint = ''] = entry.fingerprints;
    switch (entry.kind) {
      case 'received':
        this.#begin(fingerprint, entry);
        return;
      case 'resolved':
        this.#end(fingerprint, entry.tMs);
        return;
      case 'routed':
        this.#routed(fingerprint, entry);
        return;
      case 'suppressed':
        this.#heldIn(fingerprint).set(entry.groupKey, entry.reason);
        return;
      case 'unsuppressed':
        this.#heldIn(fingerprint).delete(entry.groupKey);
        return;
      case 'notified':
        for (const one of entry.detail.firing as readonly string[]) {
          const episode = this.#latest.get(one);
          if (episode !== undefined) episode.told = true;
        }
        return;
      default:
    }
  }

  /** The time is over: what still fires ends with it. */
  finish(): void {
    for (const [fingerprint, episode] of this.#latest) {
      if (episode.isOver) continue;
      episode.endMs = this.time.endMs;
      episode.reason = this.#reasonOf(fingerprint, 'waiting');
    }
  }

  /** Those that fired in the time, by their beginning. */
  episodes(): readonly FiringEpisode[] {
    return this.#episodes.filter(({ endMs, isOver }) => !isOver || endMs > this.time.startMs);
  }

  /** Those of them of which nobody was told. */
  untold(): readonly UntoldAlert[] {
    return this.episodes()
      .filter(({ told }) => !told)
      .map(({ labels, startMs, reason }) => ({ labels, tMs: startMs, reason }));
  }

  #begin(fingerprint: string, { tMs, labels }: LedgerEntry): void {
    const startMs = Math.max(tMs, this.time.startMs);
    const episode = { labels, startMs, endMs: this.time.endMs, isOver: false, told: false, reason: '' };
    this.#episodes.push(episode);
    this.#latest.set(fingerprint, episode);
  }

  #end(fingerprint: string, tMs: number): void {
    const episode = this.#latest.get(fingerprint);
    if (episode === undefined) return;
    episode.endMs = tMs;
    episode.isOver = true;
    episode.reason = this.#reasonOf(fingerprint, 'ended_before_notification');
  }

  #routed(fingerprint: string, { detail }: LedgerEntry): void {
    const routes = detail.routes as readonly { readonly receiver: string; readonly groupKey: string }[];
    this.#receivers.set(
      fingerprint,
      routes.map(({ receiver }) => receiver),
    );
    for (const { groupKey, receiver } of routes) this.#groups.add(`${receiver}\n${groupKey}`);
  }

  #reasonOf(fingerprint: string, otherwise: string): string {
    if (this.routing === undefined) return 'no_routing';
    const [held] = this.#held.get(fingerprint)?.values() ?? [];
    if (held !== undefined) return held;
    const receivers = this.#receivers.get(fingerprint) ?? [];
    return receivers.length > 0 && receivers.every((name) => this.#silent.has(name)) ? 'no_integration' : otherwise;
  }

  #heldIn(fingerprint: string): Map<string, string> {
    const held = this.#held.get(fingerprint) ?? new Map<string, string>();
    this.#held.set(fingerprint, held);
    return held;
  }
}
