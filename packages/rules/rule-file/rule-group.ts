import type { RuleExpr } from './rule-expr.ts';

/** `resolve` is Prometheus: an alert whose series vanished ends. `keep`: it stays as it is. `alert`: series that are gone alert themselves. */
export type MissingDataPolicy = 'keep' | 'resolve' | 'alert';

export const MISSING_DATA_POLICIES: readonly MissingDataPolicy[] = ['keep', 'resolve', 'alert'];

/** The annotation of a rule that sets its policy. */
export const MISSING_DATA_ANNOTATION = 'petrel_missing_data';

/** Lines and columns count from 1. */
export interface FilePlace {
  readonly line: number;
  readonly column: number;
}

interface RuleBase {
  readonly name: string;
  /** As written. */
  readonly expr: string;
  /** The rule's own and, where it does not name them, its group's. An empty value removes the label. */
  readonly labels: Readonly<Record<string, string>>;
  /** Of the rule in its file. */
  readonly place: FilePlace;
  /** Of its expression. */
  readonly exprPlace: FilePlace;
}

export type RecordingRule = RuleBase & RuleExpr & { readonly kind: 'recording' };

interface AlertingBase extends RuleBase {
  readonly kind: 'alerting';
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly annotations: Readonly<Record<string, string>>;
  /** Absent: the manager's default. */
  readonly missingData?: MissingDataPolicy;
}

export type AlertingRule = AlertingBase & RuleExpr;

export type Rule = RecordingRule | AlertingRule;

/** A group of a rule file that is right in itself: expressions parse, templates too, names are valid. */
export interface RuleGroup {
  /** As it was named when it was loaded; together with `name` it identifies the group. */
  readonly file: string;
  readonly name: string;
  /** Absent: the global evaluation interval. */
  readonly intervalMs?: number;
  /** Absent: the global rule query offset. */
  readonly queryOffsetMs?: number;
  /** At most so many series a recording rule, alerts an alerting rule; 0: no limit. */
  readonly limit: number;
  readonly rules: readonly Rule[];
  readonly place: FilePlace;
}
