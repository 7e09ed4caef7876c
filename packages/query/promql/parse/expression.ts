import type { AggregateOp, BinaryOp, Call, Expr, NumberLiteral, Position, ValueType } from './ast.ts';
import { type BinaryModifiers, checkBinary, parseBinaryModifiers, parseGrouping } from './binary.ts';
import { numberOrDuration } from './duration-expr.ts';
import type { ParseIssue } from './errors.ts';
import { documentedType, typeOf } from './expr-type.ts';
import { FUNCTIONS, type FunctionSignature } from './functions.ts';
import { AGGREGATORS, type Token } from './lexer.ts';
import { parseModifiers } from './modifiers.ts';
import { parseSelector, stringValue } from './selector.ts';
import { SyntaxAbort, type TokenStream } from './token-stream.ts';

/** Prometheus's feature switches, as far as the parser knows them. */
export interface ParseOptions {
  readonly experimentalFunctions: boolean;
  readonly durationExpressions: boolean;
  readonly extendedRangeSelectors: boolean;
  readonly fillModifiers: boolean;
}

const PRECEDENCE: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '</': 3,
  '>/': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
};
const POWER = 6;

/** Keywords that are metric names where an operand is expected. */
const NAME_TYPES: ReadonlySet<string> = new Set([
  ...AGGREGATORS,
  ...'identifier metricIdentifier by and or unless offset without start end step range min_of max_of anchored smoothed'.split(
    ' ',
  ),
]);
const OPERAND_STARTS: ReadonlySet<string> = new Set([...NAME_TYPES, ...'number duration string ( { + -'.split(' ')]);
const CALLABLE: ReadonlySet<string> = new Set('identifier start end step range min_of max_of'.split(' '));
const WITH_PARAMETER: ReadonlySet<string> = new Set('topk bottomk quantile count_values limitk limit_ratio'.split(' '));
const EXPERIMENTAL_AGGREGATORS: ReadonlySet<string> = new Set(['limitk', 'limit_ratio']);

interface Argument {
  readonly expr: Expr;
  /** Its type issues, which are reported in their place among those of the call. */
  readonly found: readonly ParseIssue[];
}

/** One expression and what follows it by precedence; stops at the first token that cannot belong to it. */
export class ExpressionParser {
  readonly #depths = new WeakMap<Expr, number>();

  constructor(
    readonly tokens: TokenStream,
    readonly options: ParseOptions,
  ) {}

  parse(minPrecedence = 1): Expr {
    const { tokens } = this;
    let lhs = this.#unary();
    for (;;) {
      const precedence = PRECEDENCE[tokens.peek().type];
      if (precedence === undefined || precedence < minPrecedence) return lhs;
      const op = tokens.take();
      const modifiers = parseBinaryModifiers(tokens);
      const rhs = tokens.nested(() => this.parse(op.type === '^' ? precedence : precedence + 1));
      lhs = this.#binary(op, modifiers, lhs, rhs);
    }
  }

  #binary(op: Token, modifiers: BinaryModifiers, lhs: Expr, rhs: Expr): Expr {
    const { tokens } = this;
    const pos = { start: lhs.pos.start, end: rhs.pos.end };
    const { matching } = modifiers;
    if (!this.options.fillModifiers && (matching.fillLeft !== undefined || matching.fillRight !== undefined)) {
      tokens.issue(pos, 'binop fill modifiers are experimental and not enabled');
    }
    const checked = checkBinary(tokens, { op: op.type as BinaryOp, lhs, rhs, pos, ...modifiers });
    return this.#grown(Object.freeze(checked), lhs, rhs);
  }

  /** Long chains nest without recursion here, but everybody who walks the tree recurses. */
  #grown(node: Expr, ...children: readonly Expr[]): Expr {
    const depth = 1 + Math.max(0, ...children.map((child) => this.#depths.get(child) ?? 0));
    if (depth > this.tokens.maxDepth) this.tokens.tooDeep();
    this.#depths.set(node, depth);
    return node;
  }

  #unary(): Expr {
    const { tokens } = this;
    const sign = tokens.peek();
    if (sign.type !== '+' && sign.type !== '-') {
      const operand = this.#operand();
      const modified = parseModifiers(tokens, operand, this.options);
      return modified === operand ? operand : this.#grown(modified, operand);
    }
    tokens.take();
    const expr = tokens.nested(() => this.parse(POWER));
    const pos = { start: sign.start, end: expr.pos.end };
    if (expr.kind === 'number') {
      return Object.freeze({ ...expr, value: sign.type === '-' ? -expr.value : expr.value, pos });
    }
    const type = typeOf(expr);
    if (type !== 'scalar' && type !== 'vector') {
      const got = `"${documentedType(type)}"`;
      tokens.typeIssue(
        pos,
        `unary expression only allowed on expressions of type scalar or instant vector, got ${got}`,
      );
    }
    return this.#grown(Object.freeze({ kind: 'unary', op: sign.type, expr, pos }), expr);
  }

  #operand(): Expr {
    const { tokens } = this;
    const token = tokens.peek();
    switch (token.type) {
      case 'number':
      case 'duration':
        return this.#number();
      case 'string': {
        tokens.take();
        const pos = { start: token.start, end: token.end };
        return Object.freeze({ kind: 'string', value: stringValue(tokens, token), pos });
      }
      case '(':
        return this.#paren();
      case '{':
        return parseSelector(tokens, undefined);
      default:
        if (!NAME_TYPES.has(token.type)) tokens.fail();
        tokens.take();
        return this.#named(token);
    }
  }

  #named(name: Token): Expr {
    const next = this.tokens.peek().type;
    if (AGGREGATORS.has(name.type) && (next === '(' || next === 'by' || next === 'without'))
      return this.#aggregate(name);
    if (CALLABLE.has(name.type) && next === '(') return this.#call(name);
    return parseSelector(this.tokens, name);
  }

  #number(): NumberLiteral {
    const { seconds, isDuration, pos } = numberOrDuration(this.tokens);
    return Object.freeze({ kind: 'number', value: seconds, isDuration, pos });
  }

  #paren(): Expr {
    const { tokens } = this;
    const open = tokens.take();
    const expr = tokens.nested(() => this.parse());
    const close = tokens.accept(')');
    if (close === undefined) return tokens.fail();
    return this.#grown(Object.freeze({ kind: 'paren', expr, pos: { start: open.start, end: close.end } }), expr);
  }

  /** `(a, b)`; a trailing comma is reported and read over. */
  #args(): readonly Argument[] {
    const { tokens } = this;
    if (tokens.accept('(') === undefined) tokens.fail();
    const args: Argument[] = [];
    if (tokens.accept(')') !== undefined) return args;
    for (;;) {
      const { result, found } = tokens.collectTypeIssues(() => tokens.nested(() => this.parse()));
      args.push({ expr: result, found });
      const comma = tokens.accept(',');
      if (comma !== undefined) {
        if (OPERAND_STARTS.has(tokens.peek().type)) continue;
        tokens.issue(comma, 'trailing commas not allowed in function call args');
      }
      if (tokens.accept(')') === undefined) tokens.fail();
      return args;
    }
  }

  #aggregate(name: Token): Expr {
    const { tokens } = this;
    const op = name.type as AggregateOp;
    let grouping: { labels: readonly string[]; without: boolean } | undefined;
    let args: readonly Argument[];
    const outermost = !tokens.insideAggregation;
    try {
      grouping = this.#grouping();
      args = tokens.inAggregation(() => this.#args());
    } catch (error) {
      // Prometheus goes on with an aggregation of nothing, once, at the outermost.
      if (error instanceof SyntaxAbort && outermost) {
        tokens.issue({ start: name.start, end: name.start }, 'no arguments for aggregate expression provided');
      }
      throw error;
    }
    grouping ??= this.#grouping() ?? { labels: [], without: false };
    const pos = { start: name.start, end: tokens.lastEnd };
    const hasParameter = WITH_PARAMETER.has(op);
    const expected = hasParameter ? 2 : 1;
    if (args.length === 0) tokens.issue(pos, 'no arguments for aggregate expression provided');
    else if (EXPERIMENTAL_AGGREGATORS.has(op) && !this.options.experimentalFunctions) {
      const flag = '--enable-feature=promql-experimental-functions';
      tokens.issue(pos, `${op}() is experimental and must be enabled with ${flag}`);
    } else if (args.length !== expected) {
      const counts = `expected ${expected}, got ${args.length}`;
      tokens.issue(pos, `wrong number of arguments for aggregate expression provided, ${counts}`);
    }
    const value = args[expected - 1];
    const param = hasParameter ? args[0] : undefined;
    // Only reached without arguments when that was reported: the tree is not used then.
    const expr: Expr = value?.expr ?? { kind: 'number', value: 0, isDuration: false, pos };
    tokens.typeIssues.push(...(value?.found ?? []));
    this.#expectType(expr, 'vector', 'aggregation expression');
    if (param !== undefined) {
      tokens.typeIssues.push(...param.found);
      this.#expectType(param.expr, op === 'count_values' ? 'string' : 'scalar', 'aggregation parameter');
    }
    const { labels, without } = grouping;
    const withParam = param === undefined ? {} : { param: param.expr };
    const node = Object.freeze({ kind: 'aggregate' as const, op, expr, ...withParam, grouping: labels, without, pos });
    return this.#grown(node, expr, param?.expr ?? expr);
  }

  #grouping(): { labels: readonly string[]; without: boolean } | undefined {
    const word = this.tokens.accept('by') ?? this.tokens.accept('without');
    if (word === undefined) return undefined;
    return { labels: parseGrouping(this.tokens), without: word.type === 'without' };
  }

  #expectType(expr: Expr, wanted: ValueType, where: string): void {
    const type = typeOf(expr);
    if (type === wanted) return;
    const message = `expected type ${documentedType(wanted)} in ${where}, got ${documentedType(type)}`;
    this.tokens.typeIssue(expr.pos, message);
  }

  #call(name: Token): Expr {
    const { tokens } = this;
    const func = name.type === 'identifier' ? name.text : name.type;
    const args = this.#args();
    const pos = { start: name.start, end: tokens.lastEnd };
    const signature = FUNCTIONS.get(func);
    if (signature === undefined) tokens.issue(name, `unknown function with name "${func}"`);
    else if (signature.experimental && !this.options.experimentalFunctions) {
      tokens.issue(name, `function "${func}" is not enabled`);
    } else this.#checkCall(signature, args, pos);
    const exprs = Object.freeze(args.map((arg) => arg.expr));
    const node: Call = Object.freeze({ kind: 'call', func, args: exprs, pos });
    return this.#grown(node, ...exprs);
  }

  #checkCall({ name, args: types, variadic }: FunctionSignature, args: readonly Argument[], pos: Position): void {
    const { tokens } = this;
    const wrong = (expected: string): void =>
      tokens.typeIssue(pos, `expected ${expected} argument(s) in call to "${name}", got ${args.length}`);
    const atLeast = types.length - 1;
    if (variadic === 0) {
      if (args.length !== types.length) wrong(`${types.length}`);
    } else if (args.length < atLeast) wrong(`at least ${atLeast}`);
    else if (variadic > 0 && args.length > atLeast + variadic) wrong(`at most ${atLeast + variadic}`);
    for (const [i, { expr, found }] of args.entries()) {
      const wanted = types[i] ?? (variadic === 0 ? undefined : types.at(-1));
      if (wanted === undefined) break;
      if (name === 'info' && i === 1) this.#checkInfoSelector(expr, found, pos);
      else tokens.typeIssues.push(...found);
      this.#expectType(expr, wanted, `call to function "${name}"`);
    }
  }

  /** The second argument of info() selects labels only, and may match the empty string. */
  #checkInfoSelector(expr: Expr, found: readonly ParseIssue[], callPos: Position): void {
    const { tokens } = this;
    const type = typeOf(expr);
    if (type !== 'vector') {
      const message = `expected type instant vector in call to function "info", got ${documentedType(type)}`;
      tokens.typeIssue(callPos, message);
    }
    if (expr.kind === 'vectorSelector' && expr.name === '') return;
    const instead = expr.kind === 'vectorSelector' ? ', got vector selector instead' : '';
    tokens.typeIssue(expr.pos, `expected label selectors only${instead}`);
    tokens.typeIssues.push(...found);
  }
}
