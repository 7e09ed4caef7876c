import type { LogPredicate } from '@petrel/model';
import { parseIpRange } from '../exec/stages/ip-matcher.ts';
import { parsePattern } from '../exec/stages/pattern-expression.ts';
import { textAlternatives } from '../exec/stages/text-test.ts';
import type { LineFilter, LineFilterOp, LineFilterOperand } from '../parse/ast.ts';
import { ALWAYS, allOf, anyOf, exactly, noneOf, type PredicatePart, UNKNOWN } from './predicate-parts.ts';

/** What a line filter says about the line that is stored. */
export function pushLineFilter({ op, alternatives }: LineFilter): PredicatePart {
  const parts = alternatives.map((operand) => pushOperand(op, operand));
  return op.startsWith('!') ? noneOf(parts) : anyOf(parts);
}

function pushOperand(op: LineFilterOp, { kind, value }: LineFilterOperand): PredicatePart {
  if (kind === 'ip') return pushIp(value);
  switch (op) {
    case '|=':
    case '!=':
      return contains(value);
    case '|~':
    case '!~':
      return pushRegex(value);
    case '|>':
    case '!>': {
      const texts = parsePattern(value).flatMap((node) => ('literal' in node ? [contains(node.literal)] : []));
      // In which order they stand, and what may be between, is not in it.
      return { ...allOf(texts), exact: false };
    }
  }
}

/** Bytes that are no text are read as U+FFFD, so that a search for it finds what is not stored. */
export function contains(text: string, ignoreCase = false): PredicatePart {
  if (text === '') return ALWAYS;
  if (/[\ufffd\p{Cs}]/u.test(text)) return UNKNOWN;
  return exactly({ kind: 'line', op: 'contains', text, ...(ignoreCase ? { ignoreCase } : {}) });
}

function pushRegex(pattern: string): PredicatePart {
  const alternatives = textAlternatives(pattern);
  if (alternatives !== undefined)
    return anyOf(alternatives.texts.map((text) => contains(text, alternatives.ignoreCase)));
  const matches: LogPredicate = { kind: 'line', op: 'matches', text: pattern };
  const text = requiredText(pattern);
  // An index over words can serve the text, but not the expression.
  return text.length < 3 ? exactly(matches) : allOf([contains(text), exactly(matches)]);
}

/** The longest text that stands in whatever the expression matches; '' where none is plain to see. */
export function requiredText(pattern: string): string {
  let longest = '';
  let run = '';
  const end = (): void => {
    if (run.length > longest.length) longest = run;
    run = '';
  };
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern.charAt(i);
    if (/[()|]/.test(char)) return '';
    if (/[*?{]/.test(char)) {
      run = [...run].slice(0, -1).join('');
      end();
      if (char === '{') i = pattern.indexOf('}', i);
      if (i < 0) return '';
    } else if (char === '+') end();
    else if (char === '[') {
      end();
      const close = pattern.indexOf(']', pattern.startsWith('[^', i) ? i + 3 : i + 2);
      // Classes of classes are too rare to be read here.
      if (close < 0 || pattern.slice(i + 1, close).includes('[')) return '';
      i = close;
    } else if (char === '\\') {
      const next = pattern.charAt(++i);
      // Letters and digits behind a backslash are classes, places or codes.
      if (/[\p{P}\p{S}]/u.test(next)) run += next;
      else if (/[dDwWsSbBA]/.test(next)) end();
      else return '';
    } else if (/[.^$]/.test(char)) end();
    else run += char;
  }
  end();
  return longest;
}

/** Of IPv4 addresses that are meant the first numbers, as far as they are the same. IPv6 addresses can be written in many ways. */
function pushIp(pattern: string): PredicatePart {
  const range = parseIpRange(pattern);
  if (range === undefined || range.bits !== 32) return UNKNOWN;
  const first = octetsOf(range.first);
  const last = octetsOf(range.last);
  const different = first.findIndex((octet, i) => octet !== last[i]);
  if (different === 0) return UNKNOWN;
  const text = different < 0 ? first.join('.') : `${first.slice(0, different).join('.')}.`;
  return { ...contains(text), exact: false };
}

function octetsOf(value: bigint): readonly number[] {
  const address = Number(value);
  return [address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255];
}
