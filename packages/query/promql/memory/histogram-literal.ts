import type { CounterResetHint, FloatHistogram, Span } from '@petrel/model';
import { quoteGo } from '../parse/index.ts';

/** A histogram as written between `{{` and `}}`. */
export interface HistogramLiteral {
  readonly histogram: FloatHistogram;
  /** Whether the literal names a counter_reset_hint (`unknown` included). */
  readonly hintSet: boolean;
  /** Offset behind the closing braces. */
  readonly end: number;
}

/** `at` is the offset that Prometheus reports. */
export class LiteralError extends Error {
  constructor(
    readonly at: number,
    message: string,
  ) {
    super(message);
  }
}

const HINTS: ReadonlySet<string> = new Set<CounterResetHint>(['unknown', 'reset', 'not_reset', 'gauge']);
const INT_KEYS: ReadonlySet<string> = new Set(['schema', 'offset', 'n_offset']);
const FLOAT_KEYS: ReadonlySet<string> = new Set(['sum', 'count', 'z_bucket', 'z_bucket_w']);
const LIST_KEYS: ReadonlySet<string> = new Set(['buckets', 'n_buckets', 'custom_values']);
const KEYS: ReadonlySet<string> = new Set([...INT_KEYS, ...FLOAT_KEYS, ...LIST_KEYS, 'counter_reset_hint']);
const NUMBER = /[+-]?(?:inf|nan|(?:\d[\d_]*\.?\d*|\.\d+)(?:e[+-]?\d+)?)/iy;

/** Reads the literal that opens at `start`. Throws LiteralError. */
export function parseHistogramLiteral(text: string, start: number): HistogramLiteral {
  const values = new Map<string, number | number[] | string>();
  let pos = start + 2;
  const blanks = (): number => {
    const from = pos;
    while (text[pos] === ' ' || text[pos] === '\t') pos++;
    return pos - from;
  };
  if (blanks() > 0 && !text.startsWith('}}', pos)) {
    const word = /[a-z_]*/iy;
    word.lastIndex = pos;
    const found = word.exec(text)?.[0] ?? '';
    throw new LiteralError(pos, `unexpected "histogram descriptor" ${quoteGo(found)} in series values`);
  }
  while (!text.startsWith('}}', pos)) {
    if (pos >= text.length) throw new LiteralError(pos, "histogram description incomplete unexpected: '\uFFFD'");
    pos = readItem(text, pos, values);
    const gap = blanks();
    if (gap === 0 && !text.startsWith('}}', pos)) {
      const expected = 'expected histogram description key, e.g. buckets:[5 10 7]';
      throw new LiteralError(pos, `unexpected ${quoteGo(text[pos] ?? '')} in histogram description, ${expected}`);
    }
  }
  return { histogram: build(values), hintSet: values.has('counter_reset_hint'), end: pos + 2 };
}

function readItem(text: string, start: number, values: Map<string, number | number[] | string>): number {
  const key = /[a-z_]+/iy;
  key.lastIndex = start;
  const name = (key.exec(text)?.[0] ?? '').toLowerCase();
  if (!KEYS.has(name)) {
    throw new LiteralError(start, `bad histogram descriptor found: ${quoteGo(name)}`);
  }
  let pos = start + name.length;
  if (text[pos] !== ':') throw new LiteralError(start, 'missing `:` for histogram descriptor');
  if (values.has(name)) throw new LiteralError(0, `duplicate key "${name}" in histogram`);
  pos++;
  if (LIST_KEYS.has(name)) {
    const list = readList(text, pos);
    values.set(name, list.values);
    return list.end;
  }
  if (name === 'counter_reset_hint') {
    key.lastIndex = pos;
    const hint = (key.exec(text)?.[0] ?? '').toLowerCase();
    if (!HINTS.has(hint)) throw new LiteralError(pos, `bad histogram descriptor found: ${quoteGo(hint)}`);
    values.set(name, hint);
    return pos + hint.length;
  }
  const number = readNumber(text, pos);
  if (INT_KEYS.has(name) && !Number.isInteger(number.value)) {
    throw new LiteralError(pos, `error parsing ${name} number: ${text.slice(pos, number.end)}`);
  }
  values.set(name, number.value);
  return number.end;
}

function readNumber(text: string, pos: number): { readonly value: number; readonly end: number } {
  NUMBER.lastIndex = pos;
  const found = NUMBER.exec(text)?.[0];
  if (found === undefined) throw noNumber(text, pos);
  const digits = found.replaceAll('_', '').replace(/inf/i, 'Infinity').replace(/nan/i, 'NaN');
  return { value: Number(digits), end: pos + found.length };
}

function noNumber(text: string, pos: number): LiteralError {
  const word = /[a-z_]+/iy;
  word.lastIndex = pos;
  const found = word.exec(text)?.[0];
  if (found === undefined) return new LiteralError(pos, `unexpected ${quoteGo(text[pos] ?? '')} in series values`);
  if (!KEYS.has(found.toLowerCase())) return new LiteralError(pos, `bad histogram descriptor found: ${quoteGo(found)}`);
  return new LiteralError(pos, 'missing `:` for histogram descriptor');
}

/** `[1 2 3]`: a blank may stand before the closing bracket, none after the opening one. */
function readList(text: string, start: number): { readonly values: number[]; readonly end: number } {
  if (text[start] !== '[') throw new LiteralError(start, `unexpected ${quoteGo(text[start] ?? '')} in series values`);
  const values: number[] = [];
  let pos = start + 1;
  for (;;) {
    const number = readNumber(text, pos);
    values.push(number.value);
    pos = number.end;
    const from = pos;
    while (text[pos] === ' ' || text[pos] === '\t') pos++;
    if (text[pos] === ']') return { values, end: pos + 1 };
    if (pos === from) throw new LiteralError(pos, `unexpected ${quoteGo(text[pos] ?? '')} in series values`);
  }
}

function build(values: ReadonlyMap<string, number | number[] | string>): FloatHistogram {
  const number = (key: string): number => (values.get(key) as number | undefined) ?? 0;
  const list = (key: string): number[] => (values.get(key) as number[] | undefined) ?? [];
  const spans = (buckets: readonly number[], offset: number): Span[] =>
    buckets.length === 0 ? [] : [{ offset, length: buckets.length }];
  return {
    counterResetHint: (values.get('counter_reset_hint') as CounterResetHint | undefined) ?? 'unknown',
    schema: number('schema'),
    zeroThreshold: number('z_bucket_w'),
    zeroCount: number('z_bucket'),
    count: number('count'),
    sum: number('sum'),
    positiveSpans: spans(list('buckets'), number('offset')),
    positiveBuckets: list('buckets'),
    negativeSpans: spans(list('n_buckets'), number('n_offset')),
    negativeBuckets: list('n_buckets'),
    customValues: list('custom_values'),
  };
}
