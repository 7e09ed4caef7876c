import type { Clock, Logger } from '@petrel/model';
import type { ClickHouse } from '../clickhouse/connection.ts';
import { joinSql, literal, type Sql, sql } from '../clickhouse/sql.ts';
import { localTableName, onCluster, type Placement } from '../schema/tables.ts';
import { DAY_MS } from './day-book.ts';
import type { Retention } from './port.ts';

const DAILY_TABLES = ['samples', 'series', 'histograms', 'exemplars', 'rewritten'] as const;

interface Partition {
  readonly table: string;
  /** `YYYYMMDD`. */
  readonly partition: string;
  readonly bytes: number;
}

/**
 * Drops whole days: those that ended before the retention time, then the oldest while all together exceed the
 * size. Today stays whatever its size. Dropping a partition costs nothing and frees the disk at once, which deleting rows would not.
 */
export class RetentionKeeper {
  retention: Retention;
  readonly #clickhouse: ClickHouse;
  readonly #placement: Placement;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(options: {
    clickhouse: ClickHouse;
    placement: Placement;
    clock: Clock;
    logger: Logger;
    retention: Retention;
  }) {
    this.#clickhouse = options.clickhouse;
    this.#placement = options.placement;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.retention = options.retention;
  }

  /** Returns the days that went, as `YYYYMMDD`. */
  async enforce(): Promise<readonly string[]> {
    const { timeMs, sizeBytes } = this.retention;
    if (timeMs === undefined && sizeBytes === undefined) return [];
    const partitions = await this.#partitions();
    const nowMs = this.#clock.nowMs();
    const doomed = new Set<string>();
    if (timeMs !== undefined) {
      // A day goes when its last millisecond is too old.
      const oldest = dayName(nowMs - timeMs);
      for (const { partition } of partitions) if (partition < oldest) doomed.add(partition);
    }
    if (sizeBytes !== undefined) {
      let total = 0;
      for (const { partition, bytes } of partitions) if (!doomed.has(partition)) total += bytes;
      const today = dayName(nowMs);
      for (const day of [...new Set(partitions.map(({ partition }) => partition))].sort()) {
        if (total <= sizeBytes || day >= today) break;
        if (doomed.has(day)) continue;
        doomed.add(day);
        for (const { partition, bytes } of partitions) if (partition === day) total -= bytes;
      }
    }
    for (const { table, partition } of partitions) if (doomed.has(partition)) await this.#drop(table, partition);
    if (doomed.size > 0) this.#logger.info('dropped days beyond the retention', { days: [...doomed].sort() });
    return [...doomed].sort();
  }

  async #partitions(): Promise<readonly Partition[]> {
    const { database, cluster } = this.#placement;
    const names = joinSql(
      DAILY_TABLES.map((name) => sql`${cluster === undefined ? name : `${name}_local`}`),
      ', ',
    );
    const source: Sql = cluster === undefined ? literal('system.parts') : sql`cluster(${cluster}, system.parts)`;
    const rows = await this.#clickhouse.rows<{ table: string; partition: string; bytes: string }>(
      sql`SELECT table, partition, sum(bytes_on_disk) AS bytes FROM ${source}
        WHERE active AND database = ${database} AND table IN (${names}) GROUP BY table, partition ORDER BY partition`,
    );
    return rows.map(({ table, partition, bytes }) => ({
      table: table.replace(/_local$/, ''),
      partition,
      bytes: Number(bytes),
    }));
  }

  async #drop(table: string, partition: string): Promise<void> {
    if (!/^\d{8}$/.test(partition)) throw new RangeError(`not a day: ${partition}`);
    const local = localTableName(this.#placement, table);
    await this.#clickhouse.command(
      sql`ALTER TABLE ${local}${onCluster(this.#placement)} DROP PARTITION ${literal(`'${partition}'`)}`,
      { max_partition_size_to_drop: 0 },
    );
  }
}

function dayName(tMs: number): string {
  return new Date(Math.floor(tMs / DAY_MS) * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
}
