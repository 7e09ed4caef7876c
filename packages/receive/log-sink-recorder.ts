import { LOG_LEVELS, type LogBatch, type LogSink, type TextColumn } from '@petrel/model';

/** A stored line, for tests to look at. */
export interface RecordedLine {
  readonly labels: Readonly<Record<string, string>>;
  readonly tsNs: bigint;
  readonly body: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly level: string;
  readonly traceId: string;
  readonly spanId: string;
}

/** A sink in memory, for tests: keeps every line, fails on demand. */
export class LogSinkRecorder implements LogSink {
  readonly lines: RecordedLine[] = [];
  /** Lines in each batch. */
  readonly batches: number[] = [];
  /** Thrown by the next writes, one each. */
  readonly failures: Error[] = [];

  async write(batch: LogBatch): Promise<void> {
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    this.batches.push(batch.length);
    for (let i = 0; i < batch.length; i++) this.lines.push(lineOf(batch, i));
  }
}

function lineOf(batch: LogBatch, i: number): RecordedLine {
  const { streams, streamOf, metadata } = batch;
  const pairs: Record<string, string> = {};
  for (let j = i === 0 ? 0 : (metadata.ends[i - 1] as number); j < (metadata.ends[i] as number); j++) {
    pairs[metadata.names[metadata.nameOf[j] as number] as string] = textOf(metadata.values, j);
  }
  return {
    labels: streams[streamOf[i] as number]?.toObject() ?? {},
    tsNs: batch.timestampsNs[i] as bigint,
    body: textOf(batch.bodies, i),
    metadata: pairs,
    level: LOG_LEVELS[batch.levels[i] as number] as string,
    traceId: textOf(batch.traceIds, i),
    spanId: textOf(batch.spanIds, i),
  };
}

function textOf({ bytes, ends }: TextColumn, i: number): string {
  return Buffer.from(bytes.subarray(i === 0 ? 0 : ends[i - 1], ends[i])).toString('utf8');
}
