import { quoteGo } from '../print/quote.ts';
import { FunctionError } from '../template-error.ts';

const UNITS_MS = { y: 31_536_000_000, w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;
const SYNTAX = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** 64 bits of nanoseconds, in milliseconds. */
const MAX_MS = 9_223_372_036_854;

/** Seconds of a duration in Prometheus's notation, `1h30m`, with or without a minus. Throws FunctionError. */
export function parseDurationSeconds(text: string): number {
  const isNegative = text.startsWith('-');
  const body = isNegative ? text.slice(1) : text;
  if (body === '0') return 0;
  if (body === '') throw new FunctionError('empty duration string');
  const match = SYNTAX.exec(body);
  if (match === null) throw new FunctionError(`not a valid duration string: ${quoteGo(body)}`);
  const ms = Object.values(UNITS_MS).reduce((sum, unit, i) => sum + Number(match[i + 1] ?? 0) * unit, 0);
  if (ms > MAX_MS) throw new FunctionError('duration out of range');
  return (isNegative ? -ms : ms) / 1000;
}
