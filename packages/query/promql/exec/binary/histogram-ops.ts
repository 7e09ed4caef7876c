import type { FloatHistogram } from '@petrel/model';
import {
  addHistograms,
  combinable,
  compactHistogram,
  divHistogram,
  equalHistograms,
  mulHistogram,
  subHistograms,
  trimHistogram,
  withHint,
} from '../../histogram/index.ts';
import type { BinaryOp } from '../../parse/ast.ts';
import type { BinaryNode } from '../../plan/plan-node.ts';
import type { Column, HistogramColumn } from '../columns.ts';
import type { EvalContext } from '../context.ts';
import { noteCombination } from '../histogram-notes.ts';
import { applyOp, isComparison, isTrimOp, OP_CODES } from './operators.ts';

export function negateHistogram(histogram: FloatHistogram): FloatHistogram {
  return mulHistogram(histogram, -1);
}

type Sample = number | FloatHistogram;

/** A binary operation where histograms may occur on either side. `b` may be a scalar; `swapped`: it stands on the left. */
export function combineMixed(
  node: BinaryNode,
  a: Column,
  b: Column | Float64Array,
  swapped: boolean,
  context: EvalContext,
  values: Float64Array,
  present: Uint8Array,
): { readonly found: number; readonly histograms: HistogramColumn | undefined } {
  let histograms: HistogramColumn | undefined;
  let found = 0;
  for (let k = 0; k < values.length; k++) {
    const x = sampleAt(a, k);
    const y = b instanceof Float64Array ? (b[k] as number) : sampleAt(b, k);
    if (x === undefined || y === undefined) continue;
    const value = swapped ? combine(node, y, x, true, context) : combine(node, x, y, false, context);
    if (value === undefined) continue;
    found++;
    if (typeof value === 'number') {
      values[k] = value;
      present[k] = 1;
    } else {
      histograms ??= [];
      histograms[k] = value;
    }
  }
  return { found, histograms };
}

function sampleAt(column: Column, step: number): Sample | undefined {
  return column.histograms?.[step] ?? (column.present[step] === 1 ? column.values[step] : undefined);
}

/** Undefined: no result at this step. `keepRight`: a comparison that holds yields the right side. */
function combine(node: BinaryNode, x: Sample, y: Sample, keepRight: boolean, context: EvalContext): Sample | undefined {
  const { op, returnBool } = node;
  if (typeof x === 'number' && typeof y === 'number' && !isTrimOp(op)) {
    const value = applyOp(OP_CODES[op as keyof typeof OP_CODES], x, y);
    if (!isComparison(op) || returnBool) return value;
    return value === 0 ? undefined : keepRight ? y : x;
  }
  if (typeof x !== 'number' && typeof y !== 'number') return combineHistograms(node, x, y, context);
  if (typeof x !== 'number' && typeof y === 'number') {
    if (op === '*') return compactHistogram(mulHistogram(x, y));
    if (op === '/') return compactHistogram(divHistogram(x, y));
    if (isTrimOp(op)) return compactHistogram(trimHistogram(x, y, op === '</' ? 'below' : 'above'));
  }
  if (typeof x === 'number' && typeof y !== 'number' && op === '*') return compactHistogram(mulHistogram(y, x));
  incompatibleTypes(node, typeName(x), typeName(y), context);
  return undefined;
}

function combineHistograms(
  node: BinaryNode,
  x: FloatHistogram,
  y: FloatHistogram,
  context: EvalContext,
): Sample | undefined {
  const { op, returnBool, pos } = node;
  if (op === '==' || op === '!=') {
    const holds = equalHistograms(x, y) === (op === '==');
    if (returnBool) return Number(holds);
    return holds ? x : undefined;
  }
  if (op !== '+' && op !== '-') {
    incompatibleTypes(node, 'histogram', 'histogram', context);
    return undefined;
  }
  if (!combinable(x, y)) {
    context.annotations.warn(`incompatible bucket layout encountered for binary operator ${op}`, pos);
    return undefined;
  }
  const result = op === '+' ? addHistograms(x, y) : subHistograms(x, y);
  noteCombination(context.annotations, result, op === '+' ? 'addition' : 'subtraction', pos);
  return compactHistogram(op === '-' ? withHint(result.histogram, 'gauge') : result.histogram);
}

function typeName(sample: Sample): string {
  return typeof sample === 'number' ? 'float' : 'histogram';
}

function incompatibleTypes(node: BinaryNode, left: string, right: string, context: EvalContext): void {
  const op: BinaryOp = node.op;
  context.annotations.info(
    `incompatible sample types encountered for binary operator "${op}": ${left} ${op} ${right}`,
    node.pos,
  );
}
