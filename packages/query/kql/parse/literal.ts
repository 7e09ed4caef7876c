import { joinPattern, type Pattern, type PatternPart } from './ast.ts';

/** A quoted or unquoted literal as it was read; `to` is where it ends. */
export interface Literal {
  readonly to: number;
  readonly quoted: boolean;
  /** Without escapes, and unquoted without blanks around it. */
  readonly value: string;
  /** Of unquoted literals with a wildcard. */
  readonly pattern?: Pattern;
}

const SPECIAL = '\\():<>"*{}';
const BLANKS: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n' };

export function isKqlSpace(c: string | undefined): boolean {
  return c === ' ' || c === '\t' || c === '\r' || c === '\n' || c === '\u00a0';
}

/** The literal at `from`; undefined where none begins. */
export function readLiteral(text: string, from: number): Literal | undefined {
  return text[from] === '"' ? readQuoted(text, from) : readUnquoted(text, from);
}

/** Undefined also where the closing quote is missing. */
export function readQuoted(text: string, from: number): Literal | undefined {
  let value = '';
  for (let pos = from + 1; pos < text.length; pos++) {
    const c = text[pos] as string;
    if (c === '"') return { to: pos + 1, quoted: true, value };
    if (c !== '\\') {
      value += c;
      continue;
    }
    const escaped = blankOrUnicode(text, pos);
    const next = text[pos + 1];
    if (escaped !== undefined) {
      value += escaped.char;
      pos = escaped.to - 1;
    } else if (next === '\\' || next === '"') {
      value += next;
      pos++;
    } else value += c;
  }
  return undefined;
}

export function readUnquoted(text: string, from: number): Literal | undefined {
  const parts: PatternPart[] = [];
  let pos = from;
  let keywordScan: number | undefined;
  for (; pos < text.length; ) {
    const c = text[pos] as string;
    if (c === '\\') {
      const escaped = escapeAt(text, pos);
      if (escaped === undefined) break;
      parts.push(escaped.char);
      pos = escaped.to;
    } else if (c === '*') {
      parts.push({ any: 'run' });
      pos++;
    } else if (SPECIAL.includes(c)) break;
    else if (isKqlSpace(c)) {
      // Within one run of blanks the answer is the same for each of them.
      keywordScan = keywordScan !== undefined && keywordScan > pos ? keywordScan : spacesEnd(text, pos);
      if (joinWordAt(text, keywordScan)) break;
      parts.push(c);
      pos++;
    } else if ((pos === from || isKqlSpace(text[pos - 1])) && isNotAt(text, pos)) break;
    else {
      parts.push(c);
      pos++;
    }
  }
  if (pos === from) return undefined;
  const pattern = trimPattern(joinPattern(parts));
  if (!pattern.some((part) => typeof part === 'object')) {
    return { to: pos, quoted: false, value: (pattern[0] as string | undefined) ?? '' };
  }
  const value = pattern.map((part) => (typeof part === 'string' ? part : '*')).join('');
  return { to: pos, quoted: false, value, pattern };
}

/** Where blanks that begin at `from` end. */
export function spacesEnd(text: string, from: number): number {
  let pos = from;
  while (isKqlSpace(text[pos])) pos++;
  return pos;
}

/** Whether `and` or `or` stands at a position that follows a blank, with a blank after it. */
function joinWordAt(text: string, pos: number): boolean {
  return wordEnd(text, pos, 'and') !== undefined || wordEnd(text, pos, 'or') !== undefined;
}

/** `not` with a blank after it. Kibana breaks words that end in it (`cannot connect`); here it has to begin a word. */
export function isNotAt(text: string, pos: number): boolean {
  return wordEnd(text, pos, 'not') !== undefined;
}

/** Where the blanks after the keyword end; undefined where it is not at `pos` or no blank follows. */
export function wordEnd(text: string, pos: number, keyword: string): number | undefined {
  const end = pos + keyword.length;
  if (text.slice(pos, end).toLowerCase() !== keyword || !isKqlSpace(text[end])) return undefined;
  return spacesEnd(text, end);
}

interface Escape {
  readonly char: string;
  readonly to: number;
}

function escapeAt(text: string, pos: number): Escape | undefined {
  const next = text[pos + 1];
  if (next === undefined) return undefined;
  const known = blankOrUnicode(text, pos);
  if (known !== undefined) return known;
  if (SPECIAL.includes(next)) return { char: next, to: pos + 2 };
  for (const keyword of ['or', 'and', 'not']) {
    const word = text.slice(pos + 1, pos + 1 + keyword.length);
    if (word.toLowerCase() === keyword) return { char: word, to: pos + 1 + keyword.length };
  }
  return undefined;
}

function blankOrUnicode(text: string, pos: number): Escape | undefined {
  const next = text[pos + 1];
  if (next === undefined) return undefined;
  const blank = BLANKS[next];
  if (blank !== undefined) return { char: blank, to: pos + 2 };
  const digits = next === 'u' ? text.slice(pos + 2, pos + 6) : '';
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) return undefined;
  return { char: String.fromCharCode(Number.parseInt(digits, 16)), to: pos + 6 };
}

function trimPattern(pattern: Pattern): Pattern {
  const parts = [...pattern];
  const first = parts[0];
  if (typeof first === 'string') parts[0] = first.trimStart();
  const last = parts[parts.length - 1];
  if (typeof last === 'string') parts[parts.length - 1] = last.trimEnd();
  return parts.filter((part) => part !== '');
}
