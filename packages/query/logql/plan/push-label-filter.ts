import { LOG_LEVELS, type LogPredicate, literalAlternatives, type Matcher } from '@petrel/model';
import { checkedMatcher } from '../exec/stages/label-filter.ts';
import { DUPLICATE_SUFFIX } from '../exec/stages/name-cell.ts';
import type { LabelFilter } from '../parse/ast.ts';
import { allOf, anyOf, exactly, joined, type PredicatePart, UNKNOWN } from './predicate-parts.ts';
import { contains } from './push-line-filter.ts';

/** Where the value of a label may come from, at the place of the query where a filter stands. */
export interface LabelOrigins {
  /** Names that streams have; undefined: any. */
  readonly streamLabelNames: ReadonlySet<string> | undefined;
  /** A parser has read the line as it is stored. */
  readonly isParsed: boolean;
  /** Values may be of the query's own making: of labels of these names, or of all. */
  readonly made: ReadonlySet<string> | 'all';
  /** Labels still are as they came: stages so far have only filtered. */
  readonly isUntouched: boolean;
  /** See PushOptions. */
  readonly plainTextIsUnescaped: boolean;
}

/** The label that the store makes of its level column. */
const LEVEL_LABEL = 'detected_level';

/** What a label filter says about the line that is stored. Conversions keep lines with errors, so that nothing follows from them. */
export function pushLabelFilter(filter: LabelFilter, origins: LabelOrigins): PredicatePart {
  switch (filter.kind) {
    case 'and':
      return allOf([pushLabelFilter(filter.left, origins), pushLabelFilter(filter.right, origins)]);
    case 'or':
      return anyOf([pushLabelFilter(filter.left, origins), pushLabelFilter(filter.right, origins)]);
    case 'string':
      return pushMatcher(filter.matcher, origins);
    default:
      return UNKNOWN;
  }
}

function pushMatcher(matcher: Matcher, origins: LabelOrigins): PredicatePart {
  const { name, type, value } = matcher;
  const { made, streamLabelNames, isParsed, isUntouched } = origins;
  if (name.startsWith('__') || made === 'all' || made.has(name)) return UNKNOWN;
  if (streamLabelNames === undefined || streamLabelNames.has(name)) return UNKNOWN;
  // A name with the suffix may stand for another, of which the streams have the plain one.
  if (isUntouched && !name.endsWith(DUPLICATE_SUFFIX)) {
    return exactly(name === LEVEL_LABEL ? levelMatches(matcher) : { kind: 'metadata', name, op: type, value });
  }
  const values = type === '=' ? [value] : type === '=~' ? literalAlternatives(value) : undefined;
  // Labels without a value pass too where '' does.
  if (values === undefined || values.includes('')) return UNKNOWN;
  const parts = values.map((text) => {
    const metadata = exactly(metadataEquals(name, text));
    return isParsed ? anyOf([metadata, lineMayHold(text, origins.plainTextIsUnescaped)]) : metadata;
  });
  return { ...anyOf(parts), exact: false };
}

function metadataEquals(name: string, value: string): LogPredicate {
  const plain: LogPredicate = { kind: 'metadata', name, op: '=', value };
  const others: LogPredicate[] = [];
  if (name.endsWith(DUPLICATE_SUFFIX)) {
    others.push({ kind: 'metadata', name: name.slice(0, -DUPLICATE_SUFFIX.length), op: '=', value });
  }
  if (name.startsWith(LEVEL_LABEL)) others.push(levelMatches({ type: '=', name: LEVEL_LABEL, value }));
  return joined('or', [plain, ...others]);
}

/** The level of the metadata, or that of the column where the metadata has none. */
function levelMatches(matcher: Matcher): LogPredicate {
  const matches = checkedMatcher(matcher);
  const levels = LOG_LEVELS.filter((level) => matches(level === 'unknown' ? '' : level));
  const isAbsent: LogPredicate = { kind: 'metadata', name: LEVEL_LABEL, op: '=', value: '' };
  const { type, value } = matcher;
  const stated: LogPredicate = { kind: 'metadata', name: LEVEL_LABEL, op: type, value };
  const isStated: LogPredicate = { kind: 'and', parts: [{ kind: 'not', part: isAbsent }, stated] };
  if (levels.length === 0) return isStated;
  return joined('or', [isStated, { kind: 'and', parts: [isAbsent, { kind: 'level', levels }] }]);
}

/**
 * Parts of a value that no format writes otherwise than with a `\u`: quotes, slashes and control characters have escapes of their own, and a blank may have been a
 * byte that is no text.
 */
const PLAIN_RUNS = /[^"'\\/\p{Cc}\p{Cs} \ufffd]+/gu;

/** Letters and digits that no writer of JSON escapes, though it could. */
const NEVER_ESCAPED = /^[A-Za-z0-9_.:-]+$/;

/** That a parser finds the value in the line. */
function lineMayHold(value: string, plainTextIsUnescaped: boolean): PredicatePart {
  const runs = value.match(PLAIN_RUNS) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  if (longest === '') return UNKNOWN;
  const asItIs = contains(longest);
  return plainTextIsUnescaped && NEVER_ESCAPED.test(longest) ? asItIs : anyOf([asItIs, contains('\\u')]);
}
