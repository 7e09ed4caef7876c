import { Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptsGzip } from '../../compress.ts';

/** A part that is full enough to go out. */
const PART_CHARS = 256 * 1024;

/** A text that is made piece by piece: in one when small, else streamed (and compressed where the client takes gzip), so that it is never whole in memory. */
export function sendParts(
  request: FastifyRequest,
  reply: FastifyReply,
  { type, pieces }: { readonly type: string; readonly pieces: Iterable<string> },
): FastifyReply {
  reply.type(type);
  const parts = gathered(pieces);
  const first = parts.next();
  if (first.done === true) return reply.send('');
  const second = parts.next();
  if (second.done === true) return reply.send(first.value);
  const chunks = Readable.from(joined(first.value, second.value, parts), { objectMode: false });
  if (!acceptsGzip(request)) return reply.send(chunks);
  reply.header('content-encoding', 'gzip').header('vary', 'Accept-Encoding');
  // Level 1: the client waits; higher levels cost more time than the smaller answer saves in a local network.
  const gzip = createGzip({ level: constants.Z_BEST_SPEED, chunkSize: 64 * 1024 });
  chunks.on('error', (error) => gzip.destroy(error));
  gzip.on('close', () => chunks.destroy());
  return reply.send(chunks.pipe(gzip));
}

function* gathered(pieces: Iterable<string>): Generator<string, void, undefined> {
  let part = '';
  for (const piece of pieces) {
    part += piece;
    if (part.length < PART_CHARS) continue;
    yield part;
    part = '';
  }
  if (part !== '') yield part;
}

function* joined(first: string, second: string, rest: Iterable<string>): Generator<string> {
  yield first;
  yield second;
  yield* rest;
}
