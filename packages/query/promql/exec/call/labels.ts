import { type Labels, PetrelError } from '@petrel/model';
import { RE2JS } from 're2js';
import type { CallNode } from '../../plan/plan-node.ts';
import type { Column, Value } from '../columns.ts';
import { mergeEqualLabels } from '../columns.ts';
import type { EvalContext } from '../context.ts';
import type { Evaluate } from '../evaluate.ts';
import { stringArg, vectorArg } from './arguments.ts';
import { isValidLabelName } from './label-names.ts';

/** label_replace(v, dst, replacement, src, regex): where the regex matches all of src, dst takes the expanded replacement. */
export async function evalLabelReplace(node: CallNode, context: EvalContext, evaluate: Evaluate): Promise<Value> {
  const [dst, replacement, src, pattern] = [1, 2, 3, 4].map((arg) => stringArg(node, arg)) as [
    string,
    string,
    string,
    string,
  ];
  const regex = compile(pattern);
  if (!isValidLabelName(dst)) {
    throw new PetrelError('PROMQL_EXEC', `invalid destination label name in label_replace(): ${dst}`);
  }
  const columns = await vectorArg(node, 0, context, evaluate);
  const expansions = new Map<string, string | undefined>();
  return relabelled(columns, dst, context, (labels) => {
    const value = labels.get(src);
    if (!expansions.has(value)) expansions.set(value, expand(regex, replacement, value));
    return expansions.get(value);
  });
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(`^(?s:${pattern})$`);
  } catch (error) {
    throw new PetrelError('PROMQL_EXEC', `invalid regular expression in label_replace(): ${pattern}`, { cause: error });
  }
}

/** The replacement with `$1`, `${1}`, `$name` filled in, or undefined when the value does not match. */
export function expand(regex: RE2JS, replacement: string, value: string): string | undefined {
  const matcher = regex.matcher(value);
  if (!matcher.find()) return undefined;
  const names = regex.namedGroups() as Readonly<Record<string, number>>;
  return replacement.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (_whole, braced?: string, bare?: string) => {
    const name = braced ?? bare;
    if (name === undefined) return '$';
    const group = /^\d+$/.test(name) ? Number(name) : names[name];
    if (group === undefined || group > matcher.groupCount()) return '';
    return matcher.group(group) ?? '';
  });
}

/** label_join(v, dst, separator, src…). */
export async function evalLabelJoin(node: CallNode, context: EvalContext, evaluate: Evaluate): Promise<Value> {
  const dst = stringArg(node, 1);
  const separator = stringArg(node, 2);
  const sources = node.args.slice(3).map((_, i) => stringArg(node, i + 3));
  const invalid = sources.find((name) => !isValidLabelName(name));
  if (invalid !== undefined) {
    throw new PetrelError('PROMQL_EXEC', `invalid source label name in label_join(): ${invalid}`);
  }
  if (!isValidLabelName(dst)) {
    throw new PetrelError('PROMQL_EXEC', `invalid destination label name in label_join(): ${dst}`);
  }
  const columns = await vectorArg(node, 0, context, evaluate);
  return relabelled(columns, dst, context, (labels) => sources.map((name) => labels.get(name)).join(separator));
}

/** A label set costs about as much as so many values. */
const RELABEL_WORK = 200;

/** Sets one label of each series; a series for which `textOf` gives undefined stays as it is. */
async function relabelled(
  columns: readonly Column[],
  dst: string,
  context: EvalContext,
  textOf: (labels: Labels) => string | undefined,
): Promise<Value> {
  const result: Column[] = [];
  for (const column of columns) {
    const value = textOf(column.labels);
    if (value === undefined) result.push(column);
    else {
      // A name that was set on purpose stays.
      const dropName = dst === '__name__' ? false : column.dropName;
      result.push({ ...column, labels: column.labels.with(dst, value), dropName });
    }
    if (context.due(RELABEL_WORK)) await context.pause();
  }
  return { kind: 'vector', columns: mergeEqualLabels(result) };
}
