import { Labels } from '@petrel/model';
import type { CallNode } from '../../plan/plan-node.ts';
import { compareFloats } from '../aggregate/top-k.ts';
import type { Column, Value } from '../columns.ts';
import type { EvalContext } from '../context.ts';
import type { Evaluate } from '../evaluate.ts';
import { stringArg, vectorArg } from './arguments.ts';

/** sort, sort_desc (floats only, NaN last), sort_by_label, sort_by_label_desc (natural order). They order instant results. */
export async function evalSort(node: CallNode, context: EvalContext, evaluate: Evaluate): Promise<Value> {
  if (context.isRange) {
    context.annotations.warn(
      'sort is ineffective for range queries since results are always ordered by labels',
      node.pos,
    );
  }
  const columns = await vectorArg(node, 0, context, evaluate);
  const descending = node.func.endsWith('_desc');
  if (node.func.startsWith('sort_by_label')) {
    const names = node.args.slice(1).map((_, i) => stringArg(node, i + 1));
    const sign = descending ? -1 : 1;
    return { kind: 'vector', columns: [...columns].sort((a, b) => sign * compareByLabels(a.labels, b.labels, names)) };
  }
  const floats = columns
    .filter((column) => column.present.includes(1))
    .map((column): Column => ({ ...column, histograms: undefined }));
  return { kind: 'vector', columns: floats.sort((a, b) => compareFloats(a.values[0], b.values[0], descending)) };
}

function compareByLabels(a: Labels, b: Labels, names: readonly string[]): number {
  for (const name of names) {
    const c = compareNaturally(a.get(name), b.get(name));
    if (c !== 0) return c;
  }
  return Labels.compare(a, b);
}

/** Runs of digits compare as numbers, everything else by character: `cpu9` before `cpu10`. */
function compareNaturally(a: string, b: string): number {
  const partsA = a.match(/\d+|\D+/g) ?? [];
  const partsB = b.match(/\d+|\D+/g) ?? [];
  const n = Math.min(partsA.length, partsB.length);
  for (let i = 0; i < n; i++) {
    const x = partsA[i] as string;
    const y = partsB[i] as string;
    if (x === y) continue;
    if (/^\d/.test(x) && /^\d/.test(y)) {
      const numeric = Number(x) - Number(y);
      if (numeric !== 0) return numeric;
      if (x.length !== y.length) return x.length - y.length;
    }
    return x < y ? -1 : 1;
  }
  return partsA.length - partsB.length;
}
