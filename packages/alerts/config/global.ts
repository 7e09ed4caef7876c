import type { HttpClientConfig, TlsConfig } from '@petrel/http';

/** The `global` block: what integrations take where their own block is silent. Absent: neither given nor defaulted. */
export interface GlobalConfig {
  /** Default 5 minutes. */
  readonly resolveTimeoutMs: number;
  readonly http: HttpClientConfig;
  readonly smtpFrom?: string;
  readonly smtpHello: string;
  /** `host:port`. */
  readonly smtpSmarthost?: string;
  readonly smtpAuthUsername?: string;
  readonly smtpAuthPassword?: string;
  readonly smtpAuthPasswordFile?: string;
  readonly smtpAuthSecret?: string;
  readonly smtpAuthSecretFile?: string;
  readonly smtpAuthIdentity?: string;
  readonly smtpRequireTls: boolean;
  readonly smtpForceImplicitTls?: boolean;
  readonly smtpTlsConfig?: TlsConfig;
  readonly slackApiUrl?: string;
  readonly slackApiUrlFile?: string;
  readonly slackAppToken?: string;
  readonly slackAppTokenFile?: string;
  readonly slackAppUrl?: string;
  readonly pagerdutyUrl: string;
  readonly opsgenieApiUrl: string;
  readonly opsgenieApiKey?: string;
  readonly opsgenieApiKeyFile?: string;
  readonly wechatApiUrl: string;
  readonly wechatApiSecret?: string;
  readonly wechatApiSecretFile?: string;
  readonly wechatApiCorpId?: string;
  readonly victoropsApiUrl: string;
  readonly victoropsApiKey?: string;
  readonly victoropsApiKeyFile?: string;
  readonly telegramApiUrl: string;
  readonly telegramBotToken?: string;
  readonly telegramBotTokenFile?: string;
  readonly webexApiUrl: string;
  readonly rocketchatApiUrl: string;
  readonly rocketchatToken?: string;
  readonly rocketchatTokenFile?: string;
  readonly rocketchatTokenId?: string;
  readonly rocketchatTokenIdFile?: string;
  readonly mattermostWebhookUrl?: string;
  readonly mattermostWebhookUrlFile?: string;
  readonly jiraApiUrl?: string;
}
