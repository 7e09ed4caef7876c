import { list } from '@petrel/config/schema/composite.ts';
import { pattern } from '@petrel/config/schema/scalars.ts';
import type { Table } from '@petrel/config/schema/schema.ts';
import { accepted, field, optional, table } from '@petrel/config/schema/schema.ts';
import type { OtlpConfig, RemoteWriteConfig, ScrapeConfig } from '@petrel/receive';
import { DEFAULT_OTLP_CONFIG } from '@petrel/receive';
import type {
  AlertingConfig,
  DownsampleConfig,
  Feature,
  GlobalConfig,
  LimitsConfig,
  ListenConfig,
  LogsConfig,
  TracingConfig,
} from '../config.ts';
import {
  DEFAULT_ALERTING_CONFIG,
  DEFAULT_LIMITS_CONFIG,
  DEFAULT_LISTEN_CONFIG,
  DEFAULT_LOGS_CONFIG,
  DEFAULT_STORAGE_CONFIG,
} from '../config.ts';
import { alertingConfig } from './alerting.ts';
import { globalConfig } from './global.ts';
import { logsConfig } from './logs.ts';
import { otlpConfig } from './otlp.ts';
import { features, limitsConfig, listenConfig, tracingConfig } from './petrel.ts';
import { remoteReads, remoteWrites } from './remote-write.ts';
import { scrapeConfigs } from './scrape.ts';
import type { Storage } from './storage.ts';
import { runtime, storage, thanos } from './storage.ts';

/** A file as it stands, before the files that it names are read. */
export interface RootSection {
  readonly global: GlobalConfig;
  readonly scrapeConfigs: readonly ScrapeConfig[];
  readonly scrapeConfigFiles: readonly string[];
  readonly ruleFiles: readonly string[];
  readonly alerting: AlertingConfig;
  readonly remoteWrite: readonly RemoteWriteConfig[];
  readonly storage: Storage;
  readonly logs: LogsConfig;
  readonly otlp: OtlpConfig;
  readonly tracing?: TracingConfig;
  readonly thanos: { readonly downsample: readonly DownsampleConfig[] };
  readonly listen: ListenConfig;
  readonly limits: LimitsConfig;
  readonly features: readonly Feature[];
}

/** The whole of petrel.yml. `global` is decoded beforehand, because the jobs take their defaults from it. */
export function rootConfig(global: GlobalConfig): Table<RootSection> {
  return table<RootSection>(
    'petrel.yml',
    {
      global: field('global', globalConfig, global, 'What the jobs inherit, and the pace of the rules.'),
      scrapeConfigs: field('scrape_configs', scrapeConfigs(global), [], 'What is scraped.'),
      scrapeConfigFiles: field(
        'scrape_config_files',
        list(pattern('invalid scrape config file path')),
        [],
        'Further files that hold `scrape_configs`.',
      ),
      ruleFiles: field(
        'rule_files',
        list(pattern('invalid rule file path')),
        [],
        'Files with recording and alerting rules.',
      ),
      alerting: field('alerting', alertingConfig, DEFAULT_ALERTING_CONFIG, 'Where alerts go.'),
      remoteWrite: field('remote_write', remoteWrites, [], 'Servers that get a copy of every sample.'),
      storage: field('storage', storage, { config: DEFAULT_STORAGE_CONFIG, remoteWrite: [] }, 'How long data is kept.'),
      logs: field('logs', logsConfig, DEFAULT_LOGS_CONFIG, 'How log lines come in and how long they are kept.'),
      otlp: field(
        'otlp',
        otlpConfig(global.metricNameValidationScheme),
        DEFAULT_OTLP_CONFIG,
        'How OpenTelemetry metrics are translated.',
      ),
      tracing: optional('tracing', tracingConfig, "Petrel's own spans."),
      thanos: field('thanos', thanos, { downsample: [] }, 'Rollups.'),
      listen: field('listen', listenConfig, DEFAULT_LISTEN_CONFIG, 'Addresses.'),
      limits: field('limits', limitsConfig, DEFAULT_LIMITS_CONFIG, 'Bounds of memory and time.'),
      features: field('features', features, [], 'What is off by default.'),
    },
    {
      accepted: {
        remote_read: accepted(
          remoteReads,
          'Petrel answers from its own store.',
          'remote_read is not used: Petrel answers from its own store',
        ),
        runtime: accepted(runtime, "Settings of Go's runtime."),
      },
    },
  );
}

/** A file that `scrape_config_files` names. */
export function scrapeConfigFile(global: GlobalConfig): Table<{ readonly scrapeConfigs: readonly ScrapeConfig[] }> {
  return table('scrape config file', {
    scrapeConfigs: field('scrape_configs', scrapeConfigs(global), [], 'What is scraped.'),
  });
}
