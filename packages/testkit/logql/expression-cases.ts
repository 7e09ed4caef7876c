import { readFileSync } from 'node:fs';
import { PetrelError } from '@petrel/model';
import { JsonPathError, type JsonPathStep, parseJsonPath } from '@petrel/query/logql/exec/stages/json-path.ts';
import { compileLineFilter } from '@petrel/query/logql/exec/stages/line-filter.ts';
import {
  PatternError,
  type PatternNode,
  parseCapturePattern,
  parsePattern,
  testPattern,
} from '@petrel/query/logql/exec/stages/pattern-expression.ts';
import { compileRegexpParser } from '@petrel/query/logql/exec/stages/regexp-stage.ts';
import type { CaseReport } from '../exposition/report.ts';
import { attempt } from './stage-cases.ts';

interface PatternFacts {
  readonly match: readonly {
    readonly pattern: string;
    readonly line: string;
    readonly captures: readonly string[] | null;
    readonly line_filter_match: boolean;
  }[];
  readonly errors: readonly { readonly pattern: string; readonly valid: boolean; readonly error?: string }[];
  readonly line_filter: readonly { readonly pattern: string; readonly valid_as_line_filter: boolean }[];
  readonly parse: readonly { readonly pattern: string; readonly nodes: readonly PatternNode[] }[];
}

/** patterns.json: the expressions of `| pattern`, `|>` and `!>`. */
export function runPatternCases(path: string, report: CaseReport): void {
  const facts = JSON.parse(readFileSync(path, 'utf8')) as PatternFacts;
  for (const { pattern, line, captures, line_filter_match } of facts.match) {
    report.check(`patterns ${pattern} on ${JSON.stringify(line)}`, captures ?? [], capturesOf(pattern, line));
    report.check(`patterns ${pattern} tests ${line}`, line_filter_match, testPattern(parsePattern(pattern), line));
  }
  for (const { pattern, valid, error } of facts.errors) {
    const mistake = mistakeOf(() => parseCapturePattern(pattern));
    report.check(`patterns ${pattern} is valid`, valid, mistake === undefined);
    if (error !== undefined) report.check(`patterns ${pattern} error`, true, mistake?.includes(error), mistake);
  }
  for (const { pattern, valid_as_line_filter } of facts.line_filter) {
    const got = attempt(() => compileLineFilter({ op: '|>', alternatives: [{ kind: 'text', value: pattern }] }));
    report.check(`patterns ${pattern} as line filter`, valid_as_line_filter, got !== 'fails');
  }
  for (const { pattern, nodes } of facts.parse) report.check(`patterns ${pattern} nodes`, nodes, parsePattern(pattern));
}

function capturesOf(pattern: string, line: string): readonly string[] {
  const places: number[] = [];
  const count = parseCapturePattern(pattern).match(line, places);
  return Array.from({ length: count }, (_, i) => line.slice(places[2 * i], places[2 * i + 1]));
}

interface JsonPathFacts {
  readonly cases: readonly {
    readonly expression: string;
    readonly valid: boolean;
    readonly path?: readonly JsonPathStep[];
    readonly error?: string;
  }[];
  readonly regexp_parser: readonly { readonly regexp: string; readonly valid: boolean }[];
}

/** json_paths.json: the expressions of `| json a="…"`, and which those of `| regexp` may be. */
export function runJsonPathCases(path: string, report: CaseReport): void {
  const facts = JSON.parse(readFileSync(path, 'utf8')) as JsonPathFacts;
  for (const { expression, valid, path: steps, error } of facts.cases) {
    let got: unknown;
    const mistake = mistakeOf(() => {
      got = parseJsonPath(expression);
    });
    report.check(`json_paths ${expression}`, valid ? steps : error, valid ? got : mistake);
  }
  for (const { regexp, valid } of facts.regexp_parser) {
    report.check(`json_paths regexp ${regexp}`, valid, attempt(() => compileRegexpParser(regexp)) !== 'fails');
  }
}

function mistakeOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof PatternError || error instanceof JsonPathError || error instanceof PetrelError) {
      return error.message;
    }
    throw error;
  }
}
