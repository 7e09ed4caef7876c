import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordingService } from '../recording-service.ts';
import { startRecordingService } from '../recording-service.ts';
import { notificationOf, readBlock, rehearse } from '../rehearse.ts';
import { msteamsV2 } from './msteamsv2.ts';

let service: RecordingService;
beforeEach(async () => {
  service = await startRecordingService();
  service.answer(() => ({ status: 202 }));
});
afterEach(() => service.close());

const firing = notificationOf([{ labels: { alertname: 'X' } }]);
const resolved = notificationOf([{ labels: { alertname: 'X' }, status: 'resolved' }]);
const block = (more = 'title: t\ntext: "{{ .Status }}"'): string =>
  `webhook_url: ${service.url}/workflows/abc?sig=0123456789\n${more}`;

describe('Microsoft Teams by workflow', () => {
  it.each([
    [firing, 'Attention', 'firing'],
    [resolved, 'Good', 'resolved'],
  ])('sends an adaptive card', async (notification, color, text) => {
    expect(await rehearse(msteamsV2, block(), notification)).toEqual([{ ok: true, detail: 'status 202' }]);
    expect([service.last().path, service.last().query.get('sig')]).toEqual(['/workflows/abc', '0123456789']);
    expect(service.last().json).toEqual({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: {
            $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
            type: 'AdaptiveCard',
            version: '1.2',
            body: [
              { type: 'TextBlock', text: 't', weight: 'Bolder', size: 'Medium', wrap: true, style: 'heading', color },
              { type: 'TextBlock', text, wrap: true },
            ],
            msteams: { width: 'full' },
          },
        },
      ],
    });
  });

  it('stays below 28 KB', async () => {
    await rehearse(msteamsV2, block(`text: ${'文'.repeat(20_000)}`), firing);
    expect(Buffer.byteLength(service.last().text)).toBeLessThan(28 * 1024);
  });

  it.each([
    [429, true],
    [500, true],
    [400, false],
  ])('status %i is retryable: %s', async (status, retryable) => {
    service.answer(() => ({ status }));
    expect(await rehearse(msteamsV2, block(), firing)).toMatchObject([{ ok: false, retryable }]);
  });

  it('inherits the global proxy beside its own http_config', () => {
    const global = { http: { proxyUrl: 'http://proxy.example.com:3128' } };
    const yaml = '{webhook_url: "http://x", http_config: {follow_redirects: true}}';
    expect(readBlock(msteamsV2, yaml, global).config?.http).toMatchObject({
      proxyUrl: 'http://proxy.example.com:3128',
      followRedirects: true,
    });
  });
});
