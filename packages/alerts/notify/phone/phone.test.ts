import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordingService } from '../recording-service.ts';
import { startRecordingService } from '../recording-service.ts';
import type { AlertSketch } from '../rehearse.ts';
import { EXTERNAL_URL, notificationOf, readBlock, rehearse } from '../rehearse.ts';
import { phone } from './phone.ts';

let service: RecordingService;
beforeEach(async () => {
  service = await startRecordingService();
});
afterEach(() => service.close());

const ALERT: AlertSketch = {
  labels: { alertname: 'ServiceDown', service: 'order', severity: 'critical' },
  annotations: { summary: '服务宕机\n详见 https://wiki.example.com/x 页面' },
};
const block = (more = ''): string => `url: ${service.url}/v1/phone-call\nto: ['+8613800001111']\n${more}`;
const sent = (): Record<string, unknown> => service.last().json as Record<string, unknown>;

describe('a phone call', () => {
  it('says whom to call, what to read and of what', async () => {
    expect(await rehearse(phone, block(), notificationOf([ALERT]), { language: 'zh' })).toEqual([
      { ok: true, detail: 'called 1: status 200' },
    ]);
    expect([service.last().method, service.last().path]).toEqual(['POST', '/v1/phone-call']);
    expect(sent()).toEqual({
      to: ['+8613800001111'],
      text: '告警中：服务宕机 详见 页面',
      language: 'zh-CN',
      priority: 'critical',
      status: 'firing',
      group_key: '{}:{alertname="HighErrorRate"}',
      group_labels: { alertname: 'HighErrorRate' },
      receiver: 'team-x',
      external_url: EXTERNAL_URL,
      alerts: [
        {
          status: 'firing',
          labels: ALERT.labels,
          annotations: ALERT.annotations,
          startsAt: '2026-08-22T09:20:00.000Z',
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: '',
          fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
        },
      ],
      truncated_alerts: 0,
    });
  });

  it('reads three alerts at most and passes on what the gateway wants', async () => {
    const many = ['a', 'b', 'c', 'd', 'e'].map((alertname) => ({ labels: { alertname } }));
    const yaml = block(`
to: ['{{ .GroupLabels.alertname }}, 110', '110', '{{ .CommonLabels.nobody }}']
repeat: 3
voice: xiaoyun
language: en-GB
priority: '{{ .Status }}-high'
max_alerts: 2
fields: { tts_code: 'TTS_{{ .Receiver }}' }`).replace("to: ['+8613800001111']\n", '');
    await rehearse(phone, yaml, notificationOf(many));
    expect(sent()).toMatchObject({
      to: ['HighErrorRate', '110'],
      text: 'Firing: a; b; c; 2 more',
      repeat: 3,
      voice: 'xiaoyun',
      language: 'en-GB',
      priority: 'firing-high',
      tts_code: 'TTS_team-x',
      truncated_alerts: 3,
    });
    expect(sent().alerts).toHaveLength(2);
  });

  it('keeps the sentence short', async () => {
    await rehearse(phone, block(`text: '${'嗯'.repeat(600)}'`), notificationOf([ALERT]));
    expect(Array.from(sent().text as string)).toHaveLength(500);
  });

  it('fails for good when there is nobody to call', async () => {
    const [outcome] = await rehearse(
      phone,
      `url: ${service.url}\nto: ['{{ .CommonLabels.x }}']`,
      notificationOf([ALERT]),
    );
    expect(outcome).toMatchObject({ ok: false, retryable: false });
    expect(service.requests).toHaveLength(0);
  });

  it.each([
    [500, true],
    [429, true],
    [408, true],
    [400, false],
  ])('status %i is retryable: %s', async (status, retryable) => {
    service.answer(() => ({ status }));
    expect(await rehearse(phone, block(), notificationOf([ALERT]))).toMatchObject([{ ok: false, retryable }]);
  });
});

describe('the block of a phone call', () => {
  it.each([
    ['{to: [a]}', 'one of url or url_file must be configured'],
    ['{url: "http://x"}', 'missing to in phone_config: nobody would be called'],
    ['{url: "http://x", url_file: f, to: [a]}', 'at most one of url & url_file must be configured'],
    ['{url: "http://x", to: [a], fields: {text: x}}', 'text is set already: take another name'],
  ])('%s: %s', (yaml, message) => {
    expect(readBlock(phone, yaml).errors).toEqual([message]);
  });

  it('does not call for resolved alerts unless it is asked to', () => {
    expect(readBlock(phone, '{url: "http://x", to: [a]}').config?.sendResolved).toBe(false);
  });
});
