import { boolean, duration, integer, path } from '@petrel/config/schema/scalars.ts';
import type { Table } from '@petrel/config/schema/schema.ts';
import { field, optional, table } from '@petrel/config/schema/schema.ts';
import type { HttpClientConfig } from '@petrel/http';
import type { GlobalConfig } from '../../config/global.ts';
import { httpConfig, httpConfigOf } from '../../config/http-config.ts';
import { exclusive, secretTemplateUrl } from '../../config/secrets.ts';
import type { IntegrationConfig } from '../integration.ts';
import type { TemplatedValue } from '../templated-value.ts';
import { templatedValue } from '../templated-value.ts';

export interface WebhookConfig extends IntegrationConfig {
  readonly http: HttpClientConfig;
  /** May be a template. */
  readonly url?: string;
  readonly urlFile?: string;
  /** 0: no limit. */
  readonly maxAlerts: number;
  /** 0: the default of all HTTP notifiers. */
  readonly timeoutMs: number;
  /** Takes the place of Alertmanager's message. */
  readonly payload?: TemplatedValue;
}

export function webhookTable(global: GlobalConfig): Table<WebhookConfig> {
  return table<WebhookConfig, WebhookConfig>(
    'webhook_config',
    {
      sendResolved: field('send_resolved', boolean, true, 'Tell of resolved alerts.'),
      http: field('http_config', httpConfig, global.http, 'How the endpoint is reached.'),
      url: optional('url', secretTemplateUrl, 'Where the message is posted to; may be a template.'),
      urlFile: optional('url_file', path, 'A file that holds the URL, read at every use.'),
      maxAlerts: field(
        'max_alerts',
        integer(),
        0,
        'So many alerts at most; `truncatedAlerts` counts the others. 0: all.',
      ),
      timeoutMs: field('timeout', duration, 0, 'Of one attempt; 0: 30 s.'),
      payload: optional('payload', templatedValue, 'The message, instead of that of version 4.'),
    },
    {
      check({ url = '', urlFile = '' }, report) {
        if (url === '' && urlFile === '') report.error('url', 'one of url or url_file must be configured');
        exclusive(report, 'url', 'url_file');
      },
      finish: (config) => ({ ...config, http: httpConfigOf(global.http, config.http) }),
    },
  );
}
