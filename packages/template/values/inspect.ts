import { ANY_MAP, ANYS, BOOL, FLOAT64, type GoKind, type GoType, INT, STRING, STRINGS } from './go-type.ts';
import { GoInt, GoMap, GoSlice, GoString, GoStruct, GoValue } from './go-value.ts';
import { compareBytes } from './utf8.ts';

/** The Go type of a value; undefined for null and undefined. Throws TypeError for objects that no template may see. */
export function typeOf(value: unknown): GoType | undefined {
  switch (typeof value) {
    case 'string':
      return STRING;
    case 'boolean':
      return BOOL;
    case 'number':
      return FLOAT64;
    case 'bigint':
      return INT;
    case 'undefined':
      return undefined;
    case 'object':
      if (value === null) return undefined;
      if (value instanceof GoValue) return value.type;
      if (Array.isArray(value)) return value.length > 0 && value.every((v) => typeof v === 'string') ? STRINGS : ANYS;
      if (isPlainMap(value)) return ANY_MAP;
  }
  throw new TypeError(`a value of type ${Object.prototype.toString.call(value)} cannot be used in a template`);
}

function isPlainMap(value: object): boolean {
  if (value instanceof Map) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** `int`, `float`, …; undefined for null and undefined. */
export function kindOf(value: unknown): GoKind | undefined {
  return typeOf(value)?.kind;
}

/** Null, undefined, and the nil slices and maps. */
export function isNil(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return (value instanceof GoSlice || value instanceof GoMap) && value.isNil;
}

/** The items of a slice; undefined for what is none. */
export function itemsOf(value: unknown): readonly unknown[] | undefined {
  if (value instanceof GoSlice) return value.items;
  return Array.isArray(value) ? value : undefined;
}

/** Read access to whatever is a map. */
export interface MapView {
  readonly size: number;
  /** Undefined: no such key. */
  get(key: unknown): unknown;
  has(key: unknown): boolean;
  keys(): readonly unknown[];
}

/** A view of a GoMap, Map or plain object (own enumerable properties only); undefined for what is no map. */
export function mapOfValue(value: unknown): MapView | undefined {
  if (value instanceof GoMap) return viewOfMap(value.entries);
  if (value instanceof Map) return viewOfMap(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !isPlainMap(value)) return undefined;
  const record = value as Readonly<Record<string, unknown>>;
  const has = (key: unknown): boolean => typeof key === 'string' && Object.hasOwn(record, key);
  return {
    get size() {
      return Object.keys(record).length;
    },
    get: (key) => (has(key) ? record[key as string] : undefined),
    has,
    keys: () => Object.keys(record),
  };
}

function viewOfMap(map: ReadonlyMap<unknown, unknown>): MapView {
  return {
    size: map.size,
    get: (key) => map.get(key),
    has: (key) => map.has(key),
    keys: () => [...map.keys()],
  };
}

/** Keys in Go's order of map iteration in templates: numbers by value, strings by bytes, false before true. */
export function sortedKeys(map: MapView): readonly unknown[] {
  return [...map.keys()].sort(compareKeys);
}

function compareKeys(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return compareBytes(a, b);
  const left = typeof a === 'string' ? 0 : Number(a);
  const right = typeof b === 'string' ? 0 : Number(b);
  return left - right;
}

/** The integer in a bigint or GoInt; undefined for what is none. */
export function intOf(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return value instanceof GoInt ? value.value : undefined;
}

/** The string in a string or GoString; undefined for what is none. */
export function stringOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof GoString ? value.value : undefined;
}

/** Go's truth: not the zero of its type; structs are always true. */
export function isTrue(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      return value !== '';
    case 'boolean':
      return value;
    case 'number':
      return value !== 0;
    case 'bigint':
      return value !== 0n;
    case 'undefined':
      return false;
  }
  if (value === null) return false;
  if (value instanceof GoInt) return value.value !== 0n;
  if (value instanceof GoString) return value.value !== '';
  if (value instanceof GoStruct) return true;
  const items = itemsOf(value);
  if (items !== undefined) return items.length > 0;
  const map = mapOfValue(value);
  return map === undefined || map.size > 0;
}

/** What a map holds for a key that is not there, and what fields start as. */
export function zeroOf(type: GoType): unknown {
  switch (type.kind) {
    case 'string':
      return type.underlying === undefined ? '' : new GoString(type, '');
    case 'bool':
      return false;
    case 'float':
      return 0;
    case 'int':
    case 'uint':
      return type === INT ? 0n : new GoInt(type, 0n);
    case 'slice':
      return new GoSlice(type, null);
    case 'map':
      return new GoMap(type, null);
    default:
      return null;
  }
}
