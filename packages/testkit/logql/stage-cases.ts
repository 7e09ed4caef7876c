import { readFileSync } from 'node:fs';
import { Labels, PetrelError } from '@petrel/model';
import { compilePipeline } from '@petrel/query/logql/exec/stages/compile-pipeline.ts';
import { compileUnwrap } from '@petrel/query/logql/exec/stages/unwrap.ts';
import type { LogRange, LogSelector, MetricExpr } from '@petrel/query/logql/parse/ast.ts';
import { parseLogql, parseLogSelector } from '@petrel/query/logql/parse/index.ts';
import type { CaseReport } from '../exposition/report.ts';

type LabelFacts = Readonly<Record<string, string>>;

interface StageFact {
  readonly id: number;
  readonly name: string;
  /** LogQL to put behind a selector. */
  readonly pipeline: string;
  /** The pipeline cannot be compiled. */
  readonly fails?: boolean;
  readonly line?: string | null;
  readonly labels?: LabelFacts;
  readonly structured_metadata?: LabelFacts;
  /** `__error__` and `__error_details__` of a stage before. */
  readonly error_set_before?: LabelFacts;
  readonly timestamp_ns?: string;
  readonly expect_labels?: LabelFacts;
  readonly expect_line?: string;
  readonly kept?: boolean;
}

/** stages.json: one stage or a few on one line. */
export function runStageCases(path: string, report: CaseReport): void {
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: readonly StageFact[] };
  for (const fact of cases) {
    const name = `stages ${fact.id} ${fact.name}: ${fact.pipeline}`;
    report.check(
      name,
      fact.fails === true ? 'fails' : expectedOf(fact),
      attempt(() => processed(fact)),
    );
  }
}

/** What the fact states of the line, and nothing else. */
function expectedOf({ expect_labels, expect_line, kept }: StageFact): object {
  return {
    ...(kept === undefined ? {} : { kept }),
    ...(expect_labels === undefined || kept === false ? {} : { labels: Labels.of(expect_labels).toObject() }),
    ...(expect_line === undefined ? {} : { line: expect_line }),
  };
}

function processed(fact: StageFact): object {
  const { stages } = selectorOf(`{a="b"} ${fact.pipeline}`);
  const metadata = Object.entries({ ...fact.structured_metadata, ...fact.error_set_before }).flat();
  const stream = compilePipeline(stages)().forStream(Labels.of(fact.labels ?? {}));
  const result = stream.process({ line: fact.line ?? '', tsNs: BigInt(fact.timestamp_ns ?? 0), metadata });
  const { kept, expect_labels, expect_line } = fact;
  return {
    ...(kept === undefined ? {} : { kept: result !== undefined }),
    ...(expect_labels === undefined || kept === false ? {} : { labels: result?.labels.toObject() }),
    ...(expect_line === undefined ? {} : { line: result?.line }),
  };
}

function selectorOf(query: string): LogSelector {
  return parseLogSelector(query, { validate: false });
}

interface LineFilterFact {
  readonly query: string;
  readonly lines: readonly { readonly line: string; readonly kept: boolean }[];
}

/** line_filters.json: which lines pass a query. */
export function runLineFilterCases(path: string, report: CaseReport): void {
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: readonly LineFilterFact[] };
  for (const { query, lines } of cases) {
    for (const { line, kept } of lines) {
      const got = attempt(() => {
        const { stages } = selectorOf(query);
        const stream = compilePipeline(stages)().forStream(Labels.of({ app: 'foo' }));
        return stream.process({ line, tsNs: 0n, metadata: [] }) !== undefined;
      });
      report.check(`line_filters ${query} on ${JSON.stringify(line)}`, kept, got);
    }
  }
}

interface UnwrapFact {
  readonly name: string;
  readonly unwrap: string;
  readonly grouping: { readonly labels: readonly string[]; readonly without: boolean; readonly no_labels: boolean };
  readonly labels: LabelFacts;
  readonly structured_metadata?: LabelFacts;
  readonly line: string;
  readonly ok: boolean;
  readonly value?: number;
  readonly expect_labels?: LabelFacts;
}

/** unwrap.json: the number in a label, and the labels of the sample after the grouping around it. */
export function runUnwrapCases(path: string, report: CaseReport): void {
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: readonly UnwrapFact[] };
  for (const fact of cases) {
    const expected = fact.ok ? { value: fact.value, labels: fact.expect_labels } : { ok: false };
    report.check(
      `unwrap ${fact.name}: ${fact.unwrap}`,
      expected,
      attempt(() => unwrapped(fact)),
    );
  }
}

function unwrapped(fact: UnwrapFact): object {
  const { unwrap, selector } = rangeOf(parseLogql(`sum_over_time({a="b"} ${fact.unwrap} [1m])`) as MetricExpr);
  if (unwrap === undefined) throw new Error('the query unwraps nothing');
  const { labels, without, no_labels } = fact.grouping;
  const isBy = labels.length > 0 && !without;
  const stream = compilePipeline(selector.stages)().forStream(Labels.of(fact.labels));
  const metadata = Object.entries(fact.structured_metadata ?? {}).flat();
  const line = stream.process({ line: fact.line, tsNs: 0n, metadata });
  const sample = line === undefined ? undefined : compileUnwrap(unwrap, { keepsLabel: isBy })(line);
  if (sample === undefined) return { ok: false };
  const names = new Set(labels);
  const group = (all: Labels): Labels => {
    if (all.has('__error__')) return all;
    if (no_labels) return Labels.EMPTY;
    return isBy ? all.keep(names) : all.without(names);
  };
  return { value: sample.value, labels: group(sample.labels).toObject() };
}

function rangeOf(expr: MetricExpr): LogRange {
  if (expr.kind !== 'rangeAggregation') throw new Error(`a range aggregation was expected, not ${expr.kind}`);
  return expr.over;
}

/** What came of it, or `fails` where the query is refused. */
export function attempt(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof PetrelError) return 'fails';
    throw error;
  }
}
