import { formatShortest } from '../../promql/histogram/format.ts';
import { formatDuration, formatNumber } from '../../promql/parse/numbers.ts';
import { quoteGo } from '../../promql/parse/strings.ts';
import type { BinaryExpr, Grouping, LogqlExpr, LogRange, LogSelector, VectorMatching } from '../parse/ast.ts';
import { durationNsText, matcherText, stageText, unwrapTexts } from './stage-text.ts';

const NS_PER_MS = 1e6;

/** The canonical text of a query on one line, as Loki prints it; it parses back to a query that means the same. The postfix form becomes Loki's. */
export function printLogql(expr: LogqlExpr): string {
  switch (expr.kind) {
    case 'logSelector':
      return selectorText(expr);
    case 'number':
      return formatShortest(expr.value === 0 ? 0 : expr.value);
    case 'vector':
      return `vector(${vectorValue(expr.value)})`;
    case 'rangeAggregation': {
      const param = expr.param === undefined ? '' : `${formatNumber(expr.param)},`;
      return `${expr.func}(${param}${logRangeText(expr.over)})${expr.grouping === undefined ? '' : groupingText(expr.grouping)}`;
    }
    case 'vectorAggregation': {
      const param = expr.param === undefined ? '' : `${expr.param},`;
      return `${expr.op}${vectorGroupingText(expr.grouping)}(${param}${printLogql(expr.expr)})`;
    }
    case 'labelReplace': {
      const { destination, replacement, source, regex } = expr;
      const strings = [destination, replacement, source, regex].map(quoteGo);
      return `label_replace(${[printLogql(expr.expr), ...strings].join(',')})`;
    }
    case 'binary': {
      const right = printLogql(expr.right);
      return `(${printLogql(expr.left)} ${operatorText(expr, { comma: ',', right })} ${right})`;
    }
    case 'variants':
      return `variants(${expr.variants.map(printLogql).join(', ')}) of (${logRangeText(expr.over)})`;
  }
}

/** `{a="b", c="d"}` */
export function matchersText({ matchers }: LogSelector): string {
  return `{${matchers.map(matcherText).join(', ')}}`;
}

function selectorText(selector: LogSelector): string {
  return [matchersText(selector), ...selector.stages.map(stageText)].join(' ');
}

/** `{…} | json | unwrap x[5m] offset 1m0s` */
export function logRangeText({ selector, unwrap, rangeMs, offsetMs }: LogRange): string {
  const unwrapped = unwrap === undefined ? '' : ` ${unwrapTexts(unwrap).join(' ')}`;
  const offset = offsetMs === 0 ? '' : ` offset ${durationNsText(offsetMs * NS_PER_MS)}`;
  return `${selectorText(selector)}${unwrapped}[${formatDuration(rangeMs)}]${offset}`;
}

/** ` by (a,b)`, with its blank in front. */
function groupingText({ without, labels }: Grouping): string {
  return ` ${without ? 'without' : 'by'} (${labels.join(',')})`;
}

/** Nothing for `by ()`, which is what no grouping means. */
function vectorGroupingText(grouping: Grouping | undefined): string {
  const one = grouping === undefined || (!grouping.without && grouping.labels.length === 0);
  return one ? '' : groupingText(grouping);
}

export interface OperatorSurroundings {
  /** Joins names. */
  readonly comma: string;
  /** The text of the right side. */
  readonly right: string;
}

/** `+ bool on (a) group_left (b)` */
export function operatorText({ op, returnBool, matching }: BinaryExpr, around: OperatorSurroundings): string {
  return `${op}${returnBool ? ' bool' : ''}${matching === undefined ? '' : matchingText(matching, around)}`;
}

function matchingText({ card, on, labels, include }: VectorMatching, { comma, right }: OperatorSurroundings): string {
  const grouped = card === 'many-to-one' || card === 'one-to-many';
  if (!on && labels.length === 0 && !grouped) return '';
  const names = ` ${on ? 'on' : 'ignoring'} (${labels.join(comma)})`;
  if (!grouped) return names;
  const group = `group_${card === 'many-to-one' ? 'left' : 'right'}`;
  // A parenthesis behind a bare word would be read as its list.
  const bare = include.length === 0 && !right.trimStart().startsWith('(');
  return `${names} ${group}${bare ? '' : ` (${include.join(comma)})`}`;
}

/** Six digits behind the point, as Loki prints it, where they say it all. */
export function vectorValue(value: number): string {
  const six = value.toFixed(6);
  return Number(six) === value ? six : formatNumber(value);
}
