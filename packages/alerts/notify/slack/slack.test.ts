import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordingService } from '../recording-service.ts';
import { echoOf, startRecordingService } from '../recording-service.ts';
import { EXTERNAL_URL, notificationOf, readBlock, rehearse } from '../rehearse.ts';
import { slack } from './slack.ts';

let service: RecordingService;

beforeEach(async () => {
  service = await startRecordingService();
  service.answer(() => ({ body: 'ok' }));
});

afterEach(() => service.close());

const ALERT = { labels: { alertname: 'HighErrorRate', severity: 'critical' }, annotations: { summary: 'Too many' } };
const firing = notificationOf([ALERT]);
const resolved = notificationOf([{ ...ALERT, status: 'resolved' }]);
const API = { from: 'https://slack.com', to: '' };

describe('Slack', () => {
  it('posts an attachment to an incoming webhook, byte for byte', async () => {
    const yaml = `
api_url: ${service.url}/services/T/B/X
channel: '#{{ .Receiver }}'
username: u
color: '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}'
title: '{{ .CommonLabels.alertname }}'
title_link: l
pretext: p
text: <t>
message_text: m
footer: f
fallback: fb
callback_id: c
icon_emoji: ':x:'
icon_url: i
image_url: img
thumb_url: th
link_names: true
short_fields: true
mrkdwn_in: [text]
fields:
- { title: a, value: '{{ len .Alerts }}' }
- { title: b, value: v, short: false }
actions:
- { type: button, text: Open, url: '{{ .ExternalURL }}', name: gone }
- { type: button, text: Ack, name: ack, value: v, style: primary, confirm: { text: Sure?, ok_text: 'yes' } }
`;
    const [outcome] = await rehearse(slack, yaml, firing);
    expect(outcome).toEqual({ ok: true, detail: 'status 200, channel "#team-x"' });
    const { method, path, headers, text } = service.last();
    expect([method, path, headers['content-type']]).toEqual(['POST', '/services/T/B/X', 'application/json']);
    expect(text).toBe(
      '{"channel":"#team-x","username":"u","icon_emoji":":x:","icon_url":"i","link_names":true,"text":"m","attachments":[' +
        '{"title":"HighErrorRate","title_link":"l","pretext":"p","text":"\\u003ct\\u003e","fallback":"fb","callback_id":"c",' +
        '"fields":[{"title":"a","value":"1","short":true},{"title":"b","value":"v","short":false}],' +
        `"actions":[{"type":"button","text":"Open","url":"${EXTERNAL_URL}"},` +
        '{"type":"button","text":"Ack","style":"primary","name":"ack","value":"v","confirm":{"text":"Sure?","ok_text":"yes"}}],' +
        '"image_url":"img","thumb_url":"th","footer":"f","color":"danger","mrkdwn_in":["text"]}]}\n',
    );
  });

  it('has defaults for what is left out, and cuts titles', async () => {
    await rehearse(slack, `api_url: ${service.url}\ntitle: ${'告'.repeat(1025)}`, firing);
    const { attachments } = service.last().json as { attachments: Record<string, unknown>[] };
    expect(attachments[0]).toMatchObject({
      title: `${'告'.repeat(1023)}…`,
      title_link: `${EXTERNAL_URL}/alerts?receiver=team-x`,
      fallback: `[FIRING:1] HighErrorRate (critical) | ${EXTERNAL_URL}/alerts?receiver=team-x`,
      callback_id: '',
      footer: '',
      color: 'danger',
      mrkdwn_in: ['fallback', 'pretext', 'text'],
    });
    expect(String(attachments[0]?.text)).toContain('*Too many*');
  });

  it('posts through the API with the token of an app', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'petrel-slack-'));
    writeFileSync(join(folder, 'token'), 'xoxb-from-file\n');
    service.answer(() => ({
      body: { ok: true, channel: 'C1', ts: '1.2' },
      headers: { 'Content-Type': 'application/json' },
    }));
    const reroute = { ...API, to: service.url };
    await rehearse(slack, 'app_token: xoxb-1\nchannel: c', firing, { reroute });
    expect(service.last()).toMatchObject({
      path: '/api/chat.postMessage',
      headers: { authorization: 'Bearer xoxb-1' },
    });
    const global = { slackAppTokenFile: join(folder, 'token'), slackAppUrl: `${service.url}/own` };
    await rehearse(slack, 'channel: c', firing, { global });
    expect(service.last()).toMatchObject({ path: '/own', headers: { authorization: 'Bearer xoxb-from-file' } });
    await rehearse(slack, `api_url: ${service.url}/hook`, firing, { global });
    expect(service.last().path).toBe('/hook');
    expect(service.last().headers.authorization).toBeUndefined();
    await rm(folder, { recursive: true });
  });

  it('changes its first message where it is told to', async () => {
    let ts = 1;
    const json = { 'Content-Type': 'application/json; charset=utf-8' };
    service.answer(() => ({ body: { ok: true, channel: 'C1', ts: `${ts++}.0` }, headers: json }));
    const reroute = { ...API, to: service.url };
    const yaml = `
api_url: https://slack.com/api/chat.postMessage
channel: '#x'
update_message: true
http_config: { authorization: { credentials: xoxb-1 } }
`;
    const outcomes = await rehearse(slack, yaml, [firing, firing, resolved, firing], { reroute });
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    const seen = service.requests.map(({ path, json: body }) => {
      const { channel, ts: stamp } = body as { channel: string; ts?: string };
      return `${path} ${channel} ${stamp ?? ''}`;
    });
    expect(seen).toEqual([
      '/api/chat.postMessage #x ',
      '/api/chat.update C1 1.0',
      '/api/chat.update C1 1.0',
      '/api/chat.postMessage #x ',
    ]);
    service.answer(({ path }) => ({
      body: path.endsWith('update')
        ? { ok: false, error: 'message_not_found' }
        : { ok: true, channel: 'C1', ts: '9.0' },
      headers: json,
    }));
    const again = await rehearse(slack, yaml, [firing, firing, firing], { reroute });
    expect(again.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect(again[1]).toMatchObject({ retryable: true });
  });

  it('answers its first message where it is told to, changed or not', async () => {
    let ts = 1;
    const json = { 'Content-Type': 'application/json' };
    service.answer(() => ({ body: { ok: true, channel: 'C1', ts: `${ts++}.0` }, headers: json }));
    const yaml = "app_token: xoxb-1\nchannel: '#x'\npost_updates_to_thread: true";
    const reroute = { ...API, to: service.url };
    const seen = (from: number) =>
      service.requests.slice(from).map(({ path, json: body }) => {
        const { ts: stamp = '', thread_ts: thread = '' } = body as { ts?: string; thread_ts?: string };
        return `${path.replace('/api/chat.', '')} ${stamp}/${thread}`;
      });
    await rehearse(slack, yaml, [firing, firing, resolved, firing], { reroute });
    expect(seen(0)).toEqual(['postMessage /', 'postMessage /1.0', 'postMessage /1.0', 'postMessage /']);
    ts = 1;
    await rehearse(slack, `${yaml}\nupdate_message: true`, [firing, resolved], { reroute });
    expect(seen(4)).toEqual(['postMessage /', 'postMessage /1.0', 'update 1.0/', 'postMessage /1.0']);
  });

  it('says which failures are worth another attempt', async () => {
    const attempt = async (reply: Parameters<RecordingService['answer']>[0]) => {
      service.answer(reply);
      return (await rehearse(slack, `api_url: ${service.url}\nchannel: c`, firing))[0];
    };
    const json = { 'Content-Type': 'application/json' };
    expect(await attempt(() => ({ status: 429, headers: { 'Retry-After': '30' } }))).toEqual({
      ok: false,
      retryable: true,
      error: 'channel "c": unexpected status code 429 (Retry-After: 30)',
    });
    expect(await attempt(() => ({ status: 500, body: 'x' }))).toMatchObject({ retryable: true });
    expect(await attempt(() => ({ status: 404, body: 'no_service' }))).toEqual({
      ok: false,
      retryable: false,
      error: 'channel "c": unexpected status code 404: no_service',
    });
    expect(await attempt(() => ({ body: 'no_text' }))).toEqual({
      ok: false,
      retryable: false,
      error: 'channel "c": received an error response from Slack: no_text',
    });
    expect(await attempt(() => ({ body: { ok: false, error: 'channel_not_found' }, headers: json }))).toEqual({
      ok: false,
      retryable: false,
      error: 'channel "c": error response from Slack: channel_not_found',
    });
    expect(await attempt(() => ({ body: { ok: false, error: 'ratelimited' }, headers: json }))).toMatchObject({
      retryable: true,
    });
    expect(await attempt(() => ({ body: '<html>', headers: json }))).toMatchObject({ ok: false, retryable: true });
  });

  it('shows no credentials', async () => {
    service.answer((request) => ({ status: 400, body: echoOf(request) }));
    const hook = await rehearse(slack, `api_url: ${service.url}/services/T00000000/B00000000/XXXXXXXXXXXX`, firing);
    expect(JSON.stringify(hook)).not.toMatch(/T00000000|B00000000|XXXXXXXXXXXX/);
    const token = await rehearse(slack, `app_token: xoxb-12-34\napp_url: ${service.url}`, firing);
    expect(JSON.stringify(token)).not.toContain('xoxb-12-34');
    expect(service.last().headers.authorization).toBe('Bearer xoxb-12-34');
  });

  it('refuses what contradicts itself', () => {
    const errors = (yaml: string, global = {}) => readBlock(slack, yaml, global).errors;
    expect(errors('channel: c')).toEqual(['no Slack API URL nor App token set either inline or in a file']);
    expect(errors('channel: c', { slackApiUrl: 'http://a' })).toEqual([]);
    expect(errors('api_url: http://a\nupdate_message: true')).toEqual([
      'update_message can only be used with bot tokens. api_url must be set to https://slack.com/api/chat.postMessage',
    ]);
    expect(errors('app_token: t\nhttp_config: { authorization: { credentials: c } }')).toEqual([
      "http authorization can't be set when using Slack App tokens",
    ]);
    expect(errors('api_url: http://a\nactions: [{ type: button, text: t }]')).toEqual([
      'missing name or url in Slack action configuration',
    ]);
    expect(errors('api_url: http://a\nactions: [{ text: t, url: u }]')).toEqual([
      'missing type in Slack action configuration',
    ]);
    expect(errors('api_url: http://a\nactions: [{ type: b, text: t, name: n, confirm: {} }]')).toEqual([
      'missing text in Slack confirmation configuration',
    ]);
    expect(readBlock(slack, "api_url: '<slack-webhook>'\nchannel: '#alerts'").errors).toEqual([]);
    expect(readBlock(slack, "api_url: '<slack-webhook>'\nchannel: '#alerts'").warnings).toHaveLength(1);
  });
});
