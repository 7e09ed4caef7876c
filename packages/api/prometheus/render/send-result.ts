import { Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type { QueryResult } from '@petrel/query/promql/result.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptsGzip } from '../../compress.ts';
import { countPoints, type RenderOptions, renderQueryResult, renderSmallResult } from './query-json.ts';

/** Below it (about 40 kB) an answer is one buffer; above, a stream. */
const SMALL_POINTS = 1_000;

/** The JSON of a query result: at once when small, streamed (and compressed where the client takes gzip) when large. */
export function sendQueryResult(
  request: FastifyRequest,
  reply: FastifyReply,
  result: QueryResult,
  options: RenderOptions,
): FastifyReply {
  reply.type('application/json');
  if (countPoints(result.value) <= SMALL_POINTS) return reply.send(renderSmallResult(result, options));
  const chunks = Readable.from(renderQueryResult(result, options), { objectMode: false, highWaterMark: 1024 * 1024 });
  if (!acceptsGzip(request)) return reply.send(chunks);
  reply.header('content-encoding', 'gzip').header('vary', 'Accept-Encoding');
  // Level 1: the client waits; higher levels cost more time than the smaller answer saves in a local network.
  const gzip = createGzip({ level: constants.Z_BEST_SPEED, chunkSize: 64 * 1024 });
  chunks.on('error', (error) => gzip.destroy(error));
  gzip.on('close', () => chunks.destroy());
  return reply.send(chunks.pipe(gzip));
}
