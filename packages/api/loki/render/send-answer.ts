import type { LogsResult } from '@petrel/query/logql/index.ts';
import type { QueryResult } from '@petrel/query/promql/result.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { countSeries, metricJson } from './metric-json.ts';
import { costOfLogs, costOfMetric, queryStats } from './query-stats.ts';
import { sendParts } from './send-parts.ts';
import { CATEGORIZE, streamsJson } from './streams-json.ts';

const type = 'application/json; charset=UTF-8';

/** The answer of a log query: streams. Which encoding the client takes stands in its headers. */
export function sendStreams(request: FastifyRequest, reply: FastifyReply, result: LogsResult): FastifyReply {
  return sendParts(request, reply, { type, pieces: streamsAnswer(result, wantsCategories(request)) });
}

function* streamsAnswer(result: LogsResult, categorize: boolean): Generator<string> {
  // The flags stand before the result: clients that read as it comes have to know how.
  const flags = categorize ? `"encodingFlags":["${CATEGORIZE}"],` : '';
  yield `{"status":"success","data":{"resultType":"streams",${flags}"result":`;
  yield* streamsJson(result.lines, { categorize });
  yield `,"stats":${JSON.stringify(queryStats(costOfLogs(result.stats, result.lines.length)))}}}`;
}

export function wantsCategories({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  const flags = headers['x-loki-response-encoding-flags'];
  return typeof flags === 'string' && flags.split(',').some((flag) => flag.trim() === CATEGORIZE);
}

/** The answer of a metric query. */
export function sendMetric(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: { readonly result: QueryResult; readonly elapsedMs: number },
): FastifyReply {
  return sendParts(request, reply, { type, pieces: metricAnswer(answer) });
}

function* metricAnswer({
  result,
  elapsedMs,
}: {
  readonly result: QueryResult;
  readonly elapsedMs: number;
}): Generator<string> {
  yield '{"status":"success","data":{';
  yield* metricJson(result.value);
  const stats = queryStats(costOfMetric(result, { elapsedMs, returned: countSeries(result.value) }));
  yield `,"stats":${JSON.stringify(stats)}}`;
  if (result.warnings.length > 0) yield `,"warnings":${JSON.stringify(result.warnings)}`;
  yield '}';
}
