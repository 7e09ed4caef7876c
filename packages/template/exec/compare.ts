import { sprintf } from '../print/sprint.ts';
import { FunctionError } from '../template-error.ts';
import { GoTime, isSameTime } from '../time/go-time.ts';
import type { GoKind, GoType } from '../values/go-type.ts';
import { GoStruct } from '../values/go-value.ts';
import { intOf, isNil, kindOf, stringOf, typeOf } from '../values/inspect.ts';
import { compareBytes } from '../values/utf8.ts';

const BASIC: ReadonlySet<GoKind | undefined> = new Set<GoKind>(['bool', 'int', 'uint', 'float', 'string']);

/** Go's `eq`: basic values of one kind by value, signed and unsigned integers too; anything with nil. */
export function isEqual(a: unknown, b: unknown): boolean {
  const left = kindOf(a);
  const right = kindOf(b);
  if (isInteger(left) && isInteger(right)) return intOf(a) === intOf(b);
  const leftBasic = BASIC.has(left);
  const rightBasic = BASIC.has(right);
  if (leftBasic && left === right) return left === 'string' ? stringOf(a) === stringOf(b) : a === b;
  if (leftBasic || rightBasic) {
    if (left === undefined || right === undefined) return false;
    throw incompatible(a, b);
  }
  if (left !== undefined && right !== undefined && left !== right) {
    throw new FunctionError(`non-comparable types ${describe(a)}: ${typeName(a)}, ${typeName(b)}: ${describe(b)}`);
  }
  if (isNil(a) || isNil(b)) return isNil(a) === isNil(b);
  if (!isComparable(typeOf(b))) {
    throw new FunctionError(`non-comparable type ${describe(b)}: ${typeName(b)}`);
  }
  if (a instanceof GoTime && b instanceof GoTime) return isSameTime(a, b);
  if (a instanceof GoStruct && b instanceof GoStruct && !a.type.isPointer) return isSameStruct(a, b);
  return a === b;
}

function isSameStruct(a: GoStruct, b: GoStruct): boolean {
  if (a.type !== b.type) return false;
  return (a.type.fields ?? []).every((field) => isEqual(a.values[field.name], b.values[field.name]));
}

/** Go's `lt`: numbers of one kind and strings. */
export function isLess(a: unknown, b: unknown): boolean {
  const left = kindOf(a);
  const right = kindOf(b);
  if (!BASIC.has(left) || !BASIC.has(right)) throw new FunctionError('invalid type for comparison');
  if (isInteger(left) && isInteger(right)) return (intOf(a) as bigint) < (intOf(b) as bigint);
  if (left !== right) throw incompatible(a, b);
  if (left === 'bool') throw new FunctionError('invalid type for comparison');
  if (left === 'string') return compareBytes(stringOf(a) as string, stringOf(b) as string) < 0;
  return (a as number) < (b as number);
}

function isInteger(kind: GoKind | undefined): boolean {
  return kind === 'int' || kind === 'uint';
}

function incompatible(a: unknown, b: unknown): FunctionError {
  return new FunctionError(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
}

function typeName(value: unknown): string {
  return typeOf(value)?.name ?? '<nil>';
}

function describe(value: unknown): string {
  return sprintf('%s', [value]);
}

/** Whether Go's `==` takes values of the type: structs only where all their fields do. */
function isComparable(type: GoType | undefined): boolean {
  if (type === undefined || type.isPointer) return true;
  if (type.kind === 'slice' || type.kind === 'map' || type.kind === 'func') return false;
  return (type.fields ?? []).every((field) => isComparable(field.type));
}
