import type { Tree } from '../parse/ast.ts';
import { TemplateError } from '../template-error.ts';
import { type ExecutionContext, Scope } from './scope.ts';
import { Output, walkList } from './walk.ts';

export interface Execution extends ExecutionContext {
  /** The dot; null and undefined are no data. */
  readonly data: unknown;
  /** Variables that the text may use without declaring them. */
  readonly variables?: ReadonlyMap<string, unknown>;
}

/** Runs a template to its text. Throws TemplateError; other errors are bugs of the functions that were handed in. */
export function executeTree(tree: Tree, execution: Execution): string {
  const data = execution.data ?? undefined;
  const { budget } = execution;
  const { depth } = budget;
  const scope = new Scope(execution, tree, data);
  for (const [name, value] of execution.variables ?? []) scope.declare(name, value ?? undefined);
  const output = new Output(budget.maxOutputLength);
  try {
    walkList({ scope, output }, data, tree.root);
  } catch (error) {
    // The depth is counted, but how much stack a level takes depends on who called.
    if (error instanceof RangeError && /call stack/i.test(error.message)) {
      const message = `template: ${tree.name}: exceeded maximum template depth`;
      throw new TemplateError({ phase: 'execute', message, templateName: tree.name });
    }
    throw error;
  } finally {
    budget.depth = depth;
  }
  return wellFormed(output.text);
}

/** Bytes that are not UTF-8 have no place in a string that goes out: they become U+FFFD. */
function wellFormed(text: string): string {
  if (!/[\udc80-\udcff]/.test(text)) return text;
  return text.replace(/(?<![\ud800-\udbff])[\udc80-\udcff]/g, '\ufffd');
}
