import type { Matcher } from '@petrel/model';

/** Half-open range of UTF-16 offsets in the query text. */
export interface Position {
  readonly start: number;
  readonly end: number;
}

export type ValueType = 'scalar' | 'string' | 'vector' | 'matrix';

/** Nodes are frozen and tagged by `kind`; visitors are records keyed by kind, so that a missing case does not compile. */
export type Expr =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Call
  | Aggregate
  | Binary
  | Unary
  | Paren;

export interface NumberLiteral {
  readonly kind: 'number';
  readonly value: number;
  /** Written as a duration (`5m`): prints back as one. */
  readonly isDuration: boolean;
  readonly pos: Position;
}

export interface StringLiteral {
  readonly kind: 'string';
  readonly value: string;
  readonly pos: Position;
}

/** `@ 1.5` (milliseconds here), `@ start()`, `@ end()`. */
export type AtModifier = { readonly at: 'time'; readonly tMs: number } | { readonly at: 'start' | 'end' };

/** A duration in milliseconds, or an expression (feature promql-duration-expr) that yields seconds at planning time. */
export type DurationValue = number | DurationExpr;

export interface TimeModifiers {
  /** Positive looks into the past. Absent: none written. */
  readonly offset?: DurationValue;
  readonly at?: AtModifier;
}

/** `anchored` and `smoothed` (experimental extended range selectors); absent: the ordinary selector. */
export type SelectorMode = 'anchored' | 'smoothed';

export interface VectorSelector extends TimeModifiers {
  readonly kind: 'vectorSelector';
  /** The metric name as written before the braces, '' when there is none (`{"foo"}` is only a matcher). */
  readonly name: string;
  /** All matchers, the one on `__name__` included. */
  readonly matchers: readonly Matcher[];
  readonly mode?: SelectorMode;
  readonly pos: Position;
}

export interface MatrixSelector {
  readonly kind: 'matrixSelector';
  /** Carries offset, @ and mode. */
  readonly selector: VectorSelector;
  readonly range: DurationValue;
  readonly pos: Position;
}

export interface Subquery extends TimeModifiers {
  readonly kind: 'subquery';
  readonly expr: Expr;
  readonly range: DurationValue;
  /** Absent: the default evaluation interval. */
  readonly step?: DurationValue;
  readonly pos: Position;
}

export interface Call {
  readonly kind: 'call';
  /** A key of FUNCTIONS (functions.ts). */
  readonly func: string;
  readonly args: readonly Expr[];
  readonly pos: Position;
}

export type AggregateOp =
  | 'sum'
  | 'avg'
  | 'min'
  | 'max'
  | 'count'
  | 'group'
  | 'stddev'
  | 'stdvar'
  | 'topk'
  | 'bottomk'
  | 'quantile'
  | 'count_values'
  | 'limitk'
  | 'limit_ratio';

export interface Aggregate {
  readonly kind: 'aggregate';
  readonly op: AggregateOp;
  readonly expr: Expr;
  /** For topk, bottomk, quantile, count_values, limitk, limit_ratio. */
  readonly param?: Expr;
  readonly grouping: readonly string[];
  readonly without: boolean;
  readonly pos: Position;
}

export type ArithmeticOp = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2';
export type ComparisonOp = '==' | '!=' | '<' | '<=' | '>' | '>=';
/** `</` and `>/` trim the buckets of a native histogram (experimental). */
export type TrimOp = '</' | '>/';
export type SetOp = 'and' | 'or' | 'unless';
export type BinaryOp = ArithmeticOp | ComparisonOp | TrimOp | SetOp;

export interface VectorMatching {
  readonly card: 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many';
  /** `on(…)` when true, else `ignoring(…)`. */
  readonly on: boolean;
  readonly labels: readonly string[];
  /** Labels of group_left / group_right. */
  readonly include: readonly string[];
  /** `fill`, `fill_left`, `fill_right` (experimental): the value that stands in for a missing side. */
  readonly fillLeft?: number;
  readonly fillRight?: number;
}

export interface Binary {
  readonly kind: 'binary';
  readonly op: BinaryOp;
  readonly lhs: Expr;
  readonly rhs: Expr;
  readonly returnBool: boolean;
  /** Present when both sides are vectors. */
  readonly matching?: VectorMatching;
  readonly pos: Position;
}

export interface Unary {
  readonly kind: 'unary';
  readonly op: '+' | '-';
  readonly expr: Expr;
  readonly pos: Position;
}

export interface Paren {
  readonly kind: 'paren';
  readonly expr: Expr;
  readonly pos: Position;
}

/** Arithmetic over durations: numbers (seconds), `step()`, `range()`, `min_of(…)`, `max_of(…)`. */
export type DurationExpr =
  | { readonly kind: 'durationNumber'; readonly seconds: number; readonly isDuration: boolean; readonly pos: Position }
  | {
      readonly kind: 'durationCall';
      readonly func: 'step' | 'range' | 'min_of' | 'max_of';
      readonly args: readonly DurationExpr[];
      /** Written in parentheses. */
      readonly wrapped: boolean;
      readonly pos: Position;
    }
  | {
      readonly kind: 'durationUnary';
      readonly op: '+' | '-';
      readonly expr: DurationExpr;
      /** Written in parentheses; a number in parentheses is a wrapped `+` of it. */
      readonly wrapped: boolean;
      readonly pos: Position;
    }
  | {
      readonly kind: 'durationBinary';
      readonly op: '+' | '-' | '*' | '/' | '%' | '^';
      readonly lhs: DurationExpr;
      readonly rhs: DurationExpr;
      /** Written in parentheses. */
      readonly wrapped: boolean;
      readonly pos: Position;
    };
