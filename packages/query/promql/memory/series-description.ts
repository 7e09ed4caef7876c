import type { FloatHistogram, Labels } from '@petrel/model';
import { addHistograms, subHistograms } from '../histogram/index.ts';
import { PromqlParseError, parseDuration, parseNumber, parseSeriesLabels, quoteGo } from '../parse/index.ts';
import { LiteralError, parseHistogramLiteral } from './histogram-literal.ts';

/** One value of a series in a test: nothing, a staleness marker, a number, or a native histogram. */
export type SequenceValue =
  | { readonly kind: 'gap' }
  | { readonly kind: 'stale' }
  | { readonly kind: 'float'; readonly value: number }
  | {
      readonly kind: 'histogram';
      readonly histogram: FloatHistogram;
      /** The literal named a counter_reset_hint: only then is it compared. */
      readonly hintSet: boolean;
    };

export interface SeriesDescription {
  readonly labels: Labels;
  readonly values: readonly SequenceValue[];
}

const GAP: SequenceValue = { kind: 'gap' };
const STALE: SequenceValue = { kind: 'stale' };
/** More than this is a mistake of the test, or an attempt on the memory. */
const MAX_VALUES = 1_000_000;

/**
 * A line such as `name{a="b"} 1 2+3x4 _ {{schema:0 count:1}}x2`: labels, then values separated by blanks. The language is that of
 * Prometheus's unit tests (documentation, "unit testing rules", series). Throws PromqlParseError.
 */
export function parseSeriesDescription(text: string): SeriesDescription {
  const { labels, end } = parseSeriesLabels(text);
  const values: SequenceValue[] = [];
  const blank = /[ \t\r\n]+/y;
  let pos = end;
  while (pos < text.length) {
    blank.lastIndex = pos;
    const gap = blank.exec(text);
    if (gap === null) throw unexpected(text, pos);
    pos += gap[0].length;
    if (pos < text.length)
      pos = text.startsWith('{{', pos) ? histograms(text, pos, values) : numbers(text, pos, values);
  }
  return { labels, values };
}

function unexpected(text: string, pos: number): PromqlParseError {
  const word = /\S+/y;
  word.lastIndex = pos;
  const found = word.exec(text)?.[0] ?? '';
  return failure(text, pos, `unexpected ${quoteGo(found)} in series values`);
}

function failure(text: string, pos: number, message: string): PromqlParseError {
  return new PromqlParseError(text, [{ message, position: { start: pos, end: Math.min(text.length, pos + 1) } }]);
}

const FLOAT = '(?:inf|nan|(?:\\d[\\d_]*\\.?\\d*|\\.\\d+)(?:e[+-]?\\d+)?(?:[smhdwy][\\dsmhdw]*)?)';
const ITEM = new RegExp(`(?:(_)|(stale)|([+-]?${FLOAT})([+-]${FLOAT})?)(?:x(\\d+))?(?=\\s|$)`, 'iy');

function numbers(text: string, pos: number, out: SequenceValue[]): number {
  ITEM.lastIndex = pos;
  const match = ITEM.exec(text);
  if (match === null) throw unexpected(text, pos);
  const [whole, gap, stale, first, step, times] = match;
  const count = times === undefined ? undefined : repetitions(text, pos, times);
  const end = pos + whole.length;
  if (gap !== undefined) {
    for (let i = 0; i < (count ?? 1); i++) out.push(GAP);
    return end;
  }
  if (step !== undefined && count === undefined) throw unexpected(text, pos);
  if (stale !== undefined) {
    for (let i = 0; i <= (count ?? 0); i++) out.push(STALE);
    return end;
  }
  let value = signed(text, pos, first ?? '');
  const increment = step === undefined ? 0 : signed(text, pos, step);
  for (let i = 0; i <= (count ?? 0); i++) {
    out.push({ kind: 'float', value });
    // Added up, not multiplied: the rounding is part of what tests expect.
    if (step !== undefined) value += increment;
  }
  return end;
}

function signed(text: string, pos: number, literal: string): number {
  const negative = literal.startsWith('-');
  const digits = literal.replace(/^[+-]/, '');
  const isDuration = /[smhdwy]/.test(digits) && !/^(?:inf|nan)$/i.test(digits);
  const parsed = isDuration ? parseDuration(digits) : parseNumber(digits);
  if ('error' in parsed) throw failure(text, pos, parsed.error);
  const value = isDuration ? parsed.value / 1000 : parsed.value;
  return negative ? -value : value;
}

function repetitions(text: string, pos: number, digits: string): number {
  const times = Number(digits);
  if (times > MAX_VALUES) throw failure(text, pos, `invalid repetition in series values: ${digits} is too many`);
  return times;
}

function histograms(text: string, pos: number, out: SequenceValue[]): number {
  try {
    const base = parseHistogramLiteral(text, pos);
    const op = text[base.end];
    const value = (histogram: FloatHistogram, hintSet: boolean): void => {
      out.push({ kind: 'histogram', histogram, hintSet });
    };
    const changes = (op === '+' || op === '-') && text.startsWith('{{', base.end + 1);
    const change = changes ? parseHistogramLiteral(text, base.end + 1) : undefined;
    const end = (change ?? base).end;
    const times = /x(\d+)/y;
    times.lastIndex = end;
    const match = times.exec(text);
    if (match === null) {
      if (change !== undefined) throw unexpected(text, base.end);
      value(base.histogram, base.hintSet);
      return end;
    }
    const count = repetitions(text, pos, match[1] ?? '0');
    const hintSet = (change ?? base).hintSet;
    let current = base.histogram;
    value(current, hintSet);
    for (let i = 0; i < count; i++) {
      if (change !== undefined)
        current = combine(text, end + match[0].length - 1, current, change.histogram, op as '+' | '-');
      value(current, hintSet);
    }
    return end + match[0].length;
  } catch (error) {
    if (error instanceof LiteralError) throw failure(text, error.at, error.message);
    throw error;
  }
}

function combine(text: string, pos: number, a: FloatHistogram, b: FloatHistogram, op: '+' | '-'): FloatHistogram {
  if (a.schema > b.schema) {
    const schemas = `cannot merge from schema ${b.schema} to ${a.schema}`;
    throw failure(text, pos, `error combining histograms: ${schemas}`);
  }
  return (op === '+' ? addHistograms(a, b) : subHistograms(a, b)).histogram;
}

/** One offset of a start timestamp line in milliseconds, undefined for `_`. */
export type StartOffset = number | undefined;

/**
 * The items of a `metric{…}@st …` line: offsets relative to the samples' own times. `-1m`, `-1mx3` (four of them), `-1m+15sx2` (three), `_`,
 * `_x2`. Throws an Error that names the item.
 */
export function parseStartOffsets(text: string): readonly StartOffset[] {
  const out: StartOffset[] = [];
  for (const item of text.split(/\s+/).filter((word) => word !== '')) {
    const gap = /^_(?:x(\d+))?$/.exec(item);
    if (gap !== null) {
      const count = gap[1] === undefined ? 1 : Math.min(Number(gap[1]), MAX_VALUES);
      for (let i = 0; i < count; i++) out.push(undefined);
      continue;
    }
    const match = /^([+-]?[0-9smhdwy]+)(?:([+-][0-9smhdwy]+)(?=x))?(?:x(\d+))?$/.exec(item);
    if (match === null) throw new Error(`invalid start timestamp offset ${quoteGo(item)}`);
    const [, first = '', step, times] = match;
    let offset = signedDuration(first);
    const increment = step === undefined ? 0 : signedDuration(step);
    for (let i = 0; i <= Math.min(Number(times ?? 0), MAX_VALUES); i++) {
      out.push(offset);
      offset += increment;
    }
  }
  return out;
}

function signedDuration(text: string): number {
  const parsed = parseDuration(text.replace(/^[+-]/, ''));
  if ('error' in parsed) throw new Error(parsed.error);
  return text.startsWith('-') ? -parsed.value : parsed.value;
}
