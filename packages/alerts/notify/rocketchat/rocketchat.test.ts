import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordingService } from '../recording-service.ts';
import { startRecordingService } from '../recording-service.ts';
import { notificationOf, readBlock, rehearse } from '../rehearse.ts';
import { rocketchat } from './rocketchat.ts';

let service: RecordingService;
beforeEach(async () => {
  service = await startRecordingService();
  service.answer(() => ({ body: { success: true } }));
});
afterEach(() => service.close());

const firing = notificationOf([{ labels: { alertname: 'X' } }]);
const block = (more = ''): string => `
api_url: ${service.url}/
token: token-123456
token_id: user-123456
channel: '#{{ .Receiver }}'
title: t
title_link: http://l
text: '{{ .Status }}'
${more}`;

describe('Rocket.Chat', () => {
  it('posts a message with one attachment', async () => {
    const yaml = block(`
emoji: ':fire:'
image_url: http://i
short_fields: true
fields:
  - { title: a, value: '{{ .Receiver }}' }
  - { title: b, value: v, short: false }
actions:
  - { type: button, text: Go, url: 'http://g' }`);
    expect(await rehearse(rocketchat, yaml, firing)).toEqual([{ ok: true, detail: 'channel #team-x: status 200' }]);
    const { method, path, headers, json } = service.last();
    expect([method, path]).toEqual(['POST', '/api/v1/chat.postMessage']);
    expect([headers['x-auth-token'], headers['x-user-id']]).toEqual(['token-123456', 'user-123456']);
    expect(json).toEqual({
      channel: '#team-x',
      emoji: ':fire:',
      attachments: [
        {
          title: 't',
          title_link: 'http://l',
          text: 'firing',
          image_url: 'http://i',
          color: 'red',
          fields: [
            { short: true, title: 'a', value: 'team-x' },
            { short: false, title: 'b', value: 'v' },
          ],
          actions: [{ type: 'button', text: 'Go', url: 'http://g', is_webview: false, msg_in_chat_window: false }],
        },
      ],
    });
  });

  it('cuts the title at 1024 characters', async () => {
    await rehearse(rocketchat, block().replace('title: t\n', `title: ${'x'.repeat(1025)}\n`), firing);
    const { attachments } = service.last().json as { attachments: { title: string }[] };
    expect(attachments[0]?.title).toHaveLength(1024);
  });

  it.each([
    [{ status: 500 }, true],
    [{ status: 429 }, true],
    [{ status: 401 }, false],
    [{ body: { success: false, error: 'error-invalid-room' } }, false],
    [{ body: '<html>maintenance</html>' }, true],
  ])('%j is retryable: %s', async (reply, retryable) => {
    service.answer(() => reply);
    const [outcome] = await rehearse(rocketchat, block(), firing);
    expect(outcome).toMatchObject({ ok: false, retryable });
  });
});

describe('the block of Rocket.Chat', () => {
  it.each([
    ['{token: abcd}', 'no global Rocketchat TokenID set either inline or in a file'],
    ['{token_id: abcd}', 'no global Rocketchat Token set either inline or in a file'],
    ['{token_id: abcd, token: abcd, token_file: f}', 'at most one of token & token_file must be configured'],
    ['{token: abcd, token_id: abcd, token_id_file: f}', 'at most one of token_id & token_id_file must be configured'],
  ])('%s: %s', (yaml, message) => {
    expect(readBlock(rocketchat, yaml).errors).toEqual([message]);
  });

  it('does not tell of resolved alerts unless it is asked to', () => {
    const global = { rocketchatToken: 'abcd', rocketchatTokenIdFile: '/id' };
    expect(readBlock(rocketchat, '{}', global).config).toMatchObject({
      sendResolved: false,
      token: 'abcd',
      tokenIdFile: '/id',
    });
  });
});
