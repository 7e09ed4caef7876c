import { parseLogTime } from '../logs/log-time.ts';
import { readPriority, type SyslogMessage, textOf, wordEnd } from './message.ts';

const SPACE = 0x20;
const QUOTE = 0x22;
const DASH = 0x2d;
const EQUALS = 0x3d;
const OPEN = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE = 0x5d;

/** The longest that the standard allows is a host's name. */
const MAX_WORD_BYTES = 255;

/** `<34>1 2003-10-11T22:14:15.003Z host app procid msgid [id name="value"] text`; undefined where it is not of RFC 5424. */
export function parseRfc5424(bytes: Uint8Array, from: number, to: number): SyslogMessage | undefined {
  const priority = readPriority(bytes, from, to);
  if (priority === undefined) return undefined;
  // The version: there has only been 1.
  if (bytes[priority.end] !== 0x31 || bytes[priority.end + 1] !== SPACE || priority.end + 2 > to) return undefined;
  let at = priority.end + 2;
  const words: string[] = [];
  while (words.length < 5) {
    const end = wordEnd(bytes, at, to);
    if (end === at || end - at > MAX_WORD_BYTES || (end === to && words.length < 4)) return undefined;
    words.push(end === at + 1 && bytes[at] === DASH ? '' : textOf(bytes, at, end));
    at = Math.min(end + 1, to);
  }
  const [timestamp, hostname, appName, procId, msgId] = words as [string, string, string, string, string];
  const time = timestamp === '' ? undefined : parseLogTime(timestamp);
  if (timestamp !== '' && time === undefined) return undefined;
  const data = readStructuredData(bytes, at, to);
  if (data === undefined) return undefined;
  return {
    facility: priority.value >> 3,
    severity: priority.value & 7,
    time,
    hostname,
    appName,
    procId,
    msgId,
    parameters: data.parameters,
    from: skipBom(bytes, data.end, to),
    to,
  };
}

/** Structured data from `from` on, and where the text behind it starts. Senders that leave out the dash for "none" are understood. */
function readStructuredData(
  bytes: Uint8Array,
  from: number,
  to: number,
): { readonly parameters: readonly string[]; readonly end: number } | undefined {
  const parameters: string[] = [];
  let at = from;
  if (bytes[at] === DASH && at < to && (at + 1 === to || bytes[at + 1] === SPACE)) at++;
  else {
    while (at < to && bytes[at] === OPEN) {
      const end = readElement(bytes, at + 1, to, parameters);
      // A text in brackets, such as `[main thread] started`, is no structured data.
      if (end === undefined) return at === from ? { parameters: [], end: from } : undefined;
      at = end;
    }
    if (at === from) return { parameters, end: from };
  }
  if (at < to && bytes[at] !== SPACE) return undefined;
  return { parameters, end: Math.min(at + 1, to) };
}

/** One element behind its bracket: `id name="value" …]`. Returns where it ends. */
function readElement(bytes: Uint8Array, from: number, to: number, out: string[]): number | undefined {
  let at = from;
  while (at < to && isNameByte(bytes[at] as number)) at++;
  if (at === from) return undefined;
  const id = textOf(bytes, from, at);
  const found: string[] = [];
  for (;;) {
    while (at < to && bytes[at] === SPACE) at++;
    if (at >= to) return undefined;
    if (bytes[at] === CLOSE) break;
    const nameFrom = at;
    while (at < to && isNameByte(bytes[at] as number)) at++;
    if (at === nameFrom || bytes[at] !== EQUALS || bytes[at + 1] !== QUOTE || at + 2 > to) return undefined;
    const valueFrom = at + 2;
    const valueTo = quotedEnd(bytes, valueFrom, to);
    if (valueTo === undefined) return undefined;
    found.push(id, textOf(bytes, nameFrom, at), textOf(bytes, valueFrom, valueTo).replace(/\\(["\\\]])/g, '$1'));
    at = valueTo + 1;
  }
  out.push(...found);
  return at + 1;
}

function quotedEnd(bytes: Uint8Array, from: number, to: number): number | undefined {
  for (let i = from; i < to; i++) {
    if (bytes[i] === QUOTE) return i;
    if (bytes[i] === BACKSLASH) i++;
  }
  return undefined;
}

/** Printable ASCII but `=`, space, `]` and `"`. */
function isNameByte(byte: number): boolean {
  return byte > SPACE && byte < 0x7f && byte !== EQUALS && byte !== CLOSE && byte !== QUOTE;
}

/** Text in UTF-8 may be announced by a mark of its own. */
function skipBom(bytes: Uint8Array, from: number, to: number): number {
  const marked = to - from >= 3 && bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf;
  return marked ? from + 3 : from;
}
