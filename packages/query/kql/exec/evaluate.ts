import type { Labels } from '@petrel/model';
import type { ResolvedCondition, ResolvedNode } from './condition.ts';
import { type FieldGroup, groupOf, levelNamed } from './field-group.ts';
import { anyAtPath, anyOfGroup, anyPair, anyValue, leavesOf, objectsAt } from './json-lookup.ts';
import { isObject, type JsonObject, type JsonValue, type LineDocument } from './line-document.ts';
import { inSpan } from './range-test.ts';
import { type Leaf, type Needs, textForms } from './text-test.ts';

/** Whether a line satisfies a query. */
export type LineTest = (document: LineDocument) => boolean;
type ObjectTest = (document: LineDocument, object: JsonObject) => boolean;

const ALL: LineTest = () => true;

/** The test of a tree for the lines of one stream; what the stream's labels decide is decided here. */
export function bindStream(node: ResolvedNode, stream: Labels): LineTest {
  return lineTest(node, stream, true);
}

function lineTest(node: ResolvedNode, stream: Labels, body: boolean): LineTest {
  switch (node.kind) {
    case 'all':
      return ALL;
    case 'not': {
      const part = lineTest(node.part, stream, body);
      return (document) => !part(document);
    }
    case 'and':
    case 'or':
      return joined(
        node.kind,
        node.parts.map((part) => lineTest(part, stream, body)),
      );
    case 'nested': {
      const flat = lineTest(node.flat, stream, false);
      const inside = objectTest(node.inside);
      const { path } = node;
      return (document) => {
        const { json } = document;
        return (
          (body && json !== undefined && objectsAt(json, path).some((one) => inside(document, one))) || flat(document)
        );
      };
    }
    case 'condition':
      return conditionTest(node, stream, body);
  }
}

function joined(kind: 'and' | 'or', parts: readonly LineTest[]): LineTest {
  const [first, second] = parts;
  if (parts.length === 2 && first !== undefined && second !== undefined) {
    if (kind === 'and') return (document) => first(document) && second(document);
    return (document) => first(document) || second(document);
  }
  if (kind === 'and') return (document) => parts.every((part) => part(document));
  return (document) => parts.some((part) => part(document));
}

/** Whether a body may hold a value that passes, by its text alone. What is asked here is what the store can be asked. */
function bodyTest(needs: Needs | undefined): LineTest {
  if (needs === undefined) return ALL;
  const lists = needs.map((texts) => texts.map((text) => ({ text, ...textForms(text) })));
  return (document) => {
    const { line } = document;
    for (let i = 0; i < lists.length; i++) {
      const texts = lists[i] as (typeof lists)[number];
      let all = true;
      for (let j = 0; all && j < texts.length; j++) {
        const { text, exact, escapable } = texts[j] as (typeof texts)[number];
        all = exact === undefined ? document.folded.includes(text) : includesOne(line, exact);
        if (!all && escapable) all = line.includes('\\u');
      }
      if (all) return true;
    }
    return false;
  };
}

function includesOne(line: string, texts: readonly string[]): boolean {
  for (let i = 0; i < texts.length; i++) if (line.includes(texts[i] as string)) return true;
  return false;
}

function conditionTest(condition: ResolvedCondition, stream: Labels, body: boolean): LineTest {
  const { target } = condition;
  const { around, inBody, unless } = sides(condition, stream);
  if (around === true) return ALL;
  if (!body) return around === false ? () => false : around;
  if (target.kind === 'time' && target.only) return around === false ? () => false : around;
  const mayPass = bodyTest(condition.bodyNeeds);
  const looked: LineTest = (document) => mayPass(document) && inBody(document);
  const within: LineTest = unless === undefined ? looked : (document) => !unless(document) && looked(document);
  return around === false ? within : (document) => around(document) || within(document);
}

interface Sides {
  /** By what is not in the body. */
  readonly around: LineTest | boolean;
  readonly inBody: LineTest;
  /** Where this holds, nothing in the body can; asked first, because it is quick. */
  readonly unless?: LineTest;
}

function sides(condition: ResolvedCondition, stream: Labels): Sides {
  const { target, passes, exists, id } = condition;
  switch (target.kind) {
    case 'any': {
      const around: LineTest | boolean =
        id === undefined
          ? false
          : (document) => hasId(document, stream, 'trace', id) || hasId(document, stream, 'span', id);
      return { around, inBody: ({ json, line }) => (json === undefined ? passes(line) : anyValue(json, passes)) };
    }
    case 'pattern':
      return patternSides(target.matches, passes, stream);
    case 'time': {
      const { span } = target;
      const around: LineTest | boolean = span === undefined ? false : (document) => inSpan(span, document.tsNs);
      return { around, inBody: groupInBody('time', passes) };
    }
    case 'group':
      return groupSides(condition, target.group, stream);
    case 'field': {
      const { names, mayBeLabel } = target;
      if (mayBeLabel && names.some((name) => anyPair(stream.pairs, name, passes))) return { around: true, inBody: ALL };
      if (names.length === 1) {
        const name = names[0] as string;
        return {
          around: (document) => document.metadata.length > 0 && anyPair(document.metadata, name, passes),
          inBody: (document) => fieldInBody(document, name, passes, exists),
        };
      }
      return {
        around: (document) => names.some((name) => anyPair(document.metadata, name, passes)),
        inBody: (document) => names.some((name) => fieldInBody(document, name, passes, exists)),
      };
    }
  }
}

type Passes = (value: Leaf) => boolean;

function fieldInBody(document: LineDocument, name: string, passes: Passes, exists: boolean): boolean {
  const { json } = document;
  return json === undefined ? anyPair(document.pairs, name, passes) : fieldInObject(json, name, passes, exists);
}

/** Filebeat and loggers put what the application adds under `fields`; it is found without saying so. */
function fieldInObject(object: JsonObject, name: string, passes: Passes, exists: boolean): boolean {
  if (anyAtPath(object, name, passes, exists)) return true;
  const fields: JsonValue | undefined = object.fields;
  return isObject(fields) && anyAtPath(fields, name, passes, exists);
}

function groupInBody(group: FieldGroup, passes: Passes): LineTest {
  return (document) => {
    const { json } = document;
    if (json !== undefined) return anyOfGroup(json, group, passes);
    if (group === 'message') return passes(document.line);
    return anyPairOfGroup(document.pairs, group, passes);
  };
}

function anyPairOfGroup(pairs: readonly string[], group: FieldGroup, passes: Passes): boolean {
  for (let i = 0; i < pairs.length; i += 2) {
    if (groupOf(pairs[i] as string) === group && passes(pairs[i + 1] as string)) return true;
  }
  return false;
}

function groupSides(condition: ResolvedCondition, group: Exclude<FieldGroup, 'time'>, stream: Labels): Sides {
  const { passes, id } = condition;
  const inBody = groupInBody(group, passes);
  switch (group) {
    case 'message':
      return { around: false, inBody };
    case 'level':
      return levelSides(condition, stream);
    case 'trace':
    case 'span': {
      if (id !== undefined) return { around: (document) => hasId(document, stream, group, id), inBody };
      if (anyPairOfGroup(stream.pairs, group, passes)) return { around: true, inBody };
      return { around: (document) => anyPairOfGroup(document.metadata, group, passes), inBody };
    }
  }
}

/** The id of a line is its metadata's, else its stream's; that is also what the columns of ids are made from. */
function hasId(document: LineDocument, stream: Labels, group: 'trace' | 'span', id: string): boolean {
  let named = false;
  const { metadata } = document;
  for (let i = 0; i < metadata.length; i += 2) {
    if (groupOf(metadata[i] as string) !== group) continue;
    named = true;
    if ((metadata[i + 1] as string).trim().toLowerCase() === id) return true;
  }
  return !named && anyPairOfGroup(stream.pairs, group, (value) => String(value).trim().toLowerCase() === id);
}

/**
 * Where a condition names known levels, what a stream's label, metadata or the body call the level counts only if it is the line's recognised level, or (the body) nothing
 * was recognised: the recognised level is what can be found fast, and a stream's label is of all its lines.
 */
function levelSides({ passes, levels }: ResolvedCondition, stream: Labels): Sides {
  const labels = [...stream].filter(([name]) => groupOf(name) === 'level').map(([, value]) => value);
  const inBody = groupInBody('level', passes);
  const agrees = (value: Leaf, detected: string | undefined) => {
    const level = levels === undefined ? undefined : levelNamed(detected ?? '');
    return levels === undefined || (level !== undefined && levelNamed(String(value)) === level);
  };
  return {
    around: ({ metadata }) => {
      const detected = detectedLevel(metadata);
      if (detected !== undefined && agrees(detected, detected) && passes(detected)) return true;
      for (let i = 0; i < metadata.length; i += 2) {
        if (groupOf(metadata[i] as string) !== 'level') continue;
        const value = metadata[i + 1] as string;
        if (agrees(value, detected) && passes(value)) return true;
      }
      return labels.some((value) => agrees(value, detected) && passes(value));
    },
    unless: ({ metadata }) => {
      const detected = levels === undefined ? undefined : detectedLevel(metadata);
      return detected !== undefined && levels?.some((level) => level === levelNamed(detected)) === false;
    },
    inBody: (document) => {
      const detected = detectedLevel(document.metadata);
      if (levels === undefined || detected === undefined) return inBody(document);
      return groupInBody('level', (value) => agrees(value, detected) && passes(value))(document);
    },
  };
}

function detectedLevel(metadata: readonly string[]): string | undefined {
  for (let i = 0; i < metadata.length; i += 2) if (metadata[i] === 'detected_level') return metadata[i + 1];
  return undefined;
}

function patternSides(matches: (path: string) => boolean, passes: Passes, stream: Labels): Sides {
  const any = (pairs: readonly string[]) => {
    for (let i = 0; i < pairs.length; i += 2) {
      if (matches(pairs[i] as string) && passes(pairs[i + 1] as string)) return true;
    }
    return false;
  };
  if (any(stream.pairs)) return { around: true, inBody: ALL };
  return {
    around: ({ metadata }) => any(metadata),
    inBody: (document) => {
      const { json } = document;
      if (json === undefined) return any(document.pairs) || (matches('message') && passes(document.line));
      return anyMatchingLeaf(json, matches, passes);
    },
  };
}

function anyMatchingLeaf(object: JsonObject, matches: (path: string) => boolean, passes: Passes): boolean {
  for (const [path, value] of leavesOf(object)) if (matches(path) && passes(value)) return true;
  return false;
}

/** The test of a tree for one object within a document. */
function objectTest(node: ResolvedNode): ObjectTest {
  switch (node.kind) {
    case 'all':
      return () => true;
    case 'not': {
      const part = objectTest(node.part);
      return (document, object) => !part(document, object);
    }
    case 'and':
    case 'or': {
      const parts = node.parts.map(objectTest);
      if (node.kind === 'and') return (document, object) => parts.every((part) => part(document, object));
      return (document, object) => parts.some((part) => part(document, object));
    }
    case 'nested': {
      const inside = objectTest(node.inside);
      return (document, object) => objectsAt(object, node.path).some((one) => inside(document, one));
    }
    case 'condition': {
      const mayPass = bodyTest(node.bodyNeeds);
      const find = objectCondition(node);
      return (document, object) => mayPass(document) && find(object);
    }
  }
}

function objectCondition({ target, passes, exists }: ResolvedCondition): (object: JsonObject) => boolean {
  switch (target.kind) {
    case 'any':
      return (object) => anyValue(object, passes);
    case 'pattern':
      return (object) => anyMatchingLeaf(object, target.matches, passes);
    case 'time':
      return (object) => anyOfGroup(object, 'time', passes);
    case 'group':
      return (object) => anyOfGroup(object, target.group, passes);
    case 'field':
      return (object) => target.names.some((name) => anyAtPath(object, name, passes, exists));
  }
}
