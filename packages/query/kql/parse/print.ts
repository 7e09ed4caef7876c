import type { FieldName, KqlNode, Pattern } from './ast.ts';

/**
 * A tree as KQL text that parses to the same conditions; for queries that are put together by clicks. What only Lucene has (regular expressions, fuzzy words,
 * slop, `?`) is written as Lucene writes it, and reads back with `lucene` only.
 */
export function printKql(node: KqlNode): string {
  return print(node, 'or');
}

function print(node: KqlNode, around: 'or' | 'and' | 'not'): string {
  switch (node.kind) {
    case 'all':
      return '*:*';
    case 'or':
    case 'and': {
      const text = node.parts.map((part) => print(part, node.kind === 'or' && part.kind === 'or' ? 'not' : node.kind));
      const joined = text.join(node.kind === 'or' ? ' or ' : ' and ');
      return around === 'not' || (around === 'and' && node.kind === 'or') ? `(${joined})` : joined;
    }
    case 'not':
      return around === 'not' ? `(not ${print(node.part, 'not')})` : `not ${print(node.part, 'not')}`;
    case 'nested':
      return `${fieldText(node.path)}: { ${print(node.part, 'or')} }`;
    case 'exists':
      return `${fieldText(node.field)}: *`;
    case 'match':
      return on(node.field, typeof node.value === 'string' ? matchText(node.value) : String(node.value));
    case 'phrase':
      return on(node.field, `${quoteKql(node.text)}${node.slop > 0 ? `~${node.slop}` : ''}`);
    case 'wildcard':
      return on(node.field, patternSource(node.pattern));
    case 'range': {
      const field = node.field === undefined ? '*' : fieldText(node.field);
      const joined = node.bounds.map(({ op, value }) => `${field} ${SIGNS[op]} ${quoteKql(value)}`).join(' and ');
      return around === 'not' && node.bounds.length > 1 ? `(${joined})` : joined;
    }
    case 'regexp':
      return on(node.field, `/${node.pattern.replaceAll('/', '\\/')}/`);
    case 'fuzzy':
      return on(node.field, `${escapeKql(node.text)}~${node.edits === 'auto' ? '' : node.edits}`);
  }
}

const SIGNS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

function on(field: FieldName | undefined, text: string): string {
  return field === undefined ? text : `${fieldText(field)}: ${text}`;
}

/** Words that KQL would read as something else than a text are quoted; then they are a phrase, which for one word is the same. */
function matchText(value: string): string {
  return /^(true|false|null)?$/.test(value) ? quoteKql(value) : escapeKql(value);
}

function fieldText({ name, pattern }: FieldName): string {
  return pattern === undefined ? escapeKql(name) : patternSource(pattern);
}

function patternSource(pattern: Pattern): string {
  return pattern.map((part) => (typeof part === 'string' ? escapeKql(part) : part.any === 'run' ? '*' : '?')).join('');
}

/** As an unquoted literal. */
export function escapeKql(text: string): string {
  return text
    .replaceAll(/[\\():<>"*{}]/g, '\\$&')
    .replaceAll('\t', '\\t')
    .replaceAll('\r', '\\r')
    .replaceAll('\n', '\\n')
    .replaceAll(/(^|\s)(or|and|not)(?=\s|$)/gi, '$1\\$2');
}

/** As a quoted literal. */
export function quoteKql(text: string): string {
  const escaped = text.replaceAll(/[\\"]/g, '\\$&').replaceAll('\t', '\\t').replaceAll('\r', '\\r');
  return `"${escaped.replaceAll('\n', '\\n')}"`;
}
