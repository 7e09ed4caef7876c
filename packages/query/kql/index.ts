/**
 * KQL and Lucene query strings, as people type them into Kibana: text enters, a plan for reading log lines leaves (the same as LogQL's); the API calls. What runs in
 * a browser (parsing, colouring, completion) is in parse/.
 */

export type { ElasticsearchOptions } from './elasticsearch/to-elasticsearch.ts';
export { toElasticsearch } from './elasticsearch/to-elasticsearch.ts';
export type { DocumentField, DocumentFieldType } from './exec/document-fields.ts';
export { documentFields } from './exec/document-fields.ts';
export { parseLucene } from './lucene/index.ts';
export type { KqlErrorPosition, KqlNode, SearchLanguage, SearchQuery } from './parse/index.ts';
export {
  escapeKql,
  KqlParseError,
  kqlCompletionContext,
  parseKql,
  parseSearch,
  printKql,
  quoteKql,
  tokenizeKql,
} from './parse/index.ts';
export type { KqlPlan, PlanKqlOptions } from './plan/plan-kql.ts';
export { planKql } from './plan/plan-kql.ts';
export type { QueryTimeRange } from './plan/time-range.ts';
