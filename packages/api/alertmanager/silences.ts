import { type Matcher, PetrelError, type Silence, silenceStateAt } from '@petrel/model';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readMatchers } from './alert-filter.ts';
import { sendJson, sendNothing } from './answer.ts';
import { silenceOrder } from './order.ts';
import type { AlertmanagerPort } from './port.ts';
import { readSilence } from './posted-silence.ts';
import { QueryParams } from './query-params.ts';
import { misformed } from './refusal.ts';
import { renderSilence } from './render.ts';
import { readBody } from './request-body.ts';

/** `/silences` and `/silence/{silenceID}`. */
export function registerSilences(app: FastifyInstance, port: AlertmanagerPort): void {
  app.get('/silences', async (request, reply) => {
    const params = new QueryParams(request);
    const matchers = readMatchers(params.list('filter'), port);
    const nowMs = port.nowMs();
    const silences = port
      .silences()
      .filter((silence) => params.flag(silenceStateAt(silence, nowMs)) && holdsAll(silence, matchers))
      .sort(silenceOrder(nowMs));
    return sendJson(
      reply,
      silences.map((silence) => renderSilence(silence, nowMs)),
    );
  });

  app.post('/silences', async (request, reply) => {
    const silence = readSilence(readBody(request, 'silence'), port.nowMs());
    return sendJson(reply, { silenceID: await port.putSilence(silence) });
  });

  app.get('/silence/:silenceID', async (request, reply) => {
    const id = silenceId(request);
    const silence = port.silences().find((one) => one.id === id);
    return silence === undefined ? sendNothing(reply, 404) : sendJson(reply, renderSilence(silence, port.nowMs()));
  });

  app.delete('/silence/:silenceID', async (request, reply) => {
    try {
      await port.expireSilence(silenceId(request));
    } catch (error) {
      if (!(error instanceof PetrelError) || error.retryable) throw error;
      // The schema knows no 400 here: what is there and cannot expire is a 500.
      return error.code === 'NOT_FOUND' ? sendNothing(reply, 404) : sendJson(reply, error.message, 500);
    }
    return sendNothing(reply);
  });
}

/** A filter names matchers that the silence must have as they are; they are not held against anything. */
function holdsAll(silence: Silence, wanted: readonly Matcher[]): boolean {
  return wanted.every(({ type, name, value }) =>
    silence.matchers.some((one) => one.type === type && one.name === name && one.value === value),
  );
}

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

function silenceId(request: FastifyRequest): string {
  const { silenceID } = request.params as { readonly silenceID: string };
  if (!UUID.test(silenceID)) throw misformed('silenceID', 'path', 'uuid', silenceID);
  return silenceID;
}
