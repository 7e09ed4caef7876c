import { ProtoWriter } from '../protobuf/writer.ts';

export interface LokiPushEntry {
  /** Nanoseconds since the epoch. */
  readonly tsNs: bigint;
  readonly line: string;
  /** Names and values in turn. */
  readonly metadata?: readonly string[];
}

export interface LokiPushStream {
  /** In the text form, `{a="b"}`. */
  readonly labels: string;
  readonly entries: readonly LokiPushEntry[];
}

const NANOS = 1_000_000_000n;

/** A logproto.PushRequest, uncompressed: what Loki's clients send is a snappy block of it. */
export function encodeLokiPush(streams: readonly LokiPushStream[]): Uint8Array {
  const writer = new ProtoWriter(64 * 1024);
  for (const { labels, entries } of streams) {
    const mark = writer.open(1);
    writer.string(1, labels);
    for (const { tsNs, line, metadata = [] } of entries) {
      const entry = writer.open(2);
      const seconds = tsNs / NANOS;
      const time = writer.open(1);
      writer.int64(1, Number(seconds));
      writer.int64(2, Number(tsNs - seconds * NANOS));
      writer.close(time);
      writer.string(2, line);
      for (let i = 0; i + 1 < metadata.length; i += 2) {
        const pair = writer.open(3);
        writer.string(1, metadata[i] as string);
        writer.string(2, metadata[i + 1] as string);
        writer.close(pair);
      }
      writer.close(entry);
    }
    writer.close(mark);
  }
  return writer.finish();
}
