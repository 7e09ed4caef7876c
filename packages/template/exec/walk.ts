import type { ListNode, RangeNode, StatementNode, TemplateNode } from '../parse/ast.ts';
import { nodeText } from '../parse/node-text.ts';
import { quoteGo } from '../print/quote.ts';
import { sprint } from '../print/sprint.ts';
import { FunctionError } from '../template-error.ts';
import { GoFunction, GoInt } from '../values/go-value.ts';
import { intOf, isTrue, itemsOf, mapOfValue, sortedKeys } from '../values/inspect.ts';
import { MAX_DEPTH } from './budget.ts';
import { evalPipeline } from './evaluate.ts';
import { Scope } from './scope.ts';

/** Why a list stopped before its end. */
type Jump = 'break' | 'continue' | undefined;

/** Where the text goes. */
export class Output {
  private readonly parts: string[] = [];
  private length = 0;

  constructor(private readonly maxLength: number) {}

  get text(): string {
    return this.parts.join('');
  }

  write(scope: Scope, text: string): void {
    this.length += text.length;
    if (this.length > this.maxLength) scope.fail(`output exceeds ${this.maxLength} characters`);
    this.parts.push(text);
  }
}

export interface Walk {
  readonly scope: Scope;
  readonly output: Output;
}

/** Runs the statements of a list in turn. Variables that they declare last until the enclosing block ends. */
export function walkList(walk: Walk, dot: unknown, list: ListNode): Jump {
  const { scope } = walk;
  const { budget } = scope.context;
  if (++budget.depth > MAX_DEPTH) scope.fail(`exceeded maximum template depth (${MAX_DEPTH})`);
  for (const node of list.nodes) {
    const jump = walkStatement(walk, dot, node);
    if (jump !== undefined) {
      budget.depth--;
      return jump;
    }
  }
  budget.depth--;
  return undefined;
}

function walkStatement(walk: Walk, dot: unknown, node: StatementNode): Jump {
  const { scope, output } = walk;
  scope.at(node);
  scope.step();
  switch (node.kind) {
    case 'text':
      output.write(scope, node.text);
      return undefined;
    case 'action': {
      const value = evalPipeline(scope, dot, node.pipe);
      if (node.pipe.decl.length > 0) return undefined;
      scope.at(node);
      output.write(scope, printed(scope, node, value));
      return undefined;
    }
    case 'if':
    case 'with': {
      const mark = scope.mark;
      const value = evalPipeline(scope, dot, node.pipe);
      let jump: Jump;
      if (isTrue(value)) jump = walkList(walk, node.kind === 'with' ? value : dot, node.list);
      else if (node.elseList !== undefined) jump = walkList(walk, dot, node.elseList);
      scope.release(mark);
      return jump;
    }
    case 'range': {
      const mark = scope.mark;
      const jump = walkRange(walk, dot, node);
      scope.release(mark);
      return jump;
    }
    case 'template':
      walkTemplate(walk, dot, node);
      return undefined;
    case 'break':
    case 'continue':
      return node.kind;
  }
}

function printed(scope: Scope, node: StatementNode, value: unknown): string {
  if (value === undefined || value === null) return '<no value>';
  if (typeof value === 'string') return value;
  if (value instanceof GoFunction) scope.fail(`can't print ${nodeText(node)} of type ${value.type.name}`);
  try {
    return pointerFree(sprint([value], scope.context.budget.maxOutputLength), value);
  } catch (error) {
    if (error instanceof FunctionError) return scope.fail(error.message);
    throw error;
  }
}

/** Output shows what a pointer points to, without the ampersand of `%v`. */
function pointerFree(text: string, value: unknown): string {
  const isPointer = typeof value === 'object' && value !== null && 'type' in value && hasPointerType(value.type);
  return isPointer && text.startsWith('&') ? text.slice(1) : text;
}

function hasPointerType(type: unknown): boolean {
  return typeof type === 'object' && type !== null && 'isPointer' in type && type.isPointer === true;
}

function walkRange(walk: Walk, dot: unknown, node: RangeNode): Jump {
  const { scope } = walk;
  const value = evalPipeline(scope, dot, node.pipe);
  const mark = scope.mark;
  let rounds = 0;
  for (const [key, item] of entriesOf(scope, node, value)) {
    rounds++;
    scope.step();
    setRangeVariables(scope, node, key, item);
    const jump = walkList(walk, item, node.list);
    scope.release(mark);
    if (jump === 'break') return undefined;
  }
  if (rounds > 0 || node.elseList === undefined) return undefined;
  return walkList(walk, dot, node.elseList);
}

function setRangeVariables(scope: Scope, node: RangeNode, key: unknown, item: unknown): void {
  const { decl, isAssign } = node.pipe;
  const [first, second] = decl;
  if (first === undefined) return;
  if (isAssign) {
    scope.assign(first.names[0] as string, second === undefined ? item : key);
    if (second !== undefined) scope.assign(second.names[0] as string, item);
    return;
  }
  scope.setFromTop(1, item);
  if (second !== undefined) scope.setFromTop(2, key);
}

/** Key and value of each round; nothing for what is empty. */
function* entriesOf(scope: Scope, node: RangeNode, value: unknown): Iterable<readonly [unknown, unknown]> {
  if (value === undefined || value === null) return;
  const count = intOf(value);
  if (count !== undefined) {
    if (node.pipe.decl.length > 1) scope.fail(`can't use ${sprint([value])} to iterate over more than one variable`);
    for (let i = 0n; i < count; i++) yield [undefined, value instanceof GoInt ? new GoInt(value.type, i) : i];
    return;
  }
  const items = itemsOf(value);
  if (items !== undefined) {
    for (const [i, item] of items.entries()) yield [BigInt(i), item];
    return;
  }
  const map = mapOfValue(value);
  if (map === undefined) scope.fail(`range can't iterate over ${sprint([value])}`);
  for (const key of sortedKeys(map)) yield [key, map.get(key)];
}

function walkTemplate(walk: Walk, dot: unknown, node: TemplateNode): void {
  const { scope, output } = walk;
  const tree = scope.context.trees.get(node.name) ?? scope.fail(`template ${quoteGo(node.name)} not defined`);
  if (scope.context.budget.depth >= MAX_DEPTH) scope.fail(`exceeded maximum template depth (${MAX_DEPTH})`);
  const data = node.pipe === undefined ? undefined : evalPipeline(scope, dot, node.pipe);
  walkList({ scope: new Scope(scope.context, tree, data), output }, data, tree.root);
}
