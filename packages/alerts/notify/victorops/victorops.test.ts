import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordingService } from '../recording-service.ts';
import { startRecordingService } from '../recording-service.ts';
import { notificationOf, readBlock, rehearse } from '../rehearse.ts';
import { victorops } from './victorops.ts';

let service: RecordingService;
beforeEach(async () => {
  service = await startRecordingService();
});
afterEach(() => service.close());

const firing = notificationOf([{ labels: { alertname: 'X', kind: 'INFO' } }]);
const resolved = notificationOf([{ labels: { alertname: 'X' }, status: 'resolved' }]);
const block = (more = ''): string => `
api_url: ${service.url}/alert
api_key: vo-key-12345
routing_key: 'team {{ .Receiver }}?'
state_message: '{{ len .Alerts }}'
entity_display_name: name
monitoring_tool: tool
${more}`;

describe('VictorOps', () => {
  it('sends the alert with key and routing key in the path', async () => {
    const yaml = block("custom_fields: { Zone: '{{ .Receiver }}' }");
    expect(await rehearse(victorops, yaml, firing)).toEqual([{ ok: true, detail: 'CRITICAL: status 200' }]);
    const request = service.last();
    expect([request.method, request.path]).toEqual(['POST', '/alert/vo-key-12345/team%20team-x%3F']);
    expect(request.json).toEqual({
      Zone: 'team-x',
      entity_display_name: 'name',
      entity_id: createHash('sha256').update(firing.groupKey).digest('hex'),
      message_type: 'CRITICAL',
      monitoring_tool: 'tool',
      state_message: '1',
    });
  });

  it.each([
    ["message_type: '{{ .CommonLabels.kind }}'", firing, 'INFO'],
    ['message_type: WARNING', firing, 'WARNING'],
    ['message_type: ACKNOWLEDGEMENT', firing, 'CRITICAL'],
    ['message_type: INFO', resolved, 'RECOVERY'],
  ])('%s', async (more, notification, expected) => {
    await rehearse(victorops, block(more), notification);
    expect(service.last().json).toMatchObject({ message_type: expected });
  });

  it('cuts the state message at 20480 characters', async () => {
    await rehearse(victorops, block().replace(/state_message: .*/, `state_message: ${'x'.repeat(20_481)}`), firing);
    const { state_message: text } = service.last().json as { state_message: string };
    expect([text.length, text.at(-1)]).toEqual([20_480, '…']);
  });

  it.each([
    [500, true],
    [429, true],
    [400, false],
  ])('status %i is retryable: %s', async (status, retryable) => {
    service.answer(() => ({ status }));
    expect(await rehearse(victorops, block(), firing)).toMatchObject([{ ok: false, retryable }]);
  });
});

describe('the block of VictorOps', () => {
  it.each([
    ['{api_key: abcd}', 'missing Routing key in VictorOps config'],
    ['{routing_key: r}', 'no global VictorOps API Key set'],
    ['{routing_key: r, api_key: abcd, api_key_file: f}', 'at most one of api_key & api_key_file must be configured'],
    [
      '{routing_key: r, custom_fields: {entity_id: x}}',
      'victorOps config contains custom field entity_id which cannot be used as it conflicts with the fixed/static fields',
    ],
  ])('%s: %s', (yaml, message) => {
    expect(readBlock(victorops, yaml).errors).toEqual([message]);
  });
});
