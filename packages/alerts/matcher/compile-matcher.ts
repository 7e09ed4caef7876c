import type { Labels, Matcher } from '@petrel/model';
import { literalAlternatives } from '@petrel/model';
import { RE2JS } from 're2js';

type Test = (value: string) => boolean;

const compiled = new WeakMap<Matcher, Test>();
/** Values that a regular expression remembers its answer for; label values repeat, and an answer costs microseconds. */
const MAX_REMEMBERED = 1024;

/**
 * Whether a label's value satisfies the matcher; an absent label counts as ''. As in Alertmanager, and unlike PromQL, a dot does not match a
 * newline. Throws the RE2 syntax error of an unparsable regular expression. The same matcher is compiled once.
 */
export function compileMatcher(matcher: Matcher): Test {
  const known = compiled.get(matcher);
  if (known !== undefined) return known;
  const test = compile(matcher);
  compiled.set(matcher, test);
  return test;
}

/** Whether labels satisfy all of the matchers; throws as `compileMatcher` does. */
export function compileMatchers(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  const tests = matchers.map((matcher) => ({ name: matcher.name, test: compileMatcher(matcher) }));
  return (labels) => {
    for (const { name, test } of tests) if (!test(labels.get(name))) return false;
    return true;
  };
}

/** The values that satisfy the matcher, where these are few and known: `=`, and expressions that are a list of words. */
export function literalValues({ type, value }: Matcher): readonly string[] | undefined {
  if (type === '=') return [value];
  return type === '=~' ? literalAlternatives(unwrapped(value)) : undefined;
}

function compile(matcher: Matcher): Test {
  const { type, value } = matcher;
  if (type === '=') return (text) => text === value;
  if (type === '!=') return (text) => text !== value;
  const matches = compileAnchored(value);
  return type === '=~' ? matches : (text) => !matches(text);
}

function compileAnchored(pattern: string): Test {
  const literals = literalAlternatives(unwrapped(pattern));
  if (literals !== undefined) {
    const set = new Set(literals);
    return (text) => set.has(text);
  }
  // Compiled with its anchors, so that an error shows the pattern as Alertmanager's does.
  const re = RE2JS.compile(`^(?:${pattern})$`);
  if (pattern === '.*') return (text) => !text.includes('\n');
  if (pattern === '.+') return (text) => text !== '' && !text.includes('\n');
  const remembered = new Map<string, boolean>();
  return (text) => {
    const known = remembered.get(text);
    if (known !== undefined) return known;
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    const answer = re.matches(text);
    remembered.set(text, answer);
    return answer;
  };
}

/** Without the anchors that `match_re` adds, and without parentheses around the whole list of alternatives. */
function unwrapped(pattern: string): string {
  const inner = /^\^\(\?:(.*)\)\$$/s.exec(pattern)?.[1] ?? pattern;
  return /^\(([^()]*)\)$/s.exec(inner)?.[1] ?? inner;
}
