import type { ListNode, PipeNode, StatementNode } from './ast.ts';
import { type ExpressionScope, parsePipeline } from './expression.ts';
import type { Token } from './lexer.ts';
import { MAX_NESTING, type TextScope } from './scope.ts';
import type { TokenStream } from './token-stream.ts';
import { unquoteString } from './unquote.ts';

/** What one tree has for itself. */
interface TreeScope extends ExpressionScope {
  readonly text: TextScope;
  rangeDepth: number;
}

/** How a list of statements ended. `follows`: the `if` or `with` of `{{else if`, not yet taken. */
interface ListEnd {
  readonly kind: 'end' | 'else';
  readonly pos: number;
  readonly follows?: 'if' | 'with';
}

function isEnd(node: StatementNode | ListEnd): node is ListEnd {
  return node.kind === 'end' || node.kind === 'else';
}

/** The whole text, `define`s included. */
export function parseStatements(text: TextScope, variables: readonly string[]): ListNode {
  const { tokens } = text;
  const scope = treeScope(text, variables);
  const pos = tokens.peek().pos;
  const nodes: StatementNode[] = [];
  for (let token = tokens.peek(); token.type !== 'eof'; token = tokens.peek()) {
    if (token.type === 'leftDelim') {
      const delim = tokens.next();
      const word = tokens.nextNonSpace();
      if (word.type === 'define') {
        parseDefinition(text);
        continue;
      }
      tokens.back(delim, word);
    }
    const node = textOrAction(scope);
    if (isEnd(node)) return tokens.fail(`unexpected {{${node.kind}}}`);
    nodes.push(node);
  }
  return freezeList(pos, nodes);
}

function treeScope(text: TextScope, variables: readonly string[]): TreeScope {
  return { text, tokens: text.tokens, hasFunction: text.hasFunction, variables: ['$', ...variables], rangeDepth: 0 };
}

function freezeList(pos: number, nodes: StatementNode[]): ListNode {
  return Object.freeze({ kind: 'list', pos, nodes: Object.freeze(nodes) });
}

function parseDefinition(text: TextScope): void {
  const { tokens } = text;
  const context = 'define clause';
  tokens.actionLine = 0;
  const name = stringValue(tokens, tokens.expect(['string', 'rawString'], context));
  tokens.expect(['rightDelim'], context);
  text.add(name, parseBody(text, context));
}

/** The body of a `define` or `block`: a tree of its own, up to its `end`. */
function parseBody(text: TextScope, context: string): ListNode {
  const { list, end } = itemList(treeScope(text, []));
  if (end.kind !== 'end') text.tokens.fail(`unexpected {{else}} in ${context}`);
  return list;
}

function stringValue(tokens: TokenStream, token: Token): string {
  return unquoteString(token.text) ?? tokens.fail('invalid syntax');
}

function itemList(scope: TreeScope): { readonly list: ListNode; readonly end: ListEnd } {
  const { tokens, text } = scope;
  if (++text.depth > MAX_NESTING) tokens.fail('max nesting depth exceeded');
  const pos = tokens.peekNonSpace().pos;
  const nodes: StatementNode[] = [];
  while (tokens.peekNonSpace().type !== 'eof') {
    const node = textOrAction(scope);
    if (isEnd(node)) {
      text.depth--;
      return { list: freezeList(pos, nodes), end: node };
    }
    nodes.push(node);
  }
  return tokens.fail('unexpected EOF');
}

function textOrAction(scope: TreeScope): StatementNode | ListEnd {
  const { tokens } = scope;
  const token = tokens.nextNonSpace();
  if (token.type === 'text') return Object.freeze({ kind: 'text', pos: token.pos, text: token.text });
  if (token.type !== 'leftDelim') return tokens.unexpected(token, 'input');
  tokens.actionLine = token.line;
  const node = action(scope);
  tokens.actionLine = 0;
  return node;
}

function action(scope: TreeScope): StatementNode | ListEnd {
  const { tokens } = scope;
  const token = tokens.nextNonSpace();
  switch (token.type) {
    case 'block':
      return block(scope);
    case 'break':
    case 'continue':
      return jump(scope, token);
    case 'else':
      return elseControl(tokens);
    case 'end':
      return { kind: 'end', pos: tokens.expect(['rightDelim'], 'end').pos };
    case 'if':
    case 'with':
    case 'range':
      return branch(scope, token.type);
    case 'template':
      return templateControl(scope);
  }
  tokens.back(token);
  const pipe = parsePipeline(scope, 'command', 'rightDelim');
  return Object.freeze({ kind: 'action', pos: token.pos, pipe });
}

function jump(scope: TreeScope, token: Token): StatementNode {
  const { tokens } = scope;
  const kind = token.type === 'break' ? 'break' : 'continue';
  const next = tokens.nextNonSpace();
  if (next.type !== 'rightDelim') tokens.unexpected(next, `{{${kind}}}`);
  if (scope.rangeDepth === 0) tokens.fail(`{{${kind}}} outside {{range}}`);
  return Object.freeze({ kind, pos: token.pos });
}

function elseControl(tokens: TokenStream): ListEnd {
  const next = tokens.peekNonSpace();
  if (next.type === 'if' || next.type === 'with') return { kind: 'else', pos: next.pos, follows: next.type };
  return { kind: 'else', pos: tokens.expect(['rightDelim'], 'else').pos };
}

function branch(scope: TreeScope, kind: 'if' | 'with' | 'range'): StatementNode {
  const { tokens, variables } = scope;
  const mark = variables.length;
  const pipe = parsePipeline(scope, kind, 'rightDelim');
  if (kind === 'range') scope.rangeDepth++;
  const { list, end } = itemList(scope);
  if (kind === 'range') scope.rangeDepth--;
  const elseList = end.kind === 'else' ? elseBody(scope, kind, end) : undefined;
  // What the block declared ends with it.
  variables.length = mark;
  if (elseList === undefined) return Object.freeze({ kind, pos: pipe.pos, pipe, list });
  if (elseList === null) return tokens.fail('expected end; found {{else}}');
  return Object.freeze({ kind, pos: pipe.pos, pipe, list, elseList });
}

/** What `{{else}}` begins; null when it ends with another `else`. `{{else if}}` shares its `end` with the first `if`. */
function elseBody(scope: TreeScope, kind: 'if' | 'with' | 'range', end: ListEnd): ListNode | null {
  const { tokens, text } = scope;
  if (end.follows !== undefined && end.follows === kind) {
    tokens.next();
    if (++text.depth > MAX_NESTING) tokens.fail('max nesting depth exceeded');
    const nested = branch(scope, kind);
    text.depth--;
    return freezeList(end.pos, [nested]);
  }
  const rest = itemList(scope);
  return rest.end.kind === 'end' ? rest.list : null;
}

function block(scope: TreeScope): StatementNode {
  const context = 'block clause';
  const { tokens, text } = scope;
  const token = tokens.nextNonSpace();
  const name = templateName(tokens, token, context);
  const pipe = parsePipeline(scope, context, 'rightDelim');
  tokens.actionLine = 0;
  text.add(name, parseBody(text, context));
  return Object.freeze({ kind: 'template', pos: token.pos, name, pipe });
}

function templateControl(scope: TreeScope): StatementNode {
  const context = 'template clause';
  const { tokens } = scope;
  const token = tokens.nextNonSpace();
  const name = templateName(tokens, token, context);
  const next = tokens.nextNonSpace();
  if (next.type === 'rightDelim') return Object.freeze({ kind: 'template', pos: token.pos, name });
  tokens.back(next);
  const pipe: PipeNode = parsePipeline(scope, context, 'rightDelim');
  return Object.freeze({ kind: 'template', pos: token.pos, name, pipe });
}

function templateName(tokens: TokenStream, token: Token, context: string): string {
  if (token.type !== 'string' && token.type !== 'rawString') tokens.unexpected(token, context);
  return stringValue(tokens, token);
}
