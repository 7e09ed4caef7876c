import { readFileSync } from 'node:fs';
import { type ParseOptions, parseExpr } from '@petrel/query/promql/parse/index.ts';
import { isMap, isScalar, parseDocument } from 'yaml';

/** One query of a file. */
export interface NamedQuery {
  /** The key of the mapping, or the comment above the query; '' where there is neither. */
  readonly name: string;
  readonly query: string;
  /** Where the query begins, from 1. */
  readonly line: number;
}

/** The file cannot be read as a list of queries; the message names the file, and the line where there is one. */
export class QueryFileError extends Error {
  override readonly name = 'QueryFileError';
}

/**
 * Reads a file of queries. `.yml` and `.yaml`: a mapping from names to expressions. Anything else is PromQL text: `#` and `//` begin a
 * comment line, queries are separated by blank or comment lines; lines that only make sense one by one are one query each.
 * The queries come in the order of the file and need not be valid PromQL. @throws QueryFileError
 */
export function readQueryFile(path: string): readonly NamedQuery[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new QueryFileError(`${path} cannot be read: ${(error as Error).message}`);
  }
  const queries = /\.ya?ml$/i.test(path) ? queriesOfMapping(text, path) : queriesOfText(text);
  if (queries.length === 0) throw new QueryFileError(`${path} holds no query`);
  return queries;
}

/** `path` is for messages only. @throws QueryFileError */
export function queriesOfMapping(text: string, path: string): readonly NamedQuery[] {
  const document = parseDocument(text, { prettyErrors: false });
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;
  const [error] = document.errors;
  if (error !== undefined) throw new QueryFileError(`${path}:${lineAt(error.pos[0])}: ${error.message}`);
  if (document.contents === null) return [];
  if (!isMap(document.contents)) throw new QueryFileError(`${path}: a mapping from names to expressions is expected`);
  return document.contents.items.map(({ key, value }) => {
    const line = lineAt((isScalar(key) ? key.range?.[0] : undefined) ?? 0);
    // The source of a number is what was written: `1e3` is a query too.
    const query = isScalar(value) && (typeof value.value === 'string' ? value.value : value.source);
    if (typeof query !== 'string' || query.trim() === '') {
      throw new QueryFileError(`${path}:${line}: ${String(key)} is no expression`);
    }
    return { name: String(key), query: query.trim(), line };
  });
}

export function queriesOfText(text: string): readonly NamedQuery[] {
  const queries: NamedQuery[] = [];
  let comment: string | undefined;
  let block: { text: string; line: number }[] = [];
  const close = () => {
    if (block.length > 0) queries.push(...queriesOfBlock(block, comment ?? ''));
    if (block.length > 0) comment = undefined;
    block = [];
  };
  for (const [i, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    const mark = /^(?:\/\/|#)\s*(.*)$/.exec(line);
    if (mark === null && line !== '') {
      block.push({ text: line, line: i + 1 });
      continue;
    }
    close();
    if (mark !== null) comment = mark[1];
  }
  close();
  return queries;
}

/** Lines without a gap: one query over several lines, or, where that is no PromQL, a query each. */
function queriesOfBlock(lines: readonly { text: string; line: number }[], name: string): NamedQuery[] {
  const whole = lines.map(({ text }) => text).join('\n');
  if (lines.length === 1 || isPromql(whole) || !lines.every(({ text }) => isPromql(text))) {
    return [{ name, query: whole, line: lines[0]?.line ?? 1 }];
  }
  return lines.map(({ text, line }, i) => ({ name: i === 0 ? name : '', query: text, line }));
}

/** What is behind a flag may be switched on where the query is sent. */
const EVERYTHING_ON: ParseOptions = {
  experimentalFunctions: true,
  durationExpressions: true,
  extendedRangeSelectors: true,
  fillModifiers: true,
};

function isPromql(text: string): boolean {
  try {
    parseExpr(text, EVERYTHING_ON);
    return true;
  } catch {
    return false;
  }
}
