import type { Node, Tree } from '../parse/ast.ts';
import { nodeText } from '../parse/node-text.ts';
import { quoteGo } from '../print/quote.ts';
import { TemplateError } from '../template-error.ts';
import type { FunctionTable } from '../values/go-value.ts';
import { byteLength } from '../values/utf8.ts';
import type { Budget } from './budget.ts';

/** What a missing key of a map gives: no value, the zero of the map's elements, an error. */
export type MissingKey = 'default' | 'zero' | 'error';

/** What stays the same during one execution. */
export interface ExecutionContext {
  readonly trees: ReadonlyMap<string, Tree>;
  readonly functions: Pick<FunctionTable, 'get'>;
  readonly missingKey: MissingKey;
  readonly budget: Budget;
}

/** Marks an argument that is not there, as opposed to one without a value. */
export const MISSING: unique symbol = Symbol('missing');

interface Variable {
  readonly name: string;
  value: unknown;
}

/** One template while it runs: its variables, and the node at which an error would be placed. */
export class Scope {
  private readonly variables: Variable[];
  private node: Node | undefined;

  constructor(
    readonly context: ExecutionContext,
    readonly tree: Tree,
    data: unknown,
  ) {
    this.variables = [{ name: '$', value: data }];
  }

  at(node: Node): void {
    this.node = node;
  }

  /** Counts a step against the budget. */
  step(): void {
    const { budget } = this.context;
    if (++budget.steps > budget.maxSteps) this.fail(`exceeded maximum of ${budget.maxSteps} steps`);
  }

  get mark(): number {
    return this.variables.length;
  }

  /** Forgets the variables that were declared since the mark. */
  release(mark: number): void {
    this.variables.length = mark;
  }

  declare(name: string, value: unknown): void {
    this.variables.push({ name, value });
  }

  assign(name: string, value: unknown): void {
    const variable = this.variables.findLast((candidate) => candidate.name === name);
    if (variable === undefined) this.fail(`undefined variable: ${name}`);
    variable.value = value;
  }

  /** Sets the nth variable from the end, counted from 1: those that a `range` declared. */
  setFromTop(n: number, value: unknown): void {
    const variable = this.variables.at(-n);
    if (variable !== undefined) variable.value = value;
  }

  variable(name: string): unknown {
    for (let i = this.variables.length - 1; i >= 0; i--) {
      const variable = this.variables[i] as Variable;
      if (variable.name === name) return variable.value;
    }
    return this.fail(`undefined variable: ${name}`);
  }

  fail(message: string): never {
    const { tree, node } = this;
    if (node === undefined) {
      const text = `template: ${tree.name}: ${message}`;
      throw new TemplateError({ phase: 'execute', message: text, templateName: tree.name });
    }
    const before = tree.text.slice(0, node.pos);
    const lineStart = before.lastIndexOf('\n') + 1;
    const line = before.split('\n').length;
    const column = byteLength(before.slice(lineStart));
    const place = `template: ${tree.parseName}:${line}:${column}: executing ${quoteGo(tree.name)} at <${nodeText(node)}>`;
    const details = { phase: 'execute', templateName: tree.name, line, column } as const;
    throw new TemplateError({ ...details, message: `${place}: ${message}` });
  }
}
