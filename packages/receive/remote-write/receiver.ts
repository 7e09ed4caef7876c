import { type Instruments, type Logger, PetrelError, type SampleSink } from '@petrel/model';
import { type DecodedBatch, decodeBody, decodeRemoteWrite1, decodeRemoteWrite2, decodeSnappy } from '@petrel/wire';
import {
  errorHeaders,
  headerOf,
  parseMediaType,
  plainError,
  type ReceiveAnswer,
  type ReceiveRequest,
} from '../answer.ts';
import type { RemoteWriteMessage } from '../config.ts';

/** Prometheus sends 2,000 samples a request, about 300 kB; agents that batch more stay far below this. */
export const DEFAULT_MAX_DECODED_BYTES = 64 << 20;

export interface RemoteWriteReceiverOptions {
  readonly sink: SampleSink;
  readonly logger: Logger;
  readonly instruments: Instruments;
  /** Of the decompressed message; a request beyond it is refused with 413. */
  readonly maxDecodedBytes?: number;
}

export type RemoteWriteReceiver = (request: ReceiveRequest) => Promise<ReceiveAnswer>;

/**
 * Takes remote write requests, 1.0 and 2.0. Answers 204 when everything is stored; 400 when a part was refused and the rest is stored, with
 * the reasons in the body; 415 for other content; 503 with Retry-After while the store does not take anything.
 */
export function createRemoteWriteReceiver(options: RemoteWriteReceiverOptions): RemoteWriteReceiver {
  const { sink, logger, instruments, maxDecodedBytes = DEFAULT_MAX_DECODED_BYTES } = options;
  const requests = instruments.counter('petrel_receive_requests_total', 'Requests that brought samples.', [
    'protocol',
    'code',
  ]);
  const samples = instruments.counter('petrel_receive_samples_total', 'Samples received and stored.', ['protocol']);
  const refused = instruments.counter('petrel_receive_refused_samples_total', 'Samples refused as invalid.', [
    'protocol',
  ]);
  const seconds = instruments.histogram('petrel_receive_duration_seconds', 'Time from a request to its answer.', [
    'protocol',
  ]);

  const take = async (request: ReceiveRequest): Promise<ReceiveAnswer> => {
    const message = messageOf(headerOf(request, 'content-type'));
    const protocol = PROTOCOLS[message];
    const bytes = await decompress(request, maxDecodedBytes);
    const decode = message === 'prometheus.WriteRequest' ? decodeRemoteWrite1 : decodeRemoteWrite2;
    const decoded = decode(bytes, sink.registry);
    let failure: PetrelError | undefined;
    try {
      await sink.write(decoded.batch);
      samples.add(decoded.samples + decoded.histograms, protocol);
    } catch (error) {
      if (!(error instanceof PetrelError)) throw error;
      failure = error;
    }
    const refusedSamples = decoded.errors.reduce((sum, error) => sum + error.samples, 0);
    if (refusedSamples > 0) refused.add(refusedSamples, protocol);
    if (decoded.errors.length > 0) logger.warn('remote write: samples refused', { first: decoded.errors[0]?.message });
    return answerOf(decoded, message, failure);
  };

  return async (request) => {
    const startedMs = performance.now();
    const answer = await take(request).catch(plainError);
    const protocol = protocolOf(request);
    seconds.observe((performance.now() - startedMs) / 1000, protocol);
    requests.add(1, protocol, String(answer.status));
    return answer;
  };
}

const PROTOCOLS: Record<RemoteWriteMessage, string> = {
  'prometheus.WriteRequest': 'remote_write_1',
  'io.prometheus.write.v2.Request': 'remote_write_2',
};

function protocolOf(request: ReceiveRequest): string {
  try {
    return PROTOCOLS[messageOf(headerOf(request, 'content-type'))];
  } catch {
    return 'remote_write_1';
  }
}

/** The message that a Content-Type names; old senders name none. */
export function messageOf(contentType: string): RemoteWriteMessage {
  if (contentType === '') return 'prometheus.WriteRequest';
  const [type, params] = parseMediaType(contentType);
  if (type !== 'application/x-protobuf') {
    throw new PetrelError(
      'UNSUPPORTED_MEDIA_TYPE',
      `expected application/x-protobuf as the first (media) part, got ${contentType} content-type`,
    );
  }
  const proto = params.proto ?? 'prometheus.WriteRequest';
  if (proto === 'prometheus.WriteRequest' || proto === 'io.prometheus.write.v2.Request') return proto;
  throw new PetrelError('UNSUPPORTED_MEDIA_TYPE', `unknown remote write protobuf message ${proto}`);
}

async function decompress(request: ReceiveRequest, maxBytes: number): Promise<Uint8Array> {
  const encoding = headerOf(request, 'content-encoding').toLowerCase();
  if (encoding === '' || encoding === 'snappy') return decodeSnappy(request.body, maxBytes);
  if (encoding === 'zstd' || encoding === 'gzip') return decodeBody(request.body, encoding, maxBytes);
  throw new PetrelError(
    'UNSUPPORTED_MEDIA_TYPE',
    `${encoding} encoding (compression) is not accepted by this server; only snappy is acceptable`,
  );
}

function answerOf(decoded: DecodedBatch, message: RemoteWriteMessage, failure: PetrelError | undefined): ReceiveAnswer {
  const written = failure === undefined ? decoded : { samples: 0, histograms: 0, exemplars: 0 };
  const headers: Record<string, string> = {};
  if (message === 'io.prometheus.write.v2.Request') {
    headers['X-Prometheus-Remote-Write-Samples-Written'] = String(written.samples);
    headers['X-Prometheus-Remote-Write-Histograms-Written'] = String(written.histograms);
    headers['X-Prometheus-Remote-Write-Exemplars-Written'] = String(written.exemplars);
  }
  if (failure !== undefined) {
    // Prometheus drops what a 429 refuses, unless it was told otherwise; a 503 it sends again.
    const status = failure.retryable ? 503 : failure.status;
    return { status, headers: { ...headers, ...errorHeaders(failure) }, body: `${failure.message}\n` };
  }
  if (decoded.errors.length > 0) {
    const reasons = decoded.errors.slice(0, MAX_REASONS).map((error) => error.message);
    const more = decoded.errors.length - reasons.length;
    if (more > 0) reasons.push(`… and ${more} more`);
    return { status: 400, headers, body: `${reasons.join('\n')}\n` };
  }
  return { status: 204, headers, body: '' };
}

const MAX_REASONS = 10;
