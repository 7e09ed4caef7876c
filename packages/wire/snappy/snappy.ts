import { PetrelError } from '@petrel/model';
import { compressSync, uncompressSync } from 'snappy';

/**
 * A snappy block (not the framed format). A declared length above `maxBytes` is refused before anything is allocated
 * (BODY_TOO_LARGE), a corrupt block is DECODE_FAILED. Format: github.com/google/snappy, format_description.txt.
 */
export function decodeSnappy(body: Uint8Array, maxBytes: number): Uint8Array {
  const declared = declaredLength(body);
  if (declared > maxBytes) {
    throw new PetrelError('BODY_TOO_LARGE', `snappy body of ${declared} bytes is above the limit of ${maxBytes}`);
  }
  // Three bytes of input (a two-byte copy) give at most 64 of output: more is declared only by a forged length, and the allocation would be its victory.
  if (declared > body.length * 22 + 64)
    throw new PetrelError('DECODE_FAILED', 'corrupt snappy body: impossible length');
  if (declared === 0) {
    if (body.length === 1) return new Uint8Array(0);
    throw new PetrelError('DECODE_FAILED', 'corrupt snappy body');
  }
  try {
    // Copied: handing over external memory costs page faults each time, a third more CPU at the sizes of remote write.
    return uncompressSync(bufferOf(body), { asBuffer: true, copyOutputData: true }) as Buffer;
  } catch (cause) {
    throw new PetrelError('DECODE_FAILED', 'corrupt snappy body', { cause });
  }
}

export function encodeSnappy(body: Uint8Array): Uint8Array {
  return compressSync(bufferOf(body));
}

function declaredLength(body: Uint8Array): number {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = body[i];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) {
      if (length > 0xffffffff) break;
      return length;
    }
  }
  throw new PetrelError('DECODE_FAILED', 'corrupt snappy body: no length');
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
