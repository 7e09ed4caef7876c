import type { Matcher } from '@petrel/model';
import { compileMatcher } from '@petrel/model';
import type { FilterTerms } from './matchers-text.ts';
import { matcherText } from './matchers-text.ts';

export interface Filterable {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface CompiledFilter {
  readonly test: (candidate: Filterable) => boolean;
  /** A regular expression that does not compile, in RE2's words; the filter then lets everything pass. */
  readonly error: string | undefined;
}

const EVERYTHING: CompiledFilter = { test: () => true, error: undefined };

export function compileFilter({ matchers, words }: FilterTerms): CompiledFilter {
  if (matchers.length === 0 && words.length === 0) return EVERYTHING;
  const compiled: { readonly name: string; readonly matches: (value: string) => boolean }[] = [];
  for (const matcher of matchers) {
    const problem = regexProblem(matcher);
    if (problem !== undefined) return { ...EVERYTHING, error: `${matcherText(matcher)}: ${problem}` };
    compiled.push({ name: matcher.name, matches: compileMatcher(matcher) });
  }
  return {
    error: undefined,
    test: ({ labels, annotations }) => {
      for (const { name, matches } of compiled) if (!matches(labels[name] ?? '')) return false;
      return words.every((word) => holds(labels, word) || holds(annotations, word));
    },
  };
}

/** What RE2 says of a matcher's regular expression, undefined when it compiles. */
export function regexProblem(matcher: Matcher): string | undefined {
  try {
    compileMatcher(matcher);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Alertmanager refuses a silence none of whose matchers holds anything back: every alert would be silent. */
export function matchesEmpty(matcher: Matcher): boolean {
  return regexProblem(matcher) === undefined && compileMatcher(matcher)('');
}

function holds(record: Readonly<Record<string, string>>, word: string): boolean {
  for (const name in record) {
    if (name.toLowerCase().includes(word) || (record[name] as string).toLowerCase().includes(word)) return true;
  }
  return false;
}
