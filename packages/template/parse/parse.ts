import type { Tree } from './ast.ts';
import { isEmptyList } from './empty.ts';
import { parseStatements } from './statements.ts';
import { TokenStream } from './token-stream.ts';

export interface ParseOptions {
  /** Whether a function of that name exists: others are errors. */
  readonly hasFunction: (name: string) => boolean;
  /** Variables that the text may use without declaring them, dollar sign included; `$` always is. */
  readonly variables?: readonly string[];
}

/**
 * Parses one text: the tree of the text itself under `name`, and one for each `define` and `block` in it.
 * Throws TemplateError, and nothing else, for what is not a template.
 */
export function parseTemplate(name: string, text: string, options: ParseOptions): ReadonlyMap<string, Tree> {
  const tokens = new TokenStream(name, text);
  const trees = new Map<string, Tree>();
  const add = (treeName: string, root: Tree['root']): void => {
    const old = trees.get(treeName);
    if (old === undefined || isEmptyList(old.root)) {
      trees.set(treeName, Object.freeze({ name: treeName, parseName: name, text, root }));
    } else if (!isEmptyList(root)) {
      tokens.fail(`template: multiple definition of template ${JSON.stringify(treeName)}`);
    }
  };
  const root = parseStatements({ tokens, add, hasFunction: options.hasFunction, depth: 0 }, options.variables ?? []);
  add(name, root);
  return trees;
}
