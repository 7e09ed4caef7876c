import { type Labels, type Matcher, PetrelError, type Silence, silenceStateAt } from '@petrel/model';
import type { WantedSilence } from '../engine/event.ts';
import { compileMatchers } from '../matcher/index.ts';

/** Expired silences are shown and can be taken up again for so long. Alertmanager's --data.retention. */
export const SILENCE_RETENTION_MS = 120 * 3_600_000;

interface Compiled {
  readonly silence: Silence;
  readonly matches: (labels: Labels) => boolean;
}

/** What an alert's silences were when they were last looked at; holds until the book or the time has changed them. */
export interface SilenceCache {
  version: number;
  ids: readonly string[];
}

const NONE: readonly string[] = [];

/** All silences, and which of them hold for an alert. */
export class SilenceBook {
  readonly #silences = new Map<string, Compiled>();
  #active: Compiled[] = [];
  #version = 1;
  /** The next start or end of a silence. */
  #changesMs = Number.POSITIVE_INFINITY;

  get all(): readonly Silence[] {
    return [...this.#silences.values()].map(({ silence }) => silence);
  }

  get(id: string): Silence | undefined {
    return this.#silences.get(id)?.silence;
  }

  /** Throws when a regular expression does not compile. */
  put(silence: Silence, nowMs: number): void {
    this.#silences.set(silence.id, { silence, matches: compileMatchers(silence.matchers) });
    this.#refresh(nowMs);
  }

  drop(id: string, nowMs: number): void {
    this.#silences.delete(id);
    this.#refresh(nowMs);
  }

  /** Ids of the silences that hold for the labels, sorted. Nothing is computed while `cache` still holds. */
  silencedBy(labels: Labels, nowMs: number, cache?: SilenceCache): readonly string[] {
    if (nowMs >= this.#changesMs) this.#refresh(nowMs);
    if (cache?.version === this.#version) return cache.ids;
    const found = this.#active.filter(({ matches }) => matches(labels)).map(({ silence }) => silence.id);
    const ids = found.length === 0 ? NONE : found.sort();
    if (cache !== undefined) {
      cache.version = this.#version;
      cache.ids = ids;
    }
    return ids;
  }

  /** When the next silence begins or ends, or is old enough to be forgotten. */
  nextChangeMs(nowMs: number): number | undefined {
    let next = Number.POSITIVE_INFINITY;
    for (const { silence } of this.#silences.values()) {
      const { startsAtMs, endsAtMs } = silence;
      for (const tMs of [startsAtMs, endsAtMs, endsAtMs + SILENCE_RETENTION_MS])
        if (tMs > nowMs) next = Math.min(next, tMs);
    }
    return next === Number.POSITIVE_INFINITY ? undefined : next;
  }

  #refresh(nowMs: number): void {
    this.#version++;
    this.#active = [];
    this.#changesMs = Number.POSITIVE_INFINITY;
    for (const compiled of this.#silences.values()) {
      const { silence } = compiled;
      if (silenceStateAt(silence, nowMs) === 'active') this.#active.push(compiled);
      for (const tMs of [silence.startsAtMs, silence.endsAtMs])
        if (tMs > nowMs) this.#changesMs = Math.min(this.#changesMs, tMs);
    }
  }
}

/**
 * What putting a silence means: a change of the one that is there, or, where what it says of the past would change, its end and a new one. The
 * silences to store; the last is the wanted one. Throws NOT_FOUND for an unknown id. Source: Alertmanager, silence.Silences.Set.
 */
export function planSilence(
  known: Silence | undefined,
  wanted: WantedSilence,
  { nowMs, freshId }: { readonly nowMs: number; readonly freshId: string },
): readonly Silence[] {
  const { id, ...said } = wanted;
  if (id !== undefined && known === undefined) throw new PetrelError('NOT_FOUND', `silence ${id} not found`);
  if (known !== undefined && mayChange(known, wanted, nowMs)) return [{ ...said, id: known.id, updatedAtMs: nowMs }];
  const fresh = { ...said, id: freshId, startsAtMs: Math.max(said.startsAtMs, nowMs), updatedAtMs: nowMs };
  if (known === undefined || silenceStateAt(known, nowMs) === 'expired') return [fresh];
  return [expiredSilence(known, nowMs), fresh];
}

/** The same silence, over from now on. */
export function expiredSilence(silence: Silence, nowMs: number): Silence {
  const startsAtMs = Math.min(silence.startsAtMs, nowMs);
  return { ...silence, startsAtMs, endsAtMs: nowMs, updatedAtMs: nowMs };
}

function mayChange(known: Silence, wanted: WantedSilence, nowMs: number): boolean {
  if (!sameMatchers(known.matchers, wanted.matchers)) return false;
  switch (silenceStateAt(known, nowMs)) {
    case 'active':
      return wanted.startsAtMs === known.startsAtMs && wanted.endsAtMs >= nowMs;
    case 'pending':
      return wanted.startsAtMs >= nowMs;
    case 'expired':
      return false;
  }
}

function sameMatchers(a: readonly Matcher[], b: readonly Matcher[]): boolean {
  const key = (matchers: readonly Matcher[]) =>
    JSON.stringify(matchers.map(({ name, type, value }) => [name, type, value]).sort());
  return key(a) === key(b);
}
