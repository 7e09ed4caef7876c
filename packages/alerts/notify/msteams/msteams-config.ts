import { boolean, path } from '@petrel/config/schema/scalars.ts';
import type { Table } from '@petrel/config/schema/schema.ts';
import { field, optional, table } from '@petrel/config/schema/schema.ts';
import type { HttpClientConfig } from '@petrel/http';
import type { GlobalConfig } from '../../config/global.ts';
import { httpConfig, httpConfigOf } from '../../config/http-config.ts';
import { secretUrl, templated } from '../../config/secrets.ts';
import type { IntegrationConfig } from '../integration.ts';
import { requireWebhookUrl } from '../webhook-url.ts';

/** Microsoft Teams through an incoming webhook of a connector. */
export interface MsteamsConfig extends IntegrationConfig {
  readonly http: HttpClientConfig;
  readonly webhookUrl?: string;
  readonly webhookUrlFile?: string;
  readonly title: string;
  readonly summary: string;
  readonly text: string;
}

/** A block of `msteams_configs`. */
export function msteamsTable(global: GlobalConfig): Table<MsteamsConfig> {
  return table<MsteamsConfig, MsteamsConfig>(
    'msteams_config',
    {
      sendResolved: field('send_resolved', boolean, true, 'Tell of resolved alerts.'),
      http: field('http_config', httpConfig, global.http, 'How the API is reached.'),
      webhookUrl: optional('webhook_url', secretUrl, 'The incoming webhook.'),
      webhookUrlFile: optional('webhook_url_file', path, 'The same, in a file.'),
      title: field('title', templated, '{{ template "msteams.default.title" . }}', 'Title.'),
      summary: field('summary', templated, '{{ template "msteams.default.summary" . }}', 'What lists show.'),
      text: field('text', templated, '{{ template "msteams.default.text" . }}', 'Text, Markdown.'),
    },
    {
      check: (_, report) => requireWebhookUrl(report),
      finish: (config) => ({ ...config, http: httpConfigOf(global.http, config.http) }),
    },
  );
}
