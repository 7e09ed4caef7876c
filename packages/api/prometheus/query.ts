import { PetrelError } from '@petrel/model';
import type { QueryOptions, QueryResult } from '@petrel/query/promql/result.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { QueryStatsData } from '../contract/prometheus.ts';
import { closeSignal } from './close-signal.ts';
import type { PrometheusApiPorts } from './port.ts';
import { sendQueryResult } from './render/send-result.ts';
import { invalidParam, RequestParams } from './request-params.ts';

/** More points a series than any screen shows: Prometheus's bound. */
const MAX_POINTS = 11_000;

type Evaluate = (params: RequestParams, options: QueryOptions) => Promise<QueryResult>;

/** `query` and `query_range`, GET and POST. */
export function registerQuery(app: FastifyInstance, { engine, nowMs }: PrometheusApiPorts): void {
  const both = (url: string, evaluate: Evaluate): void => {
    app.route({ method: ['GET', 'POST'], url, handler: (request, reply) => answer(request, reply, evaluate) });
  };

  both('/query', (params, options) =>
    withQueryName(() =>
      engine.instant({ query: params.get('query'), timeMs: params.timeMs('time', nowMs()), ...options }),
    ),
  );

  both('/query_range', (params, options) => {
    const range = rangeOf(params);
    return withQueryName(() => engine.range({ query: params.get('query'), ...range, ...options }));
  });
}

function rangeOf(params: RequestParams): { startMs: number; endMs: number; stepMs: number } {
  const startMs = params.timeMs('start');
  const endMs = params.timeMs('end');
  if (endMs < startMs) throw invalidParam('end', 'end timestamp must not be before start time');
  const stepMs = params.durationMs('step');
  if (stepMs <= 0) {
    throw invalidParam(
      'step',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  }
  if ((endMs - startMs) / stepMs > MAX_POINTS) {
    throw new PetrelError(
      'BAD_REQUEST',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  }
  // The engine's clock ticks in milliseconds.
  return { startMs, endMs, stepMs: Math.max(1, Math.round(stepMs)) };
}

async function answer(request: FastifyRequest, reply: FastifyReply, evaluate: Evaluate): Promise<FastifyReply> {
  const params = RequestParams.of(request);
  const limit = params.limit();
  const timeoutMs = params.optionalDurationMs('timeout');
  const lookbackMs = lookbackOf(params);
  const signal = closeSignal(request, reply);
  const startedMs = performance.now();
  const result = await evaluate(params, {
    signal,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(lookbackMs === undefined ? {} : { lookbackMs }),
  });
  const wanted = params.get('stats') !== '';
  const stats = wanted ? { stats: statsOf(result, performance.now() - startedMs) } : {};
  return sendQueryResult(request, reply, result, { limit, signal, ...stats });
}

function lookbackOf(params: RequestParams): number | undefined {
  try {
    return params.optionalDurationMs('lookback_delta');
  } catch (error) {
    if (!(error instanceof PetrelError)) throw error;
    const reason = error.message.replace(/^invalid parameter "lookback_delta": /, '');
    throw new PetrelError('BAD_REQUEST', `error parsing lookback delta duration: ${reason}`);
  }
}

/** Parse errors name the parameter; execution errors stand alone. */
async function withQueryName(run: () => Promise<QueryResult>): Promise<QueryResult> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof PetrelError && error.code === 'PROMQL_PARSE') {
      throw new PetrelError('PROMQL_PARSE', `invalid parameter "query": ${error.message}`, { cause: error });
    }
    throw error;
  }
}

function statsOf({ stats }: QueryResult, totalMs: number): QueryStatsData {
  const { parse, plan, fetch, eval: evaluated } = stats.timingsMs;
  return {
    timings: {
      evalTotalTime: (plan + fetch + evaluated) / 1000,
      resultSortTime: 0,
      queryPreparationTime: (plan + fetch) / 1000,
      innerEvalTime: evaluated / 1000,
      execQueueTime: Math.max(0, totalMs - parse - plan - fetch - evaluated) / 1000,
      execTotalTime: totalMs / 1000,
    },
    samples: { totalQueryableSamples: stats.samplesLoaded, peakSamples: stats.peakSamples },
  };
}
