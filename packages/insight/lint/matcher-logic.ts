import { compileMatcher, literalValues } from '@petrel/alerts/matcher/index.ts';
import type { Matcher } from '@petrel/model';

/** Whether every value that satisfies `narrow` surely satisfies `wide`; both are about one label. False where that cannot be told. */
export function implies(narrow: Matcher, wide: Matcher): boolean {
  if (narrow.name !== wide.name) return false;
  if (narrow.type === wide.type && narrow.value === wide.value) return true;
  const values = literalValues(narrow);
  if (values !== undefined && values.length > 0) return values.every(compileMatcher(wide));
  // Anything but one value is not that value; and whatever is wanted, `.*` takes it.
  return wide.type === '=~' && (wide.value === '.*' || wide.value === '^(?:.*)$');
}

/** Whether no value satisfies both; both are about one label. False where that cannot be told. */
export function excludes(a: Matcher, b: Matcher): boolean {
  if (a.name !== b.name) return false;
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const values = literalValues(one);
    if (values !== undefined && values.length > 0) return !values.some(compileMatcher(other));
  }
  return (
    (a.type === '=~' && b.type === '!~' && a.value === b.value) ||
    (a.type === '!~' && b.type === '=~' && a.value === b.value)
  );
}

/** Two matchers of the list that no value satisfies together. */
export function contradiction(matchers: readonly Matcher[]): readonly [Matcher, Matcher] | undefined {
  for (const [i, a] of matchers.entries()) {
    for (const b of matchers.slice(i + 1)) if (excludes(a, b)) return [a, b];
  }
  return undefined;
}

/** Whether whatever satisfies all of `narrow` surely satisfies all of `wide`. */
export function covers(wide: readonly Matcher[], narrow: readonly Matcher[]): boolean {
  return wide.every((matcher) => narrow.some((one) => implies(one, matcher)));
}
