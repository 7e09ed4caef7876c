import type { SyslogMessage } from './message.ts';
import { parseRfc3164 } from './parse-rfc3164.ts';
import { parseRfc5424 } from './parse-rfc5424.ts';

const NUL = 0x00;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** One message of either standard, in bytes `[from, to)`; never fails. Ends of line and NULs behind it do not count. */
export function parseSyslog(bytes: Uint8Array, from: number, to: number): SyslogMessage {
  let end = to;
  while (end > from && isTrailer(bytes[end - 1] as number)) end--;
  return parseRfc5424(bytes, from, end) ?? parseRfc3164(bytes, from, end);
}

function isTrailer(byte: number): boolean {
  return byte === NUL || byte === LINE_FEED || byte === CARRIAGE_RETURN;
}
