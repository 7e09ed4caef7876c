import { boolean, url } from '@petrel/config/schema/scalars.ts';
import type { Table } from '@petrel/config/schema/schema.ts';
import { field, optional, table } from '@petrel/config/schema/schema.ts';
import type { HttpClientConfig } from '@petrel/http';
import type { GlobalConfig } from '../../config/global.ts';
import { httpConfig, httpConfigOf } from '../../config/http-config.ts';
import { templated } from '../../config/secrets.ts';
import type { IntegrationConfig } from '../integration.ts';

/** A room of Webex; the bot's token is `http.authorization`. */
export interface WebexConfig extends IntegrationConfig {
  readonly http: HttpClientConfig;
  readonly apiUrl: string;
  readonly message: string;
  readonly roomId: string;
}

interface Raw extends Omit<WebexConfig, 'http'> {
  readonly http?: HttpClientConfig;
}

/** A block of `webex_configs`; it needs an `http_config` of its own. */
export function webexTable(global: GlobalConfig): Table<WebexConfig> {
  return table<Raw, WebexConfig>(
    'webex_config',
    {
      sendResolved: field('send_resolved', boolean, true, 'Tell of resolved alerts.'),
      http: optional('http_config', httpConfig, "How the API is reached; `authorization` holds the bot's token."),
      apiUrl: field('api_url', url, global.webexApiUrl, 'Where messages are sent to.'),
      message: field('message', templated, '{{ template "webex.default.message" . }}', 'Text, Markdown; 7439 bytes.'),
      roomId: field('room_id', templated, '', 'The room to write to; required.'),
    },
    {
      check({ roomId, http }, report) {
        if (roomId === '') report.error('room_id', 'missing room_id on webex_config');
        if (http?.authorization === undefined)
          report.error('http_config', 'missing webex_configs.http_config.authorization');
      },
      finish: (config) => ({ ...config, http: httpConfigOf(global.http, config.http) }),
    },
  );
}
