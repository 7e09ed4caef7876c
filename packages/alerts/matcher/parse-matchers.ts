import type { Matcher } from '@petrel/model';
import { PetrelError } from '@petrel/model';
import { parseClassicMatcher, parseClassicMatchers } from './classic-parser.ts';
import type { MatcherMode } from './label-name.ts';
import { matcherError } from './matcher-error.ts';
import { printMatcher } from './print-matcher.ts';
import { parseUtf8Matcher, parseUtf8Matchers } from './utf8-parser.ts';

/** What was read, and what the writer of the text should know. */
export interface Parsed<T> {
  readonly value: T;
  readonly warning?: string;
}

/**
 * Reads a list of matchers, braces around it optional. In `fallback` mode, the default, both grammars are asked: where they disagree, or only the
 * classic one understands the text, its answer counts and a warning says so; an error is the classic one. Throws PetrelError BAD_REQUEST.
 */
export function parseMatchers(text: string, mode: MatcherMode = 'fallback'): Parsed<readonly Matcher[]> {
  if (mode === 'classic') return { value: parseClassicMatchers(text) };
  if (mode === 'utf8') return { value: parseUtf8Matchers(text) };
  return withFallback(
    text,
    () => parseUtf8Matchers(text),
    () => parseClassicMatchers(text),
    (matchers) => matchers.map(printMatcher).join(','),
  );
}

/** Reads one matcher; braces are refused but in classic mode. Otherwise as `parseMatchers`. */
export function parseMatcher(text: string, mode: MatcherMode = 'fallback'): Parsed<Matcher> {
  if (mode === 'classic') return { value: parseClassicMatcher(text) };
  if (text.startsWith('{') || text.endsWith('}')) throw matcherError(`unexpected open or close brace: ${text}`);
  if (mode === 'utf8') return { value: parseUtf8Matcher(text) };
  return withFallback(
    text,
    () => parseUtf8Matcher(text),
    () => parseClassicMatcher(text),
    printMatcher,
  );
}

function withFallback<T>(
  text: string,
  readUtf8: () => T,
  readClassic: () => T,
  print: (value: T) => string,
): Parsed<T> {
  const utf8 = attempt(readUtf8);
  const classic = attempt(readClassic);
  if ('error' in utf8) {
    if ('error' in classic) throw classic.error;
    const warning = `${text} is not valid in the UTF-8 syntax of matchers (${utf8.error.message}) and was read in the classic one; write it as ${print(classic.value)}`;
    return { value: classic.value, warning };
  }
  if ('error' in classic || same(utf8.value, classic.value)) return { value: utf8.value };
  const warning = `matchers input has disagreement: ${text} means ${print(classic.value)} in the classic syntax, which counts, and ${print(utf8.value)} in the UTF-8 one`;
  return { value: classic.value, warning };
}

function attempt<T>(read: () => T): { readonly value: T } | { readonly error: PetrelError } {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof PetrelError) return { error };
    throw error;
  }
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
