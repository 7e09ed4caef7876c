import { type Clock, Labels, type LogBatch } from '@petrel/model';
import { readDocument, stableIndexName } from '@petrel/wire/elasticsearch/index.ts';
import { LogBatchBuilder } from '@petrel/wire/logs/log-batch-builder.ts';
import { type LogLimits, type LogRefusal, TimeWindow } from '@petrel/wire/logs/log-limits.ts';
import { parseLogTime } from '@petrel/wire/logs/log-time.ts';

/** A document within the body of its request: bytes `[from, to)`. */
export interface Document {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly index: string;
  /** Where the client gave one; it stays with the line as metadata `_id`. */
  readonly id: string | undefined;
}

export interface DocumentLinesOptions {
  readonly clock: Clock;
  readonly limits: LogLimits;
  /** Of documents and of their bytes, about. */
  readonly expected: { readonly lines: number; readonly bytes: number };
}

/** Whole numbers from here on are not exact as JavaScript reads them. */
const INEXACT = 2 ** 53;

/**
 * Documents become lines: the text as it came is the body; stream labels are `service` (from the document, else the index without its date), `index` and, where the document
 * says, `env`; the time is the document's, else now.
 */
export class DocumentLines {
  readonly #builder: LogBatchBuilder;
  readonly #nowNs: bigint;
  readonly #window: TimeWindow;
  /** By index, service and env: the place of the stream. */
  readonly #streams = new Map<string, number>();

  constructor({ clock, limits, expected }: DocumentLinesOptions) {
    const nowMs = clock.nowMs();
    this.#nowNs = BigInt(nowMs) * 1_000_000n;
    this.#window = new TimeWindow(limits, nowMs);
    this.#builder = new LogBatchBuilder({
      expectedLines: expected.lines,
      expectedBytes: expected.bytes,
      maxLineBytes: limits.maxLineBytes,
    });
  }

  get length(): number {
    return this.#builder.length;
  }

  /** Lines that were too long and were cut. */
  get truncated(): number {
    return this.#builder.truncated;
  }

  /** Undefined when the document is taken; else why it is not. */
  add({ bytes, from, to, index, id }: Document): LogRefusal | undefined {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch (error) {
      return { reason: 'invalid_record', message: (error as Error).message };
    }
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
      return { reason: 'invalid_record', message: 'it is not an object' };
    }
    const { service, env, time } = readDocument(parsed as Readonly<Record<string, unknown>>);
    const tsNs = this.#timeOf(time, text);
    const seconds = Number(tsNs / 1_000_000_000n);
    if (!this.#window.contains(seconds)) return this.#window.refusal(seconds, stableIndexName(index));
    this.#builder.add({
      stream: this.#stream(index, service, env),
      tsNs,
      bytes,
      from,
      to,
      ...(id === undefined ? {} : { metadata: ['_id', id] }),
    });
    return undefined;
  }

  build(): LogBatch {
    return this.#builder.build();
  }

  #timeOf(time: unknown, text: string): bigint {
    if (typeof time === 'string') return parseLogTime(time) ?? this.#nowNs;
    if (typeof time !== 'number') return this.#nowNs;
    return parseLogTime(time < INEXACT ? String(time) : exactNumber(time, text)) ?? this.#nowNs;
  }

  #stream(index: string, service: string, env: string): number {
    const key = `${index}\n${service}\n${env}`;
    let place = this.#streams.get(key);
    if (place === undefined) {
      const name = stableIndexName(index);
      place = this.#builder.stream(Labels.of({ service: service || name, index: name, env }));
      this.#streams.set(key, place);
    }
    return place;
  }
}

/** The digits of a number of nanoseconds as they stand in the document. */
function exactNumber(time: number, text: string): string {
  for (const [digits] of text.matchAll(/\d{16,19}/g)) if (Number(digits) === time) return digits;
  return String(time);
}
