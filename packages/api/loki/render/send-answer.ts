import { Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type { LogsResult } from '@petrel/query/logql/index.ts';
import type { QueryResult } from '@petrel/query/promql/result.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptsGzip } from '../../compress.ts';
import { sendJsonText } from '../answer.ts';
import { countSeries, metricJson } from './metric-json.ts';
import { costOfLogs, costOfMetric, queryStats } from './query-stats.ts';
import { CATEGORIZE, streamsJson } from './streams-json.ts';

const CONTENT_TYPE = 'application/json; charset=UTF-8';

/** The answer of a log query: streams. Which encoding the client takes stands in its headers. */
export function sendStreams(request: FastifyRequest, reply: FastifyReply, result: LogsResult): FastifyReply {
  const categorize = wantsCategories(request);
  const flags = categorize ? `"encodingFlags":["${CATEGORIZE}"],` : '';
  const stats = queryStats(costOfLogs(result.stats, result.lines.length));
  const streams = streamsJson(result.lines, { categorize });
  // The flags stand before the result: clients that read as it comes have to know how.
  return sendJsonText(
    reply,
    `{"status":"success","data":{"resultType":"streams",${flags}"result":${streams},"stats":${JSON.stringify(stats)}}}`,
  );
}

export function wantsCategories({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  const flags = headers['x-loki-response-encoding-flags'];
  return typeof flags === 'string' && flags.split(',').some((flag) => flag.trim() === CATEGORIZE);
}

/** The answer of a metric query; a large one is streamed. */
export function sendMetric(
  request: FastifyRequest,
  reply: FastifyReply,
  { result, elapsedMs }: { readonly result: QueryResult; readonly elapsedMs: number },
): FastifyReply {
  const parts = answerParts(result, elapsedMs);
  const first = parts.next().value as string;
  const second = parts.next();
  if (second.done === true) return sendJsonText(reply, first);
  const chunks = Readable.from(
    (function* () {
      yield first + second.value;
      yield* parts;
    })(),
    { objectMode: false },
  );
  reply.type(CONTENT_TYPE);
  if (!acceptsGzip(request)) return reply.send(chunks);
  reply.header('content-encoding', 'gzip').header('vary', 'Accept-Encoding');
  const gzip = createGzip({ level: constants.Z_BEST_SPEED, chunkSize: 64 * 1024 });
  chunks.on('error', (error) => gzip.destroy(error));
  gzip.on('close', () => chunks.destroy());
  return reply.send(chunks.pipe(gzip));
}

/** The head goes with the first part of the result and the end with its last. */
function* answerParts(result: QueryResult, elapsedMs: number): Generator<string, void, undefined> {
  const stats = queryStats(costOfMetric(result, { elapsedMs, returned: countSeries(result.value) }));
  const warnings = result.warnings.length > 0 ? `,"warnings":${JSON.stringify(result.warnings)}` : '';
  let held = '{"status":"success","data":{';
  let isHead = true;
  for (const part of metricJson(result.value)) {
    if (!isHead) {
      yield held;
      held = '';
    }
    held += part;
    isHead = false;
  }
  yield `${held},"stats":${JSON.stringify(stats)}}${warnings}}`;
}
