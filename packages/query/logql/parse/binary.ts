import type { BinaryExpr, BinaryOp, LogqlExpr, MetricExpr, VectorMatching } from './ast.ts';
import type { TokenStream } from './token-stream.ts';

/** From the loosest to the tightest; all lean to the left but `^`. */
const PRECEDENCE: Readonly<Record<BinaryOp, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  '^': 6,
};

const SET_OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'unless']);

export function precedenceOf(type: string): number | undefined {
  return Object.hasOwn(PRECEDENCE, type) ? PRECEDENCE[type as BinaryOp] : undefined;
}

export interface BinaryHead {
  readonly op: BinaryOp;
  readonly returnBool: boolean;
  readonly matching?: VectorMatching;
}

/** The operator, and what may stand between it and its right side: `bool`, `on (…)`, `group_left (…)`. */
export function parseBinaryHead(tokens: TokenStream): BinaryHead {
  const op = tokens.take().type as BinaryOp;
  const returnBool = tokens.accept('bool') !== undefined;
  const word = tokens.accept('on') ?? tokens.accept('ignoring');
  if (word === undefined) return { op, returnBool };
  const labels = parseNames(tokens);
  const group = tokens.accept('group_left') ?? tokens.accept('group_right');
  const include = group !== undefined && tokens.at('(') ? parseNames(tokens) : Object.freeze([]);
  const alone = SET_OPERATORS.has(op) ? 'many-to-many' : 'one-to-one';
  const card = group === undefined ? alone : group.type === 'group_left' ? 'many-to-one' : 'one-to-many';
  return { op, returnBool, matching: Object.freeze({ card, on: word.type === 'on', labels, include }) };
}

/** `(a, b)`, or `()`. */
export function parseNames(tokens: TokenStream): readonly string[] {
  tokens.expect('(');
  const names: string[] = [];
  if (tokens.accept(')') === undefined) {
    if (!tokens.at('IDENTIFIER')) tokens.fail('IDENTIFIER or )');
    do names.push(tokens.expect('IDENTIFIER').text);
    while (tokens.accept(',') !== undefined);
    tokens.expect(')', ', or )');
  }
  return Object.freeze(names);
}

export interface Operands {
  readonly left: LogqlExpr;
  readonly right: LogqlExpr;
  /** Where the left side begins, with its parentheses. */
  readonly start: number;
}

/** Two numbers become one; sides that cannot be there are noted as mistakes. */
export function makeBinary(tokens: TokenStream, head: BinaryHead, { left, right, start }: Operands): MetricExpr {
  const range = tokens.rangeFrom(start);
  const { op } = head;
  if (!isSample(left)) {
    return tokens.defer(range, `unexpected type for left leg of binary operation (${op}): ${goTypeOf(left)}`);
  }
  if (!isSample(right)) {
    return tokens.defer(range, `unexpected type for right leg of binary operation (${op}): ${goTypeOf(right)}`);
  }
  const leftValue = literalValue(tokens, left);
  const rightValue = literalValue(tokens, right);
  if (SET_OPERATORS.has(op)) {
    const side = leftValue !== undefined ? 'left' : 'right';
    const value = leftValue ?? rightValue;
    if (value !== undefined) {
      const message = `unexpected literal for ${side} leg of logical/set binary operation (${op}): ${sixDigits(value)}`;
      return tokens.defer(range, message);
    }
  }
  if (leftValue !== undefined && rightValue !== undefined) {
    return Object.freeze({ kind: 'number', value: foldNumbers(op, leftValue, rightValue), range });
  }
  const { returnBool, matching } = head;
  const node: BinaryExpr = {
    kind: 'binary',
    op,
    left,
    right,
    returnBool,
    ...(matching === undefined ? {} : { matching }),
    range,
  };
  return Object.freeze(node);
}

function isSample(expr: LogqlExpr): expr is MetricExpr {
  return expr.kind !== 'logSelector' && expr.kind !== 'variants';
}

/** The names that Loki's messages give. */
function goTypeOf(expr: LogqlExpr): string {
  if (expr.kind !== 'logSelector') return '*syntax.MultiVariantExpr';
  return expr.stages.length === 0 ? '*syntax.MatchersExpr' : '*syntax.PipelineExpr';
}

function literalValue(tokens: TokenStream, expr: MetricExpr): number | undefined {
  return expr.kind === 'number' && !tokens.deferred.has(expr) ? expr.value : undefined;
}

/** As Go's `%f`. */
function sixDigits(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return Math.abs(value) < 1e21 ? value.toFixed(6) : `${BigInt(value)}.000000`;
}

/** Comparisons are 1 or 0, with `bool` or without; dividing by zero gives NaN. */
function foldNumbers(op: BinaryOp, a: number, b: number): number {
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? Number.NaN : a / b;
    case '%':
      return b === 0 ? Number.NaN : a % b;
    case '^':
      // Go's Pow: 1 to whatever power is 1, and so is -1 to an infinite one.
      return a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY) ? 1 : a ** b;
    case '==':
      return Number(a === b);
    case '!=':
      return Number(a !== b);
    case '>':
      return Number(a > b);
    case '>=':
      return Number(a >= b);
    case '<':
      return Number(a < b);
    case '<=':
      return Number(a <= b);
    default:
      throw new Error(`no arithmetic for ${op}`);
  }
}
