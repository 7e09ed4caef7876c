import { Budget, type ExecutionLimits } from './exec/budget.ts';
import { BUILTINS } from './exec/builtins.ts';
import { executeTree } from './exec/execute.ts';
import type { ExecutionContext, MissingKey } from './exec/scope.ts';
import { escapeTrees } from './html/escape-trees.ts';
import { ESCAPERS } from './html/escapers.ts';
import type { Tree } from './parse/ast.ts';
import { parseTemplate } from './parse/parse.ts';
import type { FunctionTable } from './values/go-value.ts';

export interface CompileOptions {
  /** Functions beside Go's own. Their names have to be known here; execution may bring other implementations. */
  readonly functions?: FunctionTable;
  /** html/template: what actions print is escaped by where it stands in the HTML. */
  readonly html?: boolean;
  /** Variables besides `$` that the text may use, dollar sign included; execution brings their values. */
  readonly variables?: readonly string[];
}

export interface ExecuteOptions {
  /** Replace those of compilation, name by name. */
  readonly functions?: FunctionTable;
  readonly variables?: ReadonlyMap<string, unknown>;
  /** Default: `default`, a missing key has no value. */
  readonly missingKey?: MissingKey;
  readonly limits?: Partial<ExecutionLimits>;
  /** A budget that is already in use: of the execution that runs this one on the side. Wins over limits. */
  readonly budget?: Budget;
}

/** What a compiled template is made of. */
export interface TemplateParts {
  readonly trees: ReadonlyMap<string, Tree>;
  readonly functions: FunctionTable;
  readonly html: boolean;
}

/** A parsed template, to be executed any number of times; it holds no state of its executions. */
export class CompiledTemplate {
  private readonly trees: ReadonlyMap<string, Tree>;
  private readonly functions: FunctionTable;
  /** Whether what actions print is escaped. */
  readonly isHtml: boolean;
  /** In HTML mode: for each template that was executed, the escaped copies of all that it reaches. */
  private readonly escaped = new Map<string, ReadonlyMap<string, Tree>>();

  constructor(
    readonly name: string,
    parts: TemplateParts,
  ) {
    this.trees = parts.trees;
    this.functions = parts.html ? new Map([...parts.functions, ...ESCAPERS]) : parts.functions;
    this.isHtml = parts.html;
  }

  /** Names of the templates in it, its own included. */
  get definedNames(): readonly string[] {
    return [...this.trees.keys()];
  }

  /** The output for some data. Throws TemplateError. */
  execute(data: unknown, options: ExecuteOptions = {}): string {
    return this.executeNamed(this.name, data, options) ?? '';
  }

  /** The output of one of the templates defined in it; undefined when there is none of that name. Throws TemplateError. */
  executeNamed(name: string, data: unknown, options: ExecuteOptions = {}): string | undefined {
    const trees = this.isHtml ? this.escapedFor(name) : this.trees;
    const tree = trees.get(name);
    if (tree === undefined) return undefined;
    const { functions, variables, missingKey = 'default', limits, budget = new Budget(limits) } = options;
    return executeTree(tree, {
      trees,
      functions: functions === undefined ? this.functions : layered(functions, this.functions),
      missingKey,
      budget,
      data,
      ...(variables === undefined ? {} : { variables }),
    });
  }

  private escapedFor(name: string): ReadonlyMap<string, Tree> {
    const known = this.escaped.get(name);
    if (known !== undefined) return known;
    const trees = escapeTrees(this.trees, name);
    this.escaped.set(name, trees);
    return trees;
  }
}

/** The functions of the first table, and those of the second that the first has not. */
function layered(first: FunctionTable, second: FunctionTable): ExecutionContext['functions'] {
  return { get: (name) => first.get(name) ?? second.get(name) };
}

/** Parses a text under a name, which errors show. Throws TemplateError. */
export function compileTemplate(name: string, text: string, options: CompileOptions = {}): CompiledTemplate {
  const { functions = new Map(), html = false, variables = [] } = options;
  const hasFunction = (fn: string): boolean => functions.has(fn) || BUILTINS.has(fn);
  return new CompiledTemplate(name, { trees: parseTemplate(name, text, { hasFunction, variables }), functions, html });
}
