import { tlsConfig } from '@petrel/config';
import { boolean, duration, path, string, url } from '@petrel/config/schema/scalars.ts';
import type { Table, TableReport, Type } from '@petrel/config/schema/schema.ts';
import { field, OFF, optional, table } from '@petrel/config/schema/schema.ts';
import type { HttpClientConfig } from '@petrel/http';
import type { GlobalConfig } from './global.ts';
import { hostPort } from './host-port.ts';
import { httpConfig } from './http-config.ts';
import { isWholePlaceholder, secretText, secretUrl } from './secrets.ts';

export const DEFAULT_GLOBAL: GlobalConfig = {
  resolveTimeoutMs: 5 * 60_000,
  http: {},
  smtpHello: 'localhost',
  smtpRequireTls: true,
  slackAppUrl: 'https://slack.com/api/chat.postMessage',
  pagerdutyUrl: 'https://events.pagerduty.com/v2/enqueue',
  opsgenieApiUrl: 'https://api.opsgenie.com/',
  wechatApiUrl: 'https://qyapi.weixin.qq.com/cgi-bin/',
  victoropsApiUrl: 'https://alert.victorops.com/integrations/generic/20131114/alert/',
  telegramApiUrl: 'https://api.telegram.org',
  webexApiUrl: 'https://webexapis.com/v1/messages',
  rocketchatApiUrl: 'https://open.rocket.chat/',
};

/** Stands as the proxy of a global `http_config` that holds a placeholder. */
const HTTP_PLACEHOLDER = '<http_config>';

/** The texts that are placeholders in `global`: a block whose configuration holds one of them has taken it from there and stays off. */
export function placeholdersOf(global: GlobalConfig): readonly string[] {
  const texts = Object.entries(global).flatMap(([property, value]) => {
    if (typeof value !== 'string') return [];
    if (/(?:Url|Smarthost)$/.test(property)) return /<[A-Za-z][^<>]*>/.test(value) ? [value] : [];
    return /(?:Password|Secret|Token|TokenId|Key)$/.test(property) && isWholePlaceholder(value) ? [value] : [];
  });
  return global.http.proxyUrl === HTTP_PLACEHOLDER ? [...texts, HTTP_PLACEHOLDER] : texts;
}

const secret = kept(secretText);
const secretAddress = kept(secretUrl);
const address = kept(url);
const smarthost = kept(hostPort);

const globalHttp: Type<HttpClientConfig> = {
  ...httpConfig,
  decode(node, place) {
    const decoded = httpConfig.decode(node, place);
    return decoded === OFF ? { proxyUrl: HTTP_PLACEHOLDER } : decoded;
  },
};

/** The `global` block. */
export const globalSection: Table<GlobalConfig> = table<GlobalConfig, GlobalConfig>(
  'global',
  {
    resolveTimeoutMs: field(
      'resolve_timeout',
      duration,
      DEFAULT_GLOBAL.resolveTimeoutMs,
      'When an alert ends of which nobody says when.',
    ),
    http: field('http_config', globalHttp, DEFAULT_GLOBAL.http, 'How APIs are reached.'),
    smtpFrom: optional('smtp_from', string, 'Sender of mails.'),
    smtpHello: field('smtp_hello', string, DEFAULT_GLOBAL.smtpHello, 'The name that the mail server is told.'),
    smtpSmarthost: optional('smtp_smarthost', smarthost, 'Mail server, `host:port`.'),
    smtpAuthUsername: optional('smtp_auth_username', string, 'User at the mail server.'),
    smtpAuthPassword: optional('smtp_auth_password', secret, 'Password at the mail server.'),
    smtpAuthPasswordFile: optional('smtp_auth_password_file', path, 'The same, in a file.'),
    smtpAuthSecret: optional('smtp_auth_secret', secret, 'Secret for CRAM-MD5.'),
    smtpAuthSecretFile: optional('smtp_auth_secret_file', path, 'The same, in a file.'),
    smtpAuthIdentity: optional('smtp_auth_identity', string, 'Identity for PLAIN.'),
    smtpRequireTls: field('smtp_require_tls', boolean, true, 'Send mails over TLS only.'),
    smtpForceImplicitTls: optional('smtp_force_implicit_tls', boolean, 'TLS from the first byte, not by STARTTLS.'),
    smtpTlsConfig: optional('smtp_tls_config', tlsConfig, 'TLS towards the mail server.'),
    slackApiUrl: optional('slack_api_url', secretAddress, 'Incoming webhook of Slack.'),
    slackApiUrlFile: optional('slack_api_url_file', path, 'The same, in a file.'),
    slackAppToken: optional('slack_app_token', secret, 'Token of a Slack app.'),
    slackAppTokenFile: optional('slack_app_token_file', path, 'The same, in a file.'),
    slackAppUrl: field('slack_app_url', address, DEFAULT_GLOBAL.slackAppUrl as string, 'Where a Slack app posts.'),
    pagerdutyUrl: field('pagerduty_url', address, DEFAULT_GLOBAL.pagerdutyUrl, 'Events API of PagerDuty.'),
    opsgenieApiUrl: field('opsgenie_api_url', address, DEFAULT_GLOBAL.opsgenieApiUrl, 'API of Opsgenie.'),
    opsgenieApiKey: optional('opsgenie_api_key', secret, 'API key of Opsgenie.'),
    opsgenieApiKeyFile: optional('opsgenie_api_key_file', path, 'The same, in a file.'),
    wechatApiUrl: field('wechat_api_url', address, DEFAULT_GLOBAL.wechatApiUrl, 'API of WeChat Work.'),
    wechatApiSecret: optional('wechat_api_secret', secret, 'Secret of the WeChat Work application.'),
    wechatApiSecretFile: optional('wechat_api_secret_file', path, 'The same, in a file.'),
    wechatApiCorpId: optional('wechat_api_corp_id', string, 'Id of the company.'),
    victoropsApiUrl: field('victorops_api_url', address, DEFAULT_GLOBAL.victoropsApiUrl, 'API of VictorOps.'),
    victoropsApiKey: optional('victorops_api_key', secret, 'API key of VictorOps.'),
    victoropsApiKeyFile: optional('victorops_api_key_file', path, 'The same, in a file.'),
    telegramApiUrl: field('telegram_api_url', address, DEFAULT_GLOBAL.telegramApiUrl, 'API of Telegram.'),
    telegramBotToken: optional('telegram_bot_token', secret, 'Token of the Telegram bot.'),
    telegramBotTokenFile: optional('telegram_bot_token_file', path, 'The same, in a file.'),
    webexApiUrl: field('webex_api_url', address, DEFAULT_GLOBAL.webexApiUrl, 'API of Webex.'),
    rocketchatApiUrl: field('rocketchat_api_url', address, DEFAULT_GLOBAL.rocketchatApiUrl, 'API of Rocket.Chat.'),
    rocketchatToken: optional('rocketchat_token', secret, 'Token of Rocket.Chat.'),
    rocketchatTokenFile: optional('rocketchat_token_file', path, 'The same, in a file.'),
    rocketchatTokenId: optional('rocketchat_token_id', secret, 'Id of the token.'),
    rocketchatTokenIdFile: optional('rocketchat_token_id_file', path, 'The same, in a file.'),
    mattermostWebhookUrl: optional('mattermost_webhook_url', secretAddress, 'Incoming webhook of Mattermost.'),
    mattermostWebhookUrlFile: optional('mattermost_webhook_url_file', path, 'The same, in a file.'),
    jiraApiUrl: optional('jira_api_url', address, 'API of Jira.'),
  },
  { check: checkGlobal, finish: withoutEmpty },
);

/** Pairs of a value and the file that holds it. */
const EXCLUSIVE: readonly (readonly [keyof GlobalConfig, keyof GlobalConfig, string])[] = [
  ['slackAppToken', 'slackAppTokenFile', 'slack_app_token'],
  ['slackApiUrl', 'slackApiUrlFile', 'slack_api_url'],
  ['opsgenieApiKey', 'opsgenieApiKeyFile', 'opsgenie_api_key'],
  ['victoropsApiKey', 'victoropsApiKeyFile', 'victorops_api_key'],
  ['telegramBotToken', 'telegramBotTokenFile', 'telegram_bot_token'],
  ['smtpAuthPassword', 'smtpAuthPasswordFile', 'smtp_auth_password'],
  ['smtpAuthSecret', 'smtpAuthSecretFile', 'smtp_auth_secret'],
  ['rocketchatToken', 'rocketchatTokenFile', 'rocketchat_token'],
  ['rocketchatTokenId', 'rocketchatTokenIdFile', 'rocketchat_token_id'],
  ['wechatApiSecret', 'wechatApiSecretFile', 'wechat_api_secret'],
  ['mattermostWebhookUrl', 'mattermostWebhookUrlFile', 'mattermost_webhook_url'],
];

function checkGlobal(raw: GlobalConfig, report: TableReport): void {
  const isSet = (property: keyof GlobalConfig) => raw[property] !== undefined && raw[property] !== '';
  for (const [value, file, key] of EXCLUSIVE) {
    if (!isSet(value) || !isSet(file)) continue;
    report.error(`${key}_file`, `at most one of ${key} & ${key}_file must be configured`);
  }
  const hasToken = isSet('slackAppToken') || isSet('slackAppTokenFile');
  const hasUrl = isSet('slackApiUrl') || isSet('slackApiUrlFile');
  // The API's own address beside a token was advised before tokens had a key of their own.
  if (hasToken && hasUrl && raw.slackApiUrl !== raw.slackAppUrl) {
    report.error(
      'slack_app_token',
      'at most one of slack_app_token/slack_app_token_file & slack_api_url/slack_api_url_file must be configured',
    );
  }
}

/** An empty value is the same as none. */
function withoutEmpty(raw: GlobalConfig): GlobalConfig {
  const entries = Object.entries(raw).filter(([property, value]) => value !== '' || property === 'smtpHello');
  return { ...DEFAULT_GLOBAL, ...Object.fromEntries(entries) };
}

/** A placeholder stays as it is: only what takes the value from here is off, not everything. */
function kept(type: Type<string>): Type<string> {
  return {
    ...type,
    decode(node, place) {
      if (node.kind !== 'scalar') return type.decode(node, place);
      const quiet = { ...place.reading, error() {}, warn() {}, refersTo() {} };
      if (type.decode(node, { ...place, reading: quiet }) !== OFF) return type.decode(node, place);
      const message = `${node.text} is a placeholder: what takes it from here is off until it is replaced`;
      place.reading.warn(node.position, place.path, message);
      return node.text;
    },
  };
}
