import type { Type } from '@petrel/config/schema/schema.ts';
import type { TreeNode } from '@petrel/config/schema/tree.ts';
import { parseTree } from '@petrel/config/schema/tree.ts';
import type { Json } from '@petrel/model';

/** YAML of any shape whose texts, keys included, are templates; null is YAML's null. */
export type TemplatedValue = string | null | readonly TemplatedValue[] | { readonly [key: string]: TemplatedValue };

/** A part of the configuration that goes into a request as JSON once it is expanded. */
export const templatedValue: Type<TemplatedValue> = {
  name: 'any YAML, its texts templates',
  decode: templatesOf,
  encode: (value) => value,
};

/**
 * Expands every text. What an expanded text says as YAML counts, as in Alertmanager: `{{ .Alerts | toJson }}` becomes a list and
 * `{{ len .Alerts }}` a number, while text that YAML reads as a string stays as it is. Keys come out sorted. Throws TemplateError.
 */
export function renderValue(value: TemplatedValue, render: (template: string) => string): Json {
  if (value === null) return null;
  if (typeof value === 'string') return typed(render(value));
  if (Array.isArray(value)) return value.map((item: TemplatedValue) => renderValue(item, render));
  const entries = Object.entries(value as { readonly [key: string]: TemplatedValue });
  return sorted(entries.map(([key, inside]) => [render(key), renderValue(inside, render)]));
}

function templatesOf(node: TreeNode): TemplatedValue {
  if (node.kind === 'scalar') return node.isNull ? null : node.text;
  if (node.kind === 'list') return node.items.map(templatesOf);
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, templatesOf(value)]));
}

function typed(text: string): Json {
  const json = parseJson(text);
  if (json !== undefined) return typeof json === 'string' || isLossy(text, json) ? text : inOrder(json);
  const { tree } = parseTree(text);
  if (tree === undefined) return text;
  const value = jsonOf(tree, isQuoted(text));
  return typeof value === 'string' ? text : value;
}

function isQuoted(text: string): boolean {
  return /^\s*["'|>!]/.test(text);
}

function jsonOf(node: TreeNode, quoted = false): Json {
  if (node.kind === 'list') return node.items.map((item) => jsonOf(item));
  if (node.kind === 'map') return sorted([...node.entries].map(([key, { value }]) => [key, jsonOf(value)]));
  if (node.isNull) return null;
  return quoted ? node.text : scalarOf(node.text);
}

/** The core types of YAML; everything else is a string. */
function scalarOf(text: string): Json {
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  const isNumber = /^[+-]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text);
  const value = Number(text);
  return isNumber && Number.isFinite(value) && !isLossy(text, value) ? value : text;
}

/** Identifiers with many digits keep them by staying strings. */
function isLossy(text: string, value: Json): boolean {
  return typeof value === 'number' && /^\s*[+-]?\d+\s*$/.test(text) && !Number.isSafeInteger(value);
}

/** JSON is YAML, and unlike the tree it tells the text "1.10" from the number. */
function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function inOrder(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => inOrder(item));
  return sorted(Object.entries(value).map(([key, inside]) => [key, inOrder(inside as Json)]));
}

function sorted(entries: readonly (readonly [string, Json])[]): Json {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
