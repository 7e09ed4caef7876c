import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IntegrationKind } from './integration.ts';
import { integrationByKey } from './integrations.ts';
import type { RecordingService } from './recording-service.ts';
import { startRecordingService } from './recording-service.ts';
import { notificationOf, rehearse } from './rehearse.ts';

/** The least that each kind wants to be told, so that all else comes out of the default templates. */
const BLOCKS: Readonly<Record<string, (url: string) => string>> = {
  dingtalk: (url) => `url: ${url}/robot/send?access_token=aaaa`,
  discord: (url) => `webhook_url: ${url}`,
  feishu: (url) => `url: ${url}`,
  jira: (url) => `api_url: ${url}/rest/api/2\nproject: P\nissue_type: Bug`,
  mattermost: (url) => `webhook_url: ${url}`,
  msteams: (url) => `webhook_url: ${url}`,
  msteamsv2: (url) => `webhook_url: ${url}`,
  opsgenie: (url) => `api_url: ${url}\napi_key: abcd`,
  phone: (url) => `url: ${url}\nto: ['110']`,
  pushover: () => 'user_key: abcd\ntoken: abcd',
  rocketchat: (url) => `api_url: ${url}\ntoken: abcd\ntoken_id: abcd`,
  sns: (url) => `api_url: ${url}\nphone_number: '1'\nsigv4: {region: r, access_key: abcd, secret_key: abcd}`,
  telegram: (url) => `api_url: ${url}\nbot_token: abcd\nchat_id: 1`,
  victorops: (url) => `api_url: ${url}\napi_key: abcd\nrouting_key: r`,
  webex: (url) => `api_url: ${url}\nroom_id: r\nhttp_config: {authorization: {credentials: abcd}}`,
  wechat: (url) => `api_url: ${url}\napi_secret: abcd\ncorp_id: c\nagent_id: '1'`,
};

/** What satisfies every service at once. */
const GOOD_ANSWER = {
  ok: true,
  success: true,
  code: 0,
  errcode: 0,
  access_token: 'token',
  result: {},
  issues: [],
  key: 'P-1',
};

let service: RecordingService;
beforeEach(async () => {
  service = await startRecordingService();
  service.answer(() => ({ body: GOOD_ANSWER }));
});
afterEach(() => service.close());

const alert = {
  labels: { alertname: 'HighErrorRate', service: 'order-service', severity: 'critical' },
  annotations: { summary: 'Summary <&> 概要', description: 'Description', action: 'Roll back' },
};
const firing = notificationOf([alert, { ...alert, labels: { ...alert.labels, instance: 'b' } }]);
const resolved = notificationOf([{ ...alert, status: 'resolved' }]);

describe.each(Object.entries(BLOCKS))('the default templates of %s', (name, yaml) => {
  const kind = integrationByKey(`${name}_configs`) as IntegrationKind;

  it.each(['en', 'zh'] as const)('say in %s what has happened, and that it has ended', async (language) => {
    const reroute = { from: 'https://api.pushover.net', to: service.url };
    const outcomes = await rehearse(kind, yaml(service.url), [firing, resolved], { language, reroute });
    expect(outcomes).toMatchObject([{ ok: true }, { ok: true }]);
    const sent = service.requests.map(({ text, query }) => `${text} ${[...query.values()].join(' ')}`).join('\n');
    const plain = decodeURIComponent(sent.replaceAll('+', ' ').replaceAll(/%(?![0-9A-F]{2})/g, '%25'));
    expect(plain).toMatch(/HighErrorRate|概要/);
    expect(plain).not.toContain('<no value>');
    expect(plain).not.toContain('{{');
  });
});
