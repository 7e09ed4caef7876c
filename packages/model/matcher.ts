import { RE2JS } from 're2js';
import type { Labels } from './labels.ts';
import { quote } from './labels.ts';

export type MatchType = '=' | '!=' | '=~' | '!~';

/** A label matcher. Regular expressions are RE2 and anchored at both ends; an absent label counts as ''. */
export interface Matcher {
  readonly type: MatchType;
  readonly name: string;
  readonly value: string;
}

/** Throws the RE2 syntax error of an unparsable regular expression. */
export function compileMatcher({ type, value }: Matcher): (labelValue: string) => boolean {
  switch (type) {
    case '=':
      return (v) => v === value;
    case '!=':
      return (v) => v !== value;
    case '=~':
      return compileAnchored(value);
    case '!~': {
      const matches = compileAnchored(value);
      return (v) => !matches(v);
    }
  }
}

const META = /[\\.+*?()|[\]{}^$]/;

/** The alternatives of `a|b|c` when none holds a metacharacter, else undefined. Such a pattern is a set of strings. */
export function literalAlternatives(pattern: string): readonly string[] | undefined {
  const parts = pattern.split('|');
  return parts.some((part) => META.test(part)) ? undefined : parts;
}

/** Patterns that were compiled last, the latest at the end: a query is parsed and read, and a dashboard asks again every few seconds. */
const compiled = new Map<string, (text: string) => boolean>();
const MAX_COMPILED = 128;
/** A long list of alternatives takes half a second to compile, and megabytes to keep. */
const MAX_COMPILED_CHARS = 512 * 1024;
let compiledChars = 0;

/** A fully anchored RE2 with dot matching newlines, as Prometheus compiles it (`^(?s:…)$`). */
export function compileAnchored(pattern: string): (text: string) => boolean {
  const known = compiled.get(pattern);
  if (known !== undefined) {
    compiled.delete(pattern);
    compiled.set(pattern, known);
    return known;
  }
  const fresh = compile(pattern);
  compiled.set(pattern, fresh);
  compiledChars += pattern.length;
  for (const oldest of compiled.keys()) {
    if (compiled.size <= MAX_COMPILED && compiledChars <= MAX_COMPILED_CHARS) break;
    compiled.delete(oldest);
    compiledChars -= oldest.length;
  }
  return fresh;
}

function compile(pattern: string): (text: string) => boolean {
  const literals = literalAlternatives(pattern);
  if (literals !== undefined) {
    const set = new Set(literals);
    return (text) => set.has(text);
  }
  const re = RE2JS.compile(pattern, RE2JS.DOTALL);
  if (pattern === '.*') return () => true;
  if (pattern === '.+') return (text) => text !== '';
  return (text) => re.matches(text);
}

export function matchesAll(
  matchers: readonly { name: string; matches: (v: string) => boolean }[],
  labels: Labels,
): boolean {
  for (const { name, matches } of matchers) if (!matches(labels.get(name))) return false;
  return true;
}

export function matcherToString(m: Matcher): string {
  return `${m.name}${m.type}${quote(m.value)}`;
}
