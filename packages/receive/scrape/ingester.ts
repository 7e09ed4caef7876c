import { hash64, type Labels, PetrelError, type SeriesRegistry } from '@petrel/model';
import { type BatchBuilder, createExpositionParser, type ExpositionFormat, type ExpositionParser } from '@petrel/wire';
import { TargetMetadata } from './metadata.ts';
import type { ScrapePlan } from './plan.ts';
import { emptyLabelNames, keyAfterName } from './sample-labels.ts';
import { DROPPED, SeriesCache } from './series-cache.ts';
import { hashOfText } from './series-ref.ts';
import { TrackedSeries } from './tracked.ts';

// Explicit times further ahead than this are refused, as Prometheus does.
const MAX_AHEAD_MS = 10 * 60_000;

// Prometheus's number: so many more entries than the last whole scrape had may stay after one that failed.
const CACHE_SLACK = 1_000;

/** What one scrape brought. */
export interface IngestCounts {
  /** Samples in the body. */
  scraped: number;
  /** After relabelling. */
  kept: number;
  /** Series that the target did not have in its last scrape. */
  seriesAdded: number;
  /** Samples of a series that the same scrape had brought already; the first one counts. */
  duplicates: number;
  /** Samples too far in the future. */
  outOfBounds: number;
}

export function noCounts(): IngestCounts {
  return { scraped: 0, kept: 0, seriesAdded: 0, duplicates: 0, outOfBounds: 0 };
}

/**
 * Turns the bodies of one target into rows. It keeps, by the hash of the bytes of each series, where the series leads, so
 * that labels are decoded, joined and relabelled once; and which series the last stored scrape had, for the staleness markers.
 * After `append` or `appendStale`, `commit` says that the rows were stored, `rollback` that they were lost: then the next
 * scrape repeats markers and metadata.
 */
export class TargetIngester {
  readonly metadata: TargetMetadata = new TargetMetadata();
  #cache = new SeriesCache();
  #iteration = 0;
  #tracked = new TrackedSeries();
  #next = new TrackedSeries();
  readonly #lastExemplars = new Map<number, { readonly key: string; iteration: number }>();
  /** Entries of the cache after the last whole scrape. */
  #cacheSize = 0;
  readonly #seedHigh: number;
  readonly #seedLow: number;
  readonly #hash = new Uint32Array(2);
  // Of the series that #slotOf looked up last.
  #high = 0;
  #low = 0;
  #ref = DROPPED;
  #format: ExpositionFormat = 'text';
  /** Labels of the native histogram just read, as in its key: the classic series that follow it say the same again. */
  #nativeKey: Uint8Array | undefined;

  constructor(
    private readonly plan: ScrapePlan,
    private readonly labels: Labels,
    private readonly registry: SeriesRegistry,
  ) {
    // The same bytes from another target, or under other rules, are another series.
    [this.#seedHigh, this.#seedLow] = hashOfText(`${labels.key}\n${plan.labelsKey}`);
  }

  /** References of the last stored scrape. */
  get trackedRefs(): Uint32Array {
    return this.#tracked.refs;
  }

  /** Takes over from the loop that scraped the same target before; its cache too, when the plans agree. */
  inherit(before: TargetIngester): void {
    this.#tracked = before.#tracked;
    if (before.#seedHigh !== this.#seedHigh || before.#seedLow !== this.#seedLow) return;
    this.#cache = before.#cache;
    this.#iteration = before.#iteration;
    this.#cacheSize = before.#cacheSize;
  }

  /** What is held for series and metrics, for tests of its bound. */
  get held(): { readonly series: number; readonly exemplars: number; readonly metadata: number } {
    return {
      series: this.#cache.size,
      exemplars: this.#lastExemplars.size,
      metadata: this.metadata.list().length,
    };
  }

  /** Throws a PetrelError when the scrape must fail as a whole: bad syntax, a limit. Then throw the rows away and `appendStale`. */
  append(body: Uint8Array, format: ExpositionFormat, tMs: number, out: BatchBuilder, counts: IngestCounts): void {
    try {
      this.#read(body, format, tMs, out, counts);
    } catch (error) {
      this.metadata.endFailedScrape();
      // A body that fails may hold a part of the series: they are kept, but must not pile up from failure to failure.
      if (this.#cache.size > this.#cacheSize + CACHE_SLACK) this.#forget();
      throw error;
    }
  }

  #read(body: Uint8Array, format: ExpositionFormat, tMs: number, out: BatchBuilder, counts: IngestCounts): void {
    const { config } = this.plan;
    const iteration = ++this.#iteration;
    this.#format = format;
    this.#nativeKey = undefined;
    const parser = createExpositionParser(body, format, { createdAsStart: true });
    const tracked = new TrackedSeries(this.#tracked.size);
    let distinct = 0;
    for (let entry = parser.next(); entry !== 'eof'; entry = parser.next()) {
      if (entry === 'comment') continue;
      if (entry !== 'series' && entry !== 'histogram') {
        this.#nativeKey = undefined;
        this.metadata.note(entry, parser);
        continue;
      }
      if (this.#saidTwice(entry, parser)) continue;
      counts.scraped++;
      const repeated = this.#look(parser, iteration, counts);
      if (!repeated) distinct++;
      const ref = this.#ref;
      if (ref === DROPPED) continue;
      counts.kept++;
      if (config.sampleLimit > 0 && counts.kept > config.sampleLimit) continue;
      const explicit = config.honorTimestamps && !Number.isNaN(parser.timestampMs);
      if (repeated && !explicit) {
        counts.duplicates++;
        continue;
      }
      const sampleTMs = explicit ? parser.timestampMs : tMs;
      if (sampleTMs > tMs + MAX_AHEAD_MS) {
        counts.outOfBounds++;
        continue;
      }
      this.#addRow(entry, parser, ref, sampleTMs, out);
      if (repeated || (explicit && !config.trackTimestampsStaleness)) continue;
      tracked.add(ref, this.#high, this.#low, entry === 'histogram');
    }
    if (config.sampleLimit > 0 && counts.kept > config.sampleLimit) {
      throw new PetrelError('DECODE_FAILED', 'sample limit exceeded');
    }
    this.metadata.endScrape(out);
    this.#markMissing(tracked, tMs, out);
    if (body.length > 0 && distinct !== this.#cache.size) this.#forget();
    this.#cacheSize = this.#cache.size;
    this.#next = tracked;
  }

  /** Markers for everything that the last stored scrape had, but for the references that somebody else brings now. */
  appendStale(tMs: number, out: BatchBuilder, except?: ReadonlySet<number>): void {
    this.#tracked.markStale(this.registry, tMs, out, except);
    this.#next = new TrackedSeries();
  }

  commit(): void {
    this.#tracked = this.#next;
    this.metadata.commit();
  }

  rollback(): void {
    this.metadata.rollback();
  }

  /** Of a histogram that is both native and classic, one form is stored unless both are wanted. */
  #saidTwice(entry: 'series' | 'histogram', parser: ExpositionParser): boolean {
    const { scrapeNativeHistograms, scrapeClassicHistograms } = this.plan.config;
    if (this.#format !== 'protobuf') return false;
    if (!scrapeNativeHistograms) return entry === 'histogram';
    if (scrapeClassicHistograms) return false;
    const { bytes, seriesStart, seriesEnd } = parser;
    if (entry === 'histogram') {
      this.#nativeKey = keyAfterName(bytes, seriesStart, seriesEnd).slice();
      return false;
    }
    if (this.#nativeKey === undefined) return false;
    // `le` comes last in the key of a bucket.
    const key = keyAfterName(bytes, seriesStart, seriesEnd).subarray(0, this.#nativeKey.length);
    if (Buffer.compare(key, this.#nativeKey) === 0) return true;
    this.#nativeKey = undefined;
    return false;
  }

  /** Finds where the parser's series leads and answers whether this scrape had brought it already. */
  #look(parser: ExpositionParser, iteration: number, counts: IngestCounts): boolean {
    const { bytes, seriesStart, seriesEnd } = parser;
    hash64(bytes, seriesStart, seriesEnd, this.#hash);
    const high = ((this.#hash[0] as number) ^ this.#seedHigh) >>> 0;
    const low = ((this.#hash[1] as number) ^ this.#seedLow) >>> 0;
    this.#high = high;
    this.#low = low;
    const slot = this.#cache.find(high, low);
    if (slot >= 0) {
      const repeated = this.#cache.see(slot, iteration);
      this.#ref = this.#cache.refAt(slot);
      if (this.#ref === DROPPED) return repeated;
      this.#ref = this.registry.find(high, low);
      // Forgotten meanwhile, after a long outage: learn it again.
      if (this.#ref < 0) {
        this.#ref = this.#resolve(parser, high, low);
        this.#cache.setRef(slot, this.#ref);
      }
      return repeated;
    }
    this.#ref = this.#resolve(parser, high, low);
    this.#cache.insert(high, low, this.#ref, iteration);
    if (this.#ref !== DROPPED) counts.seriesAdded++;
    return false;
  }

  #resolve(parser: ExpositionParser, high: number, low: number): number {
    const empty = this.plan.config.honorLabels
      ? emptyLabelNames(parser.bytes, parser.seriesStart, parser.seriesEnd, this.#format)
      : [];
    const labels = this.plan.seriesLabels(parser.labels(), this.labels, empty);
    return labels === undefined ? DROPPED : this.registry.register(high, low, labels);
  }

  #addRow(entry: 'series' | 'histogram', parser: ExpositionParser, ref: number, tMs: number, out: BatchBuilder): void {
    const startTMs = parser.startTimestampMs;
    if (entry === 'series') out.addWords(ref, tMs, parser.valueLow, parser.valueHigh, startTMs);
    else out.addHistogram({ ref, tMs, histogram: parser.histogram(), ...(startTMs > 0 && { startTMs }) });
    if (parser.hasExemplar) this.#addExemplars(parser, ref, tMs, out);
  }

  #addExemplars(parser: ExpositionParser, ref: number, tMs: number, out: BatchBuilder): void {
    const exemplars = parser.exemplars();
    // A target repeats its exemplars until there are new ones.
    const key = exemplars.map((e) => `${e.labels.key}\n${e.value}\n${e.tMs ?? ''}`).join('\n\n');
    const last = this.#lastExemplars.get(ref);
    if (last?.key === key) {
      last.iteration = this.#iteration;
      return;
    }
    this.#lastExemplars.set(ref, { key, iteration: this.#iteration });
    for (const { labels, value, tMs: own } of exemplars) out.addExemplar({ ref, labels, value, tMs: own ?? tMs });
  }

  /** What this scrape did not bring. */
  #forget(): void {
    this.#cache.sweep(this.#iteration);
    for (const [ref, { iteration }] of this.#lastExemplars) {
      if (iteration !== this.#iteration) this.#lastExemplars.delete(ref);
    }
  }

  #markMissing(now: TrackedSeries, tMs: number, out: BatchBuilder): void {
    if (this.#tracked.sameAs(now)) return;
    this.#tracked.markStale(this.registry, tMs, out, new Set(now.refs));
  }
}
