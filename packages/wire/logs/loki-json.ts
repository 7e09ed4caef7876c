import { type Labels, PetrelError } from '@petrel/model';
import { sanitiseLabelName } from './label-name.ts';
import { LogBatchBuilder } from './log-batch-builder.ts';
import { type LogLimits, LogRefusals, TimeWindow } from './log-limits.ts';
import { parseLogTime } from './log-time.ts';
import type { DecodedLogs, StreamLabelCache } from './loki-proto.ts';
import { metadataRefusal } from './metadata-limits.ts';
import { checkStreamLabels, type StreamOutcome } from './stream-labels.ts';
import { TextScratch } from './text-scratch.ts';

type Fields = Readonly<Record<string, unknown>>;

const utf8 = new TextDecoder('utf-8');
const NO_PAIRS: readonly string[] = [];

/**
 * A push as JSON: `{"streams":[{"stream":{…},"values":[["<ns>","<line>",{metadata}],…]}]}`, and the form of Loki's first API,
 * `{"streams":[{"labels":"{…}","entries":[{"ts":"<RFC 3339>","line":"…"}]}]}`. Refuses as `decodeLokiProtobuf`; what has another shape throws DECODE_FAILED.
 */
export function decodeLokiJson(bytes: Uint8Array, labels: StreamLabelCache, nowMs: number): DecodedLogs {
  let body: unknown;
  try {
    body = JSON.parse(utf8.decode(bytes));
  } catch (cause) {
    throw new PetrelError('DECODE_FAILED', `malformed JSON: ${(cause as Error).message}`, { cause });
  }
  const decoder = new Decoder(labels, nowMs, bytes.length);
  const streams = listOf(fieldsOf(body, 'the body').streams, 'streams');
  streams.forEach((stream, i) => {
    decoder.stream(fieldsOf(stream, `streams[${i}]`), `streams[${i}]`);
  });
  return decoder.finish(streams.length);
}

class Decoder {
  readonly #builder: LogBatchBuilder;
  readonly #refusals = new LogRefusals();
  readonly #window: TimeWindow;
  readonly #limits: LogLimits;
  readonly #scratch = new TextScratch();

  constructor(
    readonly cache: StreamLabelCache,
    nowMs: number,
    sizeBytes: number,
  ) {
    this.#limits = cache.limits;
    this.#window = new TimeWindow(this.#limits, nowMs);
    this.#builder = new LogBatchBuilder({
      maxLineBytes: this.#limits.maxLineBytes,
      expectedLines: sizeBytes >>> 8,
      expectedBytes: sizeBytes,
    });
  }

  finish(streams: number): DecodedLogs {
    const { sizeBytes, truncated } = this.#builder;
    return { batch: this.#builder.build(), refusals: this.#refusals, truncated, sizeBytes, streams };
  }

  stream(fields: Fields, path: string): void {
    const legacy = typeof fields.labels === 'string' && fields.stream === undefined;
    const outcome = legacy ? this.cache.get(fields.labels as string) : labelsOf(fields, path, this.#limits);
    const name = legacy ? 'entries' : 'values';
    const entries = listOf(fields[name], `${path}.${name}`);
    if (entries.length === 0) return;
    if ('refusal' in outcome) {
      this.#refusals.add(outcome.refusal, entries.length);
      return;
    }
    const place = this.#builder.stream(outcome.labels);
    for (let i = 0; i < entries.length; i++) {
      const at = `${path}.${name}[${i}]`;
      if (legacy) this.#legacyEntry(place, outcome.labels, fieldsOf(entries[i], at), at);
      else this.#entry(place, outcome.labels, entries[i], at);
    }
  }

  #entry(place: number, labels: Labels, entry: unknown, path: string): void {
    if (!Array.isArray(entry) || entry.length < 2) throw wrong(path, 'a list of a timestamp and a line');
    const [ts, line, metadata] = entry as unknown[];
    // Nanoseconds as a number have lost their last digits, but there are senders that do not mind.
    const text = typeof ts === 'number' && Number.isSafeInteger(ts) ? String(ts) : ts;
    if (typeof text !== 'string' || !/^-?\d{1,19}$/.test(text)) throw wrong(`${path}[0]`, 'nanoseconds in a string');
    if (typeof line !== 'string') throw wrong(`${path}[1]`, 'a string');
    const negative = text.startsWith('-');
    const seconds = negative ? -1 : Number(text.slice(0, -9));
    const nanos = negative ? 0 : Number(text.slice(-9));
    const pairs = metadata === undefined || metadata === null ? NO_PAIRS : pairsOf(metadata, `${path}[2]`);
    this.#add(place, labels, seconds, nanos, line, pairs);
  }

  #legacyEntry(place: number, labels: Labels, { ts, line }: Fields, path: string): void {
    const ns = typeof ts === 'string' ? parseLogTime(ts) : undefined;
    if (ns === undefined) throw wrong(`${path}.ts`, 'a time');
    if (typeof line !== 'string') throw wrong(`${path}.line`, 'a string');
    const seconds = Number(ns / 1_000_000_000n);
    this.#add(place, labels, seconds, Number(ns % 1_000_000_000n), line, NO_PAIRS);
  }

  #add(place: number, labels: Labels, seconds: number, nanos: number, line: string, metadata: readonly string[]): void {
    if (!this.#window.contains(seconds)) {
      this.#refusals.add(this.#window.refusal(seconds, labels.toString()));
      return;
    }
    let sizeBytes = 0;
    for (const text of metadata) sizeBytes += text.length;
    const refusal = metadataRefusal(this.#limits, labels, metadata.length / 2, sizeBytes);
    if (refusal !== undefined) {
      this.#refusals.add(refusal);
      return;
    }
    for (let i = 0; i < metadata.length; i += 2) {
      this.#builder.addMetadata(metadata[i] as string, metadata[i + 1] as string);
    }
    const to = this.#scratch.write(line);
    this.#builder.addLine(place, seconds, nanos, this.#scratch.bytes, 0, to);
  }
}

function labelsOf(fields: Fields, path: string, limits: LogLimits): StreamOutcome {
  const pairs = Object.entries(fieldsOf(fields.stream ?? {}, `${path}.stream`)).map(([name, value]) => {
    if (typeof value !== 'string') throw wrong(`${path}.stream.${name}`, 'a string');
    return [name, value] as const;
  });
  return checkStreamLabels(pairs, limits);
}

/** Names as queries can write them, each with its value. */
function pairsOf(metadata: unknown, path: string): readonly string[] {
  const out: string[] = [];
  for (const [name, value] of Object.entries(fieldsOf(metadata, path))) {
    if (typeof value !== 'string') throw wrong(`${path}.${name}`, 'a string');
    if (name !== '') out.push(sanitiseLabelName(name), value);
  }
  return out;
}

function fieldsOf(value: unknown, path: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(path, 'an object');
  return value as Fields;
}

function listOf(value: unknown, path: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrong(path, 'a list');
  return value;
}

function wrong(path: string, what: string): PetrelError {
  return new PetrelError('DECODE_FAILED', `malformed push request: ${path} is not ${what}`);
}
