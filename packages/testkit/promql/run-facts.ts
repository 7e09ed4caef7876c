import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { CounterResetHint, FloatHistogram, Span } from '@petrel/model';
import { compactHistogram, formatHistogram } from '@petrel/query/promql/histogram/index.ts';
import {
  parseSeriesDescription,
  parseStartOffsets,
  type SequenceValue,
} from '@petrel/query/promql/memory/series-description.ts';
import {
  decodeBytes,
  type ParseIssue,
  type ParseOptions,
  PromqlParseError,
  parseExpr,
  utf8Length,
} from '@petrel/query/promql/parse/index.ts';
import { prettyExpr, printExpr } from '@petrel/query/promql/print/index.ts';
import { type SuiteResult, sumResults } from '../case-report.ts';
import { clean, factTree, labelsOf } from './fact-tree.ts';
import { SCRIPT_PARSE_OPTIONS } from './script.ts';

/** Prettier facts are broken at this width, not at the 100 that users see. */
const PRETTY_FACT_WIDTH = 10;

type Runner = (facts: never, report: Report) => void;

const RUNNERS: Readonly<Record<string, Runner>> = {
  'parser_expressions.json': runParser,
  'printer.json': runPrinter,
  'prettier.json': runPrettier,
  'series_descriptions.json': runSeries,
  'histogram_series.json': runHistogramSeries,
  'start_timestamp_sequences.json': runStartOffsets,
};

/** The names of the files that `runPromqlFacts` knows. */
export const FACT_FILES: readonly string[] = Object.keys(RUNNERS);

/**
 * Runs the fact files of the parser, the printers and the series notation. A last line for each file with error messages says how many of
 * them are worded differently; that counts as passed, a wrong position does not.
 */
export async function runPromqlFacts(paths: readonly string[]): Promise<SuiteResult> {
  return sumResults(
    paths.map((path) => {
      const name = basename(path);
      const report = new Report(name);
      const runner = RUNNERS[name];
      if (runner === undefined) report.skip(path, `no fact file has this name; known: ${FACT_FILES.join(', ')}`);
      else runner(JSON.parse(readFileSync(path, 'utf8')) as never, report);
      return report.result();
    }),
  );
}

class Report {
  #passed = 0;
  #failed = 0;
  #skipped = 0;
  #messages = 0;
  #differing: string[] = [];
  readonly #lines: string[] = [];

  constructor(readonly file: string) {}

  equal(name: string, expected: unknown, got: unknown): void {
    if (isDeepStrictEqual(expected, got)) this.#passed++;
    else this.fail(name, expected, got);
  }

  fail(name: string, expected: unknown, got: unknown): void {
    this.#failed++;
    this.#lines.push(`FAIL ${this.file}: ${name}\n  expected ${shown(expected)}\n  got      ${shown(got)}`);
  }

  skip(name: string, reason: string): void {
    this.#skipped++;
    this.#lines.push(`SKIP ${name}: ${reason}`);
  }

  message(name: string, expected: string, got: string): void {
    this.#messages++;
    if (expected !== got) this.#differing.push(`${name}\n    expected ${expected}\n    got      ${got}`);
  }

  result(): SuiteResult {
    const lines = [...this.#lines];
    if (this.#messages > 0) {
      lines.push(`NOTE ${this.file}: ${this.#differing.length} of ${this.#messages} messages are worded differently`);
      lines.push(...this.#differing.map((text) => `  ${text}`));
    }
    return { passed: this.#passed, failed: this.#failed, skipped: this.#skipped, lines };
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

interface ParserCase {
  readonly id: number;
  readonly query?: string;
  readonly query_hex?: string;
  readonly query_build?: string;
  readonly valid: boolean;
  readonly ast?: unknown;
  readonly errors?: readonly { message: string; start?: number | null; end?: number | null }[];
}

function runParser({ cases }: { cases: readonly ParserCase[] }, report: Report): void {
  const options: ParseOptions = { ...SCRIPT_PARSE_OPTIONS, fillModifiers: false };
  for (const fact of cases) {
    const query = queryOf(fact);
    const name = `${fact.id} ${JSON.stringify(query.slice(0, 120))}`;
    const outcome = attempt(() => parseExpr(query, options));
    if (fact.valid) {
      if ('value' in outcome) report.equal(name, clean(fact.ast), clean(factTree(outcome.value)));
      else report.fail(name, fact.ast, outcome.error.message);
    } else if ('value' in outcome) report.fail(name, fact.errors, 'no error');
    else if (!(outcome.error instanceof PromqlParseError)) report.fail(name, fact.errors, String(outcome.error));
    else compareIssues(name, { query, expected: fact.errors ?? [], got: outcome.error.issues }, report);
  }
}

function queryOf({ query, query_hex, query_build }: ParserCase): string {
  if (query !== undefined) return query;
  if (query_hex !== undefined) return decodeBytes(Buffer.from(query_hex, 'hex'));
  // "a" + repeat("b",n) + …, the only form that occurs.
  return (query_build ?? '')
    .split(' + ')
    .map((part) => {
      const repeat = /^repeat\("(.*)",(\d+)\)$/.exec(part);
      return repeat === null ? part.slice(1, -1) : (repeat[1] as string).repeat(Number(repeat[2]));
    })
    .join('');
}

/** The first message counts, and every position that is given; later messages as far as both have them. */
function compareIssues(
  name: string,
  { query, expected, got }: { query: string; expected: NonNullable<ParserCase['errors']>; got: readonly ParseIssue[] },
  report: Report,
): void {
  const positions: unknown[] = [];
  const wanted: unknown[] = [];
  expected.forEach((error, i) => {
    const issue = got[i];
    if (issue === undefined) {
      // Prometheus goes on after a syntax error and finds consequences of the first one.
      report.message(`${name} error ${i + 1}`, error.message, '(not reported)');
      return;
    }
    report.message(`${name} error ${i + 1}`, error.message, issue.message);
    if (typeof error.start !== 'number') return;
    wanted.push([error.start, error.end]);
    const bytes = (offset: number): number => utf8Length(query.slice(0, offset));
    positions.push([bytes(issue.position.start), bytes(issue.position.end)]);
  });
  report.equal(`${name}: positions`, wanted, positions);
}

function attempt<T>(parse: () => T): { readonly value: T } | { readonly error: Error } {
  try {
    return { value: parse() };
  } catch (error) {
    return { error: error as Error };
  }
}

function runPrinter({ cases }: { cases: readonly { query: string; string: string }[] }, report: Report): void {
  for (const fact of cases) {
    const outcome = attempt(() => printExpr(parseExpr(fact.query, SCRIPT_PARSE_OPTIONS)));
    report.equal(fact.query, fact.string, 'value' in outcome ? outcome.value : outcome.error.message);
  }
}

function runPrettier({ cases }: { cases: readonly { query: string; pretty: string }[] }, report: Report): void {
  for (const fact of cases) {
    const outcome = attempt(() => prettyExpr(parseExpr(fact.query, SCRIPT_PARSE_OPTIONS), PRETTY_FACT_WIDTH));
    report.equal(fact.query, fact.pretty, 'value' in outcome ? outcome.value : outcome.error.message);
  }
}

interface SeriesCase {
  readonly input: string;
  readonly valid: boolean;
  readonly labels?: Record<string, string>;
  readonly values?: readonly unknown[];
  readonly error?: string;
}

function runSeries({ cases }: { cases: readonly SeriesCase[] }, report: Report): void {
  for (const fact of cases) {
    const outcome = attempt(() => parseSeriesDescription(fact.input));
    if ('error' in outcome) {
      if (fact.valid) report.fail(fact.input, fact, outcome.error.message);
      else report.equal(fact.input, true, outcome.error instanceof PromqlParseError);
      if (fact.error !== undefined) {
        report.message(fact.input, fact.error, outcome.error.message.replace(/^\d+:\d+: (?=parse error)/, ''));
      }
      continue;
    }
    if (!fact.valid) {
      report.fail(fact.input, 'an error', outcome.value.values);
      continue;
    }
    const { labels, values } = outcome.value;
    const expected = { labels: labelsOf(fact.labels ?? {}).toString(), values: fact.values };
    report.equal(fact.input, expected, { labels: labels.toString(), values: values.map(plain) });
  }
}

function plain(value: SequenceValue): unknown {
  if (value.kind === 'gap') return '_';
  return value.kind === 'float' ? value.value : value.kind;
}

interface HistogramFact {
  readonly schema?: number;
  readonly sum?: number;
  readonly count?: number;
  readonly zero_count?: number;
  readonly zero_threshold?: number;
  readonly counter_reset_hint?: CounterResetHint;
  readonly positive_buckets?: readonly number[];
  readonly negative_buckets?: readonly number[];
  readonly positive_spans?: readonly Span[];
  readonly negative_spans?: readonly Span[];
  readonly custom_values?: readonly number[];
}

interface HistogramCase {
  readonly name: string;
  readonly input: string;
  readonly valid: boolean;
  readonly histograms?: readonly HistogramFact[];
  readonly error?: string;
}

function runHistogramSeries(
  facts: {
    cases: readonly HistogramCase[];
    canonical: readonly { name: string; histogram: HistogramFact; canonical: string }[];
  },
  report: Report,
): void {
  for (const fact of facts.cases) {
    const outcome = attempt(() => parseSeriesDescription(fact.input));
    if ('error' in outcome) {
      report.equal(fact.name, fact.valid, false);
      if (fact.error !== undefined) report.message(fact.name, fact.error, outcome.error.message);
    } else if (!fact.valid) report.fail(fact.name, fact.error, outcome.value.values);
    else {
      const got = outcome.value.values.map((value) =>
        value.kind === 'histogram' ? compactHistogram(value.histogram) : value,
      );
      report.equal(
        fact.name,
        (fact.histograms ?? []).map((h) => compactHistogram(fromFact(h))),
        got,
      );
    }
  }
  for (const { name, histogram, canonical } of facts.canonical) {
    report.equal(name, canonical, formatHistogram(fromFact(histogram)));
  }
}

function fromFact(fact: HistogramFact): FloatHistogram {
  return {
    counterResetHint: fact.counter_reset_hint ?? 'unknown',
    schema: fact.schema ?? 0,
    zeroThreshold: fact.zero_threshold ?? 0,
    zeroCount: fact.zero_count ?? 0,
    count: fact.count ?? 0,
    sum: fact.sum ?? 0,
    positiveSpans: fact.positive_spans ?? [],
    positiveBuckets: fact.positive_buckets ?? [],
    negativeSpans: fact.negative_spans ?? [],
    negativeBuckets: fact.negative_buckets ?? [],
    customValues: fact.custom_values ?? [],
  };
}

function runStartOffsets(
  { cases }: { cases: readonly { input: string; valid: boolean; offsets_ms?: readonly unknown[] }[] },
  report: Report,
): void {
  for (const fact of cases) {
    const outcome = attempt(() => parseStartOffsets(fact.input).map((offset) => offset ?? '_'));
    report.equal(
      fact.input,
      fact.valid ? fact.offsets_ms : 'an error',
      'value' in outcome ? outcome.value : 'an error',
    );
  }
}
