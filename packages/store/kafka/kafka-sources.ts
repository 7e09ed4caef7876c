import type { Logger } from '@petrel/model';
import type { ClickHouse } from '../clickhouse/connection.ts';
import { identifier, literal, type Sql, sql } from '../clickhouse/sql.ts';
import type { Placement } from '../schema/tables.ts';
import { checkSources, type KafkaSourceConfig, SOURCE_PREFIX, VIEW_SUFFIX } from './source-config.ts';
import { dropShared, dropSource, LINES_TABLE, sharedTables, sourceTables } from './statements.ts';

/** One consumer of a source, as ClickHouse shows it. */
export interface KafkaConsumerStatus {
  readonly source: string;
  readonly assignments: readonly { readonly topic: string; readonly partition: number; readonly offset: number }[];
  readonly messagesRead: number;
  /** 0: never. */
  readonly lastPollMs: number;
  readonly lastCommitMs: number;
  /** The last ones, oldest first; the first line of each. A topic that is not there yet is one of them. */
  readonly errors: readonly { readonly atMs: number; readonly message: string }[];
}

/**
 * Topics of Kafka that ClickHouse itself consumes into the table of logs. Rows reach it without passing through Petrel, so whatever keeps streams or lines in memory
 * must be able to find new ones in the database.
 */
export class KafkaSources {
  constructor(
    private readonly clickhouse: ClickHouse,
    private readonly placement: Placement,
    private readonly logger: Logger,
  ) {}

  /**
   * Makes the database consume exactly these sources: creates, replaces what is configured differently, drops what is not there any more. What has been read to is kept
   * by Kafka for each group, so a source that is replaced goes on where it was. To be run after the migrations, at the start and after each reload.
   * @throws PetrelError CONFIG_INVALID before anything is changed, STORE_UNAVAILABLE; running it again completes what was cut short
   */
  async sync(sources: readonly KafkaSourceConfig[]): Promise<void> {
    checkSources(sources);
    const shared = sharedTables(this.placement);
    const present = await this.#present();
    const isNew = present.get(LINES_TABLE) !== shared.fingerprint;
    const wanted = new Map(sources.map((source) => [source.name, sourceTables(this.placement, source)]));
    for (const [table, fingerprint] of present) {
      if (!table.startsWith(SOURCE_PREFIX) || table.endsWith(VIEW_SUFFIX)) continue;
      const name = table.slice(SOURCE_PREFIX.length);
      // Behind tables that change nothing may be consumed.
      if (!isNew && wanted.get(name)?.fingerprint === fingerprint) continue;
      await this.#run(dropSource(this.placement, name));
      this.logger.info('kafka source dropped', { source: name, configured: wanted.has(name) });
    }
    if (sources.length === 0) return present.has(LINES_TABLE) ? this.#run(dropShared(this.placement)) : undefined;
    if (isNew) await this.#run(dropShared(this.placement));
    await this.#run(shared.statements);
    for (const [name, { fingerprint, statements }] of wanted) {
      await this.#run(statements);
      if (isNew || present.get(SOURCE_PREFIX + name) !== fingerprint)
        this.logger.info('kafka source created', { source: name });
    }
  }

  /** Every consumer of every source; those of all servers on a cluster. */
  async status(): Promise<KafkaConsumerStatus[]> {
    const { database, cluster } = this.placement;
    const table = literal('system.kafka_consumers');
    const from = cluster === undefined ? table : sql`clusterAllReplicas(${identifier(cluster)}, ${table})`;
    const rows = await this.clickhouse.rows<ConsumerRow>(sql`
      SELECT table, assignments.topic AS topics, assignments.partition_id AS partitions, assignments.current_offset AS offsets,
        num_messages_read AS messages, toUnixTimestamp(last_poll_time) * 1000 AS polled, toUnixTimestamp(last_commit_time) * 1000 AS committed,
        arrayMap(x -> toUnixTimestamp(x) * 1000, exceptions.time) AS error_times,
        arrayMap(x -> splitByChar('\n', x)[1], exceptions.text) AS error_texts
      FROM ${from} WHERE database = ${database} AND startsWith(table, ${SOURCE_PREFIX}) ORDER BY table`);
    return rows.map(statusOf);
  }

  /** Tables of this package that are there, with their fingerprints. */
  async #present(): Promise<Map<string, string>> {
    const { database } = this.placement;
    const rows = await this.clickhouse.rows<{ name: string; comment: string }>(sql`
      SELECT name, comment FROM system.tables WHERE database = ${database} AND (startsWith(name, ${SOURCE_PREFIX}) OR name = ${LINES_TABLE})`);
    return new Map(rows.map(({ name, comment }) => [name, comment]));
  }

  async #run(statements: readonly Sql[]): Promise<void> {
    for (const statement of statements) await this.clickhouse.command(statement);
  }
}

interface ConsumerRow {
  readonly table: string;
  readonly topics: readonly string[];
  readonly partitions: readonly (number | string)[];
  readonly offsets: readonly string[];
  readonly messages: string;
  readonly polled: string;
  readonly committed: string;
  readonly error_times: readonly string[];
  readonly error_texts: readonly string[];
}

function statusOf(row: ConsumerRow): KafkaConsumerStatus {
  return {
    source: row.table.slice(SOURCE_PREFIX.length),
    assignments: row.topics.map((topic, i) => ({
      topic,
      partition: Number(row.partitions[i]),
      offset: Number(row.offsets[i]),
    })),
    messagesRead: Number(row.messages),
    lastPollMs: Number(row.polled),
    lastCommitMs: Number(row.committed),
    errors: row.error_texts.map((message, i) => ({ atMs: Number(row.error_times[i]), message })),
  };
}
