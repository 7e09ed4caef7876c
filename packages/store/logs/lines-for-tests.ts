import {
  compileAnchored,
  compileMatcher,
  Labels,
  LOG_LEVELS,
  type LogBatch,
  type LogColumns,
  type LogLevel,
  type LogPredicate,
} from '@petrel/model';

/** A line as a test writes it down. */
export interface PlainLine {
  readonly stream: Readonly<Record<string, string>>;
  readonly tsNs: bigint;
  readonly body: string | Uint8Array;
  readonly level?: LogLevel;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

const utf8 = new TextEncoder();

/** Lines as receivers hand them over. */
export function batchOf(lines: readonly PlainLine[]): LogBatch {
  const streams = new Map<string, number>();
  const labels: Labels[] = [];
  const names: string[] = [];
  const nameOf: number[] = [];
  const values: string[] = [];
  const metadataEnds: number[] = [];
  const streamOf = lines.map(({ stream, metadata = {} }) => {
    for (const [name, value] of Object.entries(metadata)) {
      if (!names.includes(name)) names.push(name);
      nameOf.push(names.indexOf(name));
      values.push(value);
    }
    metadataEnds.push(nameOf.length);
    const one = Labels.of(stream);
    if (!streams.has(one.key)) streams.set(one.key, labels.push(one) - 1);
    return streams.get(one.key) as number;
  });
  return {
    length: lines.length,
    streams: labels,
    streamOf: Uint32Array.from(streamOf),
    timestampsNs: BigInt64Array.from(lines, ({ tsNs }) => tsNs),
    bodies: texts(lines.map(({ body }) => body)),
    metadata: {
      ends: Uint32Array.from(metadataEnds),
      names,
      nameOf: Uint32Array.from(nameOf),
      values: texts(values),
    },
    levels: Uint8Array.from(lines, ({ level = 'unknown' }) => LOG_LEVELS.indexOf(level)),
    traceIds: texts(lines.map(({ traceId = '' }) => traceId)),
    spanIds: texts(lines.map(({ spanId = '' }) => spanId)),
  };
}

function texts(list: readonly (string | Uint8Array)[]): LogBatch['bodies'] {
  const pieces = list.map((text) => (typeof text === 'string' ? utf8.encode(text) : text));
  const ends = new Uint32Array(list.length);
  let end = 0;
  pieces.forEach((piece, i) => {
    end += piece.length;
    ends[i] = end;
  });
  return { bytes: Buffer.concat(pieces), ends };
}

export interface ReadLine {
  readonly stream: string;
  readonly tsNs: bigint;
  readonly body: string;
  readonly level: LogLevel;
  readonly traceId: string;
  readonly spanId: string;
  readonly metadata: readonly string[];
}

/** Every line that comes, or the first `most`. */
export async function readLines(
  blocks: AsyncIterable<LogColumns>,
  most = Number.POSITIVE_INFINITY,
): Promise<ReadLine[]> {
  const found: ReadLine[] = [];
  for await (const block of blocks) {
    for (let i = 0; i < block.length; i++) {
      found.push({
        stream: String(block.streams[block.streamOf[i] as number]),
        tsNs: block.timestampsNs[i] as bigint,
        body: block.line(i),
        level: LOG_LEVELS[block.levels[i] as number] as LogLevel,
        traceId: block.traceId(i),
        spanId: block.spanId(i),
        metadata: block.metadata(i),
      });
      if (found.length >= most) return found;
    }
  }
  return found;
}

/** What a line should come back as. */
export function readLineOf({ stream, tsNs, body, level, traceId, spanId, metadata }: PlainLine): ReadLine {
  return {
    stream: String(Labels.of(stream)),
    tsNs,
    body: Buffer.from(body).toString(),
    level: level ?? 'unknown',
    traceId: traceId ?? '',
    spanId: spanId ?? '',
    metadata: Labels.of(metadata ?? {}).pairs,
  };
}

/** The predicate, evaluated as its definition reads. Bodies must be texts. */
export function satisfies(line: PlainLine, predicate: LogPredicate): boolean {
  switch (predicate.kind) {
    case 'and':
      return predicate.parts.every((part) => satisfies(line, part));
    case 'or':
      return predicate.parts.some((part) => satisfies(line, part));
    case 'not':
      return !satisfies(line, predicate.part);
    case 'line': {
      const { op, text, ignoreCase = false } = predicate;
      const body = String(line.body);
      if (op === 'contains' && !ignoreCase) return body.includes(text);
      const pattern = op === 'contains' ? text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&') : text;
      return compileAnchored(`.*(?:(?${ignoreCase ? 'i' : ''}-s)${pattern}).*`)(body);
    }
    case 'metadata': {
      const { name, op, value } = predicate;
      return compileMatcher({ type: op, name, value })(
        name === 'detected_level' ? detectedLevel(line) : (line.metadata?.[name] ?? ''),
      );
    }
    case 'level':
      return predicate.levels.includes(line.level ?? 'unknown');
    case 'trace':
      return (line.traceId ?? '') === predicate.id;
    case 'span':
      return (line.spanId ?? '') === predicate.id;
  }
}

export function detectedLevel({ metadata, level }: PlainLine): string {
  return metadata?.detected_level ?? (level === undefined || level === 'unknown' ? '' : level);
}
