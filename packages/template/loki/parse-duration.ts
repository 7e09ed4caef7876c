import { quoteGo } from '../print/quote.ts';
import { FunctionError } from '../template-error.ts';

const NS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ['ns', 1],
  ['us', 1e3],
  ['\u00b5s', 1e3],
  ['\u03bcs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
  ['m', 60e9],
  ['h', 3600e9],
]);

const MAX_NS = 2 ** 63;
const PART = /(\d*)(\.(\d*))?([^\d.]*)/y;

/** Nanoseconds of a duration as Go's time.ParseDuration reads it: `1h30m`, `-1.5ms`, `0`. Throws FunctionError in Go's words. */
export function parseGoDuration(text: string): number {
  const first = text.charCodeAt(0);
  let at = first === 0x2b || first === 0x2d ? 1 : 0;
  const sign = first === 0x2d ? -1 : 1;
  if (text.length - at === 1 && text.charCodeAt(at) === 0x30) return 0;
  if (at === text.length) throw invalid(text);
  let ns = 0;
  while (at < text.length) {
    PART.lastIndex = at;
    const [part, whole = '', , fraction = '', unit = ''] = PART.exec(text) as RegExpExecArray;
    if (whole === '' && fraction === '') throw invalid(text);
    if (unit === '') throw new FunctionError(`time: missing unit in duration ${quoteGo(text)}`);
    const scale = NS_PER_UNIT.get(unit);
    if (scale === undefined)
      throw new FunctionError(`time: unknown unit ${quoteGo(unit)} in duration ${quoteGo(text)}`);
    ns += Number(whole) * scale + (fraction === '' ? 0 : Math.trunc(Number(`0.${fraction}`) * scale));
    if (ns > MAX_NS || (ns === MAX_NS && sign > 0)) throw invalid(text);
    at += part.length;
  }
  return sign * ns;
}

function invalid(text: string): FunctionError {
  return new FunctionError(`time: invalid duration ${quoteGo(text)}`);
}

/** Seconds of a Go duration; throws as parseGoDuration does. */
export function parseGoDurationSeconds(text: string): number {
  const ns = parseGoDuration(text);
  const seconds = Math.trunc(ns / 1e9);
  return seconds + (ns - seconds * 1e9) / 1e9;
}
