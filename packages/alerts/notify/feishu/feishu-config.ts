import { list } from '@petrel/config/schema/composite.ts';
import { boolean, duration, integer, path, string } from '@petrel/config/schema/scalars.ts';
import type { Table } from '@petrel/config/schema/schema.ts';
import { field, optional, table } from '@petrel/config/schema/schema.ts';
import type { HttpClientConfig } from '@petrel/http';
import type { GlobalConfig } from '../../config/global.ts';
import { httpConfig, httpConfigOf } from '../../config/http-config.ts';
import { exclusive, secretText, secretUrl, templated } from '../../config/secrets.ts';
import { CARD_TITLE } from '../card/card.ts';
import type { IntegrationConfig } from '../integration.ts';

/** The custom bot of a Feishu or Lark group. */
export interface FeishuConfig extends IntegrationConfig {
  readonly http: HttpClientConfig;
  readonly url?: string;
  readonly urlFile?: string;
  /** For the signature; absent: requests are not signed. */
  readonly secret?: string;
  readonly secretFile?: string;
  /** What the bot wants to find in every message. */
  readonly keyword: string;
  readonly title: string;
  /** In place of the list of alerts; '' for the list. */
  readonly text: string;
  readonly maxAlerts: number;
  /** Open ids or user ids that are mentioned while something fires. */
  readonly at: readonly string[];
  readonly atAll: boolean;
  /** 0: 30 s. */
  readonly timeoutMs: number;
}

/** A block of `feishu_configs`: the webhook has to be there. */
export function feishuTable(global: GlobalConfig): Table<FeishuConfig> {
  return table<FeishuConfig, FeishuConfig>(
    'feishu_config',
    {
      sendResolved: field('send_resolved', boolean, true, 'Tell of resolved alerts.'),
      http: field('http_config', httpConfig, global.http, 'How the API is reached.'),
      url: optional('url', secretUrl, "The bot's webhook."),
      urlFile: optional('url_file', path, 'The same, in a file.'),
      secret: optional('secret', secretText, 'Signs requests, where the bot asks for it.'),
      secretFile: optional('secret_file', path, 'The same, in a file.'),
      keyword: field('keyword', string, '', 'A word that the bot wants to find in every message.'),
      title: field('title', templated, CARD_TITLE, 'Title of the card.'),
      text: field('text', templated, '', 'Markdown in place of the list of alerts.'),
      maxAlerts: field('max_alerts', integer(1), 10, 'So many alerts are written out.'),
      at: field('at', list(templated), [], 'Open ids or user ids to mention while something fires.'),
      atAll: field('at_all', boolean, false, 'Mention everybody while something fires.'),
      timeoutMs: field('timeout', duration, 0, 'Limit for one attempt.'),
    },
    {
      check(_, report) {
        if (!report.has('url') && !report.has('url_file'))
          report.error('url', 'one of url or url_file must be configured');
        exclusive(report, 'url', 'url_file');
        exclusive(report, 'secret', 'secret_file');
      },
      finish: (config) => ({ ...config, http: httpConfigOf(global.http, config.http) }),
    },
  );
}
