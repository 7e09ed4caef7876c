import { type GoType, isAssignable, isNilable } from '../values/go-type.ts';
import { typeOf } from '../values/inspect.ts';
import type { Scope } from './scope.ts';

/** The value as an argument of a type; fails the execution where it does not fit. */
export function validated(scope: Scope, value: unknown, type: GoType): unknown {
  if (type.kind === 'value') return value;
  if (value === undefined) return isNilable(type) ? null : scope.fail(`invalid value; expected ${type.name}`);
  if (type.kind === 'interface') return value;
  const problem = mismatch(value, type);
  return problem === undefined ? value : scope.fail(`wrong type for value; expected ${type.name}; got ${problem}`);
}

/** The name of a value's type where the value may not be passed as another type. */
export function mismatch(value: unknown, type: GoType): string | undefined {
  const from = typeOf(value);
  if (from === undefined) return 'interface {}';
  if (isAssignable(from, type)) return undefined;
  // An array of JavaScript has no element type of its own until it has items.
  if (Array.isArray(value) && type.kind === 'slice' && fitsItems(value, type)) return undefined;
  return from.name;
}

function fitsItems(items: readonly unknown[], type: GoType): boolean {
  const elem = type.elem;
  return elem === undefined || elem.kind === 'interface' || items.length === 0;
}
