import { isLegacyLabelName, type Matcher } from '@petrel/model';
import { formatShortest } from '../histogram/format.ts';
import type {
  Aggregate,
  Binary,
  Call,
  DurationExpr,
  DurationValue,
  Expr,
  MatrixSelector,
  NumberLiteral,
  Subquery,
  TimeModifiers,
  VectorMatching,
  VectorSelector,
} from '../parse/ast.ts';
import { formatDuration, formatNumber } from '../parse/numbers.ts';
import { quoteGo } from '../parse/strings.ts';

/** The canonical text of an expression on one line, as Prometheus prints it; it parses back to the same tree. */
export function printExpr(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return printNumber(expr);
    case 'string':
      return quoteGo(expr.value);
    case 'vectorSelector':
      return printVectorSelector(expr);
    case 'matrixSelector':
      return printMatrixSelector(expr);
    case 'subquery':
      return `${printExpr(expr.expr)}${subquerySuffix(expr)}`;
    case 'call':
      return printCall(expr);
    case 'aggregate': {
      const param = expr.param === undefined ? '' : `${printExpr(expr.param)}, `;
      return `${aggregateHead(expr)}(${param}${printExpr(expr.expr)})`;
    }
    case 'binary':
      return printBinary(expr);
    case 'unary':
      return `${expr.op}${printExpr(expr.expr)}`;
    case 'paren':
      return `(${printExpr(expr.expr)})`;
  }
}

/** Chains of operators lean to the left and are walked in a loop. */
function printBinary(expr: Binary): string {
  const tail: string[] = [];
  let node: Expr = expr;
  for (; node.kind === 'binary'; node = node.lhs) tail.push(` ${operatorText(node)} ${printExpr(node.rhs)}`);
  return printExpr(node) + tail.reverse().join('');
}

function printCall({ func, args }: Call): string {
  return `${func}(${args.map(printExpr).join(', ')})`;
}

function printNumber({ value, isDuration }: NumberLiteral): string {
  return isDuration ? signedDuration(value * 1000) : formatNumber(value);
}

function signedDuration(ms: number): string {
  // Seconds as a double are no whole milliseconds after multiplying.
  const whole = Math.round(ms);
  return whole < 0 ? `-${formatDuration(-whole)}` : formatDuration(whole);
}

/** `sum by (a, b) ` with its blank, or `sum`. */
export function aggregateHead({ op, grouping, without }: Aggregate): string {
  if (without) return `${op} without (${labelList(grouping)}) `;
  return grouping.length > 0 ? `${op} by (${labelList(grouping)}) ` : op;
}

function labelList(labels: readonly string[]): string {
  return labels.map((label) => (isLegacyLabelName(label) ? label : quoteGo(label))).join(', ');
}

/** The operator with its modifiers: `+ on (a) group_left (b)`. */
export function operatorText({ op, returnBool, matching }: Binary): string {
  return `${op}${returnBool ? ' bool' : ''}${matching === undefined ? '' : matchingText(matching)}`;
}

function matchingText({ card, on, labels, include, fillLeft, fillRight }: VectorMatching): string {
  const grouped = card === 'many-to-one' || card === 'one-to-many';
  let text = '';
  if (labels.length > 0 || on || grouped) text += ` ${on ? 'on' : 'ignoring'} (${labelList(labels)})`;
  if (grouped) text += ` group_${card === 'many-to-one' ? 'left' : 'right'} (${labelList(include)})`;
  if (fillLeft !== undefined && Object.is(fillLeft, fillRight)) return `${text} fill (${formatShortest(fillLeft)})`;
  if (fillLeft !== undefined) text += ` fill_left (${formatShortest(fillLeft)})`;
  if (fillRight !== undefined) text += ` fill_right (${formatShortest(fillRight)})`;
  return text;
}

function printVectorSelector(selector: VectorSelector): string {
  const mode = selector.mode === undefined ? '' : ` ${selector.mode}`;
  return `${bareSelector(selector)}${atText(selector)}${mode}${offsetText(selector)}`;
}

function bareSelector({ name, matchers }: VectorSelector): string {
  const shown = matchers
    .filter((m) => !(m.name === '__name__' && m.type === '=' && m.value === name && name !== ''))
    .map(matcherText)
    .sort();
  if (shown.length > 0) return `${name}{${shown.join(',')}}`;
  return name === '' ? '{}' : name;
}

function matcherText({ name, type, value }: Matcher): string {
  return `${isLegacyLabelName(name) ? name : quoteGo(name)}${type}${quoteGo(value)}`;
}

function printMatrixSelector({ selector, range }: MatrixSelector): string {
  const mode = selector.mode === undefined ? '' : ` ${selector.mode}`;
  return `${bareSelector(selector)}[${durationText(range)}]${mode}${atText(selector)}${offsetText(selector)}`;
}

/** `[range:step] @ … offset …`. */
export function subquerySuffix(subquery: Subquery): string {
  const step = subquery.step === undefined ? '' : durationText(subquery.step);
  return `[${durationText(subquery.range)}:${step}]${atText(subquery)}${offsetText(subquery)}`;
}

function atText({ at }: TimeModifiers): string {
  if (at === undefined) return '';
  return at.at === 'time' ? ` @ ${(at.tMs / 1000).toFixed(3)}` : ` @ ${at.at}()`;
}

function offsetText({ offset }: TimeModifiers): string {
  return offset === undefined || offset === 0 ? '' : ` offset ${durationText(offset)}`;
}

function durationText(value: DurationValue): string {
  return typeof value === 'number' ? signedDuration(value) : printDurationExpr(value);
}

function printDurationExpr(expr: DurationExpr): string {
  switch (expr.kind) {
    case 'durationNumber':
      return expr.isDuration ? signedDuration(expr.seconds * 1000) : formatNumber(expr.seconds);
    case 'durationCall':
      return wrapped(expr.wrapped, `${expr.func}(${expr.args.map(printDurationExpr).join(', ')})`);
    case 'durationUnary':
      return wrapped(expr.wrapped, `${expr.op === '-' ? '-' : ''}${printDurationExpr(expr.expr)}`);
    case 'durationBinary':
      return wrapped(expr.wrapped, `${printDurationExpr(expr.lhs)} ${expr.op} ${printDurationExpr(expr.rhs)}`);
  }
}

function wrapped(inParens: boolean, text: string): string {
  return inParens ? `(${text})` : text;
}
