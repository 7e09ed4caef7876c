import { LOG_LEVELS, type LogBatch, type TextColumn } from '@petrel/model';

/** A line of a batch, for tests to look at. */
export interface BatchRow {
  readonly stream: string;
  readonly tsNs: bigint;
  readonly body: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly level: string;
  readonly traceId: string;
  readonly spanId: string;
}

export function batchRows(batch: LogBatch): BatchRow[] {
  return Array.from({ length: batch.length }, (_, i) => ({
    stream: String(batch.streams[batch.streamOf[i] as number]),
    tsNs: batch.timestampsNs[i] as bigint,
    body: text(batch.bodies, i),
    metadata: metadataOf(batch, i),
    level: LOG_LEVELS[batch.levels[i] as number] as string,
    traceId: text(batch.traceIds, i),
    spanId: text(batch.spanIds, i),
  }));
}

function metadataOf({ metadata: { ends, names, nameOf, values } }: LogBatch, i: number): Record<string, string> {
  const out: [string, string][] = [];
  for (let j = i === 0 ? 0 : (ends[i - 1] as number); j < (ends[i] as number); j++) {
    out.push([names[nameOf[j] as number] as string, text(values, j)]);
  }
  if (new Set(out.map(([name]) => name)).size !== out.length) throw new Error('a name occurs twice');
  return Object.fromEntries(out);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function text({ bytes, ends }: TextColumn, i: number): string {
  return utf8.decode(bytes.subarray(i === 0 ? 0 : ends[i - 1], ends[i]));
}
