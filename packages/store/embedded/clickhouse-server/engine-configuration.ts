import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';

export interface EngineConfiguration {
  /** Where the configuration is written; emptied first. */
  readonly directory: string;
  /** All queries, merges and caches together. */
  readonly memoryBytes: number;
  /** A ClickHouse configuration file (XML or YAML) that is merged over ours, for instance with a storage policy. */
  readonly configFile?: string | undefined;
}

/**
 * Writes the engine's server configuration and returns the file to open it with. The numbers were measured on two cores
 * (docs/decisions/0002-embedded-stores.md): they keep the process at about 300 MB at rest.
 */
export function writeEngineConfiguration(options: EngineConfiguration): string {
  const overrides = join(options.directory, 'config.d');
  rmSync(options.directory, { recursive: true, force: true });
  mkdirSync(overrides, { recursive: true });
  const cacheBytes = Math.max(8 << 20, Math.floor(options.memoryBytes / 16));
  const settings: Record<string, number> = {
    max_server_memory_usage: options.memoryBytes,
    mark_cache_size: cacheBytes,
    primary_index_cache_size: cacheBytes,
    index_mark_cache_size: Math.floor(cacheBytes / 4),
    uncompressed_cache_size: 0,
    index_uncompressed_cache_size: 0,
    mmap_cache_size: 128,
    // Merges share two cores with queries and inserts.
    background_pool_size: 2,
    background_merges_mutations_concurrency_ratio: 1,
    background_schedule_pool_size: 4,
    max_thread_pool_size: 512,
    max_thread_pool_free_size: 16,
  };
  const lines = Object.entries(settings).map(([name, value]) => `  <${name}>${value}</${name}>`);
  // The ratio decides how many merges are scheduled; the three thresholds must not exceed what the small pool can hold.
  const mergeTree = [
    '  <merge_tree>',
    '    <number_of_free_entries_in_pool_to_lower_max_size_of_merge>1</number_of_free_entries_in_pool_to_lower_max_size_of_merge>',
    '    <number_of_free_entries_in_pool_to_execute_mutation>1</number_of_free_entries_in_pool_to_execute_mutation>',
    // Otherwise each insert and each merge counts the distinct values of every column for the planner: half of what an insert costs.
    '    <auto_statistics_types></auto_statistics_types>',
    '    <number_of_free_entries_in_pool_to_execute_optimize_entire_partition>1</number_of_free_entries_in_pool_to_execute_optimize_entire_partition>',
    '  </merge_tree>',
  ];
  // A new day's topic is found, and a consumer that was replaced missed, within half a minute instead of minutes.
  const kafka = [
    '  <kafka>',
    '    <topic_metadata_refresh_interval_ms>30000</topic_metadata_refresh_interval_ms>',
    '    <session_timeout_ms>10000</session_timeout_ms>',
    '  </kafka>',
  ];
  const file = join(options.directory, 'config.xml');
  writeFileSync(file, ['<clickhouse>', ...lines, ...mergeTree, ...kafka, '</clickhouse>', ''].join('\n'));
  if (options.configFile !== undefined) {
    copyFileSync(options.configFile, join(overrides, `user${extname(options.configFile) || '.xml'}`));
  }
  return file;
}
