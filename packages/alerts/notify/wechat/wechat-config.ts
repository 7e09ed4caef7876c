import { list } from '@petrel/config/schema/composite.ts';
import { boolean, path, show, string, url } from '@petrel/config/schema/scalars.ts';
import type { Table } from '@petrel/config/schema/schema.ts';
import { field, optional, table } from '@petrel/config/schema/schema.ts';
import type { HttpClientConfig } from '@petrel/http';
import type { GlobalConfig } from '../../config/global.ts';
import { httpConfig, httpConfigOf } from '../../config/http-config.ts';
import { exclusive, secretText, secretUrl, templated } from '../../config/secrets.ts';
import { inherited } from '../inherited.ts';
import type { IntegrationConfig } from '../integration.ts';

export type WechatMessageType = 'text' | 'markdown';

/** WeCom: an application of a corporation as in Alertmanager, or (with `url`) the robot of a group. */
export interface WechatConfig extends IntegrationConfig {
  readonly http: HttpClientConfig;
  /** The group robot's webhook; the application's keys are then not used. */
  readonly url?: string;
  readonly urlFile?: string;
  readonly apiSecret?: string;
  readonly apiSecretFile?: string;
  readonly corpId?: string;
  readonly apiUrl: string;
  readonly message: string;
  readonly messageType: WechatMessageType;
  readonly toUser: string;
  readonly toParty: string;
  readonly toTag: string;
  readonly agentId: string;
  /** Of a group robot: whom to mention; user ids (`@all` for everybody) and mobile numbers. */
  readonly mentionedList: readonly string[];
  readonly mentionedMobileList: readonly string[];
}

interface Raw extends Omit<WechatConfig, 'messageType'> {
  readonly messageType: string;
}

const preset = (name: string): string => `{{ template "wechat.default.${name}" . }}`;

/** A block of `wechat_configs`; an application's secret and corporation may come from `global`. */
export function wechatTable(global: GlobalConfig): Table<WechatConfig> {
  return table<Raw, WechatConfig>(
    'wechat_config',
    {
      sendResolved: field('send_resolved', boolean, false, 'Tell of resolved alerts.'),
      http: field('http_config', httpConfig, global.http, 'How the API is reached.'),
      url: optional('url', secretUrl, "A group robot's webhook, instead of an application. Petrel's own."),
      urlFile: optional('url_file', path, "The same, in a file. Petrel's own."),
      apiSecret: optional('api_secret', secretText, "The application's secret."),
      apiSecretFile: optional('api_secret_file', path, 'The same, in a file.'),
      corpId: optional('corp_id', string, 'The corporation.'),
      apiUrl: field('api_url', url, global.wechatApiUrl, 'Root of the API.'),
      message: field('message', templated, preset('message'), 'Text; 2048 bytes, of a robot in Markdown 4096.'),
      messageType: field('message_type', string, 'text', '`text` or `markdown`.'),
      toUser: field('to_user', templated, preset('to_user'), 'Users, separated by `|`; `@all`.'),
      toParty: field('to_party', templated, preset('to_party'), 'Departments, separated by `|`.'),
      toTag: field('to_tag', templated, preset('to_tag'), 'Tags, separated by `|`.'),
      agentId: field('agent_id', templated, preset('agent_id'), "The application's id."),
      mentionedList: field('mentioned_list', list(templated), [], "User ids that a robot mentions. Petrel's own."),
      mentionedMobileList: field(
        'mentioned_mobile_list',
        list(templated),
        [],
        "Mobile numbers that a robot mentions. Petrel's own.",
      ),
    },
    {
      check(config, report) {
        const { messageType } = config;
        if (messageType !== '' && messageType !== 'text' && messageType !== 'markdown') {
          report.error(
            'message_type',
            `weChat message type ${show(messageType)} does not match valid options ^(text|markdown)$`,
          );
        }
        exclusive(report, 'api_secret', 'api_secret_file');
        exclusive(report, 'url', 'url_file');
        exclusive(report, 'url', 'api_secret');
        if (report.has('url') || report.has('url_file')) return;
        if (Object.keys(secretOf(config, global)).length === 0)
          report.error('api_secret', 'no global Wechat Api Secret set either inline or in a file');
        else if (((config.corpId ?? '') || (global.wechatApiCorpId ?? '')) === '')
          report.error('corp_id', 'no global Wechat CorpID set');
      },
      finish: (config) => ({
        ...config,
        ...secretOf(config, global),
        ...inherited({ corpId: config.corpId }, { corpId: global.wechatApiCorpId }),
        http: httpConfigOf(global.http, config.http),
        messageType: config.messageType === 'markdown' ? 'markdown' : 'text',
      }),
    },
  );
}

function secretOf({ apiSecret, apiSecretFile }: Raw, { wechatApiSecret, wechatApiSecretFile }: GlobalConfig) {
  return inherited({ apiSecret, apiSecretFile }, { apiSecret: wechatApiSecret, apiSecretFile: wechatApiSecretFile });
}
