import type { Labels, Matcher } from '@petrel/model';
import type { MetricSource } from '@petrel/query/promql';
import type { Aggregate, Binary, Call, Expr } from '@petrel/query/promql/parse/ast.ts';
import { typeOf } from '@petrel/query/promql/parse/index.ts';
import { promqlOf, type Rule } from '@petrel/rules';
import type { LintOptions } from './finding.ts';

/** Label sets, and whether these are all. */
export interface LabelSets {
  readonly sets: readonly Labels[];
  readonly complete: boolean;
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** Beyond it nothing is concluded from what is missing. */
const MAX_SERIES = 5_000;

/** What series there are, asked once for each selector. */
export class StoredLabels {
  readonly #sets = new Map<string, Promise<LabelSets>>();
  #metrics: Promise<ReadonlySet<string>> | undefined;

  constructor(
    private readonly source: MetricSource,
    private readonly options: Pick<LintOptions, 'nowMs' | 'signal'>,
  ) {}

  /** Series of the last day, `__name__` included. */
  ofSelector(matchers: readonly Matcher[]): Promise<LabelSets> {
    const key = JSON.stringify(matchers);
    let sets = this.#sets.get(key);
    if (sets === undefined) {
      sets = this.source
        .series([matchers], this.#range(DAY_MS), MAX_SERIES)
        .then((found) => ({ sets: found, complete: found.length < MAX_SERIES }));
      this.#sets.set(key, sets);
    }
    return sets;
  }

  /** Whether there was any such series in the last seven days. */
  async hadAny(matchers: readonly Matcher[]): Promise<boolean> {
    return (await this.source.series([matchers], this.#range(WEEK_MS), 1)).length > 0;
  }

  /** Names of metrics of the last seven days. */
  metrics(): Promise<ReadonlySet<string>> {
    this.#metrics ??= this.source.labelValues('__name__', [], this.#range(WEEK_MS)).then((names) => new Set(names));
    return this.#metrics;
  }

  valuesOf(label: string, matchers: readonly Matcher[], limit: number): Promise<readonly string[]> {
    return this.source.labelValues(label, [matchers], this.#range(WEEK_MS), limit);
  }

  async ofRule(rule: Rule): Promise<LabelSets | undefined> {
    const expr = promqlOf(rule);
    return expr && this.ofExpr(expr);
  }

  /** Label sets, without names, that the series of an expression are among; undefined where that cannot be told. */
  async ofExpr(expr: Expr): Promise<LabelSets | undefined> {
    switch (expr.kind) {
      case 'number':
      case 'string':
        return undefined;
      case 'vectorSelector':
        return mapped(await this.ofSelector(expr.matchers), (labels) => labels.dropMetric());
      case 'matrixSelector':
        return this.ofExpr(expr.selector);
      case 'subquery':
      case 'unary':
      case 'paren':
        return this.ofExpr(expr.expr);
      case 'call':
        return this.#ofCall(expr);
      case 'aggregate':
        return this.#ofAggregate(expr);
      case 'binary':
        return this.#ofBinary(expr);
    }
  }

  async #ofCall({ func, args }: Call): Promise<LabelSets | undefined> {
    if (/^(label_|absent|vector$|scalar$|time$|pi$|info$|histogram_quantiles$)/.test(func)) return undefined;
    const arg = args.find((one) => typeOf(one) === 'vector' || typeOf(one) === 'matrix');
    const inner = arg && (await this.ofExpr(arg));
    if (inner === undefined || !/^histogram_(quantile|fraction)$/.test(func)) return inner;
    return mapped(inner, (labels) => labels.without(new Set(['le'])));
  }

  async #ofAggregate({ op, expr, grouping, without }: Aggregate): Promise<LabelSets | undefined> {
    const inner = await this.ofExpr(expr);
    if (inner === undefined || op === 'count_values') return undefined;
    if (/^(topk|bottomk|limitk|limit_ratio)$/.test(op)) return inner;
    const names = new Set(grouping);
    return mapped(inner, (labels) => (without ? labels.without(names) : labels.keep(names)));
  }

  async #ofBinary({ op, lhs, rhs, matching }: Binary): Promise<LabelSets | undefined> {
    if (matching === undefined) return this.ofExpr(typeOf(lhs) === 'vector' ? lhs : rhs);
    if (op === 'or') {
      const [left, right] = [await this.ofExpr(lhs), await this.ofExpr(rhs)];
      if (left === undefined || right === undefined) return undefined;
      return { sets: [...left.sets, ...right.sets], complete: left.complete && right.complete };
    }
    if (op === 'and' || op === 'unless') return this.ofExpr(lhs);
    const { card, include } = matching;
    if (include.length > 0) return undefined;
    if (card === 'one-to-many') return this.ofExpr(rhs);
    const left = await this.ofExpr(lhs);
    return card === 'many-to-one' || left === undefined
      ? left
      : mapped(left, (labels) => signatureOf(labels, matching));
  }

  #range(backMs: number) {
    const { nowMs, signal } = this.options;
    return { startMs: nowMs - backMs, endMs: nowMs, ...(signal === undefined ? {} : { signal }) };
  }
}

/** Enough is known to conclude something from what is missing. */
export function isTelling(sets: LabelSets | undefined): sets is LabelSets {
  if (sets === undefined) return false;
  return sets.complete && sets.sets.length > 0;
}

/** The labels in which two sides of an operation have to agree. */
export function signatureOf(labels: Labels, { on, labels: names }: NonNullable<Binary['matching']>): Labels {
  return on ? labels.keep(new Set(names)) : labels.without(new Set([...names, '__name__']));
}

function mapped({ sets, complete }: LabelSets, change: (labels: Labels) => Labels): LabelSets {
  const distinct = new Map<string, Labels>();
  for (const one of sets) {
    const labels = change(one);
    distinct.set(labels.key, labels);
  }
  return { sets: [...distinct.values()], complete };
}
