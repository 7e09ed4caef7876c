import { boolean, duration, path } from '@petrel/config/schema/scalars.ts';
import type { Table } from '@petrel/config/schema/schema.ts';
import { field, optional, table } from '@petrel/config/schema/schema.ts';
import type { HttpClientConfig } from '@petrel/http';
import type { GlobalConfig } from '../../config/global.ts';
import { httpConfig, httpConfigOf } from '../../config/http-config.ts';
import { exclusive, secretText, templated } from '../../config/secrets.ts';
import type { IntegrationConfig } from '../integration.ts';

/** Devices of a Pushover user; user key and token are there, each as a value or a file. */
export interface PushoverConfig extends IntegrationConfig {
  readonly http: HttpClientConfig;
  readonly userKey?: string;
  readonly userKeyFile?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly title: string;
  readonly message: string;
  readonly url: string;
  readonly urlTitle: string;
  readonly device: string;
  readonly sound: string;
  readonly priority: string;
  readonly retryMs: number;
  readonly expireMs: number;
  /** 0: for ever. */
  readonly ttlMs: number;
  readonly html: boolean;
  readonly monospace: boolean;
}

/** A block of `pushover_configs`. */
export function pushoverTable(global: GlobalConfig): Table<PushoverConfig> {
  return table<PushoverConfig, PushoverConfig>(
    'pushover_config',
    {
      sendResolved: field('send_resolved', boolean, true, 'Tell of resolved alerts.'),
      http: field('http_config', httpConfig, global.http, 'How the API is reached.'),
      userKey: optional('user_key', secretText, 'Key of the user or group.'),
      userKeyFile: optional('user_key_file', path, 'The same, in a file.'),
      token: optional('token', secretText, 'Token of the application.'),
      tokenFile: optional('token_file', path, 'The same, in a file.'),
      title: field('title', templated, '{{ template "pushover.default.title" . }}', 'Title; 250 characters.'),
      message: field('message', templated, '{{ template "pushover.default.message" . }}', 'Text; 1024 characters.'),
      url: field('url', templated, '{{ template "pushover.default.url" . }}', 'A link; 512 characters.'),
      urlTitle: field('url_title', templated, '', 'What the link is called.'),
      device: field('device', templated, '', 'Only this device.'),
      sound: field('sound', templated, '', 'Which sound.'),
      priority: field('priority', templated, '{{ if eq .Status "firing" }}2{{ else }}0{{ end }}', '-2 to 2.'),
      retryMs: field('retry', duration, 60_000, 'How often Pushover tells again (priority 2); at least 30s.'),
      expireMs: field('expire', duration, 3_600_000, 'For how long Pushover tells again (priority 2).'),
      ttlMs: field('ttl', duration, 0, 'After which time the message goes away.'),
      html: field('html', boolean, false, 'The message is HTML.'),
      monospace: field('monospace', boolean, false, 'The message is shown in a fixed width.'),
    },
    {
      check(config, report) {
        const { userKey = '', userKeyFile = '', token = '', tokenFile = '' } = config;
        if (userKey === '' && userKeyFile === '')
          report.error('user_key', 'one of user_key or user_key_file must be configured');
        exclusive(report, 'user_key', 'user_key_file');
        if (token === '' && tokenFile === '') report.error('token', 'one of token or token_file must be configured');
        exclusive(report, 'token', 'token_file');
        if (config.html && config.monospace)
          report.error('monospace', 'at most one of monospace & html must be configured');
      },
      finish: (config) => ({ ...config, http: httpConfigOf(global.http, config.http) }),
    },
  );
}
