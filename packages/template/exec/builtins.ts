import { sprint, sprintf, sprintln } from '../print/sprint.ts';
import { FunctionError } from '../template-error.ts';
import { ANY, type GoType, STRING, UINT8, VALUE } from '../values/go-type.ts';
import { type FunctionTable, GoFunction, GoInt, GoSlice, goFunction } from '../values/go-value.ts';
import { intOf, isTrue, itemsOf, mapOfValue, stringOf, typeOf, zeroOf } from '../values/inspect.ts';
import { byteLength, sliceBytes, toBytes } from '../values/utf8.ts';
import { isEqual, isLess } from './compare.ts';
import { escapeHtml, escapeJs, escapeQuery } from './escape-text.ts';
import { mismatch } from './validate.ts';

/** What `html`, `js` and `urlquery` escape: their arguments as `print` prints them, nil as `<no value>`. */
function textOf(args: readonly unknown[]): string {
  return sprint(args.map((arg) => (arg === null || arg === undefined ? '<no value>' : arg)));
}

/** A character of a string, as an index of its bytes gives it. */
function byteAt(text: string, index: number): GoInt {
  const bytes = toBytes(text);
  if (index >= bytes.length) throw new FunctionError('reflect: string index out of range');
  return new GoInt(UINT8, BigInt(bytes[index] as number));
}

function indexArgument(index: unknown, limit: number): number {
  const int = intOf(index);
  if (int === undefined) {
    const type = typeOf(index);
    const what = type === undefined ? 'nil' : `type ${type.name}`;
    throw new FunctionError(`cannot index slice/array with ${what}`);
  }
  if (int < 0n || int > BigInt(limit)) throw new FunctionError(`index out of range: ${int}`);
  return Number(int);
}

function index([item, ...indexes]: readonly unknown[]): unknown {
  if (item === undefined || item === null) throw new FunctionError('index of untyped nil');
  return indexes.reduce(indexOnce, item);
}

function indexOnce(item: unknown, key: unknown): unknown {
  if (item === undefined || item === null) throw new FunctionError('index of nil pointer');
  const text = stringOf(item);
  if (text !== undefined) return byteAt(text, indexArgument(key, byteLength(text)));
  const items = itemsOf(item);
  if (items !== undefined) {
    const at = indexArgument(key, items.length);
    if (at >= items.length) throw new FunctionError('reflect: slice index out of range');
    return items[at];
  }
  const map = mapOfValue(item);
  if (map === undefined) throw new FunctionError(`can't index item of type ${typeOf(item)?.name}`);
  const keyType = [...map.keys()].some((k) => typeof k !== 'string') ? ANY : STRING;
  if (key === undefined || key === null) throw new FunctionError(`value is nil; should be of type ${keyType.name}`);
  const got = keyType === STRING ? mismatch(key, STRING) : undefined;
  if (got !== undefined) throw new FunctionError(`value has type ${got}; should be ${keyType.name}`);
  return map.has(key) ? map.get(key) : zeroOf(typeOf(item)?.elem ?? ANY);
}

function slice([item, ...indexes]: readonly unknown[]): unknown {
  if (item === undefined || item === null) throw new FunctionError('slice of untyped nil');
  if (indexes.length > 3) throw new FunctionError(`too many slice indexes: ${indexes.length}`);
  const text = stringOf(item);
  const items = itemsOf(item);
  if (text !== undefined && indexes.length === 3) throw new FunctionError('cannot 3-index slice a string');
  if (text === undefined && items === undefined) {
    throw new FunctionError(`can't slice item of type ${typeOf(item)?.name}`);
  }
  const length = text === undefined ? (items as readonly unknown[]).length : byteLength(text);
  const at = [0, length, length];
  for (const [i, bound] of indexes.entries()) at[i] = indexArgument(bound, length);
  const [from, to, capacity] = at as [number, number, number];
  if (from > to) throw new FunctionError(`invalid slice index: ${from} > ${to}`);
  if (to > capacity) throw new FunctionError(`invalid slice index: ${to} > ${capacity}`);
  if (text !== undefined) return sliceBytes(text, from, to);
  return new GoSlice(typeOf(item) as GoType, (items as readonly unknown[]).slice(from, to));
}

function length([item]: readonly unknown[]): bigint {
  if (item === undefined || item === null) throw new FunctionError('len of nil pointer');
  const text = stringOf(item);
  if (text !== undefined) return BigInt(byteLength(text));
  const size = itemsOf(item)?.length ?? mapOfValue(item)?.size;
  if (size === undefined) throw new FunctionError(`len of type ${typeOf(item)?.name}`);
  return BigInt(size);
}

/** The builtin `call`: a function that is a value. `name` is how the template wrote it. */
export function callValue(name: string, [fn, ...args]: readonly unknown[]): unknown {
  if (fn === undefined || fn === null) throw new FunctionError('call of nil');
  if (!(fn instanceof GoFunction)) {
    throw new FunctionError(`non-function ${name} of type ${typeOf(fn)?.name}`);
  }
  const { params, variadic } = fn.signature;
  const least = params.length - 1;
  if (variadic ? args.length < least : args.length !== params.length) {
    const want = variadic ? `at least ${least}` : String(params.length);
    throw new FunctionError(`wrong number of args for ${name}: got ${args.length} want ${want}`);
  }
  for (const [i, arg] of args.entries()) {
    const type = (params[i] ?? params.at(-1)) as GoType;
    if (type.kind === 'value') continue;
    if (arg === undefined || arg === null) {
      if (type.kind === 'interface') continue;
      throw new FunctionError(`arg ${i}: value is nil; should be of type ${type.name}`);
    }
    const got = mismatch(arg, type);
    if (got !== undefined) throw new FunctionError(`arg ${i}: value has type ${got}; should be ${type.name}`);
  }
  return fn.call(args);
}

function isEqualToAny([first, ...others]: readonly unknown[]): boolean {
  if (others.length === 0) throw new FunctionError('missing argument for comparison');
  return others.some((other) => isEqual(first, other));
}

const VARIADIC = { variadic: true };

/** Never called: the executor evaluates `and` and `or` itself, as they need not evaluate all their arguments. */
function lazy(): never {
  throw new Error('evaluated by the executor');
}

/** The functions that every template has. */
export const BUILTINS: FunctionTable = new Map<string, GoFunction>([
  ['and', goFunction([VALUE, VALUE], lazy, VARIADIC)],
  ['or', goFunction([VALUE, VALUE], lazy, VARIADIC)],
  ['not', goFunction([VALUE], ([value]) => !isTrue(value))],
  ['call', goFunction([VALUE, VALUE], (args) => callValue('', args), VARIADIC)],
  ['index', goFunction([VALUE, VALUE], index, VARIADIC)],
  ['slice', goFunction([VALUE, VALUE], slice, VARIADIC)],
  ['len', goFunction([VALUE], length)],
  ['print', goFunction([ANY], (args) => sprint(args), VARIADIC)],
  ['println', goFunction([ANY], (args) => sprintln(args), VARIADIC)],
  ['printf', goFunction([STRING, ANY], ([format, ...args]) => sprintf(format as string, args), VARIADIC)],
  ['html', goFunction([ANY], (args) => escapeHtml(textOf(args)), VARIADIC)],
  ['js', goFunction([ANY], (args) => escapeJs(textOf(args)), VARIADIC)],
  ['urlquery', goFunction([ANY], (args) => escapeQuery(textOf(args)), VARIADIC)],
  ['eq', goFunction([VALUE, VALUE], isEqualToAny, VARIADIC)],
  ['ne', goFunction([VALUE, VALUE], ([a, b]) => !isEqual(a, b))],
  ['lt', goFunction([VALUE, VALUE], ([a, b]) => isLess(a, b))],
  ['le', goFunction([VALUE, VALUE], ([a, b]) => isLess(a, b) || isEqual(a, b))],
  ['gt', goFunction([VALUE, VALUE], ([a, b]) => !(isLess(a, b) || isEqual(a, b)))],
  ['ge', goFunction([VALUE, VALUE], ([a, b]) => !isLess(a, b))],
]);
