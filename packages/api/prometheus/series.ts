import { PetrelError, quote } from '@petrel/model';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { closeSignal } from './close-signal.ts';
import { sendData } from './envelope.ts';
import { isWellFormed, unescapeLabelName } from './escape-name.ts';
import type { PrometheusApiPorts } from './port.ts';
import { labelsJson } from './render/labels-json.ts';
import { MAX_TIME_MS, MIN_TIME_MS, RequestParams } from './request-params.ts';

const TRUNCATED = ['results truncated due to limit'];

/** `series`, `labels` and `label/<name>/values`. */
export function registerSeries(app: FastifyInstance, { source, syntax }: PrometheusApiPorts): void {
  const selectorsOf = (params: RequestParams) => params.matcherSets(syntax.parseSelector);
  const rangeOf = (params: RequestParams, request: FastifyRequest, reply: FastifyReply) => ({
    startMs: params.timeMs('start', MIN_TIME_MS),
    endMs: params.timeMs('end', MAX_TIME_MS),
    signal: closeSignal(request, reply),
  });

  app.route({
    method: ['GET', 'POST'],
    url: '/series',
    handler: async (request, reply) => {
      const params = RequestParams.of(request);
      if (params.all('match[]').length === 0) throw new PetrelError('BAD_REQUEST', 'no match[] parameter provided');
      const limit = params.limit();
      const range = rangeOf(params, request, reply);
      const found = await source.series(selectorsOf(params), range, wanted(limit));
      const { kept, warnings } = cut(found, limit);
      const notes = warnings.length > 0 ? `,"warnings":${JSON.stringify(warnings)}` : '';
      return reply
        .type('application/json')
        .send(`{"status":"success","data":[${kept.map(labelsJson).join(',')}]${notes}}`);
    },
  });

  app.route({
    method: ['GET', 'POST'],
    url: '/labels',
    handler: async (request, reply) => {
      const params = RequestParams.of(request);
      const limit = params.limit();
      const range = rangeOf(params, request, reply);
      const { kept, warnings } = cut(await source.labelNames(selectorsOf(params), range, wanted(limit)), limit);
      return sendData(reply, kept, { warnings });
    },
  });

  app.get<{ Params: { name: string } }>('/label/:name/values', async (request, reply) => {
    const name = unescapeLabelName(request.params.name);
    if (name === '' || !isWellFormed(name)) {
      throw new PetrelError('BAD_REQUEST', `invalid label name: ${quote(name)}`);
    }
    const params = RequestParams.of(request);
    const limit = params.limit();
    const range = rangeOf(params, request, reply);
    const values = await source.labelValues(name, selectorsOf(params), range, wanted(limit));
    const { kept, warnings } = cut(values, limit);
    return sendData(reply, kept, { warnings });
  });
}

/** One more than the limit, to see whether there were more. */
function wanted(limit: number): number | undefined {
  return limit === 0 ? undefined : limit + 1;
}

function cut<T>(found: readonly T[], limit: number): { kept: readonly T[]; warnings: readonly string[] } {
  if (limit === 0 || found.length <= limit) return { kept: found, warnings: [] };
  return { kept: found.slice(0, limit), warnings: TRUNCATED };
}
