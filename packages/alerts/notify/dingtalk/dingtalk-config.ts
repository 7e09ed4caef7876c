import { list } from '@petrel/config/schema/composite.ts';
import { boolean, duration, integer, oneOf, path, string, url } from '@petrel/config/schema/scalars.ts';
import type { Table } from '@petrel/config/schema/schema.ts';
import { field, optional, table } from '@petrel/config/schema/schema.ts';
import type { HttpClientConfig } from '@petrel/http';
import type { GlobalConfig } from '../../config/global.ts';
import { httpConfig, httpConfigOf } from '../../config/http-config.ts';
import { exclusive, secretText, secretUrl, templated } from '../../config/secrets.ts';
import { CARD_TITLE } from '../card/card.ts';
import type { IntegrationConfig } from '../integration.ts';

/** Where robots are reached unless `api_url` says otherwise. */
export const DINGTALK_URL = 'https://oapi.dingtalk.com/robot/send';

/** Who is mentioned while something fires. */
export interface DingtalkAt {
  readonly mobiles: readonly string[];
  readonly userIds: readonly string[];
  readonly all: boolean;
}

export type DingtalkMessageType = 'markdown' | 'actionCard';

/** The custom robot of a DingTalk group: its whole webhook, or the access token alone. */
export interface DingtalkConfig extends IntegrationConfig {
  readonly http: HttpClientConfig;
  readonly url?: string;
  readonly urlFile?: string;
  readonly apiUrl: string;
  readonly accessToken?: string;
  readonly accessTokenFile?: string;
  /** For the signature, `SEC…`; absent: requests are not signed. */
  readonly secret?: string;
  readonly secretFile?: string;
  readonly keyword: string;
  readonly messageType: DingtalkMessageType;
  readonly title: string;
  /** In place of the list of alerts; '' for the list. */
  readonly text: string;
  readonly maxAlerts: number;
  readonly at: DingtalkAt;
  /** 0: 30 s. */
  readonly timeoutMs: number;
}

const NOBODY: DingtalkAt = { mobiles: [], userIds: [], all: false };

const atTable = table<DingtalkAt>('dingtalk_at', {
  mobiles: field('mobiles', list(templated), [], 'Mobile numbers.'),
  userIds: field('user_ids', list(templated), [], 'User ids.'),
  all: field('all', boolean, false, 'Everybody.'),
});

/** A block of `dingtalk_configs`: one of webhook and access token has to be there. */
export function dingtalkTable(global: GlobalConfig): Table<DingtalkConfig> {
  return table<DingtalkConfig, DingtalkConfig>(
    'dingtalk_config',
    {
      sendResolved: field('send_resolved', boolean, true, 'Tell of resolved alerts.'),
      http: field('http_config', httpConfig, global.http, 'How the API is reached.'),
      url: optional('url', secretUrl, "The robot's webhook, with its access token."),
      urlFile: optional('url_file', path, 'The same, in a file.'),
      apiUrl: field('api_url', url, DINGTALK_URL, 'Where an `access_token` is used.'),
      accessToken: optional('access_token', secretText, "The robot's access token, instead of `url`."),
      accessTokenFile: optional('access_token_file', path, 'The same, in a file.'),
      secret: optional('secret', secretText, 'Signs requests, where the robot asks for it.'),
      secretFile: optional('secret_file', path, 'The same, in a file.'),
      keyword: field('keyword', string, '', 'A word that the robot wants to find in every message.'),
      messageType: field('message_type', oneOf('message type', ['markdown', 'actionCard']), 'markdown', 'Form.'),
      title: field('title', templated, CARD_TITLE, 'Title.'),
      text: field('text', templated, '', 'Markdown in place of the list of alerts.'),
      maxAlerts: field('max_alerts', integer(1), 10, 'So many alerts are written out.'),
      at: field('at', atTable, NOBODY, 'Whom to mention while something fires.'),
      timeoutMs: field('timeout', duration, 0, 'Limit for one attempt.'),
    },
    {
      check(_, report) {
        const ways = ['url', 'url_file', 'access_token', 'access_token_file'];
        const given = ways.filter((key) => report.has(key));
        if (given.length === 0) report.error('url', `one of ${ways.join(', ')} must be configured`);
        if (given.length > 1)
          report.error(given[1] as string, `at most one of ${given.join(' & ')} must be configured`);
        exclusive(report, 'secret', 'secret_file');
      },
      finish: (config) => ({ ...config, http: httpConfigOf(global.http, config.http) }),
    },
  );
}
