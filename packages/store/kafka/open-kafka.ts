import type { Logger } from '@petrel/model';
import { ClickHouse } from '../clickhouse/connection.ts';
import { type KafkaConsumerStatus, KafkaSources } from './kafka-sources.ts';
import type { KafkaSourceConfig } from './source-config.ts';

export interface KafkaStoreOptions {
  readonly clickhouseUrl: string;
  readonly cluster?: string;
  /** Default `petrel`. */
  readonly database?: string;
  readonly logger: Logger;
}

/** What a database consumes from Kafka. */
export interface KafkaStore {
  /** See KafkaSources. */
  sync(sources: readonly KafkaSourceConfig[]): Promise<void>;
  status(): Promise<readonly KafkaConsumerStatus[]>;
  stop(): Promise<void>;
}

/** Connects; the tables of logs must be there before anything is synchronised. */
export function openKafka({ clickhouseUrl, cluster, database = 'petrel', logger }: KafkaStoreOptions): KafkaStore {
  const clickhouse = new ClickHouse(clickhouseUrl);
  const placement = { database, ...(cluster === undefined ? {} : { cluster }) };
  const sources = new KafkaSources(clickhouse, placement, logger);
  return {
    sync: (wanted) => sources.sync(wanted),
    status: () => sources.status(),
    stop: () => clickhouse.close(),
  };
}
