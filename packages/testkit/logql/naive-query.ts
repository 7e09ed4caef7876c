/** LogQL in a small model of its own, for comparing engines: what a test generates, how it reads as a query. */

export interface NaiveLine {
  readonly tsNs: bigint;
  readonly stream: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  /** '' where none was recognised. */
  readonly level: string;
  readonly line: string;
}

export interface NaiveMatcher {
  readonly name: string;
  readonly op: '=' | '!=';
  readonly value: string;
}

export interface NaiveSelector {
  /** Matchers of the stream; at least one with `=`. */
  readonly matchers: readonly NaiveMatcher[];
  readonly lineFilters: readonly { readonly op: '|=' | '!='; readonly text: string }[];
  readonly logfmt: boolean;
  readonly labelFilters: readonly (
    | NaiveMatcher
    | { readonly name: string; readonly op: '>'; readonly value: number }
  )[];
}

export interface NaiveGrouping {
  readonly without: boolean;
  readonly labels: readonly string[];
}

export interface NaiveRange {
  readonly kind: 'range';
  readonly func: string;
  readonly quantile?: number;
  readonly selector: NaiveSelector;
  readonly unwrap?: string;
  /** `| __error__=""` after the unwrap. */
  readonly skipsErrors: boolean;
  readonly rangeMs: number;
  readonly offsetMs: number;
  readonly grouping?: NaiveGrouping;
}

export type NaiveExpr =
  | NaiveRange
  | { readonly kind: 'number'; readonly value: number }
  | {
      readonly kind: 'aggregation';
      readonly op: string;
      readonly param?: number;
      readonly grouping?: NaiveGrouping;
      readonly expr: NaiveExpr;
    }
  | {
      readonly kind: 'binary';
      readonly op: string;
      readonly bool: boolean;
      readonly on?: readonly string[];
      readonly left: NaiveExpr;
      readonly right: NaiveExpr;
    };

export function textOfExpr(expr: NaiveExpr): string {
  switch (expr.kind) {
    case 'number':
      return String(expr.value);
    case 'range':
      return textOfRange(expr);
    case 'aggregation': {
      const param = expr.param === undefined ? '' : `${expr.param}, `;
      return `${expr.op}${textOfGrouping(expr.grouping)}(${param}${textOfExpr(expr.expr)})`;
    }
    case 'binary': {
      const modifiers = `${expr.bool ? ' bool' : ''}${expr.on === undefined ? '' : ` on (${expr.on.join(', ')})`}`;
      return `(${textOfExpr(expr.left)}) ${expr.op}${modifiers} (${textOfExpr(expr.right)})`;
    }
  }
}

function textOfRange({ func, quantile, selector, unwrap, skipsErrors, rangeMs, offsetMs, grouping }: NaiveRange) {
  const { matchers, lineFilters, logfmt, labelFilters } = selector;
  const parts = [
    `{${matchers.map(({ name, op, value }) => `${name}${op}"${value}"`).join(', ')}}`,
    ...lineFilters.map(({ op, text }) => `${op} "${text}"`),
    ...(logfmt ? ['| logfmt'] : []),
    ...labelFilters.map(({ name, op, value }) => `| ${name}${op}${typeof value === 'number' ? value : `"${value}"`}`),
    ...(unwrap === undefined ? [] : [`| unwrap ${unwrap}`]),
    ...(skipsErrors ? ['| __error__=""'] : []),
    `[${rangeMs}ms]`,
    ...(offsetMs === 0 ? [] : [`offset ${offsetMs}ms`]),
  ];
  const param = quantile === undefined ? '' : `${quantile}, `;
  return `${func}(${param}${parts.join(' ')})${textOfGrouping(grouping)}`;
}

function textOfGrouping(grouping: NaiveGrouping | undefined): string {
  return grouping === undefined ? '' : ` ${grouping.without ? 'without' : 'by'} (${grouping.labels.join(', ')})`;
}
