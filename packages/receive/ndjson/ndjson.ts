import { Labels, PetrelError } from '@petrel/model';
import {
  checkStreamLabels,
  type DecodedLogs,
  decodeBody,
  LogBatchBuilder,
  type LogLimits,
  type LogRefusal,
  LogRefusals,
  recogniseRecord,
  TimeWindow,
  withService,
} from '@petrel/wire';
import { errorHeaders, headerOf, parseMediaType, type ReceiveAnswer, type ReceiveRequest } from '../answer.ts';
import { createLogIntake, DEFAULT_MAX_LOG_BYTES, type LogReceiverOptions, logLimitsOf } from '../logs/log-intake.ts';
import { jsonRanges, lineRanges, type RecordRange } from './records.ts';

export type NdjsonHandler = (request: ReceiveRequest) => Promise<ReceiveAnswer>;

/** What was not taken of a request. */
interface Rejection {
  /** From 1: the line of the text, or the place in the list. */
  readonly line: number;
  readonly error: string;
}

/** More are counted, but not told one by one. */
const MAX_REJECTIONS = 1_000;
const NANOS = 1_000_000_000n;
const JSON_TYPE = { 'Content-Type': 'application/json' };

/**
 * The handler of `POST /api/v1/petrel/logs`: a line of text or a JSON document on each line, or a JSON list of them (`application/json`). The parameters of the URL are the
 * stream's labels; where they do not name the service, the record does (`service`, `service.name`), and its time is the record's (`timestamp`, `@timestamp`, `time`, `ts`), else
 * now. Answers `{"accepted":n,"rejected":[{"line":3,"error":"…"}]}`: 200 when a line was taken or none was sent, 400 when all were refused.
 */
export function createNdjsonHandler(options: LogReceiverOptions): NdjsonHandler {
  const { clock, maxDecodedBytes = DEFAULT_MAX_LOG_BYTES } = options;
  const intake = createLogIntake(options, 'ndjson');
  const limits = logLimitsOf(options);

  const take = async (request: ReceiveRequest): Promise<ReceiveAnswer> => {
    const labels = labelsOf(request.query ?? '', limits);
    const encoding = headerOf(request, 'content-encoding');
    const body = await decodeBody(request.body, encoding, maxDecodedBytes);
    const [type] = parseMediaType(headerOf(request, 'content-type'));
    const reader = new RecordReader(labels, limits, clock.nowMs(), body.length);
    for (const range of type === 'application/json' ? jsonRanges(body) : lineRanges(body)) reader.take(range);
    const decoded = reader.finish();
    await intake.store(decoded);
    return answerOf(decoded.batch.length, reader.rejections, reader.rejected);
  };

  return async (request) => {
    const startedMs = performance.now();
    const answer = await take(request).catch(errorAnswer);
    intake.answered(answer.status, startedMs);
    return answer;
  };
}

function answerOf(accepted: number, rejected: readonly Rejection[], rejectedTotal: number): ReceiveAnswer {
  const total = rejectedTotal > rejected.length ? { rejectedTotal } : {};
  return {
    status: accepted === 0 && rejectedTotal > 0 ? 400 : 200,
    headers: JSON_TYPE,
    body: JSON.stringify({ accepted, rejected, ...total }),
  };
}

function errorAnswer(error: unknown): ReceiveAnswer {
  if (!(error instanceof PetrelError)) throw error;
  const { status, code, message } = error;
  const errorType = error.retryable ? 'unavailable' : 'bad_data';
  return {
    status,
    headers: { ...JSON_TYPE, ...errorHeaders(error) },
    body: JSON.stringify({ status: 'error', errorType, error: message, code }),
  };
}

/** Of the query string; none at all is allowed, since the record may name its service. */
function labelsOf(query: string, limits: LogLimits): Labels {
  const pairs = [...new URLSearchParams(query)];
  if (pairs.length === 0) return Labels.EMPTY;
  const outcome = checkStreamLabels(pairs, limits);
  if (!('refusal' in outcome)) return outcome.labels;
  if (outcome.refusal.reason === 'missing_labels') return Labels.EMPTY;
  throw new PetrelError('BAD_REQUEST', outcome.refusal.message);
}

/** Puts records into columns. */
class RecordReader {
  readonly rejections: Rejection[] = [];
  rejected = 0;
  readonly #builder: LogBatchBuilder;
  readonly #refusals = new LogRefusals();
  readonly #window: TimeWindow;
  readonly #nowNs: bigint;
  readonly #placeByService = new Map<string, number>();
  /** The labels name the service themselves. */
  readonly #fixed: boolean;
  #undated = 0n;

  constructor(
    readonly labels: Labels,
    readonly limits: LogLimits,
    nowMs: number,
    sizeBytes: number,
  ) {
    this.#fixed = labels.has('service') || labels.has('service_name');
    this.#window = new TimeWindow(limits, nowMs);
    this.#nowNs = BigInt(Math.floor(nowMs)) * 1_000_000n;
    const { maxLineBytes } = limits;
    this.#builder = new LogBatchBuilder({ maxLineBytes, expectedLines: sizeBytes >>> 8, expectedBytes: sizeBytes });
  }

  take(range: RecordRange): void {
    if ('error' in range) {
      this.#reject(range.number, { reason: 'invalid_record', message: range.error });
      return;
    }
    const { bytes, from, to } = range;
    const record = recogniseRecord(bytes, from, to);
    // Lines without a time keep their order.
    const tsNs = record.tsNs ?? this.#nowNs + this.#undated++;
    const seconds = Number(tsNs / NANOS);
    if (!this.#window.contains(seconds)) {
      const refusal = this.#window.refusal(seconds, this.labels.toString());
      this.#reject(range.number, refusal);
      return;
    }
    const service = this.#fixed || record.service.length > this.limits.maxLabelValueLength ? '' : record.service;
    this.#builder.addLine(this.#place(service), seconds, Number(tsNs % NANOS), bytes, from, to);
  }

  finish(): DecodedLogs {
    const { sizeBytes, truncated } = this.#builder;
    return { batch: this.#builder.build(), refusals: this.#refusals, truncated, sizeBytes, streams: 0 };
  }

  #reject(line: number, refusal: LogRefusal): void {
    this.#refusals.add(refusal);
    this.rejected++;
    if (this.rejections.length < MAX_REJECTIONS) this.rejections.push({ line, error: refusal.message });
  }

  #place(service: string): number {
    let place = this.#placeByService.get(service);
    if (place === undefined) {
      const labels = service === '' ? this.labels : this.labels.with('service', service);
      place = this.#builder.stream(withService(labels));
      this.#placeByService.set(service, place);
    }
    return place;
  }
}
