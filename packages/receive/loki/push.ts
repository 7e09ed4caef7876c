import { PetrelError } from '@petrel/model';
import {
  type DecodedLogs,
  decodeBody,
  decodeLokiJson,
  decodeLokiProtobuf,
  decodeSnappy,
  StreamLabelCache,
} from '@petrel/wire';
import { headerOf, plainError, type ReceiveAnswer, type ReceiveRequest } from '../answer.ts';
import { createLogIntake, DEFAULT_MAX_LOG_BYTES, type LogReceiverOptions, logLimitsOf } from '../logs/log-intake.ts';

export type LokiPushHandler = (request: ReceiveRequest) => Promise<ReceiveAnswer>;

const TEXT = { 'Content-Type': 'text/plain; charset=utf-8' };

/**
 * The handler of `POST /loki/api/v1/push` and the older `/api/prom/push`: protobuf in a snappy block, or JSON; gzip or deflate around either. 204 when every line is stored;
 * 400 when some were refused, with the reasons, and the rest is stored; 422 for a request without streams; 429 or 503 with Retry-After while the store
 * takes nothing. Source: Loki's HTTP API, "Ingest logs".
 */
export function createLokiPushHandler(options: LogReceiverOptions): LokiPushHandler {
  const { clock, maxDecodedBytes = DEFAULT_MAX_LOG_BYTES } = options;
  const intake = createLogIntake(options, 'loki');
  const labels = new StreamLabelCache(logLimitsOf(options));

  const take = async (request: ReceiveRequest): Promise<ReceiveAnswer> => {
    const decoded = await decode(request, labels, clock.nowMs(), maxDecodedBytes);
    if (decoded.streams === 0) {
      return { status: 422, headers: TEXT, body: 'error at least one valid stream is required for ingestion\n' };
    }
    await intake.store(decoded);
    const { refusals } = decoded;
    if (refusals.message !== '') return { status: 400, headers: TEXT, body: `${refusals.message}\n` };
    return { status: 204, headers: {}, body: '' };
  };

  return async (request) => {
    const startedMs = performance.now();
    const answer = await take(request).catch(plainError);
    intake.answered(answer.status, startedMs);
    return answer;
  };
}

async function decode(
  request: ReceiveRequest,
  labels: StreamLabelCache,
  nowMs: number,
  maxBytes: number,
): Promise<DecodedLogs> {
  const type = mediaTypeOf(headerOf(request, 'content-type'));
  const encoding = headerOf(request, 'content-encoding').trim().toLowerCase();
  if (!['', 'identity', 'snappy', 'gzip', 'x-gzip', 'deflate'].includes(encoding)) {
    throw new PetrelError('BAD_REQUEST', `Content-Encoding ${JSON.stringify(encoding)} not supported`);
  }
  // Snappy is what a protobuf body is in any case, not an encoding around it.
  const outer = encoding === 'snappy' ? '' : encoding;
  const body = await decodeBody(request.body, outer, maxBytes);
  if (type === 'application/json') return decodeLokiJson(body, labels, nowMs);
  return decodeLokiProtobuf(unsnapped(body, outer !== '' && outer !== 'identity', maxBytes), labels, nowMs);
}

/** Some senders compress with gzip in place of snappy, not around it. */
function unsnapped(body: Uint8Array, compressed: boolean, maxBytes: number): Uint8Array {
  try {
    return decodeSnappy(body, maxBytes);
  } catch (error) {
    if (compressed && error instanceof PetrelError && error.code === 'DECODE_FAILED') return body;
    throw error;
  }
}

/** As Go reads it, which Loki does: a parameter without a value makes the header invalid. Without a header it is protobuf. */
function mediaTypeOf(header: string): string {
  const [type = '', ...parameters] = header.split(';');
  if (parameters.some((parameter) => parameter.trim() !== '' && !parameter.includes('='))) {
    throw new PetrelError('BAD_REQUEST', `invalid Content-Type ${JSON.stringify(header)}: invalid media parameter`);
  }
  return type.trim().toLowerCase();
}
