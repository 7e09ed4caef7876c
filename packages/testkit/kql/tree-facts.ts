import type { FieldName, KqlNode } from '@petrel/query/kql/parse/index.ts';
import { patternText } from '@petrel/query/kql/parse/index.ts';

/** A tree in the form that the facts have: `field` null is any field, flags are left out where they are false. */
export function treeFact(node: KqlNode): unknown {
  switch (node.kind) {
    case 'all':
      return { is: { field: '*', value: '*', wildcard: true } };
    case 'and':
    case 'or':
      return { [node.kind]: node.parts.map(treeFact) };
    case 'not':
      return { not: treeFact(node.part) };
    case 'nested':
      return { nested: { path: node.path.name, query: treeFact(node.part) } };
    case 'exists':
      return { is: { ...fieldFact(node.field), value: '*', wildcard: true } };
    case 'match':
      return { is: { ...fieldFact(node.field), value: node.value } };
    case 'phrase':
      return { is: { ...fieldFact(node.field), value: node.text, phrase: true } };
    case 'wildcard':
      return { is: { ...fieldFact(node.field), value: patternText(node.pattern), wildcard: true } };
    case 'range': {
      const [bound] = node.bounds;
      return { range: { field: node.field?.name ?? null, op: bound?.op, value: bound?.value } };
    }
    case 'regexp':
    case 'fuzzy':
      return { [node.kind]: { ...fieldFact(node.field) } };
  }
}

function fieldFact(field: FieldName | undefined): Record<string, unknown> {
  if (field === undefined) return { field: null };
  return { field: field.name, ...(field.pattern === undefined ? {} : { field_wildcard: true }) };
}

/** What a literal by itself is: its value, and whether it has wildcards. */
export function literalFact(node: KqlNode): unknown {
  switch (node.kind) {
    case 'match':
      return { value: node.value, type: 'literal' };
    case 'phrase':
      return { value: node.text, type: 'literal' };
    case 'wildcard':
      return { value: patternText(node.pattern), type: 'wildcard' };
    default:
      return { value: undefined, type: node.kind };
  }
}
