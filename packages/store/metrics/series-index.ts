import type { Labels, Matcher } from '@petrel/model';
import type { ClickHouse } from '../clickhouse/connection.ts';
import { joinSql, type Sql, sql } from '../clickhouse/sql.ts';
import { type Placement, tableName } from '../schema/tables.ts';
import { eachSeries } from './answer-columns.ts';
import type { MetricSeriesRegistry } from './registry.ts';
import { clampDay, compileSelector, daysSql, exactMetric, matchersSql } from './selectors.ts';
import { SeriesSet } from './series-set.ts';

interface MetricEntry {
  readonly set: SeriesSet;
  readonly fromDay: number;
  readonly toDay: number;
}

/** The series of one metric: all that are known of it, and which of them the matchers chose. */
export interface ChosenSeries {
  readonly metric: string;
  readonly set: SeriesSet;
  readonly positions: Uint32Array;
  /** `set` holds every series that the metric had in the range. */
  readonly complete: boolean;
}

// Beyond it a metric's series are asked for each time, with the matchers pushed down.
const METRIC_SERIES_MAX = 200_000;

/** Matchers → series, from the `series` table, with a bounded cache of whole metrics that the writer keeps current. */
export class SeriesIndex {
  readonly #clickhouse: ClickHouse;
  readonly #table: Sql;
  readonly #maxBytes: number;
  /** Least recently used first. */
  readonly #cache = new Map<string, MetricEntry>();
  #loading = new Map<string, { fromDay: number; toDay: number; added: [number, number, Labels][] }>();

  constructor(clickhouse: ClickHouse, placement: Placement, maxBytes: number) {
    this.#clickhouse = clickhouse;
    this.#table = tableName(placement, 'series');
    this.#maxBytes = maxBytes;
  }

  async resolve(
    matchers: readonly Matcher[],
    startMs: number,
    endMs: number,
    signal: AbortSignal | undefined,
  ): Promise<readonly ChosenSeries[]> {
    const matches = compileSelector(matchers);
    const metric = exactMetric(matchers);
    if (metric === undefined || this.#maxBytes === 0) return this.#query(matchers, startMs, endMs, signal);
    const entry = await this.#entry(metric, clampDay(startMs), clampDay(endMs), signal);
    if (entry === undefined) return this.#query(matchers, startMs, endMs, signal);
    const { set } = entry;
    const positions: number[] = [];
    for (let i = 0; i < set.size; i++) if (matches(set.labels[i] as Labels)) positions.push(i);
    return [{ metric, set, positions: Uint32Array.from(positions), complete: true }];
  }

  /** New rows of the `series` table; called by the writer, before it acknowledges. */
  added(registry: MetricSeriesRegistry, refs: Uint32Array, days: Uint16Array): void {
    for (let i = 0; i < refs.length; i++) {
      const ref = refs[i] as number;
      const metric = registry.metricNames[registry.metricOf[ref] as number] as string;
      const entry = this.#cache.get(metric);
      const loading = this.#loading.get(metric);
      if (entry === undefined && loading === undefined) continue;
      const low = registry.idWords[2 * ref] as number;
      const high = registry.idWords[2 * ref + 1] as number;
      const day = days[i] as number;
      if (entry !== undefined && day >= entry.fromDay && entry.set.find(high, low) < 0) {
        entry.set.add(high, low, registry.labelsOf(ref));
      }
      if (loading !== undefined && day >= loading.fromDay) loading.added.push([high, low, registry.labelsOf(ref)]);
    }
  }

  /** After retention or a change by others. */
  clear(): void {
    this.#cache.clear();
  }

  async #entry(
    metric: string,
    fromDay: number,
    toDay: number,
    signal: AbortSignal | undefined,
  ): Promise<MetricEntry | undefined> {
    const held = this.#cache.get(metric);
    if (held !== undefined && held.fromDay <= fromDay && held.toDay >= toDay) {
      this.#cache.delete(metric);
      this.#cache.set(metric, held);
      return held;
    }
    const from = Math.min(fromDay, held?.fromDay ?? fromDay);
    // New days come through `added`, so the cached range is open to the right.
    const set = await this.#load(metric, from, signal);
    if (set === undefined) return undefined;
    const entry = { set, fromDay: from, toDay: Number.POSITIVE_INFINITY };
    this.#cache.set(metric, entry);
    this.#evict();
    return entry;
  }

  async #load(metric: string, fromDay: number, signal: AbortSignal | undefined): Promise<SeriesSet | undefined> {
    const watch = { fromDay, toDay: 65535, added: [] as [number, number, Labels][] };
    this.#loading.set(metric, watch);
    try {
      const set = new SeriesSet();
      const statement = sql`SELECT series, any(labels) AS found FROM ${this.#table}
        WHERE metric = ${metric} AND day >= toDate(${fromDay}) GROUP BY series LIMIT ${METRIC_SERIES_MAX + 1}`;
      for await (const block of this.#clickhouse.blocks(statement, signal === undefined ? {} : { signal })) {
        eachSeries(block, (high, low, labels) => set.add(high, low, labels));
      }
      for (const [high, low, labels] of watch.added) set.add(high, low, labels);
      return set.size > METRIC_SERIES_MAX ? undefined : set;
    } finally {
      if (this.#loading.get(metric) === watch) this.#loading.delete(metric);
    }
  }

  async #query(
    matchers: readonly Matcher[],
    startMs: number,
    endMs: number,
    signal: AbortSignal | undefined,
  ): Promise<readonly ChosenSeries[]> {
    const statement = sql`SELECT metric, series, any(labels) AS found FROM ${this.#table}
      WHERE ${joinSql([daysSql(startMs, endMs), matchersSql(matchers)], ' AND ')} GROUP BY metric, series`;
    const sets = new Map<string, SeriesSet>();
    for await (const block of this.#clickhouse.blocks(statement, signal === undefined ? {} : { signal })) {
      eachSeries(block, (high, low, labels) => {
        const { metric } = labels;
        let set = sets.get(metric);
        if (set === undefined) {
          set = new SeriesSet();
          sets.set(metric, set);
        }
        set.add(high, low, labels);
      });
    }
    return [...sets].map(([metric, set]) => ({
      metric,
      set,
      positions: Uint32Array.from({ length: set.size }, (_, i) => i),
      complete: false,
    }));
  }

  #evict(): void {
    let bytes = 0;
    for (const entry of this.#cache.values()) bytes += entry.set.bytes;
    for (const [metric, entry] of this.#cache) {
      if (bytes <= this.#maxBytes) return;
      this.#cache.delete(metric);
      bytes -= entry.set.bytes;
    }
  }
}
