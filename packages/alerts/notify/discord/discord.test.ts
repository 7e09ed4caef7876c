import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordingService } from '../recording-service.ts';
import { startRecordingService } from '../recording-service.ts';
import { notificationOf, readBlock, rehearse } from '../rehearse.ts';
import { discord } from './discord.ts';

let service: RecordingService;
beforeEach(async () => {
  service = await startRecordingService();
  service.answer(() => ({ status: 204 }));
});
afterEach(() => service.close());

const firing = notificationOf([{ labels: { alertname: 'X' } }]);
const resolved = notificationOf([{ labels: { alertname: 'X' }, status: 'resolved' }]);
const block = (more = ''): string => `webhook_url: ${service.url}/api/webhooks/1/secret-token\n${more}`;

describe('Discord', () => {
  it('sends one embed', async () => {
    const yaml = block(
      "content: '@here'\ntitle: t\nmessage: '{{ .Status }}'\nusername: u\navatar_url: https://x/y.png",
    );
    expect(await rehearse(discord, yaml, firing)).toEqual([{ ok: true, detail: 'status 204' }]);
    expect([service.last().method, service.last().path]).toEqual(['POST', '/api/webhooks/1/secret-token']);
    expect(service.last().json).toEqual({
      content: '@here',
      embeds: [{ title: 't', description: 'firing', color: 10038562 }],
      username: 'u',
      avatar_url: 'https://x/y.png',
    });
  });

  it('is green when all have ended', async () => {
    await rehearse(discord, block('title: t\nmessage: m'), resolved);
    expect(service.last().json).toEqual({ content: '', embeds: [{ title: 't', description: 'm', color: 3066993 }] });
  });

  it('keeps to the limits', async () => {
    const long = (length: number): string => '长'.repeat(length);
    await rehearse(discord, block(`content: ${long(2001)}\ntitle: ${long(257)}\nmessage: ${long(4097)}`), firing);
    const { content, embeds } = service.last().json as {
      content: string;
      embeds: { title: string; description: string }[];
    };
    expect([content.length, embeds[0]?.title.length, embeds[0]?.description.length]).toEqual([2000, 256, 4096]);
  });

  it.each([
    [500, true],
    [429, true],
    [404, false],
  ])('status %i is retryable: %s', async (status, retryable) => {
    service.answer(() => ({ status, body: { message: 'no' } }));
    expect(await rehearse(discord, block(), firing)).toMatchObject([{ ok: false, retryable }]);
  });
});

describe('the block of Discord', () => {
  it.each([
    ['{}', 'one of webhook_url or webhook_url_file must be configured'],
    [
      '{webhook_url: "http://x", webhook_url_file: f}',
      'at most one of webhook_url & webhook_url_file must be configured',
    ],
  ])('%s: %s', (yaml, message) => {
    expect(readBlock(discord, yaml).errors).toEqual([message]);
  });
});
