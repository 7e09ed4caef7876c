import type { Labels, Matcher } from '@petrel/model';
import type { ClickHouse } from '../clickhouse/connection.ts';
import { joinSql, literal, type Sql, sql, textList, uint64List } from '../clickhouse/sql.ts';
import { column, labelsReader, textAt } from '../metrics/answer-columns.ts';
import { compileSelector } from '../metrics/selectors.ts';
import { SeriesSet } from '../metrics/series-set.ts';
import { type Placement, tableName } from '../schema/tables.ts';
import { comparisonSql } from './comparison-sql.ts';
import { dayOfNs } from './days.ts';
import type { StreamDay } from './stream-book.ts';

export type Selectors = readonly (readonly Matcher[])[];

export interface NsRange {
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly signal?: AbortSignal;
}

/** The streams that were asked for, and what they are among those of their days. */
export interface ChosenStreams {
  readonly set: SeriesSet;
  /** Services that have one of them. */
  readonly services: readonly string[];
  /** How a line is recognised as one of theirs; undefined: every line is. */
  readonly condition: Sql | undefined;
}

interface DayStreams {
  readonly set: SeriesSet;
  readonly services: string[];
  complete: boolean;
}

/** How long days are taken to be as they were read, where others write too. */
const OTHERS_PATIENCE_MS = 2_000;

// Beyond it a list of ids costs more than asking the table of streams inside the statement.
const IDS_MAX = 5_000;

/** Streams by day, from the table `log_streams`, with a bounded cache of whole days that the writer keeps current. */
export class StreamCatalogue {
  readonly #clickhouse: ClickHouse;
  readonly #table: Sql;
  readonly #maxStreams: number;
  readonly #isCluster: boolean;
  /** Least recently used first. */
  readonly #days = new Map<number, DayStreams>();
  #loading = new Map<number, DayStreams>();
  #readAtMs = Number.NEGATIVE_INFINITY;
  /** Streams come that no writer of this process tells of. */
  othersWrite: boolean;

  /** `maxStreams`: rows of a day and stream kept. */
  constructor(clickhouse: ClickHouse, placement: Placement, maxStreams: number) {
    this.othersWrite = placement.cluster !== undefined;
    this.#clickhouse = clickhouse;
    this.#table = tableName(placement, 'log_streams');
    this.#isCluster = placement.cluster !== undefined;
    this.#maxStreams = maxStreams;
  }

  /** How many rows of a day and stream are held. */
  get size(): number {
    let size = 0;
    for (const { set } of this.#days.values()) size += set.size;
    return size;
  }

  async resolve(selectors: Selectors, { startNs, endNs, signal }: NsRange): Promise<ChosenStreams> {
    const tests = selectors.map(streamTest);
    if (endNs <= startNs) return { set: new SeriesSet(), services: [], condition: literal('0') };
    const fromDay = dayOfNs(startNs);
    const toDay = dayOfNs(endNs - 1n);
    const days = await this.#wholeDays(fromDay, toDay, signal);
    if (days === undefined) return this.#query(selectors, { fromDay, toDay }, signal);
    const matches = (labels: Labels) => tests.length === 0 || tests.some((test) => test(labels));
    return choose(days, matches, () => this.#subquery(selectors, { fromDay, toDay }));
  }

  /** New rows of `log_streams`; called by the writer before their lines are stored. */
  added(rows: readonly StreamDay[]): void {
    for (const { stream, day } of rows) {
      for (const streams of [this.#days.get(day), this.#loading.get(day)]) {
        if (streams !== undefined) addStream(streams, stream.high, stream.low, stream.labels, stream.service);
      }
    }
  }

  /** After retention or a change by others. */
  clear(): void {
    this.#days.clear();
  }

  /** Undefined: too many to hold. */
  async #wholeDays(
    fromDay: number,
    toDay: number,
    signal: AbortSignal | undefined,
  ): Promise<readonly DayStreams[] | undefined> {
    if (this.othersWrite && performance.now() - this.#readAtMs > OTHERS_PATIENCE_MS) {
      this.#days.clear();
      this.#readAtMs = performance.now();
    }
    const asked = await this.#existingDays(fromDay, toDay, signal);
    const missing = asked.filter((day) => !this.#days.has(day));
    if (missing.length > 0) {
      const [counted] = await this.#clickhouse.rows<{ n: string }>(
        sql`SELECT count() AS n FROM ${this.#table} WHERE ${daysSql(missing[0] as number, missing.at(-1) as number)}`,
        signal === undefined ? {} : { signal },
      );
      if (Number(counted?.n ?? 0) > this.#maxStreams || !(await this.#load(missing, signal))) return undefined;
    }
    const days: DayStreams[] = [];
    for (const day of asked) {
      const streams = this.#days.get(day);
      if (streams === undefined) continue;
      this.#days.delete(day);
      this.#days.set(day, streams);
      days.push(streams);
    }
    this.#evict();
    return days;
  }

  /** A range may be years long; few of its days have streams. */
  async #existingDays(fromDay: number, toDay: number, signal: AbortSignal | undefined): Promise<readonly number[]> {
    if (toDay - fromDay < 32) return Array.from({ length: toDay - fromDay + 1 }, (_, i) => fromDay + i);
    const rows = await this.#clickhouse.rows<{ n: number }>(
      sql`SELECT DISTINCT toUInt16(day) AS n FROM ${this.#table} WHERE ${daysSql(fromDay, toDay)} ORDER BY n`,
      signal === undefined ? {} : { signal },
    );
    return rows.map(({ n }) => n);
  }

  async #load(missing: readonly number[], signal: AbortSignal | undefined): Promise<boolean> {
    const fresh = new Map<number, DayStreams>();
    for (const day of missing) {
      const streams = { set: new SeriesSet(), services: [], complete: true };
      fresh.set(day, streams);
      this.#loading.set(day, streams);
    }
    try {
      const statement = sql`SELECT toUInt16(day) AS at, service, stream AS series, any(labels) AS found FROM ${this.#table}
        WHERE ${daysSql(missing[0] as number, missing.at(-1) as number)} GROUP BY at, service, series LIMIT ${this.#maxStreams + 1}`;
      let rows = 0;
      for await (const block of this.#clickhouse.blocks(statement, signal === undefined ? {} : { signal })) {
        rows += block.rows;
        if (rows > this.#maxStreams) return false;
        const at = column(block, 'at', 'small').values;
        const services = textAt(block.columns.get('service'));
        const ids = column(block, 'series', 'int64').words;
        const labels = labelsReader(block, 'found');
        for (let i = 0; i < block.rows; i++) {
          const streams = fresh.get(at[i] as number);
          if (streams === undefined) continue;
          addStream(streams, ids[2 * i + 1] as number, ids[2 * i] as number, labels(i), services(i));
        }
      }
      for (const [day, streams] of fresh) this.#days.set(day, streams);
      return true;
    } finally {
      for (const [day, streams] of fresh) if (this.#loading.get(day) === streams) this.#loading.delete(day);
    }
  }

  async #query(
    selectors: Selectors,
    { fromDay, toDay }: { fromDay: number; toDay: number },
    signal: AbortSignal | undefined,
  ): Promise<ChosenStreams> {
    const statement = sql`SELECT service, stream AS series, any(labels) AS found FROM ${this.#table}
      WHERE ${daysSql(fromDay, toDay)} AND ${selectorsSql(selectors)} GROUP BY service, series`;
    const chosen: DayStreams = { set: new SeriesSet(), services: [], complete: false };
    for await (const block of this.#clickhouse.blocks(statement, signal === undefined ? {} : { signal })) {
      const services = textAt(block.columns.get('service'));
      const ids = column(block, 'series', 'int64').words;
      const labels = labelsReader(block, 'found');
      for (let i = 0; i < block.rows; i++) {
        addStream(chosen, ids[2 * i + 1] as number, ids[2 * i] as number, labels(i), services(i));
      }
    }
    return choose(
      [chosen],
      () => true,
      () => this.#subquery(selectors, { fromDay, toDay }),
    );
  }

  #subquery(selectors: Selectors, { fromDay, toDay }: { fromDay: number; toDay: number }): Sql {
    return sql`stream ${literal(this.#isCluster ? 'GLOBAL IN' : 'IN')} (SELECT stream FROM ${this.#table}
      WHERE ${daysSql(fromDay, toDay)} AND ${selectorsSql(selectors)})`;
  }

  #evict(): void {
    let size = this.size;
    for (const [day, { set }] of this.#days) {
      if (size <= this.#maxStreams) return;
      this.#days.delete(day);
      size -= set.size;
    }
  }
}

function addStream(streams: DayStreams, high: number, low: number, labels: Labels, service: string): void {
  if (streams.set.find(high, low) >= 0) return;
  streams.services[streams.set.add(high, low, labels)] = service;
}

/** The streams of the days that match, and the shortest condition that finds their lines and no others. */
function choose(days: readonly DayStreams[], matches: (labels: Labels) => boolean, subquery: () => Sql): ChosenStreams {
  const set = new SeriesSet();
  const chosen = new Set<string>();
  const partly = new Set<string>();
  for (const day of days) {
    for (let i = 0; i < day.set.size; i++) {
      const labels = day.set.labels[i] as Labels;
      const service = day.services[i] as string;
      const isWanted = matches(labels);
      if (isWanted) {
        set.add(day.set.highOf(i), day.set.lowOf(i), labels);
        chosen.add(service);
      }
      if (!isWanted || !day.complete) partly.add(service);
    }
  }
  const services = [...chosen];
  return { set, services, condition: conditionOf({ set, services, partly, subquery }) };
}

function conditionOf({
  set,
  services,
  partly,
  subquery,
}: {
  set: SeriesSet;
  services: readonly string[];
  partly: ReadonlySet<string>;
  subquery: () => Sql;
}): Sql | undefined {
  if (services.length === 0) return literal('0');
  if (partly.size === 0) return undefined;
  const ofServices = servicesSql(services);
  if (!services.some((service) => partly.has(service))) return ofServices;
  if (set.size > IDS_MAX) return sql`${ofServices} AND ${subquery()}`;
  const ids = Array.from({ length: set.size }, (_, i) => set.idOf(i));
  return sql`${ofServices} AND stream IN (${uint64List(ids)})`;
}

/** Equality where there is one: the rows are then read in the order of the key. */
export function servicesSql(services: readonly string[]): Sql {
  const [only] = services;
  if (services.length === 1 && only !== undefined) return sql`service = ${only}`;
  return sql`service IN (${textList(services)})`;
}

function daysSql(fromDay: number, toDay: number): Sql {
  return sql`day BETWEEN toDate(${fromDay}) AND toDate(${toDay})`;
}

function selectorsSql(selectors: Selectors): Sql {
  if (selectors.length === 0) return literal('1');
  return sql`(${joinSql(
    selectors.map((matchers) => sql`(${joinSql([literal('1'), ...matchers.map(matcherSql)], ' AND ')})`),
    ' OR ',
  )})`;
}

function matcherSql({ name, type, value }: Matcher): Sql {
  const label =
    name === 'service' ? sql`if(labels[${name}] = '', labels['service_name'], labels[${name}])` : sql`labels[${name}]`;
  return comparisonSql(label, type, value);
}

/** Streams that have no label `service` have it from `service_name`, which every stream has: one query finds a service, whatever its sender calls it. */
function streamTest(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  const test = compileSelector(matchers);
  if (!matchers.some(({ name }) => name === 'service')) return test;
  return (labels) => test(labels.has('service') ? labels : labels.with('service', labels.get('service_name')));
}
