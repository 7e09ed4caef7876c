import { readFileSync } from 'node:fs';
import { Labels, PetrelError } from '@petrel/model';
import { createLogqlEngine } from '@petrel/query/logql/index.ts';
import { MemoryLogSource } from '@petrel/query/logql/memory/memory-log-source.ts';
import type { QueryValue } from '@petrel/query/promql/index.ts';
import type { CaseReport } from '../exposition/report.ts';

/** The file of the logql folder that this runs. */
export const METRIC_FILE = 'metric_eval.json';

interface LoadEntry {
  readonly labels: Readonly<Record<string, string>>;
  readonly line: string;
  readonly at_ms: number;
  readonly repeat?: { readonly every_ms: number; readonly count: number };
  readonly metadata?: Readonly<Record<string, string>>;
}

type Expected = number | 'NaN' | 'Inf' | '-Inf' | null;

interface QueryStep {
  readonly query: string;
  readonly at_ms?: number;
  readonly from_ms?: number;
  readonly to_ms?: number;
  readonly step_ms?: number;
  readonly series?: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly values: readonly Expected[];
  }[];
  readonly ordered?: boolean;
  readonly scalar?: Expected;
  readonly empty?: boolean;
  readonly fails?: true | { readonly contains: string } | { readonly regex: string };
}

interface Scenario {
  readonly id: string;
  readonly steps: readonly (QueryStep | { readonly load: readonly LoadEntry[] })[];
}

const EPOCH_MS = Date.UTC(2026, 0, 1);
const TOLERANCE = 1e-9;

/** Every scenario on an empty source of its own, its steps in order; each query is a case, asked of a source that counts and of one that does not. */
export async function runMetricCases(path: string, report: CaseReport): Promise<void> {
  const { scenarios } = JSON.parse(readFileSync(path, 'utf8')) as { scenarios: readonly Scenario[] };
  for (const { id, steps } of scenarios) {
    const sources = [new MemoryLogSource(), new MemoryLogSource({ counts: false, blockLines: 7 })] as const;
    for (const [i, step] of steps.entries()) {
      if ('load' in step) {
        for (const source of sources) for (const entry of step.load) load(source, entry);
        continue;
      }
      const name = `${METRIC_FILE}: ${id} step ${i}: ${step.query}${step.at_ms === undefined ? ' (range)' : ''}`;
      const mistakes: string[] = [];
      for (const source of sources) {
        const mistake = await mistakeOf(step, source);
        if (mistake !== undefined) mistakes.push(mistake);
      }
      if (mistakes[0] !== undefined) report.fail(name, mistakes[0]);
      else if (wantsEmptyLabel(step)) report.skip(name, 'Petrel has no label with an empty value; all else agrees');
      else report.check(name, true, true);
    }
  }
}

function load(source: MemoryLogSource, { labels, line, at_ms, repeat, metadata }: LoadEntry): void {
  const { count, every_ms } = repeat ?? { count: 1, every_ms: 0 };
  const lines = Array.from({ length: count }, (_, i) => ({
    tsNs: BigInt(EPOCH_MS + at_ms + i * every_ms) * 1_000_000n,
    line: line.replaceAll('{{.i}}', String(i)),
    ...(metadata === undefined ? {} : { metadata }),
  }));
  source.write(Labels.of(labels), lines);
}

/** What is wrong with the answer, or undefined. */
async function mistakeOf(step: QueryStep, source: MemoryLogSource): Promise<string | undefined> {
  let value: QueryValue;
  try {
    value = await ask(step, source);
  } catch (error) {
    if (!(error instanceof PetrelError)) throw error;
    return mistakeOfError(step, error.message);
  }
  if (step.fails !== undefined) return `expected to fail, got ${shown(value)}`;
  if (step.scalar !== undefined) {
    const got = value.type === 'scalar' ? value.value : undefined;
    return got !== undefined && agrees(step.scalar, got)
      ? undefined
      : `expected scalar ${step.scalar}, got ${shown(value)}`;
  }
  return mistakeOfSeries(step, value);
}

async function ask(step: QueryStep, source: MemoryLogSource): Promise<QueryValue> {
  const engine = createLogqlEngine({ source });
  const { query, at_ms, from_ms = 0, to_ms = 0, step_ms = 0 } = step;
  const result =
    at_ms === undefined
      ? engine.range({ query, startMs: EPOCH_MS + from_ms, endMs: EPOCH_MS + to_ms, stepMs: step_ms })
      : engine.instant({ query, timeMs: EPOCH_MS + at_ms });
  return (await result).value;
}

function mistakeOfError({ fails }: QueryStep, message: string): string | undefined {
  if (fails === undefined) return `failed: ${message}`;
  if (fails === true) return undefined;
  const fits = 'contains' in fails ? message.includes(fails.contains) : new RegExp(fails.regex).test(message);
  return fits ? undefined : `expected to fail with ${JSON.stringify(fails)}, got ${message}`;
}

interface Series {
  readonly labels: Labels;
  readonly values: readonly Expected[];
}

function mistakeOfSeries(step: QueryStep, value: QueryValue): string | undefined {
  const wanted = (step.series ?? []).map(({ labels, values }) => ({ labels: Labels.of(labels), values }));
  const got = seriesOf(value);
  const inOrder = step.ordered === true ? got : sortedByLabels(got);
  const expected = step.ordered === true ? wanted : sortedByLabels(wanted);
  const same =
    inOrder.length === expected.length && inOrder.every((series, i) => seriesAgree(expected[i] as Series, series));
  return same ? undefined : `expected ${shownSeries(expected)}\n  got      ${shownSeries(inOrder)}`;
}

function sortedByLabels(series: readonly Series[]): readonly Series[] {
  return [...series].sort((a, b) => Labels.compare(a.labels, b.labels));
}

function seriesOf(value: QueryValue): readonly Series[] {
  switch (value.type) {
    case 'vector':
      return value.samples.map((sample) => ({ labels: sample.labels, values: [plain(sample.value)] }));
    case 'stepMatrix':
      return value.series.map(({ labels, values, present }) => ({
        labels,
        values: [...values].map((v, k) => (present[k] === 1 ? plain(v) : null)),
      }));
    case 'scalar':
      return [{ labels: Labels.EMPTY, values: [plain(value.value)] }];
    default:
      throw new Error(`a log query cannot yield a ${value.type}`);
  }
}

function plain(value: number): Expected {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? value : value > 0 ? 'Inf' : '-Inf';
}

function seriesAgree(wanted: Series, got: Series): boolean {
  return (
    wanted.labels.equals(got.labels) &&
    wanted.values.length === got.values.length &&
    wanted.values.every((value, k) => {
      const other = got.values[k] as Expected;
      return typeof value === 'number' && typeof other === 'number' ? agrees(value, other) : value === other;
    })
  );
}

function agrees(wanted: Expected, got: number): boolean {
  if (typeof wanted !== 'number') return wanted === plain(got);
  return wanted === got || Math.abs(wanted - got) <= TOLERANCE * Math.max(Math.abs(wanted), Math.abs(got));
}

function wantsEmptyLabel({ series }: QueryStep): boolean {
  return series?.some(({ labels }) => Object.values(labels).includes('')) === true;
}

function shown(value: QueryValue): string {
  return shownSeries(seriesOf(value));
}

function shownSeries(series: readonly Series[]): string {
  return series.map(({ labels, values }) => `${labels} ${JSON.stringify(values)}`).join(', ') || 'nothing';
}
