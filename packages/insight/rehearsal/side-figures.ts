import { alertNameOf, compareStrings } from '@petrel/model';
import type { FiringEpisode } from './episode-book.ts';
import type { RehearsedNotification, RuleFigures } from './rehearsal-result.ts';

const HOUR_MS = 3_600_000;

/** Receiver → start of the hour → how many notifications. */
export function perReceiverHour(
  notifications: readonly RehearsedNotification[],
): ReadonlyMap<string, ReadonlyMap<number, number>> {
  const counts = new Map<string, Map<number, number>>();
  for (const { receiver, tMs } of notifications) {
    const hours = counts.get(receiver) ?? new Map<number, number>();
    counts.set(receiver, hours);
    const hourMs = Math.floor(tMs / HOUR_MS) * HOUR_MS;
    hours.set(hourMs, (hours.get(hourMs) ?? 0) + 1);
  }
  return counts;
}

/** What each rule caused; those of which more was sent first. */
export function ruleFigures(
  episodes: readonly FiringEpisode[],
  traced: readonly { readonly episodes: readonly FiringEpisode[] }[],
): readonly RuleFigures[] {
  const figures = new Map<string, { name: string; fired: number; firingMs: number; notifications: number }>();
  const of = (name: string) => {
    const known = figures.get(name) ?? { name, fired: 0, firingMs: 0, notifications: 0 };
    figures.set(name, known);
    return known;
  };
  for (const { labels, startMs, endMs } of episodes) {
    const one = of(alertNameOf(labels));
    one.fired++;
    one.firingMs += endMs - startMs;
  }
  for (const { episodes: told } of traced) {
    for (const name of new Set(told.map(({ labels }) => alertNameOf(labels)))) of(name).notifications++;
  }
  return [...figures.values()].sort((a, b) => b.notifications - a.notifications || compareStrings(a.name, b.name));
}
