import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordingService } from '../recording-service.ts';
import { startRecordingService } from '../recording-service.ts';
import { notificationOf, readBlock, rehearse } from '../rehearse.ts';
import { msteams } from './msteams.ts';

let service: RecordingService;
beforeEach(async () => {
  service = await startRecordingService();
  service.answer(() => ({ body: '1' }));
});
afterEach(() => service.close());

const firing = notificationOf([{ labels: { alertname: 'X' } }]);
const resolved = notificationOf([{ labels: { alertname: 'X' }, status: 'resolved' }]);
const block = (more = 'title: t\nsummary: s\ntext: "{{ .Status }}"'): string =>
  `webhook_url: ${service.url}/webhookb2/aaaa-bbbb\n${more}`;

describe('Microsoft Teams', () => {
  it.each([
    [firing, '8C1A1A', 'firing'],
    [resolved, '2DC72D', 'resolved'],
  ])('sends a message card', async (notification, themeColor, text) => {
    expect(await rehearse(msteams, block(), notification)).toEqual([{ ok: true, detail: 'status 200' }]);
    expect([service.last().method, service.last().path]).toEqual(['POST', '/webhookb2/aaaa-bbbb']);
    expect(service.last().json).toEqual({
      '@context': 'http://schema.org/extensions',
      type: 'MessageCard',
      title: 't',
      summary: 's',
      text,
      themeColor,
    });
  });

  it('stays below 28 KB', async () => {
    await rehearse(msteams, block(`text: ${'文'.repeat(20_000)}`), firing);
    expect(Buffer.byteLength(service.last().text)).toBeLessThan(28 * 1024);
  });

  it.each([
    [429, '', true],
    [503, '', true],
    [403, '', false],
    [200, 'Webhook message delivery failed with error: endpoint returned HTTP error 429 with ContextId x', true],
    [200, 'Webhook message delivery failed with error: endpoint returned HTTP error 413 with ContextId x', false],
  ])('status %i %s is retryable: %s', async (status, body, retryable) => {
    service.answer(() => ({ status, body }));
    expect(await rehearse(msteams, block(), firing)).toMatchObject([{ ok: false, retryable }]);
  });

  it('needs a webhook', () => {
    expect(readBlock(msteams, '{}').errors).toEqual(['one of webhook_url or webhook_url_file must be configured']);
  });
});
