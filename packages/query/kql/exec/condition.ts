import type { FieldName, KqlExists, KqlNode } from '../parse/ast.ts';
import { KqlParseError } from '../parse/errors.ts';
import { parseDateMath } from './dates.ts';
import { type FieldGroup, groupOf, LEVEL_NAMES } from './field-group.ts';
import { compileGlob } from './glob.ts';
import { sameName } from './names.ts';
import { type TimeSpan, timeSpanOf } from './range-test.ts';
import { type Leaf, type Needs, plainPieces } from './text-test.ts';
import { type ValueCondition, valueTest } from './value-test.ts';
import { foldCase } from './words.ts';

/** Where the values are that a condition is put to. */
export type Target =
  /** No field: the values of the document, or the line. */
  | { readonly kind: 'any' }
  | { readonly kind: 'pattern'; readonly matches: (path: string) => boolean }
  | { readonly kind: 'group'; readonly group: Exclude<FieldGroup, 'time'> }
  /** `span`: a stretch that the line's time may lie in; undefined where the condition is none about time. */
  | { readonly kind: 'time'; readonly span: TimeSpan | undefined; readonly only: boolean }
  | { readonly kind: 'field'; readonly names: readonly string[]; readonly mayBeLabel: boolean };

export interface ResolvedCondition {
  readonly kind: 'condition';
  readonly target: Target;
  readonly passes: (value: Leaf) => boolean;
  /** Whether there is a value at all is asked, objects included. */
  readonly exists: boolean;
  /** Of every value that passes. */
  readonly needs?: Needs;
  /** Of every line whose body has such a value, folded; see `textForms`. */
  readonly bodyNeeds?: Needs;
  /** Of conditions on levels that are known names: which of them pass. */
  readonly levels?: readonly string[];
  /** Of conditions on ids: the one id that is asked for, in lower case. */
  readonly id?: string;
}

/** A tree whose conditions know what they look for and where. */
export type ResolvedNode =
  | { readonly kind: 'all' }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly ResolvedNode[] }
  | { readonly kind: 'not'; readonly part: ResolvedNode }
  /** `inside` is put to each object at the path, `flat` to what is not in the body: names with points. */
  | { readonly kind: 'nested'; readonly path: string; readonly inside: ResolvedNode; readonly flat: ResolvedNode }
  | ResolvedCondition;

export interface ResolveOptions {
  readonly nowMs: number;
  /** Names of stream labels that exist. Absent: any name may be one. */
  readonly streamLabels?: ReadonlySet<string>;
}

/** Throws KqlParseError for dates and regular expressions that are none. */
export function resolveNode(node: KqlNode, options: ResolveOptions, prefix = ''): ResolvedNode {
  switch (node.kind) {
    case 'all':
      return { kind: 'all' };
    case 'and':
    case 'or':
      return { kind: node.kind, parts: node.parts.map((part) => resolveNode(part, options, prefix)) };
    case 'not':
      return { kind: 'not', part: resolveNode(node.part, options, prefix) };
    case 'nested': {
      const path = prefix + node.path.name;
      const inside = resolveNode(node.part, { ...options, streamLabels: NO_LABELS }, '');
      return { kind: 'nested', path: node.path.name, inside, flat: resolveNode(node.part, options, `${path}.`) };
    }
    default:
      return resolveCondition(node, options, prefix);
  }
}

function resolveCondition(node: ValueCondition | KqlExists, options: ResolveOptions, prefix: string): ResolvedNode {
  const { field } = node;
  if (
    node.kind === 'wildcard' &&
    field === undefined &&
    node.pattern.every((part) => typeof part === 'object' && part.any === 'run')
  ) {
    return { kind: 'all' };
  }
  const keyword = field !== undefined && field.name.length > 8 && field.name.endsWith('.keyword');
  const name = field === undefined ? undefined : prefix + (keyword ? field.name.slice(0, -8) : field.name);
  const target = targetOf(node, name, prefix, options);
  if (node.kind === 'exists') {
    const needs = keyNeeds(target);
    return {
      kind: 'condition',
      target,
      passes: (value) => value !== null,
      exists: true,
      ...(needs === undefined ? {} : { bodyNeeds: needs }),
    };
  }
  const { passes, needs } = valueTest(node, { nowMs: options.nowMs, keyword, onField: field !== undefined });
  const bodyNeeds = needs?.map((texts) => texts.flatMap(plainPieces)) ?? keyNeeds(target);
  const levels = target.kind === 'group' && target.group === 'level' ? levelsThat(passes) : undefined;
  const id = idOf(node, target);
  return {
    kind: 'condition',
    target,
    passes,
    exists: false,
    ...(needs === undefined ? {} : { needs }),
    ...(bodyNeeds === undefined ? {} : { bodyNeeds }),
    ...(levels === undefined || levels.length === 0 ? {} : { levels }),
    ...(id === undefined ? {} : { id }),
  };
}

function targetOf(
  node: ValueCondition | KqlExists,
  name: string | undefined,
  prefix: string,
  options: ResolveOptions,
): Target {
  if (name === undefined) return { kind: 'any' };
  const pattern: FieldName['pattern'] = node.field?.pattern;
  if (pattern !== undefined) {
    const suffix = node.field?.name.endsWith('.keyword') ? '.keyword' : '';
    const matches = compileGlob(prefix === '' ? pattern : [prefix, ...pattern], false);
    return { kind: 'pattern', matches: (path) => matches(path) || (suffix !== '' && matches(path + suffix)) };
  }
  const group = groupOf(name);
  if (group === 'time') return timeTarget(node, options.nowMs);
  if (group !== undefined) return { kind: 'group', group };
  const names = ALIASES.find((list) => list.some((alias) => sameName(alias, name))) ?? [name];
  return { kind: 'field', names, mayBeLabel: names.some((one) => mayBeLabel(one, options.streamLabels)) };
}

/** Streams of some doors have the one label, of some the other, of some both. */
const ALIASES: readonly (readonly string[])[] = [['service', 'service_name']];

const NO_LABELS: ReadonlySet<string> = new Set();

function mayBeLabel(name: string, streamLabels: ReadonlySet<string> | undefined): boolean {
  if (streamLabels === undefined) return true;
  for (const label of streamLabels) if (sameName(label, name)) return true;
  return false;
}

function timeTarget(node: ValueCondition | KqlExists, nowMs: number): Target {
  switch (node.kind) {
    case 'exists':
      return { kind: 'time', span: {}, only: true };
    case 'range': {
      const span = timeSpanOf(node.bounds, nowMs);
      if (span !== undefined) return { kind: 'time', span, only: true };
      const wrong = node.bounds.find(({ value }) => parseDateMath(value.trim(), nowMs) === undefined);
      const position = { start: node.range.from, end: node.range.to };
      throw new KqlParseError(`failed to parse date field [${wrong?.value ?? ''}]`, position);
    }
    case 'match':
    case 'phrase': {
      const text = node.kind === 'match' ? String(node.value) : node.text;
      return { kind: 'time', span: parseDateMath(text, nowMs), only: false };
    }
    default:
      return { kind: 'time', span: undefined, only: false };
  }
}

/** The pieces of a field's name, which stand in a document that has it. */
function keyNeeds(target: Target): Needs | undefined {
  if (target.kind !== 'field') return undefined;
  return target.names.map((name) => name.split(/[._]/).flatMap((part) => plainPieces(foldCase(part))));
}

function levelsThat(passes: (value: Leaf) => boolean): string[] {
  return [...new Set([...LEVEL_NAMES].filter(([word]) => passes(word)).map(([, level]) => level))];
}

/** Texts that an id column may hold as they are. */
function idOf(node: ValueCondition, target: Target): string | undefined {
  const wanted =
    target.kind === 'any' || (target.kind === 'group' && (target.group === 'trace' || target.group === 'span'));
  const text = node.kind === 'match' ? node.value : node.kind === 'phrase' ? node.text : undefined;
  if (!wanted || typeof text !== 'string') return undefined;
  const id = text.trim().toLowerCase();
  return /^[0-9a-f]{16,64}$/.test(id) ? id : undefined;
}
