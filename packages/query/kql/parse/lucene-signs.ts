import type { KqlNode } from './ast.ts';

/**
 * Whether a tree that KQL's grammar gave has parts that mean something in Lucene only: `f:[a TO b]` (to KQL a word with brackets), `f:{a TO b}` (to KQL a
 * nested query) and `_exists_:f` (to KQL a field of that name). What is a usual text in KQL, such as `/path/`, `a?` or `-x`, is not counted.
 */
export function hasLuceneSigns(node: KqlNode): boolean {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.parts.some(hasLuceneSigns);
    case 'not':
      return hasLuceneSigns(node.part);
    case 'nested':
      return node.part.kind === 'match' && node.part.field === undefined && isRange(node.part.value)
        ? true
        : hasLuceneSigns(node.part);
    case 'match':
      if (node.field?.name === '_exists_') return true;
      return typeof node.value === 'string' && /^\[.*[\]}]$/s.test(node.value) && isRange(node.value.slice(1, -1));
    case 'wildcard': {
      if (node.field?.name === '_exists_') return true;
      const first = node.pattern[0];
      const text = node.pattern.map((part) => (typeof part === 'string' ? part : '*')).join('');
      return typeof first === 'string' && /^\[.*[\]}]$/s.test(text) && isRange(text.slice(1, -1));
    }
    default:
      return false;
  }
}

function isRange(value: unknown): boolean {
  return typeof value === 'string' && /^\s*\S+\s+TO\s+\S+\s*$/.test(value);
}

const SIGNS: readonly RegExp[] = [
  /\[[^\][]*\sTO\s[^\][]*[\]}]|\{[^{}]*\sTO\s[^{}]*[\]}]/,
  /(?:^|[\s(])_exists_\s*:/,
  /:\s*[^\s()":]*\?|:\s*\/[^/]*\//,
  /["\w]~[\d.]*(?=[\s)]|$)|["\w)\]}]\^\d/,
  /(?:^|[\s(])[-+][\w.@*-]+\s*:/,
  /(?:^|[\s(])!\S|(?:^|\s)(?:&&|\|\|)(?:\s|$)/,
];

/** Whether a text has signs of Lucene's syntax, at a glance and without parsing; for a hint beside a KQL field. What stands within quotes does not count. */
export function looksLikeLucene(text: string): boolean {
  const bare = text.replaceAll(/"(?:[^"\\]|\\.)*"/gs, '""').replaceAll(/\\./gs, '_');
  return SIGNS.some((sign) => sign.test(bare));
}
