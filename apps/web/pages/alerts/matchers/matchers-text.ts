import type { Matcher, MatchType } from '@petrel/model';
import { isLegacyLabelName, quote } from '@petrel/model';

/** What a filter says: matchers, and words to look for anywhere. */
export interface FilterTerms {
  readonly matchers: readonly Matcher[];
  /** In lower case. */
  readonly words: readonly string[];
  /** Where the text breaks off, such as an open quotation mark. */
  readonly error: 'quote' | 'value' | undefined;
}

const QUOTED = '"(?:[^"\\\\]|\\\\.)*"';
const SPACE = /[\s,{}]+/y;
const NAME = new RegExp(`(${QUOTED}|[^\\s,{}"=!~]+)\\s*(=~|!~|!=|=)\\s*`, 'y');
const VALUE = new RegExp(`(${QUOTED})|([^\\s,{}"]+)`, 'y');
const OPEN_VALUE = /"(?:[^"\\]|\\.)*$/y;
const WORD = new RegExp(`(${QUOTED})|([^\\s,{}]+)`, 'y');

/**
 * Reads matchers as Alertmanager and Prometheus write them, between braces or not, with commas or spaces between them; values may go
 * without quotes. Whatever is no matcher is a word. Never throws.
 */
export function parseFilter(text: string): FilterTerms {
  const matchers: Matcher[] = [];
  const words: string[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  while (at < text.length) {
    if (take(SPACE) !== null) continue;
    const name = take(NAME);
    if (name !== null) {
      const value = take(VALUE);
      if (value === null && take(OPEN_VALUE) !== null) return { matchers, words, error: 'quote' };
      if (value === null && name[2] !== '=' && name[2] !== '!=') return { matchers, words, error: 'value' };
      matchers.push({
        name: unquote(name[1] as string),
        type: name[2] as MatchType,
        value: value === null ? '' : value[1] === undefined ? (value[2] ?? '') : unquote(value[1]),
      });
      continue;
    }
    const word = take(WORD);
    if (word === null) return { matchers, words, error: 'quote' };
    words.push((word[1] === undefined ? (word[2] ?? '') : unquote(word[1])).toLowerCase());
  }
  return { matchers, words, error: undefined };
}

/** `{alertname="X", instance=~"a.*"}`; `{}` for none. */
export function selectorText(matchers: readonly Matcher[]): string {
  return `{${matchers.map(matcherText).join(', ')}}`;
}

export function matcherText({ name, type, value }: Matcher): string {
  return `${isLegacyLabelName(name) ? name : quote(name)}${type}${quote(value)}`;
}

/** Exact matchers for all labels, the name first. */
export function matchersOf(labels: Readonly<Record<string, string>>): readonly Matcher[] {
  return Object.entries(labels)
    .sort(([a], [b]) => Number(b === 'alertname') - Number(a === 'alertname') || (a < b ? -1 : 1))
    .map(([name, value]) => ({ name, type: '=' as const, value }));
}

/** The filter with one matcher more; the same one again takes it away. */
export function toggleMatcher(filter: string, matcher: Matcher): string {
  const text = matcherText(matcher);
  const { matchers, words } = parseFilter(filter);
  const rest = matchers.filter((one) => matcherText(one) !== text);
  const next = rest.length < matchers.length ? rest : [...rest, matcher];
  return [...next.map(matcherText), ...words].join(' ');
}

function unquote(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    // Go writes `\x7f` where JSON has no such escape.
    return JSON.parse(
      text.replace(/\\(\\|x([0-9a-f]{2}))/gi, (whole, _, hex) => (hex ? `\\u00${hex}` : whole)),
    ) as string;
  } catch {
    return text.slice(1, -1).replaceAll(/\\(.)/g, '$1');
  }
}
