import type { MetricExpr } from '@petrel/query/logql/parse/ast.ts';
import { parseLogql } from '@petrel/query/logql/parse/index.ts';
import type { FixtureLine } from './fixture-lines.test-support.ts';
import { compileSelector } from './fixture-query.test-support.ts';

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  /** One for each time. */
  readonly values: number[];
}

/** `sum by (…) (…)`, `rate` and `count_over_time` at some times, evaluated naively. */
export function evaluateMetric(
  query: string,
  lines: readonly FixtureLine[],
  timesMs: readonly number[],
): readonly Series[] {
  const expr = parseLogql(query);
  if (expr.kind === 'logSelector') throw new Error('only sample expression supported');
  return evaluate(expr, lines, timesMs).filter(({ values }) => values.some((value) => value > 0));
}

function evaluate(expr: MetricExpr, lines: readonly FixtureLine[], timesMs: readonly number[]): readonly Series[] {
  switch (expr.kind) {
    case 'rangeAggregation': {
      const { rangeMs, selector } = expr.over;
      const test = compileSelector(selector);
      const found = new Map<string, Series>();
      for (const line of lines) {
        const passed = test(line);
        if (passed === undefined) continue;
        const key = JSON.stringify(passed.all);
        const series = found.get(key) ?? { metric: passed.all, values: timesMs.map(() => 0) };
        found.set(key, series);
        timesMs.forEach((ms, k) => {
          if (line.ms > ms - rangeMs && line.ms <= ms) series.values[k] = (series.values[k] ?? 0) + 1;
        });
      }
      const scale = expr.func === 'rate' ? 1000 / rangeMs : 1;
      return [...found.values()].map(({ metric, values }) => ({
        metric,
        values: values.map((value) => value * scale),
      }));
    }
    case 'vectorAggregation': {
      const names = expr.grouping?.labels ?? [];
      const groups = new Map<string, Series>();
      for (const { metric, values } of evaluate(expr.expr, lines, timesMs)) {
        const own = Object.fromEntries(
          names.flatMap((name) => (metric[name] === undefined ? [] : [[name, metric[name]]])),
        );
        const key = JSON.stringify(own);
        const group = groups.get(key) ?? { metric: own, values: timesMs.map(() => 0) };
        groups.set(key, group);
        values.forEach((value, k) => {
          group.values[k] = (group.values[k] ?? 0) + value;
        });
      }
      return [...groups.values()];
    }
    default:
      throw new Error(`the fixture does not evaluate ${expr.kind}`);
  }
}
