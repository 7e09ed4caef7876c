import type { LogLanguage } from '@petrel/api/contract/logs.ts';
import { parseSearch } from '@petrel/query/kql/parse/index.ts';
import { addKqlFilter, addKqlPattern } from './kql-edit.ts';
import { addLogqlFilter, addLogqlPattern } from './logql-edit.ts';

/** Where a field stands: `parsed` was made by the query's own stages, `json` and `logfmt` are fields of the line itself. */
export type FieldOrigin = 'stream' | 'metadata' | 'parsed' | 'json' | 'logfmt';

export interface FieldFilter {
  /** With dots between the levels of a document. */
  readonly name: string;
  readonly value: string;
  readonly from: FieldOrigin;
  /** Lines that do not have this value. */
  readonly negate: boolean;
  /** The names of the stream's labels, where they are known. */
  readonly streamNames?: readonly string[];
}

/** The query with one more condition, in its own language. */
export function addFilter(language: LogLanguage, query: string, filter: FieldFilter): string {
  return language === 'logql' ? addLogqlFilter(query, filter) : addKqlFilter(query, filter, dialectOf(language, query));
}

/** The query for the lines of a template only, or for all others. Variable parts are `<_>`. */
export function addPattern(language: LogLanguage, query: string, pattern: string, negate: boolean): string {
  return language === 'logql'
    ? addLogqlPattern(query, pattern, negate)
    : addKqlPattern(query, pattern, { negate, dialect: dialectOf(language, query) });
}

/** KQL's field takes Lucene's syntax too; what is added to such a query must be Lucene's as well. */
function dialectOf(language: 'kql' | 'lucene', query: string): 'kql' | 'lucene' {
  try {
    return parseSearch(query, language).language;
  } catch {
    return language;
  }
}
