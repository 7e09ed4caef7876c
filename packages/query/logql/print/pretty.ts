import { formatShortest } from '../../promql/histogram/format.ts';
import { formatDuration } from '../../promql/parse/numbers.ts';
import { quoteGo } from '../../promql/parse/strings.ts';
import type { BinaryExpr, Grouping, LineFilter, LogqlExpr, LogRange, LogSelector, Stage } from '../parse/ast.ts';
import { precedenceOf } from '../parse/binary.ts';
import { matchersText, operatorText, printLogql } from './one-line.ts';
import { durationNsText, lineFilterTexts, stageText, unwrapTexts } from './stage-text.ts';

const NS_PER_MS = 1e6;

/** Loki breaks what is longer. */
export const PRETTY_WIDTH = 100;

/** Over several lines, as Loki's format_query answers: what is longer than `width` characters is broken at its stages, operators and arguments. */
export function printPretty(expr: LogqlExpr, width: number = PRETTY_WIDTH): string {
  return new PrettyPrinter(width).print(expr, 0);
}

function indent(level: number): string {
  return '  '.repeat(level);
}

class PrettyPrinter {
  constructor(readonly width: number) {}

  print(expr: LogqlExpr, level: number): string {
    const oneLine = printLogql(expr);
    if (oneLine.length <= this.width) return indent(level) + oneLine;
    switch (expr.kind) {
      case 'logSelector':
        return this.#selector(expr, level);
      case 'rangeAggregation': {
        const param = expr.param === undefined ? [] : [indent(level + 1) + formatShortest(expr.param)];
        const lines = this.#call(expr.func, [...param, this.#range(expr.over, level + 1)], level);
        return expr.grouping === undefined ? lines : lines + groupingText(expr.grouping);
      }
      case 'vectorAggregation': {
        const { op, grouping, param } = expr;
        const one = grouping === undefined || (!grouping.without && grouping.labels.length === 0);
        const params = param === undefined ? [] : [indent(level + 1) + String(param)];
        const head = one ? op : op + groupingText(grouping);
        return this.#call(head, [...params, this.print(expr.expr, level + 1)], level);
      }
      case 'labelReplace': {
        const strings = [expr.destination, expr.replacement, expr.source, expr.regex];
        const args = strings.map((text) => indent(level + 1) + quoteGo(text));
        return this.#call('label_replace', [this.print(expr.expr, level + 1), ...args], level);
      }
      case 'binary':
        return this.#binary(expr, level);
      case 'variants': {
        const variants = expr.variants.map((variant) => this.print(variant, level + 1));
        const over = `(\n${this.#range(expr.over, level + 1)}\n${indent(level)})`;
        return `${this.#call('variants', variants, level)} of ${over}`;
      }
      default:
        return indent(level) + oneLine;
    }
  }

  /** Arguments bring their own indentation. */
  #call(head: string, args: readonly string[], level: number): string {
    return `${indent(level)}${head}(\n${args.join(',\n')}\n${indent(level)})`;
  }

  #binary(expr: BinaryExpr, level: number): string {
    const right = this.#side(expr, 'right', level + 1);
    const operator = operatorText(expr, { comma: ', ', right });
    return `${this.#side(expr, 'left', level + 1)}\n${indent(level)}${operator}\n${right}`;
  }

  /** Loki leaves out every parenthesis when it breaks, which changes what some queries mean; here they stand where they are needed. */
  #side(parent: BinaryExpr, side: 'left' | 'right', level: number): string {
    const child = parent[side];
    const broken = child.kind === 'binary' && printLogql(child).length > this.width;
    if (!broken || !needsParentheses(parent, child, side)) return this.print(child, level);
    return `${indent(level)}(\n${this.print(child, level + 1)}\n${indent(level)})`;
  }

  #selector(selector: LogSelector, level: number): string {
    return [indent(level) + matchersText(selector), ...this.#stages(selector.stages, level + 1)].join('\n');
  }

  #stages(stages: readonly Stage[], level: number): readonly string[] {
    const lines: string[] = [];
    let filters: LineFilter[] = [];
    for (const stage of stages) {
      if (stage.kind === 'lineFilter') {
        filters.push(stage);
        continue;
      }
      lines.push(...this.#lineFilters(filters, level), indent(level) + stageText(stage));
      filters = [];
    }
    return [...lines, ...this.#lineFilters(filters, level)];
  }

  /** Filters in a row stay on one line while they fit; else the last ones get lines of their own. */
  #lineFilters(filters: readonly LineFilter[], level: number): readonly string[] {
    const texts = filters.flatMap(lineFilterTexts);
    let together = texts.length;
    while (together > 1 && texts.slice(0, together).join(' ').length > this.width) together--;
    const first = texts.slice(0, together).join(' ');
    return (first === '' ? [] : [first, ...texts.slice(together)]).map((text) => indent(level) + text);
  }

  /** The range stands on the line of the last stage. */
  #range({ selector, unwrap, rangeMs, offsetMs }: LogRange, level: number): string {
    const lines = [this.print(selector, level)];
    if (unwrap !== undefined) lines.push(...unwrapTexts(unwrap).map((text) => indent(level + 1) + text));
    return `${lines.join('\n')} [${formatDuration(rangeMs)}]${offsetText(offsetMs)}`;
  }
}

function needsParentheses(parent: BinaryExpr, child: BinaryExpr, side: 'left' | 'right'): boolean {
  const outer = precedenceOf(parent.op) ?? 0;
  const inner = precedenceOf(child.op) ?? 0;
  return inner < outer || (inner === outer && side !== (parent.op === '^' ? 'right' : 'left'));
}

function offsetText(offsetMs: number): string {
  if (offsetMs === 0) return '';
  // Prometheus's form has neither a sign nor parts of a millisecond.
  const plain = offsetMs > 0 && Number.isInteger(offsetMs);
  return ` offset ${plain ? formatDuration(offsetMs) : durationNsText(offsetMs * NS_PER_MS)}`;
}

function groupingText({ without, labels }: Grouping): string {
  return ` ${without ? 'without' : 'by'} (${labels.join(', ')})`;
}
