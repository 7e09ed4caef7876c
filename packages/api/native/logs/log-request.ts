import { PetrelError, quote } from '@petrel/model';
import { planKql } from '@petrel/query/kql/index.ts';
import { isMetricExpr, type LogPlan, parseLogql, planLogSelector } from '@petrel/query/logql/index.ts';
import type { FastifyRequest } from 'fastify';
import type { LogLanguage } from '../../contract/logs.ts';
import { LokiParams, type NsRange } from '../../loki/loki-params.ts';
import type { LogsApiPorts } from '../../loki/port.ts';
import { earlierNs, laterNs } from '../../loki/times.ts';
import { RequestParams } from '../../prometheus/request-params.ts';

const LANGUAGES: readonly LogLanguage[] = ['logql', 'kql', 'lucene'];

/** What a request asks about: which lines, and when. */
export interface LogRequest extends NsRange {
  readonly plan: LogPlan;
  readonly params: LokiParams;
}

/** Reads `query`, `language`, `start` and `end`; a query that says itself when narrows the range. Throws LOGQL_PARSE, KQL_PARSE and BAD_REQUEST. */
export function readLogRequest(request: FastifyRequest, { nowMs }: Pick<LogsApiPorts, 'nowMs'>): LogRequest {
  const now = nowMs();
  const params = LokiParams.of(request, now);
  const range = params.orderedRange();
  const { plan, timeRange } = plannedQuery(params, now);
  return { plan, params, ...within(range, timeRange) };
}

/** What follows has no end, and may begin later than now: clocks differ. */
export function readFollowRequest(search: string, nowMs: number): Omit<LogRequest, 'endNs'> {
  const params = new LokiParams(new RequestParams(search), nowMs);
  return { plan: plannedQuery(params, nowMs).plan, params, startNs: params.range().startNs };
}

function plannedQuery(params: LokiParams, nowMs: number): PlannedQuery {
  return planQuery(params.get('query'), { language: languageOf(params.get('language')), nowMs });
}

interface PlannedQuery {
  readonly plan: LogPlan;
  readonly timeRange?: Partial<NsRange>;
}

/** An empty query is every line. */
export function planQuery(
  query: string,
  { language, nowMs }: { readonly language: LogLanguage; readonly nowMs: number },
): PlannedQuery {
  if (language !== 'logql') {
    const plan = planKql(query, { language, nowMs });
    return { plan, ...(plan.timeRange === undefined ? {} : { timeRange: plan.timeRange }) };
  }
  if (query.trim() === '') {
    const range = { from: 0, to: 0 };
    return { plan: planLogSelector({ kind: 'logSelector', range, matchers: [], stages: [] }) };
  }
  const expr = parseLogql(query);
  if (isMetricExpr(expr)) {
    throw new PetrelError('BAD_REQUEST', 'a metric query gives no lines; ask /loki/api/v1/query_range for its values');
  }
  return { plan: planLogSelector(expr) };
}

function languageOf(text: string): LogLanguage {
  if (text === '') return 'logql';
  const language = LANGUAGES.find((name) => name === text);
  if (language !== undefined) return language;
  throw new PetrelError(
    'BAD_REQUEST',
    `invalid parameter "language": ${quote(text)} is none of ${LANGUAGES.join(', ')}`,
  );
}

function within(range: NsRange, { startNs, endNs }: Partial<NsRange> = {}): NsRange {
  const start = startNs === undefined ? range.startNs : laterNs(range.startNs, startNs);
  const end = endNs === undefined ? range.endNs : earlierNs(range.endNs, endNs);
  return { startNs: start, endNs: laterNs(start, end) };
}
