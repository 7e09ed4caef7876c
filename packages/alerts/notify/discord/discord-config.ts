import { boolean, path } from '@petrel/config/schema/scalars.ts';
import type { Table } from '@petrel/config/schema/schema.ts';
import { field, optional, table } from '@petrel/config/schema/schema.ts';
import type { HttpClientConfig } from '@petrel/http';
import type { GlobalConfig } from '../../config/global.ts';
import { httpConfig, httpConfigOf } from '../../config/http-config.ts';
import { secretUrl, templated } from '../../config/secrets.ts';
import type { IntegrationConfig } from '../integration.ts';
import { requireWebhookUrl } from '../webhook-url.ts';

/** A channel of Discord; exactly one of the webhook and its file is there. */
export interface DiscordConfig extends IntegrationConfig {
  readonly http: HttpClientConfig;
  readonly webhookUrl?: string;
  readonly webhookUrlFile?: string;
  readonly content: string;
  readonly title: string;
  readonly message: string;
  readonly username: string;
  readonly avatarUrl: string;
}

/** A block of `discord_configs`. */
export function discordTable(global: GlobalConfig): Table<DiscordConfig> {
  return table<DiscordConfig, DiscordConfig>(
    'discord_config',
    {
      sendResolved: field('send_resolved', boolean, true, 'Tell of resolved alerts.'),
      http: field('http_config', httpConfig, global.http, 'How the API is reached.'),
      webhookUrl: optional('webhook_url', secretUrl, 'The webhook.'),
      webhookUrlFile: optional('webhook_url_file', path, 'The same, in a file.'),
      content: field(
        'content',
        templated,
        '{{ template "discord.default.content" . }}',
        'Above the card; 2000 characters.',
      ),
      title: field('title', templated, '{{ template "discord.default.title" . }}', 'Title; 256 characters.'),
      message: field('message', templated, '{{ template "discord.default.message" . }}', 'Text; 4096 characters.'),
      username: field('username', templated, '', 'The name that the message comes from.'),
      avatarUrl: field('avatar_url', templated, '', 'The picture beside it.'),
    },
    {
      check: (_, report) => requireWebhookUrl(report),
      finish: (config) => ({ ...config, http: httpConfigOf(global.http, config.http) }),
    },
  );
}
