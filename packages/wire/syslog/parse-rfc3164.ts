import { parseLogTime } from '../logs/log-time.ts';
import { readPriority, type SyslogMessage, textOf, type WallTime, wordEnd } from './message.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Oct 11 22:14:15`; with a year, with a fraction, with a star or a dot in front (Cisco: the clock is not in step) as well. */
const STAMP =
  /^[*.]?([A-Z][a-z]{2}) {1,2}(\d{1,2}) (?:(\d{4}) )?(\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(?: (\d{4}))?(?: (?:UTC|GMT))?:?(?= |$)/;

/** The longest stamp there is, and a little. */
const STAMP_BYTES = 48;

/** `tag[pid]:`, `tag:` and `tag[pid]`; a path or a name with dots is a tag too. */
const TAG = /^([^\s:[\]]{1,128})(?:(?:\[([^\]\s]{0,128})\]):?|:)$/;

/** Cisco's devices count their messages in front of the time. */
const SEQUENCE = /^\d{1,10}: /;

/**
 * `<13>Oct 11 22:14:15 host tag[pid]: text`, as RFC 3164 describes what senders do, and what they do besides: no host, no tag, no time, a time of RFC 3339.
 * Everything is a message; what has no priority in front is text alone.
 */
export function parseRfc3164(bytes: Uint8Array, from: number, to: number): SyslogMessage {
  const priority = readPriority(bytes, from, to);
  const text = { time: undefined, hostname: '', appName: '', procId: '', msgId: '', parameters: [], to };
  if (priority === undefined) return { ...text, facility: undefined, severity: undefined, from };
  const codes = { facility: priority.value >> 3, severity: priority.value & 7 };
  const head = textOf(bytes, priority.end, Math.min(to, priority.end + STAMP_BYTES));
  const sequence = SEQUENCE.exec(head)?.[0].length ?? 0;
  const stamp = readStamp(head.slice(sequence));
  // Without a time nothing tells where a host would stand: `<13>tag: text` is what some libraries send.
  if (stamp === undefined) return { ...text, ...codes, ...readTag(bytes, priority.end, to) };
  const at = Math.min(to, priority.end + sequence + stamp.size + 1);
  const found = { ...text, ...codes, time: stamp.time };
  const tag = readTag(bytes, at, to);
  if (tag.appName !== '') return { ...found, ...tag };
  const hostEnd = wordEnd(bytes, at, to);
  const hostname = textOf(bytes, at, hostEnd);
  // A host is followed by something, and is no JSON.
  if (hostEnd === to || !HOST.test(hostname)) return { ...found, from: at };
  return { ...found, hostname, ...readTag(bytes, hostEnd + 1, to) };
}

const HOST = /^[\w.:%-]{1,255}$/;

/** The tag at `at` and where the text behind it starts. */
function readTag(bytes: Uint8Array, at: number, to: number): Pick<SyslogMessage, 'appName' | 'procId' | 'from'> {
  const end = wordEnd(bytes, at, Math.min(to, at + 300));
  const match = TAG.exec(textOf(bytes, at, end));
  if (match === null) return { appName: '', procId: '', from: at };
  return { appName: match[1] as string, procId: match[2] ?? '', from: Math.min(to, end + 1) };
}

/** `size` is in characters, which are bytes here. */
function readStamp(head: string): { readonly time: bigint | WallTime; readonly size: number } | undefined {
  const match = STAMP.exec(head);
  if (match === null) {
    const word = head.split(' ', 1)[0] as string;
    const time = /^\d{4}-\d{2}-\d{2}T/.test(word) ? parseLogTime(word) : undefined;
    return time === undefined ? undefined : { time, size: word.length };
  }
  const [all, name, day, before, hour, minute, second, fraction = '', after] = match;
  const month = MONTHS.indexOf(name as string) + 1;
  const year = before ?? after;
  const time: WallTime = {
    year: year === undefined ? undefined : Number(year),
    month,
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    nanos: Number(fraction.padEnd(9, '0')),
  };
  const isTime =
    month > 0 && time.day >= 1 && time.day <= 31 && time.hour < 24 && time.minute < 60 && time.second <= 60;
  return isTime ? { time, size: all.length } : undefined;
}
