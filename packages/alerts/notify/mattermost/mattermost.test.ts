import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordingService } from '../recording-service.ts';
import { startRecordingService } from '../recording-service.ts';
import { notificationOf, readBlock, rehearse } from '../rehearse.ts';
import { mattermost } from './mattermost.ts';

let service: RecordingService;
beforeEach(async () => {
  service = await startRecordingService();
  service.answer(() => ({ body: 'ok' }));
});
afterEach(() => service.close());

const firing = notificationOf([{ labels: { alertname: 'X' } }]);
const block = (more: string): string => `webhook_url: ${service.url}/hooks/abcdefghijkl\nusername: ''\n${more}`;

describe('Mattermost', () => {
  it.each([
    ['text: Test', { text: 'Test' }],
    ["text: ''", {}],
    ['text: Test\nprops: {card: C}', { text: 'Test', props: { card: 'C' } }],
    [
      'text: Test\npriority: {priority: standard, requested_ack: true, persistent_notifications: true}',
      { text: 'Test', priority: { priority: 'standard' } },
    ],
    [
      'text: Test\npriority: {priority: important, requested_ack: true, persistent_notifications: true}',
      { text: 'Test', priority: { priority: 'important', requested_ack: true } },
    ],
    [
      'text: Test\npriority: {priority: URGENT, requested_ack: true, persistent_notifications: true}',
      { text: 'Test', priority: { priority: 'urgent', requested_ack: true, persistent_notifications: true } },
    ],
    ["text: ''\npriority: {priority: whatever}", { priority: { priority: 'standard' } }],
    [
      "text: ''\nattachments: [{title: T, text: '{{ .Status }}', fields: [{title: a, value: b, short: false}]}]",
      { attachments: [{ title: 'T', text: 'firing', fields: [{ title: 'a', value: 'b', short: false }] }] },
    ],
    [
      "text: x\nchannel: c\nicon_emoji: ':x:'\nicon_url: http://i\ntype: custom_alert",
      { text: 'x', channel: 'c', icon_emoji: ':x:', icon_url: 'http://i', type: 'custom_alert' },
    ],
    [
      "text: ''\npretext: p\ntitle: own\ntitle_link: http://l\nfallback: f",
      { attachments: [{ fallback: 'f', color: 'danger', pretext: 'p', title: 'own', title_link: 'http://l' }] },
    ],
  ])('%s', async (more, expected) => {
    expect(await rehearse(mattermost, block(more), firing)).toEqual([{ ok: true, detail: 'status 200' }]);
    expect([service.last().method, service.last().path]).toEqual(['POST', '/hooks/abcdefghijkl']);
    expect(service.last().json).toEqual(expected);
  });

  it('cuts the text at 16383 characters', async () => {
    await rehearse(mattermost, block(`text: ${'x'.repeat(16_384)}`), firing);
    expect((service.last().json as { text: string }).text).toHaveLength(16_383);
  });

  it.each([
    [500, true],
    [429, true],
    [400, false],
  ])('status %i is retryable: %s', async (status, retryable) => {
    service.answer(() => ({ status }));
    expect(await rehearse(mattermost, block('text: x'), firing)).toMatchObject([{ ok: false, retryable }]);
  });
});

describe('the block of Mattermost', () => {
  it.each([
    ['{}', 'missing webhook_url or webhook_url_file on mattermost_config'],
    [
      '{webhook_url: "http://x", webhook_url_file: f}',
      'at most one of webhook_url & webhook_url_file must be configured',
    ],
    ['{webhook_url: "http://x", fields: [{title: a}]}', 'missing value in Mattermost field configuration'],
    ['{webhook_url: "http://x", fields: [{value: a}]}', 'missing title in Mattermost field configuration'],
  ])('%s: %s', (yaml, message) => {
    expect(readBlock(mattermost, yaml).errors).toEqual([message]);
  });

  it('takes the webhook from global', () => {
    const global = { mattermostWebhookUrl: 'http://m/hooks/x' };
    expect(readBlock(mattermost, '{channel: c}', global).config).toMatchObject({ webhookUrl: 'http://m/hooks/x' });
  });
});
