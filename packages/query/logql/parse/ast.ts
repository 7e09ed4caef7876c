import type { Matcher } from '@petrel/model';

/** Where a node stands in the query, in UTF-16 units; `to` is exclusive. */
export interface TextRange {
  readonly from: number;
  readonly to: number;
}

interface Node {
  readonly range: TextRange;
}

/** `{app="x"} |= "y" | json`. */
export interface LogSelector extends Node {
  readonly kind: 'logSelector';
  readonly matchers: readonly Matcher[];
  readonly stages: readonly Stage[];
}

export type Stage =
  | LineFilter
  | LabelFilterStage
  | JsonParser
  | LogfmtParser
  | PatternParser
  | RegexpParser
  | UnpackParser
  | Decolorize
  | LineFormat
  | LabelFormat
  | DropLabels
  | KeepLabels
  | Distinct;

export type LineFilterOp = '|=' | '!=' | '|~' | '!~' | '|>' | '!>';

/** `|= "a" or "b"`: alternatives in their order, at least one. With a negative operator none may match. */
export interface LineFilter extends Node {
  readonly kind: 'lineFilter';
  readonly op: LineFilterOp;
  readonly alternatives: readonly LineFilterOperand[];
}

/** `ip` makes sense only with `|=` and `!=`; the parser takes it with any operator, building the pipeline does not (as in Loki). */
export interface LineFilterOperand {
  readonly kind: 'text' | 'ip';
  readonly value: string;
}

export interface LabelFilterStage extends Node {
  readonly kind: 'labelFilter';
  readonly filter: LabelFilter;
}

export type NumericOp = '==' | '!=' | '>' | '>=' | '<' | '<=';

/** `and`, the comma and the blank are all 'and'. Durations are nanoseconds, bytes are bytes, both as floats; `=` with a number, a duration or bytes is `==`. */
export type LabelFilter =
  | ({ readonly kind: 'and' | 'or'; readonly left: LabelFilter; readonly right: LabelFilter } & Node)
  | ({ readonly kind: 'string'; readonly matcher: Matcher } & Node)
  | ({
      readonly kind: 'number' | 'duration' | 'bytes';
      readonly name: string;
      readonly op: NumericOp;
      readonly value: number;
    } & Node)
  | ({ readonly kind: 'ip'; readonly name: string; readonly op: '=' | '!='; readonly value: string } & Node);

/** `json` alone has no fields: everything is extracted. */
export interface JsonParser extends Node {
  readonly kind: 'json';
  readonly fields: readonly ExtractedField[];
}

/** `name="path"`; a bare `name` is `name="name"`. */
export interface ExtractedField {
  readonly name: string;
  readonly path: string;
}

export interface LogfmtParser extends Node {
  readonly kind: 'logfmt';
  readonly strict: boolean;
  readonly keepEmpty: boolean;
  readonly fields: readonly ExtractedField[];
}

export interface PatternParser extends Node {
  readonly kind: 'pattern';
  readonly pattern: string;
}

export interface RegexpParser extends Node {
  readonly kind: 'regexp';
  readonly pattern: string;
}

export interface UnpackParser extends Node {
  readonly kind: 'unpack';
}

export interface Decolorize extends Node {
  readonly kind: 'decolorize';
}

export interface LineFormat extends Node {
  readonly kind: 'lineFormat';
  readonly template: string;
}

export interface LabelFormat extends Node {
  readonly kind: 'labelFormat';
  readonly assignments: readonly LabelAssignment[];
}

/** `name=other` renames `other`, `name="…"` is a template. */
export interface LabelAssignment {
  readonly name: string;
  readonly source:
    | { readonly kind: 'label'; readonly name: string }
    | { readonly kind: 'template'; readonly text: string };
}

/** A name, or a matcher: then only where it matches. */
export interface LabelChoice {
  readonly name: string;
  readonly matcher?: Matcher;
}

export interface DropLabels extends Node {
  readonly kind: 'drop';
  readonly labels: readonly LabelChoice[];
}

export interface KeepLabels extends Node {
  readonly kind: 'keep';
  readonly labels: readonly LabelChoice[];
}

/** `distinct a, b`: of lines with the same values only the first. */
export interface Distinct extends Node {
  readonly kind: 'distinct';
  readonly labels: readonly string[];
}

export const RANGE_FUNCTIONS = [
  'absent_over_time',
  'avg_over_time',
  'bytes_over_time',
  'bytes_rate',
  'count_over_time',
  'first_over_time',
  'last_over_time',
  'max_over_time',
  'min_over_time',
  'quantile_over_time',
  'rate',
  'rate_counter',
  'stddev_over_time',
  'stdvar_over_time',
  'sum_over_time',
] as const;

export type RangeFunction = (typeof RANGE_FUNCTIONS)[number];

/** `unwrap duration(latency) | latency > 1`: `filters` stand after it. */
export interface Unwrap extends Node {
  readonly label: string;
  readonly conversion?: 'bytes' | 'duration' | 'duration_seconds';
  readonly filters: readonly LabelFilter[];
}

/** Lines over a range: `{…} | json | unwrap x [5m] offset 1m`, wherever the range stood in the text. */
export interface LogRange extends Node {
  readonly selector: LogSelector;
  readonly rangeMs: number;
  readonly offsetMs: number;
  readonly unwrap?: Unwrap;
}

export interface Grouping {
  readonly without: boolean;
  readonly labels: readonly string[];
}

export type MetricExpr =
  | RangeAggregation
  | VectorAggregation
  | BinaryExpr
  | LabelReplace
  | NumberLiteral
  | VectorLiteral
  | Variants;

export interface RangeAggregation extends Node {
  readonly kind: 'rangeAggregation';
  readonly func: RangeFunction;
  /** Of quantile_over_time. */
  readonly param?: number;
  readonly over: LogRange;
  readonly grouping?: Grouping;
}

export const VECTOR_OPERATORS = [
  'sum',
  'avg',
  'count',
  'max',
  'min',
  'stddev',
  'stdvar',
  'bottomk',
  'topk',
  'approx_topk',
  'sort',
  'sort_desc',
] as const;

export type VectorOperator = (typeof VECTOR_OPERATORS)[number];

export interface VectorAggregation extends Node {
  readonly kind: 'vectorAggregation';
  readonly op: VectorOperator;
  /** Of topk, bottomk and approx_topk. */
  readonly param?: number;
  readonly expr: MetricExpr;
  readonly grouping?: Grouping;
}

export type BinaryOp =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '^'
  | '=='
  | '!='
  | '>'
  | '>='
  | '<'
  | '<='
  | 'and'
  | 'or'
  | 'unless';

export interface VectorMatching {
  /** `and`, `or` and `unless` are many-to-many unless group_left or group_right was written. */
  readonly card: 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many';
  readonly on: boolean;
  readonly labels: readonly string[];
  /** Of group_left and group_right. */
  readonly include: readonly string[];
}

export interface BinaryExpr extends Node {
  readonly kind: 'binary';
  readonly op: BinaryOp;
  readonly left: MetricExpr;
  readonly right: MetricExpr;
  readonly returnBool: boolean;
  /** Absent between scalars, and where nothing was said of it. */
  readonly matching?: VectorMatching;
}

export interface LabelReplace extends Node {
  readonly kind: 'labelReplace';
  readonly expr: MetricExpr;
  readonly destination: string;
  readonly replacement: string;
  readonly source: string;
  readonly regex: string;
}

export interface NumberLiteral extends Node {
  readonly kind: 'number';
  readonly value: number;
}

/** `vector(1)`. */
export interface VectorLiteral extends Node {
  readonly kind: 'vector';
  readonly value: number;
}

/** `variants(a, b) of ({…}[5m])`: several aggregations over one reading; each result carries `__variant__`. */
export interface Variants extends Node {
  readonly kind: 'variants';
  readonly variants: readonly MetricExpr[];
  readonly over: LogRange;
}

export type LogqlExpr = LogSelector | MetricExpr;
