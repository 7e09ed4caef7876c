import { PetrelError } from '@petrel/model';
import { isMetricExpr, type LogsResult, parseLogql, planLogSelector } from '@petrel/query/logql/index.ts';
import type { LogSelector } from '@petrel/query/logql/parse/ast.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { closeSignal } from '../prometheus/close-signal.ts';
import { LokiParams, type NsRange } from './loki-params.ts';
import type { LogsApiPorts } from './port.ts';
import { sendMetric, sendStreams } from './render/send-answer.ts';
import { msOfNs } from './times.ts';

/** Points a series: Loki's bound. */
const MAX_POINTS = 11_000;

/** `query` and `query_range`, GET and POST. */
export function registerQuery(app: FastifyInstance, ports: LogsApiPorts): void {
  const method = ['GET', 'POST'];
  app.route({ method, url: '/query', handler: (request, reply) => answerInstant(request, reply, ports) });
  app.route({ method, url: '/query_range', handler: (request, reply) => answerRange(request, reply, ports) });
}

async function answerInstant(
  request: FastifyRequest,
  reply: FastifyReply,
  { engine, nowMs }: LogsApiPorts,
): Promise<FastifyReply> {
  const params = LokiParams.of(request, nowMs());
  const query = params.get('query');
  const timeNs = params.timeNs('time', params.nowNs);
  params.limit();
  params.direction();
  if (!isMetricExpr(parseLogql(query))) {
    throw new PetrelError(
      'BAD_REQUEST',
      'log queries are not supported as an instant query type, please change your query to a range query type',
    );
  }
  const startedMs = performance.now();
  const result = await engine.instant({ query, timeMs: msOfNs(timeNs), signal: closeSignal(request, reply) });
  return sendMetric(request, reply, { result, elapsedMs: performance.now() - startedMs });
}

async function answerRange(request: FastifyRequest, reply: FastifyReply, ports: LogsApiPorts): Promise<FastifyReply> {
  const params = LokiParams.of(request, ports.nowMs());
  const query = params.get('query');
  const range = params.orderedRange();
  const stepMs = params.stepMs(range);
  // Asked of every query, as what is wrong with it is wrong whatever the query is.
  params.limit();
  params.intervalNs();
  params.direction();
  checkResolution(range, stepMs);
  const expr = parseLogql(query);
  const signal = closeSignal(request, reply);
  if (!isMetricExpr(expr)) return sendStreams(request, reply, await linesOf(params, { expr, signal, ...ports }));
  const startedMs = performance.now();
  const result = await ports.engine.range({
    query,
    startMs: msOfNs(range.startNs),
    endMs: msOfNs(range.endNs),
    stepMs,
    signal,
  });
  return sendMetric(request, reply, { result, elapsedMs: performance.now() - startedMs });
}

/** The lines that a request asks for. */
export function linesOf(
  params: LokiParams,
  { expr, engine, signal }: { readonly expr: LogSelector; readonly signal: AbortSignal } & Pick<LogsApiPorts, 'engine'>,
): Promise<LogsResult> {
  const intervalNs = params.intervalNs();
  return engine.logs({
    plan: planLogSelector(expr),
    ...params.orderedRange(),
    limit: params.entriesLimit(),
    direction: params.direction(),
    ...(intervalNs > 0n ? { intervalNs } : {}),
    signal,
  });
}

function checkResolution({ startNs, endNs }: NsRange, stepMs: number): void {
  if ((msOfNs(endNs) - msOfNs(startNs)) / stepMs > MAX_POINTS) {
    throw new PetrelError(
      'BAD_REQUEST',
      'exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step parameter',
    );
  }
}
