import { quoteGo } from '../print/quote.ts';
import { ANY, type GoType } from '../values/go-type.ts';
import { GoStruct, GoValue } from '../values/go-value.ts';
import { mapOfValue, typeOf, zeroOf } from '../values/inspect.ts';
import { type CallSite, callMethod } from './call.ts';
import { MISSING, type Scope } from './scope.ts';

/** A value on its way along `.A.B`, and whether Go would hold it as an `interface {}` there. */
export interface Receiver {
  readonly value: unknown;
  readonly isInterface: boolean;
}

export interface FieldAccess extends CallSite {
  readonly receiver: Receiver;
}

/** A method's result, a struct's field or a map's entry. */
export function fieldOf(scope: Scope, access: FieldAccess): Receiver {
  const { name, args, final } = access;
  const { value } = access.receiver;
  if (value === undefined) {
    if (scope.context.missingKey === 'error') scope.fail(`nil data; no entry for key ${quoteGo(name)}`);
    return { value: undefined, isInterface: false };
  }
  if (value === null) scope.fail(`nil pointer evaluating interface {}.${name}`);
  const type = typeOf(value) as GoType;
  const method = value instanceof GoValue ? type.methods?.get(name) : undefined;
  if (method !== undefined) {
    return { value: callMethod(scope, { ...access, self: value, method }), isInterface: false };
  }
  const hasArgs = (args !== undefined && args.length > 1) || final !== MISSING;
  if (value instanceof GoStruct) {
    const field = type.fields?.find((candidate) => candidate.name === name);
    if (field !== undefined) {
      if (hasArgs) scope.fail(`${name} has arguments but cannot be invoked as function`);
      return { value: value.values[name], isInterface: field.type.kind === 'interface' };
    }
  }
  const map = mapOfValue(value);
  if (map !== undefined) {
    if (hasArgs) scope.fail(`${name} is not a method but has arguments`);
    const elem = type.elem ?? ANY;
    const found = map.has(name) ? map.get(name) : missingEntry(scope, name, elem);
    return { value: found, isInterface: elem.kind === 'interface' };
  }
  const typeName = access.receiver.isInterface ? ANY.name : type.name;
  return scope.fail(`can't evaluate field ${name} in type ${typeName}`);
}

function missingEntry(scope: Scope, name: string, elem: GoType): unknown {
  switch (scope.context.missingKey) {
    case 'default':
      return undefined;
    case 'zero':
      return zeroOf(elem);
    case 'error':
      return scope.fail(`map has no entry for key ${quoteGo(name)}`);
  }
}
