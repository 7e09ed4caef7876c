import type { LogBatch, TextColumn } from '@petrel/model';
import { Labels, LOG_LEVELS } from '@petrel/model';
import type { NaiveLine } from './naive-query.ts';

/** Lines as a receiver hands them over, with nothing recognised in them but the level that they come with. */
export function batchOfLines(lines: readonly NaiveLine[]): LogBatch {
  const streams = new Map<string, Labels>();
  for (const { stream } of lines) streams.set(Labels.of(stream).key, Labels.of(stream));
  const places = new Map([...streams.keys()].map((key, i) => [key, i]));
  const pairs = lines.map(({ metadata }) => [...Labels.of(metadata)]);
  const names = [...new Set(pairs.flatMap((all) => all.map(([name]) => name)))];
  const none = texts(lines.map(() => ''));
  return {
    length: lines.length,
    streams: [...streams.values()],
    streamOf: Uint32Array.from(lines, ({ stream }) => places.get(Labels.of(stream).key) ?? 0),
    timestampsNs: BigInt64Array.from(lines, ({ tsNs }) => tsNs),
    bodies: texts(lines.map(({ line }) => line)),
    metadata: {
      ends: Uint32Array.from(running(pairs.map(({ length }) => length))),
      names,
      nameOf: Uint32Array.from(pairs.flatMap((all) => all.map(([name]) => names.indexOf(name)))),
      values: texts(pairs.flatMap((all) => all.map(([, value]) => value))),
    },
    levels: Uint8Array.from(lines, ({ level }) => Math.max(0, (LOG_LEVELS as readonly string[]).indexOf(level))),
    traceIds: none,
    spanIds: none,
  };
}

function texts(all: readonly string[]): TextColumn {
  const encoded = all.map((text) => new TextEncoder().encode(text));
  return { bytes: Buffer.concat(encoded), ends: Uint32Array.from(running(encoded.map(({ length }) => length))) };
}

function running(lengths: readonly number[]): readonly number[] {
  let end = 0;
  return lengths.map((length) => {
    end += length;
    return end;
  });
}
