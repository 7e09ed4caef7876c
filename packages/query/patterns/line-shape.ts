import { ANY_TOKEN, type Token, type Tokens } from './token.ts';
import { WILDCARD } from './word-mask.ts';

/**
 * A line taken apart: `head`, then tokens with what stands between them, then `tail`. `gaps[i]` stands before token i, the last one behind the last token. Heads and tails hold WILDCARD where text is that does not
 * matter: a time, the rest of a document.
 */
export interface LineShape {
  readonly head: string;
  readonly tokens: readonly Token[];
  readonly gaps: readonly string[];
  readonly tail: string;
  /** The first token stays as it is whatever comes: the head's wildcard ends at it. */
  readonly isFirstFixed: boolean;
}

/** A line that goes on longer is told by its beginning. */
const MAX_TOKENS = 64;
const MONTH_TIME =
  /^(\[?)((?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2} \d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?: \d{4})?)(?=[\] ])/;
/** Where documents keep what a person would read. */
const MESSAGE_KEYS = ['"message"', '"msg"', '"log"', '"@message"', '"body"', '"event"', '"text"', '"error"'];
const ESCAPED_NEWLINE = '\\n';

export function shapeOf(line: string, known: Tokens): LineShape {
  if (line.charCodeAt(0) === 0x7b) {
    const message = messageOf(line);
    return message === undefined
      ? plainShape(line, known, { splitAtCommas: true })
      : messageShape(line, message, known);
  }
  const time = MONTH_TIME.exec(line);
  if (time !== null) {
    const timed = timedShape(line, time, known);
    if (timed !== undefined) return timed;
  }
  return plainShape(line, known, { splitAtCommas: false });
}

/** Only the first line of a text tells one event from another; what follows is its data. */
function plainShape(line: string, known: Tokens, { splitAtCommas }: { readonly splitAtCommas: boolean }): LineShape {
  const end = line.indexOf('\n');
  const tail = end < 0 ? '' : end === line.length - 1 ? '\n' : `\n${WILDCARD}`;
  const text = end < 0 ? line : line.slice(0, end);
  return { head: '', isFirstFixed: false, ...cut(text, tail, { known, splitAtCommas }) };
}

/** A time with blanks in it is one wildcard, if what follows cannot be found within it. */
function timedShape(line: string, time: RegExpExecArray, known: Tokens): LineShape | undefined {
  const [all, bracket = '', text = ''] = time;
  const rest = plainShape(line.slice(all.length), known, { splitAtCommas: false });
  const [first] = rest.tokens;
  if (first === undefined) return undefined;
  const certain = first.mask.slice(0, Math.max(0, `${first.mask}${WILDCARD}`.indexOf(WILDCARD)));
  const next = (rest.gaps[0] as string) + certain;
  if (certain === '' || !/[A-Za-z\]]/.test(certain) || text.includes(next)) return undefined;
  return { ...rest, head: bracket + WILDCARD, isFirstFixed: true };
}

interface Message {
  /** Of the key. */
  readonly from: number;
  /** Of the text behind the quote. */
  readonly start: number;
  /** Of the closing quote. */
  readonly end: number;
}

/** Where a JSON document has its message, a text at the top level; and nowhere before that the same key. */
function messageOf(line: string): Message | undefined {
  for (const key of MESSAGE_KEYS) {
    const from = line.indexOf(key);
    if (from < 0 || !isTopLevel(line, from)) continue;
    let at = from + key.length;
    while (line[at] === ' ') at++;
    if (line[at++] !== ':') continue;
    while (line[at] === ' ') at++;
    if (line[at++] !== '"') continue;
    const end = closingQuote(line, at);
    if (end > at && end < line.length - 1) return { from, start: at, end };
  }
  return undefined;
}

function isTopLevel(line: string, to: number): boolean {
  let depth = 0;
  for (let i = 0; i < to; i++) {
    const code = line.charCodeAt(i);
    if (code === 0x22) {
      i = closingQuote(line, i + 1);
      if (i < 0 || i >= to) return false;
    } else if (code === 0x7b || code === 0x5b) depth++;
    else if (code === 0x7d || code === 0x5d) depth--;
  }
  return depth === 1;
}

/** -1 where there is none. */
function closingQuote(line: string, from: number): number {
  for (let i = line.indexOf('"', from); i >= 0; i = line.indexOf('"', i + 1)) {
    let slashes = 0;
    while (line[i - 1 - slashes] === '\\' && i - 1 - slashes >= from) slashes++;
    if (slashes % 2 === 0) return i;
  }
  return -1;
}

function messageShape(line: string, { from, start, end }: Message, known: Tokens): LineShape {
  const text = line.slice(start, end);
  const newline = text.indexOf(ESCAPED_NEWLINE);
  const head = WILDCARD + line.slice(from, start);
  const [body, tail] = newline > 0 ? [text.slice(0, newline), `${ESCAPED_NEWLINE}${WILDCARD}`] : [text, `"${WILDCARD}`];
  return { head, isFirstFixed: false, ...cut(body, tail, { known, splitAtCommas: false }) };
}

function cut(
  text: string,
  tail: string,
  { known, splitAtCommas }: { readonly known: Tokens; readonly splitAtCommas: boolean },
): Pick<LineShape, 'tokens' | 'gaps' | 'tail'> {
  const tokens: Token[] = [];
  const gaps: string[] = [];
  let from = 0;
  let at = 0;
  const { length } = text;
  for (;;) {
    while (at < length && isGap(text.charCodeAt(at), splitAtCommas)) at++;
    gaps.push(text.slice(from, at));
    if (at === length) return { tokens: withoutDates(tokens), gaps, tail };
    if (tokens.length === MAX_TOKENS) return { tokens: withoutDates(tokens), gaps, tail: WILDCARD };
    from = at;
    while (at < length && !isGap(text.charCodeAt(at), splitAtCommas)) at++;
    tokens.push(known.of(text.slice(from, at)));
    from = at;
  }
}

const MONTHS = new Set(['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']);
const WEEKDAYS = new Set(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']);

/** The names in `Mon Jul 11` vary as its number does. */
function withoutDates(tokens: Token[]): Token[] {
  for (let i = 0; i + 1 < tokens.length; i++) {
    if (!MONTHS.has((tokens[i] as Token).mask) || (tokens[i + 1] as Token).mask !== WILDCARD) continue;
    tokens[i] = ANY_TOKEN;
    if (i > 0 && WEEKDAYS.has((tokens[i - 1] as Token).mask)) tokens[i - 1] = ANY_TOKEN;
  }
  return tokens;
}

function isGap(code: number, splitAtCommas: boolean): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) || (splitAtCommas && code === 0x2c);
}

/** A shape of a line that is told by nothing. */
export const ANY_LINE: LineShape = { head: '', tokens: [ANY_TOKEN], gaps: ['', ''], tail: '', isFirstFixed: false };
