import type { CommandNode, OperandNode, PipeNode, VariableNode } from './ast.ts';
import type { Token } from './lexer.ts';
import { nodeText } from './node-text.ts';
import { numberNode } from './number-node.ts';
import { MAX_NESTING, type TextScope } from './scope.ts';
import type { TokenStream } from './token-stream.ts';
import { unquoteString } from './unquote.ts';

export interface ExpressionScope {
  readonly text: TextScope;
  readonly tokens: TokenStream;
  readonly hasFunction: (name: string) => boolean;
  /** Declared so far, innermost last; a name may stand there more than once. */
  readonly variables: string[];
}

const OPERAND_STARTS: ReadonlySet<string> = new Set([
  ...['bool', 'charConstant', 'complex', 'dot', 'field', 'identifier', 'number', 'nil', 'rawString', 'string'],
  ...['variable', 'leftParen'],
]);

/** Kinds that cannot be called: they may only begin a pipeline. */
const CONSTANTS: ReadonlySet<string> = new Set(['bool', 'dot', 'nil', 'number', 'string']);

type PipelineEnd = 'rightDelim' | 'rightParen';

/** Declarations and commands up to the end token, which is taken. `context` names the place in errors. */
export function parsePipeline(scope: ExpressionScope, context: string, end: PipelineEnd): PipeNode {
  const { tokens } = scope;
  const pos = tokens.peekNonSpace().pos;
  const { decl, isAssign } = declarations(scope, context);
  const cmds: CommandNode[] = [];
  for (;;) {
    const token = tokens.nextNonSpace();
    if (token.type === end) break;
    if (!OPERAND_STARTS.has(token.type)) tokens.unexpected(token, context);
    tokens.back(token);
    cmds.push(command(scope));
  }
  if (cmds.length === 0) tokens.fail(`missing value for ${context}`);
  const bad = cmds.findIndex((cmd, i) => i > 0 && CONSTANTS.has((cmd.args[0] as OperandNode).kind));
  if (bad > 0) tokens.fail(`non executable command in pipeline stage ${bad + 1}`);
  return Object.freeze({ kind: 'pipe', pos, decl: Object.freeze(decl), isAssign, cmds: Object.freeze(cmds) });
}

function declarations(scope: ExpressionScope, context: string): { decl: VariableNode[]; isAssign: boolean } {
  const { tokens, variables } = scope;
  const decl: VariableNode[] = [];
  for (;;) {
    if (tokens.peekNonSpace().type !== 'variable') return { decl, isAssign: false };
    const variable = tokens.next();
    const after = tokens.peek();
    const next = tokens.peekNonSpace();
    const isComma = next.type === 'char' && next.text === ',';
    if (next.type !== 'assign' && next.type !== 'declare' && !isComma) {
      // An operand after all; the space between it and the next has to come back too.
      tokens.back(variable, ...(after.type === 'space' ? [after] : []));
      return { decl, isAssign: false };
    }
    tokens.nextNonSpace();
    decl.push(variableNode(variable));
    variables.push(variable.text);
    if (!isComma) return { decl, isAssign: next.type === 'assign' };
    if (context !== 'range' || decl.length >= 2) tokens.fail(`too many declarations in ${context}`);
    const second = tokens.peekNonSpace().type;
    if (second !== 'variable' && second !== 'rightDelim' && second !== 'rightParen') {
      tokens.fail('range can only initialize variables');
    }
  }
}

function variableNode(token: Token): VariableNode {
  return Object.freeze({ kind: 'variable', pos: token.pos, names: Object.freeze([token.text]) });
}

function command(scope: ExpressionScope): CommandNode {
  const { tokens } = scope;
  const pos = tokens.peekNonSpace().pos;
  const args: OperandNode[] = [];
  for (;;) {
    tokens.peekNonSpace();
    const arg = operand(scope);
    if (arg !== undefined) args.push(arg);
    const token = tokens.next();
    if (token.type === 'space') continue;
    if (token.type === 'rightDelim' || token.type === 'rightParen') tokens.back(token);
    else if (token.type !== 'pipe') tokens.unexpected(token, 'operand');
    break;
  }
  if (args.length === 0) tokens.fail('empty command');
  return Object.freeze({ kind: 'command', pos, args: Object.freeze(args) });
}

/** A term and the fields that follow it without space; undefined when something else comes. */
function operand(scope: ExpressionScope): OperandNode | undefined {
  const { tokens } = scope;
  const node = term(scope);
  const first = tokens.peek();
  if (node === undefined || first.type !== 'field') return node;
  const names: string[] = [];
  while (tokens.peek().type === 'field') names.push(tokens.next().text.slice(1));
  const { pos } = first;
  if (node.kind === 'field')
    return Object.freeze({ kind: 'field', pos, names: Object.freeze([...node.names, ...names]) });
  if (node.kind === 'variable') {
    return Object.freeze({ kind: 'variable', pos, names: Object.freeze([...node.names, ...names]) });
  }
  if (CONSTANTS.has(node.kind)) tokens.fail(`unexpected . after term ${JSON.stringify(nodeText(node))}`);
  return Object.freeze({ kind: 'chain', pos, node, names: Object.freeze(names) });
}

function term(scope: ExpressionScope): OperandNode | undefined {
  const { tokens } = scope;
  const token = tokens.nextNonSpace();
  const { pos } = token;
  switch (token.type) {
    case 'identifier':
      if (!scope.hasFunction(token.text)) tokens.fail(`function ${JSON.stringify(token.text)} not defined`);
      return Object.freeze({ kind: 'identifier', pos, name: token.text });
    case 'dot':
      return Object.freeze({ kind: 'dot', pos });
    case 'nil':
      return Object.freeze({ kind: 'nil', pos });
    case 'variable':
      if (!scope.variables.includes(token.text)) tokens.fail(`undefined variable ${JSON.stringify(token.text)}`);
      return variableNode(token);
    case 'field':
      return Object.freeze({ kind: 'field', pos, names: Object.freeze([token.text.slice(1)]) });
    case 'bool':
      return Object.freeze({ kind: 'bool', pos, value: token.text === 'true' });
    case 'charConstant':
    case 'complex':
    case 'number': {
      const number = numberNode(token.text, pos, token.type === 'charConstant');
      return typeof number === 'string' ? tokens.fail(number) : number;
    }
    case 'leftParen':
      return parenthesised(scope);
    case 'string':
    case 'rawString': {
      const value = unquoteString(token.text) ?? tokens.fail('invalid syntax');
      return Object.freeze({ kind: 'string', pos, quoted: token.text, value });
    }
  }
  tokens.back(token);
  return undefined;
}

function parenthesised(scope: ExpressionScope): PipeNode {
  if (++scope.text.depth > MAX_NESTING) scope.tokens.fail('max expression depth exceeded');
  const pipe = parsePipeline(scope, 'parenthesized pipeline', 'rightParen');
  scope.text.depth--;
  return pipe;
}
