import type { LogColumns, LogLevel, LogPredicate, Matcher } from '@petrel/model';
import { compareStrings, compileMatcher, Labels, LOG_LEVELS, matchesAll, PetrelError } from '@petrel/model';
import { compilePredicate } from '../plan/evaluate-predicate.ts';
import type { LogCountRequest, LogCountSeries, LogSelectRequest, LogSource, LogStats, LogTimeRange } from '../port.ts';

/** One line to store. */
export interface MemoryLine {
  readonly tsNs: bigint;
  readonly line: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Default 'unknown'. */
  readonly level?: LogLevel;
  readonly traceId?: string;
  readonly spanId?: string;
  /** When it came in. Default 0. */
  readonly receivedMs?: number;
}

export interface StoredLine extends Omit<MemoryLine, 'metadata'> {
  readonly stream: Labels;
  /** Name and value in turn, sorted by name. */
  readonly metadata: readonly string[];
  /** In the order of writing: settles lines of the same time. */
  readonly number: number;
}

export interface MemoryOptions {
  /** Lines a block; small ones find readers that forget something between blocks. */
  readonly blockLines?: number;
  /** A source that can count. Default true. */
  readonly counts?: boolean;
}

/** A LogSource over plain memory, for tests: exact, in no hurry. */
export class MemoryLogSource implements LogSource {
  readonly #blockLines: number;
  readonly #lines: StoredLine[] = [];
  #sorted = true;
  /** What was asked of it: how many of each. */
  readonly asked = { select: 0, count: 0 };
  readonly count?: (request: LogCountRequest) => Promise<readonly LogCountSeries[] | undefined>;

  constructor({ blockLines = 1000, counts = true }: MemoryOptions = {}) {
    this.#blockLines = blockLines;
    if (counts) this.count = (request) => this.#count(request);
  }

  /** Adds lines of one stream, in any order. */
  write(stream: Labels, lines: readonly MemoryLine[]): void {
    for (const line of lines) {
      const metadata = Labels.of(line.metadata ?? {}).pairs;
      this.#lines.push({ ...line, stream, metadata, number: this.#lines.length });
    }
    this.#sorted = false;
  }

  clear(): void {
    this.#lines.length = 0;
  }

  async *select(request: LogSelectRequest): AsyncGenerator<LogColumns, void, undefined> {
    this.asked.select++;
    const { receivedAfterMs, direction } = request;
    const wanted = testOf(request.predicate);
    const found = this.#within(request.selectors, request).filter(
      (line) => (receivedAfterMs === undefined || (line.receivedMs ?? 0) > receivedAfterMs) && wanted(line),
    );
    if (direction === 'backward') found.reverse();
    for (let from = 0; from < found.length; from += this.#blockLines) {
      stopIfAborted(request.signal);
      // A reader that assumes blocks to come at once is found out.
      await Promise.resolve();
      yield new MemoryColumns(found.slice(from, from + this.#blockLines), request.columns);
    }
    stopIfAborted(request.signal);
  }

  async #count(request: LogCountRequest): Promise<readonly LogCountSeries[] | undefined> {
    this.asked.count++;
    stopIfAborted(request.signal);
    const { startNs, bucketNs, buckets, by } = request;
    const endNs = startNs + bucketNs * BigInt(buckets);
    const wanted = testOf(request.predicate);
    const names = by === undefined ? undefined : new Set(by);
    const series = new Map<string, LogCountSeries>();
    for (const line of this.#within(request.selectors, { startNs: startNs + 1n, endNs: endNs + 1n })) {
      if (!wanted(line)) continue;
      const all = labelsOf(line);
      const labels = names === undefined ? all : all.keep(names);
      let one = series.get(labels.key);
      if (one === undefined) {
        one = { labels, counts: new Float64Array(buckets) };
        series.set(labels.key, one);
      }
      const bucket = Number((line.tsNs - startNs - 1n) / bucketNs);
      const amount = request.count === 'lines' ? 1 : Buffer.byteLength(line.line);
      one.counts[bucket] = (one.counts[bucket] as number) + amount;
    }
    return [...series.values()];
  }

  async streams(
    selectors: readonly (readonly Matcher[])[],
    range: LogTimeRange,
    limit?: number,
  ): Promise<readonly Labels[]> {
    stopIfAborted(range.signal);
    const found = new Map(this.#within(selectors, range).map(({ stream }) => [stream.key, stream]));
    return [...found.values()].sort(Labels.compare).slice(0, limit);
  }

  async labelNames(selectors: readonly (readonly Matcher[])[], range: LogTimeRange): Promise<readonly string[]> {
    const streams = await this.streams(selectors, range);
    return [...new Set(streams.flatMap((labels) => [...labels].map(([name]) => name)))].sort(compareStrings);
  }

  async labelValues(
    name: string,
    selectors: readonly (readonly Matcher[])[],
    range: LogTimeRange,
  ): Promise<readonly string[]> {
    const streams = await this.streams(selectors, range);
    return [...new Set(streams.map((labels) => labels.get(name)))].filter((value) => value !== '').sort(compareStrings);
  }

  async stats(selectors: readonly (readonly Matcher[])[], range: LogTimeRange): Promise<LogStats> {
    stopIfAborted(range.signal);
    const lines = this.#within(selectors, range);
    const streams = new Set(lines.map(({ stream }) => stream.key)).size;
    const bytes = lines.reduce((sum, { line }) => sum + Buffer.byteLength(line), 0);
    return { streams, chunks: streams, entries: lines.length, bytes };
  }

  /** By time, then in the order of writing. */
  #within(
    selectors: readonly (readonly Matcher[])[],
    { startNs, endNs }: Pick<LogTimeRange, 'startNs' | 'endNs'>,
  ): StoredLine[] {
    if (!this.#sorted) {
      this.#lines.sort((a, b) => (a.tsNs < b.tsNs ? -1 : a.tsNs > b.tsNs ? 1 : a.number - b.number));
      this.#sorted = true;
    }
    const tests = selectors.map((matchers) =>
      matchers.map((matcher) => ({ name: matcher.name, matches: compileMatcher(matcher) })),
    );
    return this.#lines.filter(
      ({ tsNs, stream }) => tsNs >= startNs && tsNs < endNs && tests.some((test) => matchesAll(test, stream)),
    );
  }
}

function testOf(predicate: LogPredicate | undefined): (line: StoredLine) => boolean {
  if (predicate === undefined) return () => true;
  const test = compilePredicate(predicate);
  return ({ line, metadata, level = 'unknown', traceId = '', spanId = '' }) =>
    test({ line, metadata, level, traceId, spanId });
}

/** As a line's labels are before any stage: of a name that stream and metadata share, metadata's value is `name_extracted`. */
function labelsOf({ stream, metadata, level }: StoredLine): Labels {
  const pairs = [...Labels.fromSortedPairs(metadata)].map(
    ([name, value]) => [stream.has(name) ? `${name}_extracted` : name, value] as const,
  );
  const detected =
    (level ?? 'unknown') === 'unknown' || metadata.includes('detected_level') ? [] : detectedLevel(level);
  return Labels.from([...detected, ...stream, ...pairs]);
}

function detectedLevel(level: LogLevel | undefined): readonly (readonly [string, string])[] {
  return [['detected_level', level ?? 'unknown']];
}

/** Columns that were not asked for give nothing, as the port allows. */
class MemoryColumns implements LogColumns {
  readonly length: number;
  readonly streams: readonly Labels[];
  readonly streamOf: Uint32Array;
  readonly timestampsNs: BigInt64Array;
  readonly levels: Uint8Array;
  readonly #lines: readonly StoredLine[];
  readonly #has: (column: 'line' | 'metadata' | 'level' | 'ids') => boolean;

  constructor(lines: readonly StoredLine[], columns: LogSelectRequest['columns']) {
    this.#has = (column) => columns === undefined || columns.includes(column);
    this.#lines = lines;
    this.length = lines.length;
    const places = new Map<string, number>();
    const streams: Labels[] = [];
    this.streamOf = Uint32Array.from(lines, ({ stream }) => {
      let at = places.get(stream.key);
      if (at === undefined) {
        at = streams.push(stream) - 1;
        places.set(stream.key, at);
      }
      return at;
    });
    this.streams = streams;
    this.timestampsNs = BigInt64Array.from(lines, ({ tsNs }) => tsNs);
    const hasLevel = this.#has('level');
    this.levels = Uint8Array.from(lines, ({ level }) => (hasLevel ? LOG_LEVELS.indexOf(level ?? 'unknown') : 0));
  }

  line(i: number): string {
    return this.#has('line') ? this.#at(i).line : '';
  }

  metadata(i: number): readonly string[] {
    return this.#has('metadata') ? this.#at(i).metadata : [];
  }

  traceId(i: number): string {
    return this.#has('ids') ? (this.#at(i).traceId ?? '') : '';
  }

  spanId(i: number): string {
    return this.#has('ids') ? (this.#at(i).spanId ?? '') : '';
  }

  #at(i: number): StoredLine {
    return this.#lines[i] as StoredLine;
  }
}

function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw signal.reason instanceof PetrelError
    ? signal.reason
    : new PetrelError('QUERY_CANCELED', 'the reading was canceled', { cause: signal.reason });
}
