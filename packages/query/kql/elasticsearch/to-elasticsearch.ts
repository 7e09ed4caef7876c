import { compileGlob } from '../exec/glob.ts';
import type { FieldName, KqlMatch, KqlNode, KqlPhrase, KqlRange, Pattern } from '../parse/ast.ts';

/** JSON of Elasticsearch's query language. */
export type ElasticsearchQuery = { readonly [key: string]: unknown };

export interface ElasticsearchOptions {
  /** Fields that the index has, with their types where they are known; names with wildcards stand for those of them that fit. */
  readonly fields?: readonly { readonly name: string; readonly type?: string; readonly nestedPath?: string }[];
  /** IANA name or offset, for fields of type `date`. */
  readonly timeZone?: string;
}

type Field = NonNullable<ElasticsearchOptions['fields']>[number];

/** The query that Kibana sends for the same text. What only Lucene has becomes a `query_string` on the field. */
export function toElasticsearch(node: KqlNode, options: ElasticsearchOptions = {}): ElasticsearchQuery {
  return query(node, options, '');
}

function query(node: KqlNode, options: ElasticsearchOptions, path: string): ElasticsearchQuery {
  switch (node.kind) {
    case 'all':
      return { match_all: {} };
    case 'and':
      return { bool: { filter: node.parts.map((part) => query(part, options, path)) } };
    case 'or':
      return { bool: { should: node.parts.map((part) => query(part, options, path)), minimum_should_match: 1 } };
    case 'not':
      return { bool: { must_not: query(node.part, options, path) } };
    case 'nested': {
      const inner = path + node.path.name;
      return { nested: { path: inner, query: query(node.part, options, `${inner}.`), score_mode: 'none' } };
    }
    case 'exists': {
      const fields = fieldsOf(node.field, options, path);
      // A pattern that every field fits asks for nothing.
      if (
        options.fields !== undefined &&
        options.fields.length > 0 &&
        fields.length === options.fields.length &&
        node.field.pattern
      ) {
        return { match_all: {} };
      }
      return oneOf(node.field, fields, path, ({ name }) => ({ exists: { field: name } }));
    }
    case 'match':
    case 'phrase':
      return textQuery(node, options, path);
    case 'wildcard':
      return luceneQuery(queryStringPattern(node.pattern), node.field, options, path);
    case 'range':
      return rangeQuery(node, options, path);
    case 'regexp':
      return luceneQuery(`/${node.pattern.replaceAll('/', '\\/')}/`, node.field, options, path);
    case 'fuzzy':
      return luceneQuery(
        `${escapeQueryString(node.text)}~${node.edits === 'auto' ? '' : node.edits}`,
        node.field,
        options,
        path,
      );
  }
}

function fieldsOf({ name, pattern }: FieldName, options: ElasticsearchOptions, path: string): readonly Field[] {
  const full = path + name;
  const fits =
    pattern === undefined
      ? (one: string) => one === full
      : compileGlob(path === '' ? pattern : [path, ...pattern], false);
  const found = (options.fields ?? []).filter((field) => fits(field.name));
  // A field that this index does not have may be one of another's.
  return found.length > 0 ? found : [{ name: full }];
}

function oneOf(
  name: FieldName,
  fields: readonly Field[],
  path: string,
  of: (field: Field) => ElasticsearchQuery,
): ElasticsearchQuery {
  const should = fields.map((field) =>
    name.pattern === undefined || field.nestedPath === undefined || path !== ''
      ? of(field)
      : { nested: { path: field.nestedPath, query: of(field), score_mode: 'none' } },
  );
  return { bool: { should, minimum_should_match: 1 } };
}

function textQuery(node: KqlMatch | KqlPhrase, options: ElasticsearchOptions, path: string): ElasticsearchQuery {
  const value = node.kind === 'match' ? node.value : node.text;
  const { field } = node;
  const slop = node.kind === 'phrase' ? node.slop : 0;
  if (field === undefined) {
    const type = node.kind === 'phrase' ? 'phrase' : 'best_fields';
    return { multi_match: { type, query: value, lenient: true, ...(slop > 0 ? { slop } : {}) } };
  }
  return oneOf(field, fieldsOf(field, options, path), path, ({ name, type }) => {
    if (type === 'date') return { range: { [name]: { gte: value, lte: value, ...timeZone(options) } } };
    if (node.kind === 'match') return { match: { [name]: value } };
    return { match_phrase: { [name]: slop > 0 ? { query: value, slop } : value } };
  });
}

function timeZone({ timeZone }: ElasticsearchOptions): { readonly time_zone?: string } {
  return timeZone === undefined ? {} : { time_zone: timeZone };
}

function luceneQuery(
  text: string,
  field: FieldName | undefined,
  options: ElasticsearchOptions,
  path: string,
): ElasticsearchQuery {
  if (field === undefined) return { query_string: { query: text } };
  return oneOf(field, fieldsOf(field, options, path), path, ({ name }) => ({
    query_string: { fields: [name], query: text },
  }));
}

function rangeQuery({ field, bounds }: KqlRange, options: ElasticsearchOptions, path: string): ElasticsearchQuery {
  const on = field ?? { name: '*' };
  return oneOf(on, fieldsOf(on, options, path), path, ({ name, type }) => ({
    range: {
      [name]: {
        ...Object.fromEntries(bounds.map(({ op, value }) => [op, value])),
        ...(type === 'date' ? timeZone(options) : {}),
      },
    },
  }));
}

function queryStringPattern(pattern: Pattern): string {
  return pattern
    .map((part) => (typeof part === 'string' ? escapeQueryString(part) : part.any === 'run' ? '*' : '?'))
    .join('');
}

function escapeQueryString(text: string): string {
  return text.replaceAll(/[+\-=&|><!(){}[\]^"~*?:\\/]/g, '\\$&');
}
