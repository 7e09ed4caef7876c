/**
 * Runs the KQL conformance file: trees and refusals, literals, Elasticsearch queries, wildcards, and texts that are Lucene's. Paths of files or of folders enter,
 * counts and a line a failed case leave. `npm run conformance` and a unit test call.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { toElasticsearch } from '@petrel/query/kql/elasticsearch/to-elasticsearch.ts';
import { valueTest } from '@petrel/query/kql/exec/value-test.ts';
import { KqlParseError, looksLikeLucene, parseKql } from '@petrel/query/kql/parse/index.ts';
import type { SuiteResult } from '../case-report.ts';
import { CaseReport } from '../exposition/report.ts';
import { literalFact, treeFact } from './tree-facts.ts';

interface ParseCase {
  readonly id: number;
  readonly query: string;
  readonly valid: boolean;
  readonly ast?: unknown;
  readonly found?: string;
  readonly offset?: number;
}

interface KqlFile {
  readonly parse?: readonly ParseCase[];
  readonly literals?: readonly { readonly text: string; readonly value: unknown; readonly type: string }[];
  readonly to_elasticsearch?: readonly {
    readonly query: string;
    readonly es: unknown;
    readonly field_types?: Readonly<Record<string, string>>;
    readonly known_fields?: readonly string[];
    readonly time_zone?: string;
  }[];
  readonly wildcard_match?: readonly { readonly pattern: string; readonly value: string; readonly match: boolean }[];
  readonly lucene_syntax_detect?: readonly { readonly query: string; readonly lucene: boolean }[];
}

export async function runKqlSuite(paths: readonly string[]): Promise<SuiteResult> {
  const report = new CaseReport();
  for (const path of paths) {
    const file = statSync(path).isDirectory() ? join(path, 'kql.json') : path;
    runFile(JSON.parse(readFileSync(file, 'utf8')) as KqlFile, report);
  }
  const { passed, failed, skipped, lines } = report;
  return { passed, failed, skipped, lines };
}

function runFile(file: KqlFile, report: CaseReport): void {
  for (const fact of file.parse ?? []) runParseCase(fact, report);
  for (const { text, value, type } of file.literals ?? []) {
    report.check(
      `literal ${text}`,
      { value, type },
      attempt(() => literalFact(parseKql(text))),
    );
  }
  for (const fact of file.to_elasticsearch ?? []) {
    const types = fact.field_types ?? {};
    const names = new Set([...(fact.known_fields ?? []), ...Object.keys(types)]);
    const fields = [...names].map((name) => {
      const type = types[name];
      return type === undefined ? { name } : { name, type };
    });
    const options = { fields, ...(fact.time_zone === undefined ? {} : { timeZone: fact.time_zone }) };
    const got = attempt(() => JSON.parse(JSON.stringify(toElasticsearch(parseKql(fact.query), options))) as unknown);
    report.check(`to_elasticsearch ${fact.query}`, fact.es, got);
  }
  for (const { pattern, value, match } of file.wildcard_match ?? []) {
    const got = attempt(() => wildcardMatches(pattern, value));
    report.check(`wildcard ${pattern} on ${JSON.stringify(value)}`, match, got);
  }
  for (const { query, lucene } of file.lucene_syntax_detect ?? []) {
    report.check(`lucene syntax ${query}`, lucene, looksLikeLucene(query));
  }
}

function runParseCase({ id, query, valid, ast, found, offset }: ParseCase, report: CaseReport): void {
  const name = `parse #${id} ${JSON.stringify(query)}`;
  if (valid) {
    report.check(name, ast, JSON.parse(JSON.stringify(attempt(() => treeFact(parseKql(query))))) as unknown);
    return;
  }
  try {
    parseKql(query);
    report.fail(name, 'is accepted');
  } catch (error) {
    if (!(error instanceof KqlParseError)) throw error;
    const met = / but (.*) found\.$/.exec(error.message.split('\n')[0] as string)?.[1];
    report.check(name, { found, offset }, { found: met, offset: error.position.start }, error.message);
  }
}

/** A pattern against an entire value, as fields of type `keyword` are asked. */
function wildcardMatches(pattern: string, value: string): boolean {
  const node = parseKql(`field:${pattern}`);
  if (node.kind === 'exists') return true;
  if (node.kind !== 'wildcard' && node.kind !== 'match') return false;
  return valueTest(node, { nowMs: 0, keyword: true, onField: true }).passes(value);
}

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof KqlParseError) return error.message;
    throw error;
  }
}
