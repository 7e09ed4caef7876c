import type { NaiveExpr, NaiveGrouping, NaiveLine, NaiveRange, NaiveSelector } from './naive-query.ts';

type Labels = Readonly<Record<string, string>>;

export interface NaiveSample {
  readonly labels: Labels;
  readonly value: number;
}

interface Found {
  readonly tsNs: bigint;
  readonly labels: Labels;
  readonly line: string;
  readonly value: number;
}

/** The query failed, and not because of a mistake in the test. */
export class NaiveFailure extends Error {}

/** The value of a query at one time, by plain loops over all lines: a number, or samples in no order. Lines are sorted by time. */
export function evaluateNaively(expr: NaiveExpr, lines: readonly NaiveLine[], tMs: number): number | NaiveSample[] {
  switch (expr.kind) {
    case 'number':
      return expr.value;
    case 'range':
      return evaluateRange(expr, lines, tMs);
    case 'aggregation': {
      const inner = evaluateNaively(expr.expr, lines, tMs);
      if (typeof inner === 'number') throw new Error('an aggregation of a number');
      return aggregate(expr, inner);
    }
    case 'binary':
      return combine(expr, evaluateNaively(expr.left, lines, tMs), evaluateNaively(expr.right, lines, tMs));
  }
}

function evaluateRange(range: NaiveRange, lines: readonly NaiveLine[], tMs: number): NaiveSample[] {
  const endNs = BigInt(tMs - range.offsetMs) * 1_000_000n;
  const startNs = endNs - BigInt(range.rangeMs) * 1_000_000n;
  const groups = new Map<string, { labels: Labels; found: Found[] }>();
  for (const line of lines) {
    if (line.tsNs <= startNs || line.tsNs > endNs) continue;
    const found = findLine(range, line);
    if (found === undefined) continue;
    const key = keyOf(found.labels);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { labels: found.labels, found: [found] });
    else group.found.push(found);
  }
  if (range.func === 'absent_over_time') return groups.size > 0 ? [] : [{ labels: absentLabels(range), value: 1 }];
  return [...groups.values()].map(({ labels, found }) => ({ labels, value: rangeValue(range, found, endNs) }));
}

/** The line as a sample, or undefined where it has no part in it. */
function findLine(range: NaiveRange, line: NaiveLine): Found | undefined {
  const state = throughStages(range.selector, line);
  if (state === undefined) return undefined;
  const { labels } = state;
  let value = 1;
  let error = state.error;
  if (range.unwrap !== undefined) {
    const text = labels[range.unwrap];
    if (text === undefined) return undefined;
    value = Number(text);
    if (Number.isNaN(value) && error === '') error = 'SampleExtractionErr';
  }
  if (error !== '' && range.skipsErrors) return undefined;
  if (error !== '') throw new NaiveFailure(error);
  return { tsNs: line.tsNs, labels: groupLabels(range, labels), line: line.line, value };
}

function throughStages(selector: NaiveSelector, line: NaiveLine): { labels: Labels; error: string } | undefined {
  for (const { name, op, value } of selector.matchers) {
    if (((line.stream[name] ?? '') === value) !== (op === '=')) return undefined;
  }
  for (const { op, text } of selector.lineFilters) {
    if (line.line.includes(text) !== (op === '|=')) return undefined;
  }
  const labels: Record<string, string> = { ...line.stream };
  const metadata: Record<string, string> = { ...line.metadata };
  if (line.level !== '') metadata.detected_level ??= line.level;
  for (const [name, value] of Object.entries(metadata))
    labels[name in line.stream ? `${name}_extracted` : name] = value;
  if (selector.logfmt) {
    for (const [name, value] of logfmtPairs(line.line)) {
      labels[name in line.stream || name in metadata ? `${name}_extracted` : name] = value;
    }
  }
  let error = '';
  for (const { name, op, value } of selector.labelFilters) {
    if (op === '>') {
      if (error !== '') continue;
      const text = labels[name];
      if (text === undefined) return undefined;
      if (Number.isNaN(Number(text))) error = 'LabelFilterErr';
      else if (!(Number(text) > value)) return undefined;
    } else if (((labels[name] ?? '') === value) !== (op === '=')) return undefined;
  }
  return { labels, error };
}

function logfmtPairs(line: string): readonly (readonly [string, string])[] {
  return line.split(' ').flatMap((word) => {
    const at = word.indexOf('=');
    return at <= 0 || at === word.length - 1 ? [] : [[word.slice(0, at), word.slice(at + 1)] as const];
  });
}

function groupLabels({ unwrap, grouping, func }: NaiveRange, labels: Labels): Labels {
  if (func === 'absent_over_time') return {};
  if (grouping !== undefined && !grouping.without) return pick(labels, (name) => grouping.labels.includes(name));
  return pick(labels, (name) => name !== unwrap && grouping?.labels.includes(name) !== true);
}

function absentLabels({ selector }: NaiveRange): Labels {
  const labels: Record<string, string> = {};
  for (const { name, op, value } of selector.matchers) if (op === '=') labels[name] = value;
  for (const { name, op } of selector.matchers) if (op !== '=') delete labels[name];
  return labels;
}

function rangeValue({ func, unwrap, quantile, rangeMs }: NaiveRange, found: readonly Found[], endNs: bigint): number {
  const values = found.map(({ value }) => value);
  const bytes = found.reduce((sum, { line }) => sum + new TextEncoder().encode(line).length, 0);
  const sum = values.reduce((a, b) => a + b, 0);
  const seconds = rangeMs / 1000;
  const mean = sum / values.length;
  const variance = values.reduce((a, v) => a + (v - mean) ** 2, 0) / values.length;
  switch (func) {
    case 'count_over_time':
      return values.length;
    case 'rate':
      return (unwrap === undefined ? values.length : sum) / seconds;
    case 'bytes_over_time':
      return bytes;
    case 'bytes_rate':
      return bytes / seconds;
    case 'sum_over_time':
      return sum;
    case 'avg_over_time':
      return mean;
    case 'min_over_time':
      return Math.min(...values);
    case 'max_over_time':
      return Math.max(...values);
    case 'first_over_time':
      return values[0] as number;
    case 'last_over_time':
      return values[values.length - 1] as number;
    case 'stdvar_over_time':
      return variance;
    case 'stddev_over_time':
      return Math.sqrt(variance);
    case 'quantile_over_time':
      return quantileOf(values, quantile ?? Number.NaN);
    case 'rate_counter':
      return counterRate(found, seconds, endNs);
    default:
      throw new Error(`no such function: ${func}`);
  }
}

function quantileOf(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = q * (sorted.length - 1);
  const lower = sorted[Math.floor(rank)] as number;
  const upper = sorted[Math.min(sorted.length - 1, Math.floor(rank) + 1)] as number;
  return lower + (upper - lower) * (rank - Math.floor(rank));
}

function counterRate(found: readonly Found[], rangeS: number, endNs: bigint): number {
  if (found.length < 2) return 0;
  const first = found[0] as Found;
  const last = found[found.length - 1] as Found;
  let increase = last.value - first.value;
  for (let i = 1; i < found.length; i++) {
    const before = (found[i - 1] as Found).value;
    if ((found[i] as Found).value < before) increase += before;
  }
  const sampledS = Number(last.tsNs - first.tsNs) / 1e9;
  const gapS = sampledS / (found.length - 1);
  let toStartS = rangeS - Number(endNs - first.tsNs) / 1e9;
  if (increase > 0 && first.value >= 0) toStartS = Math.min(toStartS, (sampledS * first.value) / increase);
  const toEndS = Number(endNs - last.tsNs) / 1e9;
  const covered = sampledS + (toStartS < gapS * 1.1 ? toStartS : gapS / 2) + (toEndS < gapS * 1.1 ? toEndS : gapS / 2);
  return (increase * covered) / sampledS / rangeS;
}

function aggregate(
  { op, param, grouping }: NaiveExpr & { readonly kind: 'aggregation' },
  samples: readonly NaiveSample[],
): NaiveSample[] {
  const groups = new Map<string, { labels: Labels; samples: NaiveSample[] }>();
  for (const sample of samples) {
    const labels = groupOf(grouping, sample.labels);
    const group = groups.get(keyOf(labels));
    if (group === undefined) groups.set(keyOf(labels), { labels, samples: [sample] });
    else group.samples.push(sample);
  }
  return [...groups.values()].flatMap((group) => {
    if (op === 'topk' || op === 'bottomk') return best(group.samples, op === 'topk' ? 1 : -1, param ?? 0);
    return [
      {
        labels: group.labels,
        value: foldValues(
          op,
          group.samples.map(({ value }) => value),
        ),
      },
    ];
  });
}

function groupOf(grouping: NaiveGrouping | undefined, labels: Labels): Labels {
  return pick(labels, (name) => (grouping?.labels.includes(name) === true) !== (grouping?.without === true));
}

/** Of equal values those that come first by their labels. */
function best(samples: readonly NaiveSample[], sign: number, count: number): NaiveSample[] {
  return [...samples].sort((a, b) => (b.value - a.value) * sign || compareLabels(a.labels, b.labels)).slice(0, count);
}

function compareLabels(a: Labels, b: Labels): number {
  const [x, y] = [a, b].map((labels) =>
    Object.entries(labels)
      .sort(([m], [n]) => (m < n ? -1 : 1))
      .flat(),
  );
  for (const [i, text] of (x as string[]).entries()) {
    const other = y?.[i];
    if (other === undefined) return 1;
    if (text !== other) return text < other ? -1 : 1;
  }
  return (x as string[]).length - (y as string[]).length;
}

function foldValues(op: string, values: readonly number[]): number {
  const sum = values.reduce((a, b) => a + b, 0);
  switch (op) {
    case 'sum':
      return sum;
    case 'avg':
      return sum / values.length;
    case 'count':
      return values.length;
    case 'min':
      return Math.min(...values);
    case 'max':
      return Math.max(...values);
    default:
      throw new Error(`no such aggregation: ${op}`);
  }
}

type Binary = NaiveExpr & { readonly kind: 'binary' };

function combine(expr: Binary, left: number | NaiveSample[], right: number | NaiveSample[]): number | NaiveSample[] {
  if (typeof left === 'number' && typeof right === 'number') return operate(expr.op, left, right);
  if (typeof left === 'number') return withNumber(expr, right as NaiveSample[], (v) => operate(expr.op, left, v));
  if (typeof right === 'number') return withNumber(expr, left, (v) => operate(expr.op, v, right));
  const matches = (a: NaiveSample, b: NaiveSample) => keyOf(matched(expr, a.labels)) === keyOf(matched(expr, b.labels));
  if (expr.op === 'and') return left.filter((a) => right.some((b) => matches(a, b)));
  if (expr.op === 'unless') return left.filter((a) => !right.some((b) => matches(a, b)));
  if (expr.op === 'or') return [...left, ...right.filter((b) => !left.some((a) => matches(a, b)))];
  if (right.some((a, i) => right.some((b, j) => i < j && matches(a, b))))
    throw new NaiveFailure('duplicates on the right');
  const pairs = left.flatMap((a) => right.filter((b) => matches(a, b)).map((b) => [a, b] as const));
  if (pairs.some(([, a], i) => pairs.some(([, b], j) => i < j && a === b))) throw new NaiveFailure('many to one');
  return pairs.flatMap(([a, b]) => {
    const value = operate(expr.op, a.value, b.value);
    const labels = matched(expr, a.labels);
    if (!isComparison(expr.op) || expr.bool) return [{ labels, value }];
    return value === 1 ? [{ labels, value: a.value }] : [];
  });
}

function withNumber(expr: Binary, samples: readonly NaiveSample[], outcome: (value: number) => number): NaiveSample[] {
  return samples.flatMap(({ labels, value }) => {
    const result = outcome(value);
    if (!isComparison(expr.op) || expr.bool) return [{ labels, value: result }];
    return result === 1 ? [{ labels, value }] : [];
  });
}

function matched({ on }: Binary, labels: Labels): Labels {
  return on === undefined ? labels : pick(labels, (name) => on.includes(name));
}

function isComparison(op: string): boolean {
  return ['==', '!=', '>', '>=', '<', '<='].includes(op);
}

function operate(op: string, a: number, b: number): number {
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? Number.NaN : a / b;
    case '>':
      return Number(a > b);
    case '<=':
      return Number(a <= b);
    case '!=':
      return Number(a !== b);
    default:
      throw new Error(`no such operator: ${op}`);
  }
}

function pick(labels: Labels, keeps: (name: string) => boolean): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => keeps(name)));
}

/** Equal for equal label sets. */
export function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
