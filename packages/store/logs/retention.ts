import { type Clock, compileMatcher, type Labels, type Logger, type Matcher, matchesAll } from '@petrel/model';
import type { ClickHouse } from '../clickhouse/connection.ts';
import { literal, type Sql, sql, timeNs, uint64List } from '../clickhouse/sql.ts';
import { localTableName, onCluster, type Placement } from '../schema/tables.ts';
import { DAY_MS } from './days.ts';
import type { LogRetention } from './port.ts';
import { type StreamCatalogue, servicesSql } from './stream-catalogue.ts';

const NS_PER_MS = 1_000_000n;
/** Streams of one delete. */
const IDS_MAX = 5_000;

/**
 * Deletes what is older than its stream may become, whole days at a time: a day goes for a stream when its last moment is too old. Where nothing of a day is left to anybody, its partition is
 * dropped, which frees the disk at once; else the rows of the expired streams are deleted, and go from the disk when parts are merged.
 */
export class LogRetentionKeeper {
  retention: LogRetention;
  readonly #clickhouse: ClickHouse;
  readonly #placement: Placement;
  readonly #catalogue: StreamCatalogue;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(options: {
    clickhouse: ClickHouse;
    placement: Placement;
    catalogue: StreamCatalogue;
    clock: Clock;
    logger: Logger;
    retention: LogRetention;
  }) {
    this.#clickhouse = options.clickhouse;
    this.#placement = options.placement;
    this.#catalogue = options.catalogue;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.retention = options.retention;
  }

  /** Whether anything went. */
  async enforce(): Promise<boolean> {
    const periodOf = periods(this.retention);
    if (periodOf === undefined) return false;
    const today = Math.floor(this.#clock.nowMs() / DAY_MS);
    let changed = false;
    for (const day of await this.#days()) {
      if (day >= today) continue;
      const ageMs = this.#clock.nowMs() - (day + 1) * DAY_MS;
      // Before the streams are asked for, which is dear: nobody's lines of this day can be too old.
      if (ageMs < periodOf.shortestMs) continue;
      if (await this.#enforceDay(day, (labels) => periodOf.of(labels) <= ageMs)) changed = true;
    }
    return changed;
  }

  async #enforceDay(day: number, isExpired: (labels: Labels) => boolean): Promise<boolean> {
    const startNs = BigInt(day) * BigInt(DAY_MS) * NS_PER_MS;
    const endNs = startNs + BigInt(DAY_MS) * NS_PER_MS;
    const { set } = await this.#catalogue.resolve([], { startNs, endNs });
    const expired: number[] = [];
    for (let i = 0; i < set.size; i++) if (isExpired(set.labels[i] as Labels)) expired.push(i);
    if (expired.length === set.size) {
      const name = dayName(day);
      for (const table of ['logs', 'log_streams']) await this.#dropPartition(table, name);
      this.#logger.info('dropped a day of logs beyond the retention', { day: name });
      return true;
    }
    for (let from = 0; from < expired.length; from += IDS_MAX) {
      const chosen = expired.slice(from, from + IDS_MAX);
      const ids = uint64List(chosen.map((i) => set.idOf(i)));
      const services = servicesSql([...new Set(chosen.map((i) => serviceOf(set.labels[i] as Labels)))]);
      const condition = sql`${services} AND stream IN (${ids})`;
      await this.#delete('logs', sql`${condition} AND ts >= ${timeNs(startNs)} AND ts < ${timeNs(endNs)}`);
      // Last, so that a delete that was cut short is found again.
      await this.#delete('log_streams', sql`${condition} AND day = toDate(${day})`);
    }
    if (expired.length > 0) {
      this.#logger.info('deleted streams beyond their retention', { day: dayName(day), streams: expired.length });
    }
    return expired.length > 0;
  }

  /** Days since the epoch that have lines or streams. */
  async #days(): Promise<readonly number[]> {
    const { database, cluster } = this.#placement;
    const source: Sql = cluster === undefined ? literal('system.parts') : sql`cluster(${cluster}, system.parts)`;
    const suffix = cluster === undefined ? '' : '_local';
    const rows = await this.#clickhouse.rows<{ partition: string }>(
      sql`SELECT DISTINCT partition FROM ${source} WHERE active AND database = ${database}
        AND table IN (${`logs${suffix}`}, ${`log_streams${suffix}`}) ORDER BY partition`,
    );
    return rows.map(({ partition }) => dayOf(partition)).filter((day) => day >= 0);
  }

  async #dropPartition(table: string, name: string): Promise<void> {
    const local = localTableName(this.#placement, table);
    await this.#clickhouse.command(
      sql`ALTER TABLE ${local}${onCluster(this.#placement)} DROP PARTITION ${literal(`'${name}'`)}`,
      { max_partition_size_to_drop: 0 },
    );
  }

  async #delete(table: string, condition: Sql): Promise<void> {
    const local = localTableName(this.#placement, table);
    await this.#clickhouse.command(sql`DELETE FROM ${local}${onCluster(this.#placement)} WHERE ${condition}`, {
      max_query_size: 4_194_304,
      lightweight_deletes_sync: 1,
    });
  }
}

function serviceOf(labels: Labels): string {
  return labels.get('service_name') || 'unknown_service';
}

interface Periods {
  readonly shortestMs: number;
  of(labels: Labels): number;
}

/** Undefined: everything is kept. */
export function periods({ periodMs = 0, streams = [] }: LogRetention): Periods | undefined {
  const orForever = (ms: number) => (ms > 0 ? ms : Number.POSITIVE_INFINITY);
  const rules = streams
    .map(({ selector, priority, periodMs: ruleMs }) => ({
      tests: selector.map((matcher: Matcher) => ({ name: matcher.name, matches: compileMatcher(matcher) })),
      priority,
      ms: orForever(ruleMs),
    }))
    // A stable sort: of equal priorities the first rule goes.
    .sort((a, b) => b.priority - a.priority);
  const shortestMs = Math.min(orForever(periodMs), ...rules.map(({ ms }) => ms));
  if (shortestMs === Number.POSITIVE_INFINITY) return undefined;
  return {
    shortestMs,
    of: (labels) => rules.find(({ tests }) => matchesAll(tests, labels))?.ms ?? orForever(periodMs),
  };
}

function dayName(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
}

/** Days since the epoch of `YYYYMMDD`, or -1. */
function dayOf(partition: string): number {
  const found = /^(\d{4})(\d\d)(\d\d)$/.exec(partition);
  if (found === null) return -1;
  return Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3])) / DAY_MS;
}
