import type { Clock, SeriesRegistry } from '@petrel/model';
import { ProtoWriter } from '../protobuf/writer.ts';
import type { DecodedBatch } from '../remote-write/decoded-batch.ts';
import { decodeOtlpJson } from './decode-json.ts';
import { decodeOtlpProtobuf } from './decode-proto.ts';
import { DeltaAccumulator } from './delta.ts';
import { DEFAULT_DELTA_LIMITS, type OtlpTranslationOptions } from './options.ts';
import { SampleTranslator } from './to-samples.ts';

export type OtlpEncoding = 'protobuf' | 'json';

/** A partial success when `rejectedDataPoints` is not 0; `errorMessage` says why. */
export interface OtlpResult extends DecodedBatch {
  readonly rejectedDataPoints: number;
  readonly errorMessage: string;
}

/** Decodes requests and keeps the sums of delta streams between them: one for a process. */
export class OtlpMetricsReceiver {
  readonly #delta: DeltaAccumulator | undefined;

  constructor(
    readonly registry: SeriesRegistry,
    clock: Clock,
    readonly options: OtlpTranslationOptions = {},
  ) {
    const limits = options.deltaToCumulative ?? DEFAULT_DELTA_LIMITS;
    if (limits !== false) this.#delta = new DeltaAccumulator(clock, limits);
  }

  /** Delta streams whose sums are held. */
  get deltaStreams(): number {
    return this.#delta?.size ?? 0;
  }

  decode(body: Uint8Array, encoding: OtlpEncoding): OtlpResult {
    const request = encoding === 'json' ? decodeOtlpJson(body) : decodeOtlpProtobuf(body);
    const decoded = new SampleTranslator(this.registry, this.options, this.#delta).translate(request);
    const errorMessage = [...new Set(decoded.errors.map(({ message }) => message))].join('; ');
    return { ...decoded, rejectedDataPoints: decoded.refusedSamples, errorMessage };
  }
}

export interface OtlpRejection {
  readonly rejectedDataPoints: number;
  readonly errorMessage: string;
}

export interface OtlpLogRejection {
  readonly rejectedLogRecords: number;
  readonly errorMessage: string;
}

/** An Export…ServiceResponse of metrics or logs; with nothing rejected it is the empty message. */
export function encodeOtlpResponse(encoding: OtlpEncoding, rejection?: OtlpRejection | OtlpLogRejection): Uint8Array {
  const partial = rejection === undefined ? undefined : partialOf(rejection);
  if (encoding === 'json') {
    if (partial === undefined) return Buffer.from('{}');
    const { field, rejected, errorMessage } = partial;
    return Buffer.from(JSON.stringify({ partialSuccess: { [field]: String(rejected), errorMessage } }));
  }
  const writer = new ProtoWriter(64);
  if (partial !== undefined) {
    const mark = writer.open(1);
    writer.int64(1, partial.rejected);
    writer.string(2, partial.errorMessage);
    writer.close(mark);
  }
  return writer.finish();
}

function partialOf(rejection: OtlpRejection | OtlpLogRejection) {
  const { errorMessage } = rejection;
  const logs = 'rejectedLogRecords' in rejection;
  const rejected = logs ? rejection.rejectedLogRecords : rejection.rejectedDataPoints;
  if (rejected === 0 && errorMessage === '') return undefined;
  return { field: logs ? 'rejectedLogRecords' : 'rejectedDataPoints', rejected, errorMessage };
}
