/**
 * Topics of Kafka as log lines, through ClickHouse's own Kafka engine: the configured sources enter, tables and views that consume them are the result, and what the
 * consumers say about themselves comes back. apps/server calls at the start and at every reload.
 */
export type { KafkaConsumerStatus } from './kafka-sources.ts';
export { KafkaSources } from './kafka-sources.ts';
export type { KafkaStore, KafkaStoreOptions } from './open-kafka.ts';
export { openKafka } from './open-kafka.ts';
export type { KafkaSecurity, KafkaSourceConfig } from './source-config.ts';
export { checkSources } from './source-config.ts';
export { topicEntry } from './topic-pattern.ts';
