import type { Table } from '@petrel/config/schema/schema.ts';
import type { GlobalConfig } from '../config/global.ts';
import type { Notifier, NotifierTools } from './notifier.ts';

/** What every integration's configuration has. */
export interface IntegrationConfig {
  readonly sendResolved: boolean;
}

/** A kind of integration: how its block is read, and how it sends. Each has a folder beside this file. */
export interface IntegrationKind<C extends IntegrationConfig = IntegrationConfig> {
  /** As in Alertmanager's metrics: `slack`, `pagerduty`, `webhook`. */
  readonly name: string;
  /** Its key in a receiver: `slack_configs`. */
  readonly key: string;
  /** `global` gives what the block leaves out (api URLs, SMTP, http_config); errors read like Alertmanager's. */
  table(global: GlobalConfig): Table<C>;
  create(config: C, tools: NotifierTools): Notifier;
}
