import { describe, expect, it } from 'vitest';
import { loadRoutingConfig } from '../config/load.ts';
import { INTEGRATIONS } from './integrations.ts';

const TEXT = `
route: { receiver: all }
receivers:
  - name: all
    feishu_configs:
      - { url: 'https://open.feishu.cn/open-apis/bot/v2/hook/SECRET-01', secret: SECRET-02, at: [ou_1] }
      - { url: '<feishu-webhook>' }
    dingtalk_configs: [{ access_token: SECRET-03, secret: SECRET-04, at: { mobiles: ['13800001111'], all: true } }]
    phone_configs: [{ url: 'http://alert-gateway/v1/phone-call?key=SECRET-05', to: ['110'], fields: { a: b } }]
    wechat_configs: [{ url: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=SECRET-06' }]
    telegram_configs: [{ bot_token: SECRET-07, chat_id: -100123 }]
    opsgenie_configs: [{ api_key: SECRET-08, responders: [{ name: a, type: team }] }]
    victorops_configs: [{ api_key: SECRET-09, routing_key: r }]
    pushover_configs: [{ token: SECRET-10, user_key: SECRET-11 }]
    discord_configs: [{ webhook_url: 'https://discord.com/api/webhooks/1/SECRET-12' }]
    msteams_configs: [{ webhook_url: 'https://x.webhook.office.com/webhookb2/SECRET-13' }]
    msteamsv2_configs: [{ webhook_url: 'https://x.logic.azure.com/workflows/1?sig=SECRET-14' }]
    webex_configs: [{ room_id: r, http_config: { authorization: { credentials: SECRET-15 } } }]
    rocketchat_configs: [{ token: SECRET-16, token_id: SECRET-17, fields: [{ title: a, value: b }] }]
    mattermost_configs: [{ webhook_url: 'https://mm.example.com/hooks/SECRET-18', attachments: [{ title: t }] }]
    jira_configs:
      - api_url: https://company.atlassian.net/rest/api/2
        project: OPS
        issue_type: Bug
        labels: [a]
        fields: { customfield_1: { value: red } }
        http_config: { basic_auth: { username: u, password: SECRET-19 } }
    sns_configs: [{ topic_arn: 'arn:aws:sns:us-east-2:1:t', sigv4: { access_key: AKID, secret_key: SECRET-20 } }]
`;

describe('a receiver with every chat and pager', () => {
  const { config, warnings } = loadRoutingConfig({ text: TEXT, cwd: '/', integrations: INTEGRATIONS });

  it('has a block of each kind, without those that are placeholders', () => {
    const blocks = config.receivers.flatMap(({ integrations }) =>
      integrations.map(({ kind, index }) => [kind.name, index]),
    );
    expect(blocks).toHaveLength(16);
    expect(blocks.filter(([name]) => name === 'feishu')).toEqual([['feishu', 0]]);
    expect(warnings.map(({ line, message }) => [line, message])).toEqual([
      [7, expect.stringContaining('<feishu-webhook> is a placeholder')],
    ]);
  });

  it('is shown without any of its secrets', () => {
    expect(config.yaml).toContain('13800001111');
    expect(config.yaml).toContain('<secret>');
    expect(config.yaml).not.toContain('SECRET-');
  });
});
