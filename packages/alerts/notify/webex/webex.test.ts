import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordingService } from '../recording-service.ts';
import { startRecordingService } from '../recording-service.ts';
import { notificationOf, readBlock, rehearse } from '../rehearse.ts';
import { webex } from './webex.ts';

let service: RecordingService;
beforeEach(async () => {
  service = await startRecordingService();
});
afterEach(() => service.close());

const firing = notificationOf([{ labels: { alertname: 'X' } }]);
const block = (message = "'**{{ .Status }}**'"): string => `
api_url: ${service.url}/v1/messages
room_id: 'room-{{ .Receiver }}'
message: ${message}
http_config: { authorization: { credentials: bot-token-123 } }
`;

describe('Webex', () => {
  it('writes to the room', async () => {
    expect(await rehearse(webex, block(), firing)).toEqual([{ ok: true, detail: 'status 200' }]);
    const { method, path, headers, json } = service.last();
    expect([method, path, headers.authorization]).toEqual(['POST', '/v1/messages', 'Bearer bot-token-123']);
    expect(json).toEqual({ markdown: '**firing**', roomId: 'room-team-x' });
  });

  it('cuts the text at 7439 bytes, between characters', async () => {
    await rehearse(webex, block('字'.repeat(3000)), firing);
    const { markdown } = service.last().json as { markdown: string };
    expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(7439);
    expect(Buffer.byteLength(markdown)).toBeGreaterThan(7430);
    expect(markdown.endsWith('字…')).toBe(true);
  });

  it.each([
    [500, true],
    [429, true],
    [401, false],
  ])('status %i is retryable: %s', async (status, retryable) => {
    service.answer(() => ({ status }));
    expect(await rehearse(webex, block(), firing)).toMatchObject([{ ok: false, retryable }]);
  });

  it.each([
    ['{http_config: {authorization: {credentials: abcd}}}', ['missing room_id on webex_config']],
    ['{room_id: r}', ['missing webex_configs.http_config.authorization']],
    ['{room_id: r, http_config: {basic_auth: {username: u}}}', ['missing webex_configs.http_config.authorization']],
  ])('%s: %s', (yaml, messages) => {
    expect(readBlock(webex, yaml).errors).toEqual(messages);
  });
});
