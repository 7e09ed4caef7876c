import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IntegrationKind } from './integration.ts';
import { integrationByKey } from './integrations.ts';
import type { RecordingService } from './recording-service.ts';
import { echoOf, startRecordingService } from './recording-service.ts';
import { notificationOf, rehearse } from './rehearse.ts';

const SECRET = 'S3cr3t/+k=Z9';
const OTHER = '0ther:S3cr3t-77';
const CASES: readonly (readonly [name: string, kindName: string, yaml: (url: string) => string])[] = [
  ['opsgenie', 'opsgenie', (url) => `api_url: ${url}\napi_key: '${SECRET}'`],
  ['victorops', 'victorops', (url) => `api_url: ${url}\napi_key: '${SECRET}'\nrouting_key: r`],
  ['pushover', 'pushover', () => `user_key: '${OTHER}'\ntoken: '${SECRET}'`],
  ['telegram', 'telegram', (url) => `api_url: ${url}\nbot_token: '${SECRET}'\nchat_id: 1`],
  ['discord', 'discord', (url) => `webhook_url: ${url}/webhooks/${SECRET}`],
  ['msteams', 'msteams', (url) => `webhook_url: ${url}/webhookb2/${SECRET}`],
  ['msteamsv2', 'msteamsv2', (url) => `webhook_url: ${url}/flow?sig=${SECRET}`],
  ['wechat', 'wechat', (url) => `api_url: ${url}\napi_secret: '${SECRET}'\ncorp_id: c`],
  ['wechat robot', 'wechat', (url) => `url: ${url}/webhook/send?key=${SECRET}`],
  ['webex', 'webex', (url) => `api_url: ${url}\nroom_id: r\nhttp_config: {authorization: {credentials: '${SECRET}'}}`],
  ['rocketchat', 'rocketchat', (url) => `api_url: ${url}\ntoken: '${SECRET}'\ntoken_id: '${OTHER}'`],
  ['mattermost', 'mattermost', (url) => `webhook_url: ${url}/hooks/${SECRET}`],
  [
    'jira',
    'jira',
    (url) =>
      `api_url: ${url}/rest/api/2\nproject: P\nissue_type: B\nhttp_config: {basic_auth: {username: u, password: '${SECRET}'}}`,
  ],
  [
    'sns',
    'sns',
    (url) => `api_url: ${url}\nphone_number: '1'\nsigv4: {region: r, access_key: AK, secret_key: '${SECRET}'}`,
  ],
  ['feishu', 'feishu', (url) => `url: ${url}/bot/v2/hook/${OTHER}\nsecret: '${SECRET}'`],
  ['dingtalk', 'dingtalk', (url) => `url: ${url}/robot/send?access_token=${OTHER}\nsecret: '${SECRET}'`],
  ['dingtalk token', 'dingtalk', (url) => `api_url: ${url}/send\naccess_token: '${OTHER}'\nsecret: '${SECRET}'`],
  ['phone', 'phone', (url) => `url: ${url}/call?token=${SECRET}\nto: ['1']`],
];

let service: RecordingService;
beforeEach(async () => {
  service = await startRecordingService();
});
afterEach(() => service.close());

const notification = notificationOf([{ labels: { alertname: 'X' } }]);

/** Every way in which a credential could stand in a text. */
const FORMS = [SECRET, OTHER].flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64'),
  Buffer.from(`u:${secret}`).toString('base64'),
]);

describe.each(CASES)('%s', (_, kindName, yaml) => {
  const kind = integrationByKey(`${kindName}_configs`) as IntegrationKind;
  const send = async (url: string): Promise<string> => {
    const reroute = { from: 'https://api.pushover.net', to: url };
    const outcomes = await rehearse(kind, yaml(url), notification, { reroute });
    expect(outcomes).toMatchObject([{ ok: false }]);
    return JSON.stringify(outcomes);
  };

  it.each([500, 400, 200])('keeps its credentials when a server answers %i and echoes the request', async (status) => {
    service.answer((request) => ({
      status,
      body:
        status === 200
          ? { ok: false, errcode: 5, code: 5, errmsg: echoOf(request), msg: echoOf(request), error: echoOf(request) }
          : echoOf(request),
    }));
    const plain = [
      'opsgenie',
      'victorops',
      'pushover',
      'discord',
      'msteams',
      'msteamsv2',
      'webex',
      'mattermost',
      'jira',
      'sns',
      'phone',
    ];
    // Services whose answer says nothing besides the status take a 200 for a success.
    if (status === 200 && plain.includes(kindName)) return;
    const shown = await send(service.url);
    expect(service.requests.length).toBeGreaterThan(0);
    for (const form of FORMS) expect(shown).not.toContain(form);
  });

  it('keeps its credentials when nothing answers', async () => {
    const { url } = service;
    await service.close();
    const shown = await send(url);
    for (const form of FORMS) expect(shown).not.toContain(form);
    service = await startRecordingService();
  });
});
