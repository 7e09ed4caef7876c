import { Labels, LOG_LEVELS, type LogLevel } from '@petrel/model';
import { levelOfSeverityNumber, levelOfText } from '../level.ts';
import { LogBatchBuilder } from '../log-batch-builder.ts';
import { type LogLimits, LogRefusals, TimeWindow } from '../log-limits.ts';
import type { DecodedLogs } from '../loki-proto.ts';
import type { PreparedMetadata } from '../metadata-builder.ts';
import { metadataRefusal } from '../metadata-limits.ts';
import {
  DEFAULT_STREAM_ATTRIBUTES,
  type MetadataPairs,
  type OtlpAttributes,
  resourceLabels,
} from './resource-labels.ts';

export interface OtlpLogOptions {
  readonly limits: LogLimits;
  /** Resource attributes that become stream labels; default: Loki's without `service.instance.id`. */
  readonly streamAttributes?: readonly string[];
}

/** What a record has beside its body and attributes. */
export interface OtlpRecordFrame {
  /** 0 where it was not said. */
  seconds: number;
  nanos: number;
  observedSeconds: number;
  observedNanos: number;
  severityNumber: number;
  severityText: string;
  /** Lower-case hex, '' where there is none. */
  traceId: string;
  spanId: string;
  flags: number;
  droppedAttributes: number;
  eventName: string;
}

export function emptyFrame(): OtlpRecordFrame {
  return {
    seconds: 0,
    nanos: 0,
    observedSeconds: 0,
    observedNanos: 0,
    severityNumber: 0,
    severityText: '',
    traceId: '',
    spanId: '',
    flags: 0,
    droppedAttributes: 0,
    eventName: '',
  };
}

const NO_METADATA: MetadataPairs = [];

/**
 * Puts log records into columns, named as Loki names them. A record's own fields come first, then its attributes, its scope, its resource: of a name that occurs twice the
 * first counts. Both encodings of OTLP write through it.
 */
export class OtlpLogWriter {
  readonly builder: LogBatchBuilder;
  readonly #refusals = new LogRefusals();
  readonly #window: TimeWindow;
  readonly #limits: LogLimits;
  readonly #streamAttributes: ReadonlySet<string>;
  #labels = Labels.EMPTY;
  #stream = -1;
  #attributes: OtlpAttributes = [];
  #scopeMetadata: MetadataPairs = NO_METADATA;
  /** What each line has from its scope, then from its resource; undefined until the first. */
  #prepared: PreparedMetadata | undefined;
  #inherited = 0;
  #inheritedBytes = 0;
  #streams = 0;

  constructor(
    { limits, streamAttributes = DEFAULT_STREAM_ATTRIBUTES }: OtlpLogOptions,
    readonly nowMs: number,
    sizeBytes: number,
  ) {
    this.#limits = limits;
    this.#streamAttributes = new Set(streamAttributes);
    this.#window = new TimeWindow(limits, nowMs);
    const { maxLineBytes } = limits;
    this.builder = new LogBatchBuilder({
      maxLineBytes,
      expectedLines: sizeBytes >>> 9,
      expectedBytes: sizeBytes >>> 1,
    });
  }

  resource(attributes: OtlpAttributes): void {
    this.#attributes = attributes;
    this.#stream = -1;
    this.#streams++;
    this.scope(NO_METADATA);
  }

  /** `metadata` is what `scopeMetadata` made. */
  scope(metadata: MetadataPairs): void {
    this.#scopeMetadata = metadata;
    this.#prepared = undefined;
  }

  /** Resources and scopes without a record cost nothing. */
  #prepare(): PreparedMetadata {
    const { labels, metadata } = resourceLabels(this.#attributes, this.#streamAttributes);
    const pairs = [...this.#scopeMetadata, ...metadata];
    this.#labels = labels;
    this.#inherited = pairs.length / 2;
    this.#inheritedBytes = pairs.reduce((sum, text) => sum + text.length, 0);
    this.#prepared = this.builder.prepareMetadata(pairs);
    return this.#prepared;
  }

  /** Pairs of the record that outrank its attributes: call it before these are added to the builder. Returns how many there are. */
  recordMetadata(frame: OtlpRecordFrame): number {
    const { builder } = this;
    let pairs = 0;
    const add = (name: string, value: string): void => {
      pairs++;
      builder.addMetadata(name, value);
    };
    if (frame.traceId !== '') add('trace_id', frame.traceId);
    if (frame.spanId !== '') add('span_id', frame.spanId);
    if (frame.severityText !== '') add('severity_text', frame.severityText);
    if (frame.severityNumber !== 0) add('severity_number', String(frame.severityNumber));
    if (frame.observedSeconds > 0) {
      add('observed_timestamp', `${frame.observedSeconds}${String(frame.observedNanos).padStart(9, '0')}`);
    }
    if (frame.flags !== 0) add('flags', String(frame.flags));
    if (frame.droppedAttributes !== 0) add('dropped_attributes_count', String(frame.droppedAttributes));
    if (frame.eventName !== '') add('event_name', frame.eventName);
    return pairs;
  }

  /** A record whose own metadata is in the builder: `pairs` of them with `pairBytes` in names and values. The body is `bytes[from, to)`. */
  record(frame: OtlpRecordFrame, pairs: number, pairBytes: number, bytes: Uint8Array, from: number, to: number): void {
    const prepared = this.#prepared ?? this.#prepare();
    let { seconds, nanos } = frame;
    if (seconds === 0 && nanos === 0) {
      seconds = frame.observedSeconds;
      nanos = frame.observedNanos;
    }
    if (seconds === 0 && nanos === 0) {
      seconds = Math.floor(this.nowMs / 1000);
      nanos = Math.round((this.nowMs % 1000) * 1e6);
    }
    const refusal = this.#window.contains(seconds)
      ? metadataRefusal(this.#limits, this.#labels, pairs + this.#inherited, pairBytes + this.#inheritedBytes)
      : this.#window.refusal(seconds, this.#labels.toString());
    if (refusal !== undefined) {
      this.#refusals.add(refusal);
      this.builder.dropMetadata();
      return;
    }
    this.builder.addPrepared(prepared);
    if (this.#stream < 0) this.#stream = this.builder.stream(this.#labels);
    this.builder.addLine(this.#stream, seconds, nanos, bytes, from, to, levelOf(frame));
  }

  finish(): DecodedLogs {
    const { sizeBytes, truncated } = this.builder;
    return { batch: this.builder.build(), refusals: this.#refusals, truncated, sizeBytes, streams: this.#streams };
  }
}

/** The text first, as Loki: senders map several of their levels to one number. */
function levelOf({ severityText, severityNumber }: OtlpRecordFrame): LogLevel | undefined {
  const named = severityText === '' ? undefined : levelOfText(severityText);
  return named ?? (severityNumber === 0 ? undefined : LOG_LEVELS[levelOfSeverityNumber(severityNumber)]);
}
