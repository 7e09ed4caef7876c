import type { Labels, Matcher } from '@petrel/model';
import { literalValues } from './compile-matcher.ts';

interface Placed<T> {
  readonly place: number;
  readonly item: T;
}

interface ByLabel<T> {
  readonly name: string;
  readonly byValue: ReadonlyMap<string, readonly Placed<T>[]>;
}

/**
 * Finds among many sets of matchers the few that labels may satisfy, by one label of each set whose values are known. What it gives still has to be
 * matched; what it leaves out cannot match.
 */
export class MatcherIndex<T> {
  readonly #labels: readonly ByLabel<T>[];
  readonly #always: readonly Placed<T>[];

  constructor(items: readonly T[], matchersOf: (item: T) => readonly Matcher[]) {
    const choices = items.map((item) => matchersOf(item).filter((matcher) => literalValues(matcher) !== undefined));
    const spread = valuesByName(choices.flat());
    const labels = new Map<string, Map<string, Placed<T>[]>>();
    const always: Placed<T>[] = [];
    for (const [place, item] of items.entries()) {
      // The label with the most values in all sets tells most.
      const best = [...(choices[place] ?? [])].sort((a, b) => sizeOf(spread, b) - sizeOf(spread, a))[0];
      if (best === undefined) always.push({ place, item });
      else addUnder(labels, best, { place, item });
    }
    this.#labels = [...labels].map(([name, byValue]) => ({ name, byValue }));
    this.#always = always;
  }

  /** In the order in which they were given. */
  candidates(labels: Labels): readonly T[] {
    let found: readonly Placed<T>[] = this.#always;
    let isMixed = false;
    for (const { name, byValue } of this.#labels) {
      const more = byValue.get(labels.get(name));
      if (more === undefined) continue;
      isMixed ||= found.length > 0;
      found = found.length === 0 ? more : [...found, ...more];
    }
    const sorted = isMixed ? [...found].sort((a, b) => a.place - b.place) : found;
    return sorted.map(({ item }) => item);
  }
}

function valuesByName(matchers: readonly Matcher[]): ReadonlyMap<string, ReadonlySet<string>> {
  const spread = new Map<string, Set<string>>();
  for (const matcher of matchers) {
    const values = spread.get(matcher.name) ?? new Set();
    for (const value of literalValues(matcher) ?? []) values.add(value);
    spread.set(matcher.name, values);
  }
  return spread;
}

function sizeOf(spread: ReadonlyMap<string, ReadonlySet<string>>, { name }: Matcher): number {
  return spread.get(name)?.size ?? 0;
}

function addUnder<T>(labels: Map<string, Map<string, Placed<T>[]>>, matcher: Matcher, placed: Placed<T>): void {
  const byValue = labels.get(matcher.name) ?? new Map<string, Placed<T>[]>();
  labels.set(matcher.name, byValue);
  for (const value of new Set(literalValues(matcher))) {
    const list = byValue.get(value);
    if (list === undefined) byValue.set(value, [placed]);
    else list.push(placed);
  }
}
