import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { PetrelError } from '@petrel/model';
import { decodeSnappy } from '../snappy/snappy.ts';

type Inflate = (body: Uint8Array, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const gunzip: Inflate = promisify(zlib.gunzip);
const inflate: Inflate = promisify(zlib.inflate);
const inflateRaw: Inflate = promisify(zlib.inflateRaw);

/** Node has zstd from 22.15 and 23.8 on; with an older one it is an unsupported encoding. */
const zstd = (zlib as unknown as { zstdDecompress?: (...args: never[]) => void }).zstdDecompress;
const unzstd = zstd === undefined ? undefined : (promisify(zstd) as unknown as Inflate);

/** As many as Node has threads for it: more at once would only hold more half-inflated bodies. */
const MAX_INFLATING = 4;
let inflating = 0;
const waiting: (() => void)[] = [];

/** Bodies are inflated a few at a time, in the order of their arrival: a small body may become a large one. */
async function inTurn<T>(act: () => Promise<T>): Promise<T> {
  if (inflating === MAX_INFLATING) await new Promise<void>((resolve) => waiting.push(resolve));
  else inflating++;
  try {
    return await act();
  } finally {
    // The place goes to the next one, or is given up.
    const next = waiting.shift();
    if (next === undefined) inflating--;
    else next();
  }
}

/**
 * A request body without its Content-Encoding ('', identity, gzip, deflate, zstd, snappy; several are undone from the last to the first).
 * More than `maxBytes` is BODY_TOO_LARGE, and never more than that is held; corrupt data is DECODE_FAILED, an unknown
 * encoding UNSUPPORTED_MEDIA_TYPE.
 */
export async function decodeBody(
  body: Uint8Array,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Uint8Array> {
  const names = (encoding ?? '').split(',').map((name) => name.trim().toLowerCase());
  if (names.length > 3) throw new PetrelError('UNSUPPORTED_MEDIA_TYPE', 'more than 3 content encodings');
  let out = body;
  for (const name of names.reverse()) out = await decodeOne(out, name, maxBytes);
  if (out.length > maxBytes) throw tooLarge(maxBytes);
  return out;
}

async function decodeOne(body: Uint8Array, name: string, maxBytes: number): Promise<Uint8Array> {
  switch (name) {
    case '':
    case 'identity':
      return body;
    case 'snappy':
      return decodeSnappy(body, maxBytes);
    case 'gzip':
    case 'x-gzip':
      return inflated(gunzip, body, name, maxBytes);
    case 'deflate':
      // zlib's wrapper is the standard, raw deflate what some senders mean by it: told apart by the header's check.
      return inflated(hasZlibHeader(body) ? inflate : inflateRaw, body, name, maxBytes);
    case 'zstd':
      if (unzstd !== undefined) return inflated(unzstd, body, name, maxBytes);
      break;
  }
  throw new PetrelError('UNSUPPORTED_MEDIA_TYPE', `unsupported content encoding ${JSON.stringify(name)}`);
}

async function inflated(decode: Inflate, body: Uint8Array, name: string, maxBytes: number): Promise<Uint8Array> {
  try {
    return await inTurn(() => decode(body, { maxOutputLength: Math.max(1, maxBytes) }));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new PetrelError('DECODE_FAILED', `corrupt ${name} body`, { cause });
  }
}

function hasZlibHeader(body: Uint8Array): boolean {
  return (
    body.length >= 2 &&
    ((body[0] as number) & 0x0f) === 8 &&
    (((body[0] as number) << 8) | (body[1] as number)) % 31 === 0
  );
}

function tooLarge(maxBytes: number): PetrelError {
  return new PetrelError('BODY_TOO_LARGE', `body is above the limit of ${maxBytes} bytes`);
}
