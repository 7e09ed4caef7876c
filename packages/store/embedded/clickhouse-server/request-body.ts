import type { IncomingMessage } from 'node:http';
import * as zlib from 'node:zlib';
import { ClickHouseError } from './clickhouse-error.ts';

// Bodies are held once while they are read; inserts of this server are a few megabytes, imports may be larger.
const MAX_BODY_BYTES = 1 << 30;

/** Reads the whole body, unpacked by its Content-Encoding. @throws ClickHouseError 89 for an unknown encoding, 1004 when too large */
export async function readBody(request: IncomingMessage): Promise<Buffer[]> {
  const unpack = unpackerOf(request.headers['content-encoding']);
  const source: AsyncIterable<Buffer> = unpack === undefined ? request : request.pipe(unpack);
  // A broken connection must end the unpacking as well.
  if (unpack !== undefined) request.once('error', (error) => unpack.destroy(error));
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of source) {
      sizeBytes += chunk.length;
      if (sizeBytes > MAX_BODY_BYTES) {
        throw new ClickHouseError(1004, 'REQUEST_BODY_TOO_LARGE', `The body exceeds ${MAX_BODY_BYTES} bytes unpacked.`);
      }
      chunks.push(chunk);
    }
  } catch (error) {
    if (unpack === undefined || error instanceof ClickHouseError) throw error;
    const message = `Cannot decompress the request body: ${error instanceof Error ? error.message : String(error)}.`;
    throw new ClickHouseError(354, 'ZLIB_INFLATE_FAILED', message);
  }
  return chunks;
}

function unpackerOf(
  encoding: string | undefined,
): (NodeJS.ReadWriteStream & { destroy(error?: Error): void } & AsyncIterable<Buffer>) | undefined {
  switch (encoding?.trim().toLowerCase() ?? '') {
    case '':
    case 'identity':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return zlib.createGunzip();
    case 'deflate':
      return zlib.createInflate();
    case 'br':
      return zlib.createBrotliDecompress();
    case 'zstd':
      if ('createZstdDecompress' in zlib)
        return (zlib as unknown as { createZstdDecompress(): zlib.Gunzip }).createZstdDecompress();
  }
  throw new ClickHouseError(89, 'UNKNOWN_COMPRESSION_METHOD', `Unknown HTTP content encoding: ${encoding}.`);
}
