/** google.rpc.Status: what OTLP answers when a whole request failed. */
export interface RpcStatus {
  readonly code: number;
  readonly message: string;
  /** Adds a google.rpc.RetryInfo detail. */
  readonly retryAfterMs?: number;
}

const RETRY_INFO_URL = 'type.googleapis.com/google.rpc.RetryInfo';

export function encodeStatusJson({ code, message }: RpcStatus): string {
  return JSON.stringify({ code, message });
}

export function encodeStatusProtobuf({ code, message, retryAfterMs }: RpcStatus): Uint8Array {
  const fields = [varintField(1, code), bytesField(2, Buffer.from(message, 'utf8'))];
  if (retryAfterMs !== undefined) {
    const seconds = Math.floor(retryAfterMs / 1000);
    const nanos = Math.round((retryAfterMs % 1000) * 1e6);
    const duration = Buffer.concat([varintField(1, seconds), varintField(2, nanos)]);
    const detail = Buffer.concat([
      bytesField(1, Buffer.from(RETRY_INFO_URL, 'utf8')),
      bytesField(2, bytesField(1, duration)),
    ]);
    fields.push(bytesField(3, detail));
  }
  return Buffer.concat(fields);
}

function varintField(field: number, value: number): Buffer {
  return value === 0 ? Buffer.alloc(0) : Buffer.from([...varint(field << 3), ...varint(value)]);
}

function bytesField(field: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(bytes.length)]), bytes]);
}

/** For whole numbers from 0 to 2^53. */
function varint(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    out.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  out.push(rest);
  return out;
}
