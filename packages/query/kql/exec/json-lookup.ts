import { type FieldGroup, GROUP_CONTAINERS, groupOf } from './field-group.ts';
import { isObject, type JsonObject, type JsonValue } from './line-document.ts';
import { isSeparator, sameName, sameNameAt } from './names.ts';
import type { Leaf } from './text-test.ts';

/** Deeper members of a document are not looked at. */
const MAX_DEPTH = 32;

export type LeafVisitor = (value: Leaf) => boolean;

/** Whether a value at a path passes: objects along it and keys with points in them in any mixture, of lists any element. */
export function anyAtPath(object: JsonObject, path: string, passes: LeafVisitor, whole = false): boolean {
  return anyObjectMember(object, path, 0, (value) => anyLeaf(value, passes, whole, 0), 0);
}

/** The values at a path, before lists are taken apart. */
function anyObjectMember(
  object: JsonObject,
  path: string,
  at: number,
  visit: (value: JsonValue) => boolean,
  depth: number,
): boolean {
  const left = path.length - at;
  for (const key in object) {
    if (key.length > left || !sameNameAt(key, path, at)) continue;
    const value = object[key] as JsonValue;
    if (key.length === left) {
      if (visit(value)) return true;
    } else if (typeof value === 'object' && isSeparator(path.charCodeAt(at + key.length)) && depth < MAX_DEPTH) {
      if (anyBelow(value, path, at + key.length + 1, visit, depth + 1)) return true;
    }
  }
  return false;
}

function anyBelow(
  value: JsonValue,
  path: string,
  at: number,
  visit: (value: JsonValue) => boolean,
  depth: number,
): boolean {
  if (Array.isArray(value)) {
    return depth < MAX_DEPTH && value.some((one) => anyBelow(one as JsonValue, path, at, visit, depth + 1));
  }
  return isObject(value) && anyObjectMember(value, path, at, visit, depth);
}

/** `whole`: what is inside objects counts too. */
function anyLeaf(value: JsonValue, passes: LeafVisitor, whole: boolean, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return passes(value);
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.some((one) => anyLeaf(one as JsonValue, passes, whole, depth + 1));
  return whole && anyInObject(value as JsonObject, passes, depth + 1);
}

function anyInObject(object: JsonObject, passes: LeafVisitor, depth: number): boolean {
  for (const key in object) if (anyLeaf(object[key] as JsonValue, passes, true, depth)) return true;
  return false;
}

/** Whether any value of a document passes, wherever it stands. */
export function anyValue(object: JsonObject, passes: LeafVisitor): boolean {
  return anyInObject(object, passes, 0);
}

/** Whether a value passes that stands under one of a group's names, at the top or in an object where such names are put. */
export function anyOfGroup(object: JsonObject, group: FieldGroup, passes: LeafVisitor): boolean {
  for (const key in object) {
    const value = object[key] as JsonValue;
    if (isObject(value)) {
      if (!GROUP_CONTAINERS.has(key)) continue;
      for (const inner in value) {
        if (groupOf(`${key}.${inner}`) !== group && groupOf(inner) !== group) continue;
        if (anyLeaf(value[inner] as JsonValue, passes, false, 0)) return true;
      }
    } else if (groupOf(key) === group && anyLeaf(value, passes, false, 0)) return true;
  }
  return false;
}

/** The objects at a path, each element of a list by itself. */
export function objectsAt(object: JsonObject, path: string): readonly JsonObject[] {
  const found: JsonObject[] = [];
  const collect = (value: JsonValue): boolean => {
    if (Array.isArray(value)) for (const one of value) collect(one as JsonValue);
    else if (isObject(value)) found.push(value);
    return false;
  };
  anyObjectMember(object, path, 0, collect, 0);
  return found;
}

/** Every value with its path, points between the levels, elements of lists under the list's path. */
export function* leavesOf(object: JsonObject, prefix = '', depth = 0): Generator<readonly [path: string, value: Leaf]> {
  for (const key in object) {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    yield* leavesOfValue(object[key] as JsonValue, path, depth);
  }
}

function* leavesOfValue(value: JsonValue, path: string, depth: number): Generator<readonly [string, Leaf]> {
  if (typeof value !== 'object' || value === null) yield [path, value];
  else if (depth > MAX_DEPTH) return;
  else if (Array.isArray(value)) for (const one of value) yield* leavesOfValue(one as JsonValue, path, depth + 1);
  else yield* leavesOf(value as JsonObject, path, depth + 1);
}

/** Whether a value passes among name-value pairs, for names that are the same but for points and underscores. */
export function anyPair(pairs: readonly string[], name: string, passes: LeafVisitor): boolean {
  for (let i = 0; i < pairs.length; i += 2) {
    if (sameName(pairs[i] as string, name) && passes(pairs[i + 1] as string)) return true;
  }
  return false;
}
