import { PetrelError } from '@petrel/model';
import { decodeBody, encodeOtlpResponse, type OtlpEncoding } from '@petrel/wire';
import { errorHeaders, headerOf, parseMediaType, type ReceiveAnswer, type ReceiveRequest } from '../answer.ts';
import { grpcStatusOf } from './grpc-status.ts';
import type { LogsExport } from './logs.ts';
import type { MetricsExport } from './metrics.ts';
import { encodeStatusJson, encodeStatusProtobuf } from './status.ts';

export type OtlpHttpHandler = (request: ReceiveRequest) => Promise<ReceiveAnswer>;

const MEDIA_TYPES: Record<OtlpEncoding, string> = { protobuf: 'application/x-protobuf', json: 'application/json' };

/**
 * The handler of `POST /v1/metrics` (and `/api/v1/otlp/v1/metrics`) or of `POST /v1/logs` (and `/otlp/v1/logs`, which is Loki's): protobuf or JSON, gzip or not, answered in the
 * encoding of the request. What was refused comes back as a partial success with 200; a whole failure as a `google.rpc.Status`.
 */
export function createOtlpHttpHandler(
  exportSignal: MetricsExport | LogsExport,
  maxDecodedBytes: number = DEFAULT_MAX_DECODED_BYTES,
): OtlpHttpHandler {
  return async (request) => {
    const encoding = encodingOf(headerOf(request, 'content-type'));
    if (encoding === undefined) {
      return {
        status: 415,
        headers: {},
        body: 'unsupported media type, supported: [application/json, application/x-protobuf]\n',
      };
    }
    const headers = { 'Content-Type': MEDIA_TYPES[encoding] };
    try {
      const contentEncoding = headerOf(request, 'content-encoding');
      const body = await decodeBody(request.body, contentEncoding, maxDecodedBytes);
      const result = await exportSignal(body, encoding, 'http');
      return { status: 200, headers, body: encodeOtlpResponse(encoding, result) };
    } catch (error) {
      if (!(error instanceof PetrelError)) throw error;
      const status = { code: grpcStatusOf(error), message: error.message };
      return {
        // Only 429, 502, 503 and 504 are tried again by OTLP senders.
        status: error.retryable ? (error.status === 429 ? 429 : 503) : error.status,
        headers: { ...headers, ...errorHeaders(error) },
        body: encoding === 'json' ? encodeStatusJson(status) : encodeStatusProtobuf(status),
      };
    }
  };
}

/** gRPC's usual limit is 4 MiB a message, collectors send up to 16; the rest is room. */
export const DEFAULT_MAX_DECODED_BYTES = 64 << 20;

function encodingOf(contentType: string): OtlpEncoding | undefined {
  const [type] = parseMediaType(contentType);
  if (type === 'application/json') return 'json';
  return type === 'application/x-protobuf' ? 'protobuf' : undefined;
}
