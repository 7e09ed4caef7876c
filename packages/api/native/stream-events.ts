import { PassThrough } from 'node:stream';
import type { RehearsalProgress } from '@petrel/insight';
import { type Logger, PetrelError } from '@petrel/model';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { closeSignal } from '../prometheus/close-signal.ts';

/** Whoever waits hears something at least so often. */
const EVENT_EVERY_MS = 400;

interface Work<T> {
  readonly logger: Logger;
  /** Runs until the end; a rejection becomes the last event. */
  readonly run: (tools: { signal: AbortSignal; onProgress: (progress: RehearsalProgress) => void }) => Promise<T>;
}

/**
 * Answers with NDJSON: `progress` events while the work goes on, then one of `result` or `error`. A client that goes away ends the work. What is wrong
 * with the request has to be found before, while the status can still say so.
 */
export function streamEvents<T>(request: FastifyRequest, reply: FastifyReply, { run, logger }: Work<T>): FastifyReply {
  const signal = closeSignal(request, reply);
  const stream = new PassThrough();
  const write = (event: object): void => {
    if (!signal.aborted) stream.write(`${JSON.stringify(event)}\n`);
  };
  let latest: RehearsalProgress = { done: 0, total: 1, doing: 'starting' };
  const tell = (): void => write({ event: 'progress', ...latest });
  const ticker = setInterval(tell, EVENT_EVERY_MS);
  const onProgress = (progress: RehearsalProgress): void => {
    latest = progress;
  };
  tell();
  run({ signal, onProgress })
    .then(
      (result) => {
        tell();
        write({ event: 'result', result });
      },
      (error: unknown) => write(errorEvent(error, logger)),
    )
    .finally(() => {
      clearInterval(ticker);
      stream.end();
    });
  return reply.type('application/x-ndjson').header('cache-control', 'no-store').send(stream);
}

function errorEvent(error: unknown, logger: Logger): object {
  if (error instanceof PetrelError) return { event: 'error', error: error.message, code: error.code };
  logger.error('rehearsal failed', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  return { event: 'error', error: 'internal error', code: 'INTERNAL' };
}
