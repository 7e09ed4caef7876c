import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Matcher, PetrelError } from '@petrel/model';
import { MemorySource } from '@petrel/query/promql/memory/memory-source.ts';
import type { Expr } from '@petrel/query/promql/parse/ast.ts';
import { parseExpr } from '@petrel/query/promql/parse/index.ts';
import type { MetricSource } from '@petrel/query/promql/port.ts';
import type { EngineFeatures, PromqlEngine, QueryValue, StepSeries } from '@petrel/query/promql/result.ts';
import { pinnedAt } from './at-variants.ts';
import {
  compareResult,
  compareValue,
  type Difference,
  matchesMessage,
  showExpectation,
  showSequence,
} from './compare.ts';
import { load } from './load.ts';
import { type EvalCommand, parseScript, SCRIPT_PARSE_OPTIONS, ScriptError } from './script.ts';

/** Engine settings that the scripts of Prometheus assume. */
export const SCRIPT_FEATURES: EngineFeatures = Object.freeze({
  experimentalFunctions: true,
  durationExpressions: true,
  extendedRangeSelectors: true,
  fillModifiers: true,
  delayedNameRemoval: true,
});

/** Prometheus's test engine loads no more samples than this for a query. */
export const SCRIPT_MAX_SAMPLES = 10_000;

export type MakeEngine = (source: MetricSource, features: EngineFeatures) => PromqlEngine;

export interface ScriptOptions {
  /** Also ask each instant query with `@`, at other times, and as a range query. */
  readonly extraChecks?: boolean;
  readonly features?: Partial<EngineFeatures>;
}

export interface CaseResult {
  readonly file: string;
  readonly line: number;
  readonly query: string;
  /** A native histogram is expected, or read by the query. */
  readonly nativeHistogram: boolean;
  readonly passed: boolean;
  readonly expected?: string;
  readonly got?: string;
}

export interface ScriptRun {
  readonly cases: readonly CaseResult[];
  /** A script that does not parse, or whose load block fails. */
  readonly error?: string;
}

/** Runs script files, each against an engine of its own. */
export async function runPromqlScripts(
  paths: readonly string[],
  makeEngine: MakeEngine,
  options: ScriptOptions = {},
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const path of paths) {
    const name = basename(path);
    // The one script that is written for the engine without delayed removal of names.
    const features = name.includes('delayed_name_removal_disabled') ? { delayedNameRemoval: false } : {};
    const settings = { ...options, features: { ...features, ...options.features } };
    const { cases, error } = await runScript(name, { text: readFileSync(path, 'utf8'), makeEngine, ...settings });
    results.push(...cases);
    if (error !== undefined)
      results.push({ file: name, line: 0, query: '', nativeHistogram: false, passed: false, got: error });
  }
  return results;
}

/** Runs one script. Errors of the script end it; a failed case does not. */
export async function runScript(
  file: string,
  { text, makeEngine, ...options }: ScriptOptions & { readonly text: string; readonly makeEngine: MakeEngine },
): Promise<ScriptRun> {
  const source = new MemorySource();
  const engine = makeEngine(source, { ...SCRIPT_FEATURES, ...options.features });
  const cases: CaseResult[] = [];
  try {
    for (const command of parseScript(text)) {
      if (command.kind === 'clear') source.clear();
      else if (command.kind === 'load') load(source, command);
      else {
        const nativeHistogram = touchesHistograms(command, source);
        const facts = { file, line: command.line, query: command.query, nativeHistogram };
        const difference = await evaluate(command, engine, options.extraChecks === true);
        cases.push(
          difference === undefined
            ? { ...facts, passed: true }
            : { ...facts, passed: false, expected: describeExpectation(command), got: difference },
        );
      }
    }
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    return { cases, error: error.message };
  }
  return { cases };
}

async function evaluate(command: EvalCommand, engine: PromqlEngine, extraChecks: boolean): Promise<Difference> {
  const { query, time, expect } = command;
  let result: Awaited<ReturnType<PromqlEngine['instant']>>;
  try {
    result =
      time.mode === 'instant'
        ? await engine.instant({ query, timeMs: time.atMs })
        : await engine.range({ query, startMs: time.startMs, endMs: time.endMs, stepMs: time.stepMs });
  } catch (error) {
    if (!(error instanceof PetrelError)) return `a bug: ${error instanceof Error ? error.stack : String(error)}`;
    if (expect.fail === undefined) return `error ${error.code}: ${error.message}`;
    if (matchesMessage(expect.fail, error.message)) return undefined;
    return `expected error ${showExpectation(expect.fail)}, but got: ${error.message}`;
  }
  if (expect.fail !== undefined) return 'expected an error but got none';
  const difference = compareResult(command, result);
  if (difference !== undefined || !extraChecks || time.mode !== 'instant') return difference;
  return (await checkPinned(command, time.atMs, engine)) ?? (await checkRange(command, time.atMs, engine));
}

/** With `@` on every selector, the time of the evaluation must not matter. */
async function checkPinned(command: EvalCommand, atMs: number, engine: PromqlEngine): Promise<Difference> {
  const query = pinnedAt(command.query, atMs);
  if (query === undefined || command.expect.rangeVector !== undefined) return undefined;
  for (const timeMs of [0, atMs + 60_000, 2 * atMs + 3_600_000, Math.floor(atMs / 2)]) {
    const difference = await attempt(async () => {
      const { value } = await engine.instant({ query, timeMs });
      return compareValue(command, value.type === 'vector' ? { ...value, tMs: atMs } : value);
    });
    if (difference !== undefined) return `as ${query} at ${timeMs} ms: ${difference}`;
  }
  return undefined;
}

/** As the middle step of a range query the answer must be the same. */
async function checkRange(command: EvalCommand, atMs: number, engine: PromqlEngine): Promise<Difference> {
  const { query, expect } = command;
  const skip = expect.ordered || expect.string !== undefined || expect.rangeVector !== undefined;
  if (skip || /\b(?:start|end|range|step)\s*\(/.test(query)) return undefined;
  const difference = await attempt(async () => {
    const { value } = await engine.range({ query, startMs: atMs - 60_000, endMs: atMs + 60_000, stepMs: 60_000 });
    if (value.type !== 'stepMatrix') return `expected a matrix, got ${value.type}`;
    return compareValue(command, middleStep(value, atMs, expect.scalar !== undefined));
  });
  return difference === undefined ? undefined : `as range query: ${difference}`;
}

async function attempt(run: () => Promise<Difference>): Promise<Difference> {
  try {
    return await run();
  } catch (error) {
    return error instanceof PetrelError ? `error ${error.code}: ${error.message}` : `a bug: ${(error as Error).stack}`;
  }
}

function middleStep(value: Extract<QueryValue, { type: 'stepMatrix' }>, tMs: number, scalar: boolean): QueryValue {
  const at = 1;
  const alive = value.series.filter((s) => s.present[at] === 1 || s.histograms?.[at] !== undefined);
  if (scalar) return { type: 'scalar', tMs, value: alive[0]?.values[at] ?? Number.NaN };
  const samples = alive.map(({ labels, values, histograms }: StepSeries) => {
    const histogram = histograms?.[at];
    return { labels, value: values[at] as number, ...(histogram === undefined ? {} : { histogram }) };
  });
  return { type: 'vector', tMs, samples };
}

function touchesHistograms({ query, expect }: EvalCommand, source: MemorySource): boolean {
  if (expect.series.some(({ values }) => values.some((value) => value.kind === 'histogram'))) return true;
  return selectorsOf(parseExpr(query, SCRIPT_PARSE_OPTIONS)).some((matchers) => source.holdsHistograms(matchers));
}

function selectorsOf(expr: Expr): readonly (readonly Matcher[])[] {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return [];
    case 'vectorSelector':
      return [expr.matchers];
    case 'matrixSelector':
      return [expr.selector.matchers];
    case 'call':
      return expr.args.flatMap(selectorsOf);
    case 'aggregate':
      return [...selectorsOf(expr.expr), ...(expr.param === undefined ? [] : selectorsOf(expr.param))];
    case 'binary':
      return [...selectorsOf(expr.lhs), ...selectorsOf(expr.rhs)];
    case 'subquery':
    case 'unary':
    case 'paren':
      return selectorsOf(expr.expr);
  }
}

function describeExpectation({ expect }: EvalCommand): string {
  const parts: string[] = [];
  if (expect.fail !== undefined) parts.push(`an error ${showExpectation(expect.fail)}`);
  for (const w of expect.warns) parts.push(`a warning ${showExpectation(w)}`);
  for (const i of expect.infos) parts.push(`an info ${showExpectation(i)}`);
  if (expect.noWarn) parts.push('no warning');
  if (expect.noInfo) parts.push('no info');
  if (expect.scalar !== undefined) parts.push(`scalar ${expect.scalar}`);
  if (expect.string !== undefined) parts.push(`string ${JSON.stringify(expect.string)}`);
  for (const { labels, values } of expect.series) parts.push(`${labels} ${values.map(showSequence).join(' ')}`);
  if (parts.length === 0) parts.push('an empty result');
  return parts.join('\n    ');
}
