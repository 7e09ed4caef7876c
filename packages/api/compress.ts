import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const compress = promisify(gzip);
/** Below it a packet or two more cost less than compressing and decompressing. */
const MIN_BYTES = 16 * 1024;

/** Compresses answers that are in memory and large: series, label values, federation, our own metrics. Streams bring their own. */
export function compressLargeAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return payload;
    if (payload.length < MIN_BYTES || reply.hasHeader('content-encoding') || !acceptsGzip(request)) return payload;
    if (!/^(text\/|application\/json)/.test(`${reply.getHeader('content-type')}`)) return payload;
    reply.header('content-encoding', 'gzip').header('vary', 'Accept-Encoding').removeHeader('content-length');
    // Level 1: the client waits; higher levels cost more time than the smaller answer saves in a local network.
    return compress(payload, { level: constants.Z_BEST_SPEED });
  });
}

export function acceptsGzip(request: FastifyRequest): boolean {
  const header = request.headers['accept-encoding'];
  return typeof header === 'string' && /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(header);
}
