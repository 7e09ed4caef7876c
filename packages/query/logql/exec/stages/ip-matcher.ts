import { type IpAddress, parseIp } from './ip-address.ts';
import { stageError } from './stage-error.ts';

/** Which addresses `ip("…")` means: one, a prefix, or a range. Throws LOGQL_PARSE: `ip: invalid pattern: "…"`. */
export function compileIpMatcher(pattern: string): (address: IpAddress) => boolean {
  const range = parseIpRange(pattern);
  if (range === undefined) throw stageError(`ip: invalid pattern: ${JSON.stringify(pattern)}`);
  const { first, last } = range;
  return ({ bits, value, zone }) => bits === range.bits && zone === range.zone && value >= first && value <= last;
}

/** Addresses of one family, both ends included. */
export interface IpRange {
  readonly bits: 32 | 128;
  readonly first: bigint;
  readonly last: bigint;
  /** Of a single IPv6 address. */
  readonly zone: string;
}

/** The addresses that a pattern means; undefined for what is no pattern. */
export function parseIpRange(pattern: string): IpRange | undefined {
  const single = parseIp(pattern);
  if (single === undefined) return parsePrefix(pattern) ?? parseEnds(pattern);
  const { bits, value, zone } = single;
  return { bits, first: value, last: value, zone };
}

/** `192.168.4.5/16`: the bits behind the prefix may be set. */
function parsePrefix(text: string): IpRange | undefined {
  const slash = text.lastIndexOf('/');
  const address = slash < 0 ? undefined : parseIp(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (address === undefined || address.zone !== '' || !/^(?:0|[1-9]\d{0,2})$/.test(length)) return undefined;
  const { bits } = address;
  if (Number(length) > bits) return undefined;
  const hostBits = BigInt(bits - Number(length));
  const first = (address.value >> hostBits) << hostBits;
  return { bits, first, last: first | ((1n << hostBits) - 1n), zone: '' };
}

/** `192.168.0.1-192.168.0.23` */
function parseEnds(text: string): IpRange | undefined {
  const dash = text.indexOf('-');
  if (dash < 0) return undefined;
  const first = parseIp(text.slice(0, dash));
  const last = parseIp(text.slice(dash + 1));
  if (first === undefined || last === undefined || first.bits !== last.bits) return undefined;
  if (first.zone !== '' || last.zone !== '' || first.value > last.value) return undefined;
  return { bits: first.bits, first: first.value, last: last.value, zone: '' };
}

/** Whether one of the addresses that stand in a text is meant. */
export function findIp(text: string, matches: (address: IpAddress) => boolean): boolean {
  for (let at = 0; at < text.length; at++) {
    const span = addressSpan(text, at);
    if (span === 0) continue;
    const address = parseIp(text.slice(at, at + span));
    if (address !== undefined && matches(address)) return true;
    at += span;
  }
  return false;
}

const DIGIT = 1;
const HEX = 2;
const DOT = 4;
const COLON = 8;
const V4 = DIGIT | DOT;
const V6 = HEX | DOT | COLON;

const CLASSES = new Uint8Array(128);
for (const char of '0123456789') CLASSES[char.charCodeAt(0)] = DIGIT | HEX;
for (const char of 'abcdefABCDEF') CLASSES[char.charCodeAt(0)] = HEX;
CLASSES[0x2e] = DOT;
CLASSES[0x3a] = COLON;

/** How many characters from here may belong to an address, 0 where none begins: with one to three digits and a dot, or with hexadecimal digits and a colon. */
function addressSpan(text: string, at: number): number {
  const first = CLASSES[text.charCodeAt(at)] ?? 0;
  if (first === 0 || first === DOT) return 0;
  if ((first & DIGIT) !== 0) {
    for (let i = 1; i <= 3; i++) if (text.charCodeAt(at + i) === 0x2e) return spanOf(text, at, V4);
  }
  if (first === COLON) {
    const isShort = text.charCodeAt(at + 1) === 0x3a && ((CLASSES[text.charCodeAt(at + 2)] ?? 0) & HEX) !== 0;
    return isShort ? spanOf(text, at, V6) : 0;
  }
  for (let i = 1; i <= 4; i++) {
    const code = CLASSES[text.charCodeAt(at + i)] ?? 0;
    if (code === COLON) return spanOf(text, at, V6);
    if ((code & HEX) === 0) return 0;
  }
  return 0;
}

function spanOf(text: string, from: number, classes: number): number {
  let at = from;
  while (((CLASSES[text.charCodeAt(at)] ?? 0) & classes) !== 0) at++;
  return at - from;
}
