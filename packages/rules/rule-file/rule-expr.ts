import type { MetricExpr } from '@petrel/query/logql/parse/ast.ts';
import { printLogql } from '@petrel/query/logql/print/index.ts';
import type { Expr } from '@petrel/query/promql/parse/ast.ts';
import { printExpr } from '@petrel/query/promql/print/index.ts';

/** The language of a rule file: Prometheus's files ask metrics, those of Loki's ruler ask logs. */
export type RuleLanguage = 'promql' | 'logql';

/** What a rule asks, parsed. */
export type RuleExpr =
  | { readonly language: 'promql'; readonly ast: Expr }
  | { readonly language: 'logql'; readonly ast: MetricExpr };

/** The expression in its language's own form. */
export function queryOf(rule: RuleExpr): string {
  return rule.language === 'promql' ? printExpr(rule.ast) : printLogql(rule.ast);
}

/** Undefined for a rule that asks logs: it reads no series, and nothing of what is known of PromQL applies. */
export function promqlOf(rule: RuleExpr): Expr | undefined {
  return rule.language === 'promql' ? rule.ast : undefined;
}
