import { parseLucene } from '../lucene/index.ts';
import type { KqlNode } from './ast.ts';
import { KqlParseError } from './errors.ts';
import { KqlGrammar } from './grammar.ts';
import { hasLuceneSigns } from './lucene-signs.ts';

export type SearchLanguage = 'kql' | 'lucene';

/** A query, and the language that it was read in. */
export interface SearchQuery {
  readonly node: KqlNode;
  readonly language: SearchLanguage;
}

/**
 * A query as Kibana's search bar takes it. With `kql`, Lucene's syntax is accepted as well: people paste both into the same field. KQL's grammar is tried
 * first; where it refuses, or takes a Lucene range for a word, the query is read as Lucene if that makes sense of it, else (`a:>1 and b:2`) as KQL with Lucene's
 * comparisons in it. Lines that begin with `# ` are comments. Throws KqlParseError: KQL's own, where nothing does.
 */
export function parseSearch(query: string, language: SearchLanguage = 'kql'): SearchQuery {
  // Places in the query stay what they are.
  const text = query.replaceAll(/^# .*$/gm, (comment) => ' '.repeat(comment.length));
  if (language === 'lucene') return { node: parseLucene(text), language };
  let node: KqlNode;
  try {
    node = new KqlGrammar(text).parse();
  } catch (error) {
    const other = error instanceof KqlParseError ? otherReading(text) : undefined;
    if (other === undefined) throw error;
    return other;
  }
  return (hasLuceneSigns(node) ? otherReading(text) : undefined) ?? { node, language: 'kql' };
}

function otherReading(text: string): SearchQuery | undefined {
  const lucene = reading(() => parseLucene(text));
  if (lucene !== undefined && !hasKeywordsAsWords(lucene)) return { node: lucene, language: 'lucene' };
  const lenient = reading(() => new KqlGrammar(text, true).parse());
  return lenient === undefined ? undefined : { node: lenient, language: 'kql' };
}

function reading(parse: () => KqlNode): KqlNode | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof KqlParseError) return undefined;
    throw error;
  }
}

/** `and`, `or`, `not` in small letters are words to Lucene: then KQL was meant, and its error says what is wrong with it. */
function hasKeywordsAsWords(node: KqlNode): boolean {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.parts.some(hasKeywordsAsWords);
    case 'not':
    case 'nested':
      return hasKeywordsAsWords(node.part);
    case 'match':
      return typeof node.value === 'string' && /^(and|or|not)$/i.test(node.value);
    default:
      return false;
  }
}
