import type { Labels } from '@petrel/model';
import { PetrelError } from '@petrel/model';
import { RE2JS } from 're2js';
import { expand } from '../../../promql/exec/call/labels.ts';
import type { Column } from '../../../promql/exec/columns.ts';
import type { LabelReplace } from '../../parse/ast.ts';

/** Where the regex matches all of `source`, `destination` takes the expanded replacement. Series may come to the same labels; what stands around puts them together. */
export function replaceLabel(node: LabelReplace, columns: readonly Column[]): readonly Column[] {
  const regex = compile(node.regex);
  const expansions = new Map<string, string | undefined>();
  const replaced = (labels: Labels): Labels => {
    const value = labels.get(node.source);
    if (!expansions.has(value)) expansions.set(value, expand(regex, node.replacement, value));
    const text = expansions.get(value);
    return text === undefined ? labels : labels.with(node.destination, text);
  };
  return columns.map((column) => ({ ...column, labels: replaced(column.labels) }));
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(`^(?:${pattern})$`);
  } catch (error) {
    throw new PetrelError('LOGQL_EXEC', `invalid regex in label_replace: ${pattern}`, { cause: error });
  }
}
