import type { FloatHistogram, Labels } from '@petrel/model';
import type { Position } from '../../parse/ast.ts';
import type { CallNode } from '../../plan/plan-node.ts';
import { forMetric } from '../annotations.ts';
import type { Buckets } from '../classic-histogram.ts';
import { bucketFraction, bucketQuantile, repair } from '../classic-histogram.ts';
import type { Column, Value } from '../columns.ts';
import { Arena, mergeEqualLabels } from '../columns.ts';
import type { EvalContext } from '../context.ts';
import type { Evaluate } from '../evaluate.ts';
import { formatG } from '../range-call.ts';
import { scalarArg, stringArg, vectorArg, withoutName } from './arguments.ts';
import { nativeFraction, nativeQuantile, nativeScalar, SCALARS } from './native-histogram.ts';

export const HISTOGRAM_FUNCTIONS: ReadonlySet<string> = new Set([
  'histogram_quantile',
  'histogram_quantiles',
  'histogram_fraction',
  ...SCALARS,
]);

/** What is read off a histogram, classic or native, at a step. */
interface Reader {
  /** Of the argument that holds the histograms. */
  readonly pos: Position;
  classic(buckets: Buckets, step: number, metric: string): number;
  native(histogram: FloatHistogram, step: number, metric: string): number;
  readonly label?: { readonly name: string; readonly value: string };
}

export async function evalHistogramFunction(node: CallNode, context: EvalContext, evaluate: Evaluate): Promise<Value> {
  if (SCALARS.includes(node.func)) return nativeScalar(node, context, evaluate);
  const vector = { histogram_quantile: 1, histogram_quantiles: 0, histogram_fraction: 2 }[node.func] ?? 0;
  const columns = await vectorArg(node, vector, context, evaluate);
  const pos = node.argPos[vector] ?? node.pos;
  const readers: Reader[] = [];
  if (node.func === 'histogram_fraction') {
    const lower = await scalarArg(node, 0, context, evaluate);
    const upper = await scalarArg(node, 1, context, evaluate);
    readers.push(fractionReader(lower, upper, pos, context));
  } else if (node.func === 'histogram_quantile') {
    readers.push(quantileReader(node, await scalarArg(node, 0, context, evaluate), 0, pos, context));
  } else {
    const name = stringArg(node, 1);
    for (let arg = 2; arg < node.args.length; arg++) {
      const q = await scalarArg(node, arg, context, evaluate);
      const label = { name, value: openMetricsNumber(q[0] ?? 0) };
      readers.push({ ...quantileReader(node, q, arg, pos, context), label });
    }
  }
  const sets = gatherHistograms(columns, node.grid.steps, pos, context);
  const result = readers.flatMap((reader) => sets.map((set) => readSet(set, reader, node, context)));
  const found = result.filter((column) => column !== undefined);
  context.hold(found.length * node.grid.steps);
  return { kind: 'vector', columns: context.features.delayedNameRemoval ? found : mergeEqualLabels(found) };
}

function quantileReader(node: CallNode, q: Float64Array, arg: number, pos: Position, context: EvalContext): Reader {
  const { annotations } = context;
  for (const value of q) {
    if (value >= 0 && value <= 1) continue;
    annotations.warn(`quantile value should be between 0 and 1, got ${formatG(value)}`, node.argPos[arg] ?? node.pos);
  }
  return {
    pos,
    classic(buckets, step, metric) {
      const forced = repair(buckets);
      const tMs = node.grid.startMs + step * node.grid.stepMs;
      if (forced !== undefined) annotations.forcedMonotonicity(metric, pos, tMs, forced);
      return bucketQuantile(q[step] as number, buckets);
    },
    native(histogram, step, metric) {
      const { value, info } = nativeQuantile(q[step] as number, histogram);
      if (info !== undefined) annotations.info(info + forMetric(metric), pos);
      return value;
    },
  };
}

function fractionReader(lower: Float64Array, upper: Float64Array, pos: Position, { annotations }: EvalContext): Reader {
  return {
    pos,
    classic(buckets, step) {
      repair(buckets);
      return bucketFraction(lower[step] as number, upper[step] as number, buckets);
    },
    native(histogram, step, metric) {
      const { value, info } = nativeFraction(lower[step] as number, upper[step] as number, histogram);
      if (info !== undefined) annotations.info(info + forMetric(metric), pos);
      return value;
    },
  };
}

/** As OpenMetrics writes a quantile: whole numbers with a decimal. */
function openMetricsNumber(value: number): string {
  if (!Number.isFinite(value)) return formatG(value);
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** All that describes one distribution: buckets of a classic histogram by bound, or a series of native ones, or both. */
interface HistogramSet {
  readonly labels: Labels;
  readonly dropName: boolean;
  readonly members: { readonly upper: number; readonly column: Column }[];
  native: Column | undefined;
}

function gatherHistograms(
  columns: readonly Column[],
  steps: number,
  pos: Position,
  context: EvalContext,
): readonly HistogramSet[] {
  const sets = new Map<string, HistogramSet>();
  const le = new Set(['le']);
  const setOf = (labels: Labels, dropName: boolean): HistogramSet => {
    let set = sets.get(labels.key);
    if (set === undefined) {
      set = { labels, dropName, members: [], native: undefined };
      sets.set(labels.key, set);
    }
    return set;
  };
  for (const column of columns) {
    if (column.histograms !== undefined) setOf(column.labels.without(le), column.dropName).native = column;
    if (!column.present.includes(1)) continue;
    const text = column.labels.get('le');
    const upper = parseBound(text);
    if (upper === undefined) {
      const metric = context.features.delayedNameRemoval ? column.labels.metric : '';
      context.annotations.warn(
        `bucket label "le" is missing or has a malformed value of ${JSON.stringify(text)}${forMetric(metric)}`,
        pos,
      );
      continue;
    }
    setOf(column.labels.without(le), column.dropName).members.push({ upper, column });
  }
  for (const set of sets.values()) {
    set.members.sort((a, b) => a.upper - b.upper);
    if (set.native !== undefined && set.members.length > 0) warnOfMix(set, steps, pos, context);
  }
  return [...sets.values()];
}

function parseBound(text: string): number | undefined {
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (text.trim() !== text || text === '') return undefined;
  const value = Number(text);
  return Number.isNaN(value) && !/^nan$/i.test(text) ? undefined : value;
}

function isMixed(set: HistogramSet, step: number): boolean {
  return set.native?.histograms?.[step] !== undefined && set.members.some((m) => m.column.present[step] === 1);
}

function warnOfMix(set: HistogramSet, steps: number, pos: Position, context: EvalContext): void {
  for (let k = 0; k < steps; k++) {
    if (!isMixed(set, k)) continue;
    const metric = context.features.delayedNameRemoval ? set.labels.metric : '';
    context.annotations.warn(`vector contains a mix of classic and native histograms${forMetric(metric)}`, pos);
    return;
  }
}

function readSet(set: HistogramSet, reader: Reader, node: CallNode, context: EvalContext): Column | undefined {
  const { steps } = node.grid;
  const { values, present } = new Arena(steps).take();
  const buckets: Buckets = {
    upper: new Float64Array(set.members.length),
    counts: new Float64Array(set.members.length),
    length: 0,
  };
  const metric = context.features.delayedNameRemoval ? set.labels.metric : '';
  let found = 0;
  for (let k = 0; k < steps; k++) {
    const histogram = set.native?.histograms?.[k];
    fillBuckets(buckets, set, k);
    // A series that is both at once cannot be told apart: it has no result.
    if ((histogram === undefined) === (buckets.length === 0)) continue;
    values[k] = histogram === undefined ? reader.classic(buckets, k, metric) : reader.native(histogram, k, metric);
    present[k] = 1;
    found++;
  }
  if (found === 0) return undefined;
  const column = { labels: set.labels, dropName: set.dropName, values, present };
  const named = { ...column, ...withoutName(column, context) };
  return reader.label === undefined
    ? named
    : { ...named, labels: named.labels.with(reader.label.name, reader.label.value) };
}

function fillBuckets(buckets: Buckets, set: HistogramSet, step: number): void {
  let n = 0;
  for (const { upper, column } of set.members) {
    if (column.present[step] !== 1) continue;
    buckets.upper[n] = upper;
    buckets.counts[n++] = column.values[step] as number;
  }
  buckets.length = n;
}
