import { type Clock, type Labels, type Matcher, PetrelError, type SeriesColumns, wordsOf } from '@petrel/model';
import type { Batch } from '../batch.ts';
import type { SelectRequest } from '../port.ts';
import type { MetricSeriesRegistry } from '../registry.ts';
import { type SampleReader, tooManySamples } from '../sample-reader.ts';
import { compileSelector } from '../selectors.ts';
import type { ChosenSeries } from '../series-index.ts';
import type { SeriesSet } from '../series-set.ts';
import { CacheEntry, roomFor } from './entry.ts';

interface Slot {
  readonly metric: string;
  entry: CacheEntry | undefined;
  loading: Promise<void> | undefined;
  /** Batches stored since the load began: its snapshot may lack them. */
  missed: Batch[];
  asked: number;
  lastAskedMs: number;
  /** Not to be tried again before. */
  tooBigUntilMs: number;
  /** Earliest start asked for in this quarter of an hour and in the one before. */
  oldest: [current: number, previous: number];
  oldestSinceMs: number;
  /** Positions that a selector chose among the first `upTo` series. */
  readonly chosen: Map<string, { positions: number[]; upTo: number }>;
}

const SLOTS_MAX = 10_000;
const FORGET_MS = 5 * 60_000;
const TRIM_MS = 15 * 60_000;
// Read in some 50 ms.
const LITTLE_SAMPLES = 300_000;

/**
 * Decoded samples of whole metrics from some time until now, bounded in bytes, least recently used out first. The writer's
 * committed batches keep them current, so a query whose range lies inside does not go to the database at all. Only for a database that this
 * process alone writes to.
 */
export class ColumnCache {
  readonly #maxBytes: number;
  readonly #registry: MetricSeriesRegistry;
  readonly #clock: Clock;
  /** Least recently used first. */
  readonly #slots = new Map<string, Slot>();
  /** By metric index of the registry, for the writer. */
  #byMetricIndex: (Slot | undefined)[] = [];
  #active = 0;
  #clears = 0;

  constructor(options: { maxBytes: number; registry: MetricSeriesRegistry; clock: Clock }) {
    this.#maxBytes = options.maxBytes;
    this.#registry = options.registry;
    this.#clock = options.clock;
  }

  /** What one metric may take: more than half would drive everything else out. */
  get maxSamples(): number {
    return Math.floor((this.#maxBytes * 0.6) / 20);
  }

  /** Whether `get` would answer. */
  holds(metric: string, startMs: number): boolean {
    const entry = this.#slots.get(metric)?.entry;
    return entry !== undefined && entry.fromMs <= startMs;
  }

  get bytes(): number {
    let bytes = 0;
    for (const { entry } of this.#slots.values()) bytes += entry?.bytes ?? 0;
    return bytes;
  }

  /** The answer when the metric is held from the start of the range on. */
  get(metric: string, { matchers, startMs, endMs, maxSamples }: SelectRequest): SeriesColumns[] | undefined {
    const slot = this.#slots.get(metric);
    const entry = slot?.entry;
    if (slot === undefined || entry === undefined || entry.fromMs > startMs) return undefined;
    this.#touch(slot, startMs);
    const found: SeriesColumns[] = [];
    let samples = 0;
    for (const position of choose(slot, entry, matchers)) {
      const view = entry.view(position, startMs, endMs);
      if (view === undefined) continue;
      samples += view.to - view.from;
      if (samples > maxSamples) throw tooManySamples();
      found.push(view);
    }
    return found;
  }

  /** Loads the metric, or what is missing before it, when the request is worth it (see `#isWorthwhile`). True: `get` will answer. */
  async admit(choice: ChosenSeries, request: SelectRequest, reader: SampleReader): Promise<boolean> {
    if (this.#maxBytes === 0 || !choice.complete) return false;
    const nowMs = this.#clock.nowMs();
    const slot = this.#slot(choice.metric, nowMs);
    this.#touch(slot, request.startMs);
    slot.asked = nowMs - slot.lastAskedMs > FORGET_MS ? 1 : slot.asked + 1;
    slot.lastAskedMs = nowMs;
    // A load that is under way may have been for less.
    for (let tries = 0; tries < 2 && !this.holds(choice.metric, request.startMs); tries++) {
      if (slot.loading === undefined && !this.#isWorthwhile(slot, choice, request, nowMs)) return false;
      slot.loading ??= this.#load(slot, choice, request.startMs, reader);
      await slot.loading;
    }
    return this.holds(choice.metric, request.startMs);
  }

  /**
   * Whether to read all series for the sake of some: when these are a good part, when it is asked for again and again, or when what is
   * missing is little. What is held, or will be, must reach until about now.
   */
  #isWorthwhile(slot: Slot, { set, positions }: ChosenSeries, request: SelectRequest, nowMs: number): boolean {
    if (nowMs < slot.tooBigUntilMs) return false;
    const { entry } = slot;
    const ageMs = nowMs - request.startMs;
    if (entry === undefined) {
      if (ageMs > 2 * (request.endMs - request.startMs) + 3_600_000) return false;
    } else if (entry.fromMs - request.startMs > nowMs - entry.fromMs) return false;
    const missingMs = entry === undefined ? ageMs : entry.fromMs - request.startMs;
    const guess = set.size * Math.max(1, missingMs / 15_000);
    if (guess + (entry?.samples ?? 0) > 4 * this.maxSamples) return false;
    if (positions.length >= 0.25 * set.size || (entry !== undefined && guess < LITTLE_SAMPLES)) return true;
    return (slot.asked >= 3 && guess < 2_000_000) || (slot.asked >= 2 && guess < LITTLE_SAMPLES);
  }

  /** Takes in what was just committed. */
  stored(batch: Batch): void {
    if (this.#active === 0) return;
    const { rows, refs, timestampsMs } = batch;
    const { metricOf } = this.#registry;
    const words = wordsOf(batch.values);
    const noted = new Set<Slot>();
    for (let i = 0; i < rows; i++) {
      const ref = refs[i] as number;
      const slot = this.#byMetricIndex[metricOf[ref] as number];
      if (slot === undefined) continue;
      if (slot.loading !== undefined && !noted.has(slot)) {
        noted.add(slot);
        slot.missed.push(batch);
      }
      if (slot.entry !== undefined) {
        this.#append(slot.entry, ref, timestampsMs[i] as number, words[2 * i] as number, words[2 * i + 1] as number);
      }
    }
  }

  /** Forgets everything, loads under way included: what is stored is no longer what passed here. */
  clear(): void {
    this.#clears++;
    for (const slot of this.#slots.values()) slot.entry = undefined;
    this.#reindex();
  }

  /** Trims entries to what was asked for lately; call every minute or so. */
  trim(): void {
    const nowMs = this.#clock.nowMs();
    for (const slot of this.#slots.values()) {
      const { entry } = slot;
      if (nowMs - slot.oldestSinceMs > TRIM_MS) {
        slot.oldest = [Number.POSITIVE_INFINITY, slot.oldest[0]];
        slot.oldestSinceMs = nowMs;
      }
      if (entry === undefined) continue;
      const oldest = Math.min(...slot.oldest);
      if (oldest === Number.POSITIVE_INFINITY) slot.entry = undefined;
      else if (entry.isLoose || oldest - entry.fromMs > (nowMs - oldest) / 2 + 600_000) entry.compact(oldest);
    }
    this.#evict();
    this.#reindex();
  }

  #slot(metric: string, nowMs: number): Slot {
    let slot = this.#slots.get(metric);
    if (slot === undefined) {
      slot = {
        metric,
        entry: undefined,
        loading: undefined,
        missed: [],
        asked: 0,
        lastAskedMs: nowMs,
        tooBigUntilMs: 0,
        oldest: [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
        oldestSinceMs: nowMs,
        chosen: new Map(),
      };
      this.#slots.set(metric, slot);
    }
    return slot;
  }

  #touch(slot: Slot, startMs: number): void {
    slot.oldest[0] = Math.min(slot.oldest[0], startMs);
    this.#slots.delete(slot.metric);
    this.#slots.set(slot.metric, slot);
  }

  async #load(slot: Slot, choice: ChosenSeries, startMs: number, reader: SampleReader): Promise<void> {
    slot.missed = [];
    this.#byMetricIndex[this.#registry.metricIndex(slot.metric)] = slot;
    this.#active++;
    try {
      const held = slot.entry;
      const clears = this.#clears;
      // One set for both parts, so that positions agree.
      const set = held?.set ?? choice.set;
      if (set !== choice.set) mergeInto(set, choice.set);
      const all = { ...choice, set, positions: Uint32Array.from({ length: set.size }, (_, i) => i) };
      const endMs = held === undefined ? Number.MAX_SAFE_INTEGER : held.fromMs - 1;
      // Not the asker's signal: others may wait for the same load. It is bounded by its size.
      const series = await reader.read(
        [all],
        { startMs, endMs, maxSamples: this.maxSamples - (held?.samples ?? 0) },
        roomFor,
      );
      const entry = new CacheEntry(set, startMs);
      entry.fill(series);
      if (held !== undefined) await entry.adopt(held);
      if (clears !== this.#clears || held !== slot.entry) return;
      for (const batch of slot.missed) this.#catchUp(entry, slot.metric, batch);
      slot.entry = entry;
      slot.chosen.clear();
    } catch (error) {
      if (!(error instanceof PetrelError && error.code === 'QUERY_LIMIT')) throw error;
      slot.tooBigUntilMs = this.#clock.nowMs() + FORGET_MS;
    } finally {
      slot.loading = undefined;
      slot.missed = [];
      this.#evict();
      this.#reindex();
    }
  }

  #catchUp(entry: CacheEntry, metric: string, batch: Batch): void {
    const { metricOf } = this.#registry;
    const wanted = this.#registry.metricIndex(metric);
    const words = wordsOf(batch.values);
    for (let i = 0; i < batch.rows; i++) {
      const ref = batch.refs[i] as number;
      if (metricOf[ref] !== wanted) continue;
      const tMs = batch.timestampsMs[i] as number;
      this.#append(entry, ref, tMs, words[2 * i] as number, words[2 * i + 1] as number);
    }
  }

  #append(entry: CacheEntry, ref: number, tMs: number, low: number, high: number): void {
    const { idWords } = this.#registry;
    const idLow = idWords[2 * ref] as number;
    const idHigh = idWords[2 * ref + 1] as number;
    let position = entry.set.find(idHigh, idLow);
    if (position < 0) position = entry.set.add(idHigh, idLow, this.#registry.labelsOf(ref));
    entry.append(position, tMs, low, high);
  }

  #evict(): void {
    let { bytes } = this;
    for (const slot of this.#slots.values()) {
      if (bytes <= this.#maxBytes) break;
      bytes -= slot.entry?.bytes ?? 0;
      slot.entry = undefined;
    }
    for (const [metric, slot] of this.#slots) {
      if (this.#slots.size <= SLOTS_MAX) break;
      if (slot.entry === undefined && slot.loading === undefined) this.#slots.delete(metric);
    }
  }

  #reindex(): void {
    this.#byMetricIndex = [];
    this.#active = 0;
    for (const slot of this.#slots.values()) {
      if (slot.entry === undefined && slot.loading === undefined) continue;
      this.#byMetricIndex[this.#registry.metricIndex(slot.metric)] = slot;
      this.#active++;
    }
  }
}

function mergeInto(set: SeriesSet, other: SeriesSet): void {
  for (let i = 0; i < other.size; i++) set.add(other.highOf(i), other.lowOf(i), other.labels[i] as Labels);
}

/** Remembers what a selector chose, and looks only at the series that came since. */
function choose(slot: Slot, entry: CacheEntry, matchers: readonly Matcher[]): readonly number[] {
  const key = JSON.stringify(matchers.map(({ type, name, value }) => [type, name, value]));
  let chosen = slot.chosen.get(key);
  if (chosen === undefined) {
    if (slot.chosen.size >= 64) slot.chosen.clear();
    chosen = { positions: [], upTo: 0 };
    slot.chosen.set(key, chosen);
  }
  const { labels } = entry.set;
  if (chosen.upTo < labels.length) {
    const matches = compileSelector(matchers);
    for (let i = chosen.upTo; i < labels.length; i++) if (matches(labels[i] as Labels)) chosen.positions.push(i);
    chosen.upTo = labels.length;
  }
  return chosen.positions;
}
