import { quoteGo } from '../print/quote.ts';
import { parseGoFloat, parseGoInt } from '../values/parse-number.ts';
import type { NumberNode } from './ast.ts';
import { unquoteChar } from './unquote.ts';

const MAX_INT64 = (1n << 63n) - 1n;
const MIN_INT64 = -(1n << 63n);
const MAX_UINT64 = (1n << 64n) - 1n;

/** The node of a number or character constant, or the message of what is wrong with it. */
export function numberNode(text: string, pos: number, isChar: boolean): NumberNode | string {
  if (isChar) {
    const code = unquoteChar(text);
    if (code === undefined) return `malformed character constant: ${text}`;
    return Object.freeze({ kind: 'number', pos, text, int: BigInt(code), uint: BigInt(code), float: code });
  }
  if (text.endsWith('i')) return `complex numbers are not supported: ${quoteGo(text)}`;
  const integer = parseGoInt(text);
  const int = integer !== undefined && integer >= MIN_INT64 && integer <= MAX_INT64 ? integer : undefined;
  // ParseUint takes no sign, except that -0 counts as 0.
  const isUnsigned = integer !== undefined && integer >= 0n && integer <= MAX_UINT64 && !/^[+]|^-[^0]/.test(text);
  const uint = isUnsigned || integer === 0n ? integer : undefined;
  if (int !== undefined) return node({ text, pos, int, uint, float: Number(int) });
  if (uint !== undefined) return node({ text, pos, int, uint, float: Number(uint) });
  const float = parseGoFloat(text);
  if (float === undefined || !Number.isFinite(float)) return `illegal number syntax: ${quoteGo(text)}`;
  if (!/[.eEpP]/.test(text)) return `integer overflow: ${quoteGo(text)}`;
  const whole = Number.isInteger(float) ? BigInt(float) : undefined;
  return node({
    text,
    pos,
    int: whole !== undefined && whole >= MIN_INT64 && whole <= MAX_INT64 ? whole : undefined,
    uint: whole !== undefined && whole >= 0n && whole <= MAX_UINT64 ? whole : undefined,
    float,
  });
}

function node(parts: {
  readonly text: string;
  readonly pos: number;
  readonly int: bigint | undefined;
  readonly uint: bigint | undefined;
  readonly float: number;
}): NumberNode {
  const { text, pos, int, uint, float } = parts;
  return Object.freeze({
    kind: 'number',
    pos,
    text,
    ...(int === undefined ? {} : { int }),
    ...(uint === undefined ? {} : { uint }),
    float,
  });
}
