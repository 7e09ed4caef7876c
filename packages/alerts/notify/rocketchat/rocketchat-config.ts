import { list } from '@petrel/config/schema/composite.ts';
import { boolean, path, url } from '@petrel/config/schema/scalars.ts';
import type { Table } from '@petrel/config/schema/schema.ts';
import { accepted, field, optional, table } from '@petrel/config/schema/schema.ts';
import type { HttpClientConfig } from '@petrel/http';
import type { GlobalConfig } from '../../config/global.ts';
import { httpConfig, httpConfigOf } from '../../config/http-config.ts';
import { exclusive, secretText, templated } from '../../config/secrets.ts';
import { inherited } from '../inherited.ts';
import type { IntegrationConfig } from '../integration.ts';

export interface RocketchatField {
  readonly title: string;
  readonly value: string;
  /** Absent: as `shortFields` says. */
  readonly short?: boolean;
}

export interface RocketchatAction {
  readonly text: string;
  readonly url: string;
  readonly msg: string;
}

/** A channel of Rocket.Chat; token and its user id are there, each as a value or a file. */
export interface RocketchatConfig extends IntegrationConfig {
  readonly http: HttpClientConfig;
  readonly apiUrl: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly tokenId?: string;
  readonly tokenIdFile?: string;
  readonly channel: string;
  readonly color: string;
  readonly title: string;
  readonly titleLink: string;
  readonly text: string;
  readonly fields: readonly RocketchatField[];
  readonly shortFields: boolean;
  readonly emoji: string;
  readonly iconUrl: string;
  readonly imageUrl: string;
  readonly thumbUrl: string;
  readonly actions: readonly RocketchatAction[];
}

const fieldTable = table<RocketchatField>('rocketchat_field_config', {
  title: field('title', templated, '', 'Title.'),
  value: field('value', templated, '', 'Value.'),
  short: optional('short', boolean, 'Short enough to stand beside another; default `short_fields`.'),
});

const actionTable = table<RocketchatAction>(
  'rocketchat_action_config',
  {
    text: field('text', templated, '', 'What stands on the button.'),
    url: field('url', templated, '', 'Where it leads.'),
    msg: field('msg', templated, '', 'What it says in the channel.'),
  },
  {
    accepted: Object.fromEntries(
      ['type', 'image_url', 'is_webview', 'webview_height_ratio', 'msg_in_chat_window', 'msg_processing_type'].map(
        (key) => [key, accepted(templated, 'Every action is a button.')],
      ),
    ),
  },
);

const preset = (name: string): string => `{{ template "rocketchat.default.${name}" . }}`;

/** A block of `rocketchat_configs`; the tokens may come from `global`. */
export function rocketchatTable(global: GlobalConfig): Table<RocketchatConfig> {
  return table<RocketchatConfig, RocketchatConfig>(
    'rocketchat_config',
    {
      sendResolved: field('send_resolved', boolean, false, 'Tell of resolved alerts.'),
      http: field('http_config', httpConfig, global.http, 'How the API is reached.'),
      apiUrl: field('api_url', url, global.rocketchatApiUrl, 'The server.'),
      token: optional('token', secretText, 'Personal access token.'),
      tokenFile: optional('token_file', path, 'The same, in a file.'),
      tokenId: optional('token_id', secretText, 'The user id of the token.'),
      tokenIdFile: optional('token_id_file', path, 'The same, in a file.'),
      channel: field('channel', templated, '', '`#channel` or `@user`.'),
      color: field('color', templated, '{{ if eq .Status "firing" }}red{{ else }}green{{ end }}', 'Colour of the bar.'),
      title: field('title', templated, preset('title'), 'Title; 1024 characters.'),
      titleLink: field('title_link', templated, preset('titlelink'), 'Where the title leads.'),
      text: field('text', templated, preset('text'), 'Text.'),
      fields: field('fields', list(fieldTable), [], 'A table below the text.'),
      shortFields: field('short_fields', boolean, false, 'Fields stand side by side.'),
      emoji: field('emoji', templated, preset('emoji'), 'Emoji as the picture of the sender.'),
      iconUrl: field('icon_url', templated, preset('iconurl'), 'Picture of the sender.'),
      imageUrl: field('image_url', templated, '', 'A picture.'),
      thumbUrl: field('thumb_url', templated, '', 'A small picture.'),
      actions: field('actions', list(actionTable), [], 'Buttons.'),
    },
    {
      accepted: { link_names: accepted(boolean, 'Rocket.Chat links names by itself.') },
      check(config, report) {
        exclusive(report, 'token', 'token_file');
        exclusive(report, 'token_id', 'token_id_file');
        const { token, tokenFile, tokenId, tokenIdFile } = tokensOf(config, global);
        if (tokenId === undefined && tokenIdFile === undefined)
          report.error('token_id', 'no global Rocketchat TokenID set either inline or in a file');
        if (token === undefined && tokenFile === undefined)
          report.error('token', 'no global Rocketchat Token set either inline or in a file');
      },
      finish: (config) => ({
        ...config,
        ...tokensOf(config, global),
        http: httpConfigOf(global.http, config.http),
      }),
    },
  );
}

function tokensOf(own: RocketchatConfig, global: GlobalConfig) {
  return {
    ...inherited(
      { token: own.token, tokenFile: own.tokenFile },
      { token: global.rocketchatToken, tokenFile: global.rocketchatTokenFile },
    ),
    ...inherited(
      { tokenId: own.tokenId, tokenIdFile: own.tokenIdFile },
      { tokenId: global.rocketchatTokenId, tokenIdFile: global.rocketchatTokenIdFile },
    ),
  };
}
