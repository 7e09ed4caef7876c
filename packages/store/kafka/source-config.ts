import { createHash } from 'node:crypto';
import { PetrelError } from '@petrel/model';
import { topicEntry } from './topic-pattern.ts';

/** Topics of one cluster of Kafka that are read as log lines. */
export interface KafkaSourceConfig {
  /** Unique among the sources; letters, digits and underscores. */
  readonly name: string;
  /** `host:port`, as the ClickHouse server reaches them. */
  readonly brokers: readonly string[];
  /** Names; names with Filebeat's placeholders (`app-logs-%{+yyyy.MM.dd}`); or, with `^` in front, regular expressions without a comma. */
  readonly topics: readonly string[];
  /** The consumer group: where it has read to is kept in Kafka under this name. */
  readonly group: string;
  /** `json`: documents, which tell their time and service. `raw`: lines of text; their time is Kafka's. Levels and ids are recognised in both. */
  readonly format: 'json' | 'raw';
  /** Stream labels of every line. `service` is for lines that do not name theirs. */
  readonly labels: Readonly<Record<string, string>>;
  /** Of this server; at most its cores. Default 1. */
  readonly consumers?: number;
  /** Longer lines are cut. Default 256 KiB. */
  readonly maxLineBytes?: number;
  readonly security?: KafkaSecurity;
}

export interface KafkaSecurity {
  readonly protocol: 'plaintext' | 'ssl' | 'sasl_plaintext' | 'sasl_ssl';
  readonly saslMechanism?: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
  readonly username?: string;
  readonly password?: string;
}

/** What begins the name of everything that belongs to a source. */
export const SOURCE_PREFIX = 'kafka_source_';
/** What ends the name of the view behind it. */
export const VIEW_SUFFIX = '_lines';

/** @throws PetrelError CONFIG_INVALID */
export function checkSources(sources: readonly KafkaSourceConfig[]): void {
  const names = new Set<string>();
  for (const { name, brokers, topics, group, labels, consumers = 1 } of sources) {
    const invalid = (what: string): PetrelError => new PetrelError('CONFIG_INVALID', `kafka source ${name}: ${what}`);
    if (!/^[A-Za-z0-9_]{1,64}$/.test(name) || name.endsWith(VIEW_SUFFIX)) {
      throw invalid(`a name is of letters, digits and underscores and does not end in ${VIEW_SUFFIX}`);
    }
    if (names.has(name)) throw invalid('the name is taken');
    names.add(name);
    if (brokers.length === 0) throw invalid('no brokers');
    for (const broker of brokers)
      if (!/^[^\s,]+$/.test(broker)) throw invalid(`not a broker: ${JSON.stringify(broker)}`);
    if (topics.length === 0) throw invalid('no topics');
    for (const topic of topics) topicEntry(topic);
    if (group === '') throw invalid('no group');
    if (!Number.isInteger(consumers) || consumers < 1) throw invalid('the number of consumers is a whole one above 0');
    for (const label of Object.keys(labels)) {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(label)) throw invalid(`not a label: ${JSON.stringify(label)}`);
    }
  }
}

/** Short, and another one for anything that is made differently. */
export function fingerprintOf(...texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 24);
}
