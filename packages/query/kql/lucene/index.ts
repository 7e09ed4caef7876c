/**
 * Lucene query strings, as Kibana's Lucene mode and Elasticsearch's `query_string` take them: text enters, the same tree of field conditions as KQL's leaves; what calls
 * is parse/search.ts. Pure and safe in a browser. A query that is wrong throws KqlParseError.
 */
import type { KqlNode } from '../parse/ast.ts';
import { LuceneParser } from './parser.ts';
import { scanLucene } from './scanner.ts';

/** The default operator is OR; an empty query is every line. Throws KqlParseError. */
export function parseLucene(text: string): KqlNode {
  return new LuceneParser(text, scanLucene(text)).parse();
}
