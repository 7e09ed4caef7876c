import { compileMatcher, type Matcher } from '@petrel/model';
import type { LogqlExpr, LogSelector, MetricExpr } from './ast.ts';
import type { TokenStream } from './token-stream.ts';

const EMPTY_MATCHERS =
  'queries require at least one regexp or equality matcher that does not have an empty-compatible value. For instance, app=~".*" does not meet this requirement, but app=~".+" will';

/** What Loki asks of a query that could be read, in its order: from the outside in, left before right. Throws LogqlParseError. */
export function checkExpression(tokens: TokenStream, expr: LogqlExpr): void {
  if (expr.kind === 'logSelector') checkSelector(tokens, expr);
  else checkMetric(tokens, expr);
}

function checkMetric(tokens: TokenStream, expr: MetricExpr): void {
  const mistake = tokens.deferred.get(expr);
  if (mistake !== undefined) tokens.refuse(expr.range, mistake);
  switch (expr.kind) {
    case 'number':
    case 'vector':
      return;
    case 'rangeAggregation':
      checkSelector(tokens, expr.over.selector);
      return;
    case 'vectorAggregation':
      if ((expr.op === 'sort' || expr.op === 'sort_desc') && (expr.grouping?.labels.length ?? 0) > 0) {
        tokens.refuse(expr.range, "sort and sort_desc doesn't allow grouping by ");
      }
      checkMetric(tokens, expr.expr);
      return;
    case 'labelReplace':
      checkMetric(tokens, expr.expr);
      return;
    case 'binary':
      checkMetric(tokens, expr.left);
      checkMetric(tokens, expr.right);
      return;
    case 'variants':
      checkSelector(tokens, expr.over.selector);
      for (const variant of expr.variants) checkMetric(tokens, variant);
  }
}

/** Whoever asks for every stream is probably mistaken. */
function checkSelector(tokens: TokenStream, { matchers, range }: LogSelector): void {
  if (matchers.every(matchesEmpty)) tokens.refuse(range, EMPTY_MATCHERS);
}

function matchesEmpty(matcher: Matcher): boolean {
  return compileMatcher(matcher)('');
}
