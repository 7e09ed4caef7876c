import type { Alert } from '@petrel/model';
import type { LabelFilter, LogSelector, MetricExpr, Stage } from '@petrel/query/logql/parse/ast.ts';
import type { LogLines } from '../port.ts';
import type { AlertingRule } from '../rule-file/rule-group.ts';

/** The annotation that holds lines behind an alert, newest first, each on a line of its own. */
export const LOG_LINES_ANNOTATION = 'log_lines';

const LINES = 5;
/** Of a line; what a chat message or a mail can show. */
const LINE_LENGTH = 500;
/** Alerts that get lines in one evaluation; those that come with more get theirs when they are sent again. */
const ALERTS_AT_ONCE = 20;

type LogAlertingRule = AlertingRule & { readonly language: 'logql' };

/**
 * Gives the alerts of a rule that asks logs the lines behind them: those of the first range of its expression that have the alert's labels. They are looked
 * for when the alert is first sent, and stay with it. An alert whose lines cannot be read goes without.
 */
export class SampleLines {
  readonly #known = new Map<string, string>();

  constructor(
    private readonly rule: LogAlertingRule,
    private readonly lines: LogLines,
  ) {}

  async add(alerts: readonly Alert[], tMs: number): Promise<readonly Alert[]> {
    let room = ALERTS_AT_ONCE;
    const out: Alert[] = [];
    for (const alert of alerts) {
      const ended = alert.endsAtMs <= tMs;
      let text = this.#known.get(alert.fingerprint);
      if (text === undefined && !ended && room-- > 0) {
        text = await this.#read(alert, tMs);
        this.#known.set(alert.fingerprint, text);
      }
      if (ended) this.#known.delete(alert.fingerprint);
      out.push(text ? { ...alert, annotations: alert.annotations.with(LOG_LINES_ANNOTATION, text) } : alert);
    }
    return out;
  }

  async #read(alert: Alert, tMs: number): Promise<string> {
    const range = firstRange(this.rule.ast);
    if (range === undefined) return '';
    const endMs = tMs - range.offsetMs;
    const selector = narrowed(range.selector, this.#labelsOf(alert));
    try {
      const lines = await this.lines.lines({ selector, startMs: endMs - range.rangeMs, endMs, limit: LINES });
      return lines.map((line) => (line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)} …` : line)).join('\n');
    } catch {
      return '';
    }
  }

  /** What of an alert's labels its lines have too. */
  #labelsOf(alert: Alert): readonly (readonly [string, string])[] {
    const made = new Set(['alertname', ...Object.keys(this.rule.labels), ...madeLabels(this.rule.ast)]);
    return [...alert.labels].filter(([name]) => !made.has(name));
  }
}

function firstRange(
  expr: MetricExpr,
): { readonly selector: LogSelector; readonly rangeMs: number; readonly offsetMs: number } | undefined {
  switch (expr.kind) {
    case 'rangeAggregation':
    case 'variants':
      return expr.over;
    case 'vectorAggregation':
    case 'labelReplace':
      return firstRange(expr.expr);
    case 'binary':
      return firstRange(expr.left) ?? firstRange(expr.right);
    case 'number':
    case 'vector':
      return undefined;
  }
}

/** Labels that are in the result and not in the lines. */
function madeLabels(expr: MetricExpr): readonly string[] {
  switch (expr.kind) {
    case 'labelReplace':
      return [expr.destination, ...madeLabels(expr.expr)];
    case 'vectorAggregation':
      return madeLabels(expr.expr);
    case 'binary':
      return [...madeLabels(expr.left), ...madeLabels(expr.right)];
    case 'variants':
      return ['__variant__'];
    default:
      return [];
  }
}

function narrowed(selector: LogSelector, labels: readonly (readonly [string, string])[]): LogSelector {
  const { range } = selector;
  const filters = labels.map(([name, value]): Stage => {
    const filter: LabelFilter = { kind: 'string', range, matcher: { name, value, type: '=' } };
    return { kind: 'labelFilter', range, filter };
  });
  return { ...selector, stages: [...selector.stages, ...filters] };
}
