import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordingService } from '../recording-service.ts';
import { echoOf, startRecordingService } from '../recording-service.ts';
import { EXTERNAL_URL, notificationOf, readBlock, rehearse } from '../rehearse.ts';
import { webhook } from './webhook.ts';
import { goTime } from './webhook-message.ts';

let service: RecordingService;

beforeEach(async () => {
  service = await startRecordingService();
});

afterEach(() => service.close());

const FIRING = {
  labels: { alertname: 'HighErrorRate', service: 'order <1>' },
  annotations: { summary: 'too many & more' },
  generatorUrl: 'http://prom/graph?g0.expr=up&g0.tab=1',
};
const RESOLVED = { ...FIRING, labels: { ...FIRING.labels, instance: 'b' }, status: 'resolved' as const };

describe('webhooks', () => {
  it("post Alertmanager's message, byte for byte", async () => {
    const notification = notificationOf([FIRING, RESOLVED], { routeLabels: { owner: '{{ .Receiver }}!' } });
    const [outcome] = await rehearse(webhook, `url: ${service.url}/hook?a=1`, notification);
    expect(outcome).toEqual({ ok: true, detail: 'status 200' });
    const { method, path, query, headers, text } = service.last();
    expect([method, path, query.get('a')]).toEqual(['POST', '/hook', '1']);
    expect(headers['content-type']).toBe('application/json');
    expect(headers['user-agent']).toBe('Petrel/0.1.0');
    const [first, second] = notificationOf([FIRING, RESOLVED]).alerts;
    const generator = 'http://prom/graph?g0.expr=up\\u0026g0.tab=1';
    expect(text).toBe(
      '{"receiver":"team-x","status":"firing","alerts":[' +
        '{"status":"firing","labels":{"alertname":"HighErrorRate","service":"order \\u003c1\\u003e"},"annotations":{"summary":"too many \\u0026 more"},' +
        `"startsAt":"2026-08-22T09:20:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"${generator}","fingerprint":"${first?.fingerprint}"},` +
        '{"status":"resolved","labels":{"alertname":"HighErrorRate","instance":"b","service":"order \\u003c1\\u003e"},"annotations":{"summary":"too many \\u0026 more"},' +
        `"startsAt":"2026-08-22T09:20:00Z","endsAt":"2026-08-22T09:29:00Z","generatorURL":"${generator}","fingerprint":"${second?.fingerprint}"}],` +
        '"notification_reason":"first notification","groupLabels":{"alertname":"HighErrorRate"},"commonLabels":{"alertname":"HighErrorRate","service":"order \\u003c1\\u003e"},' +
        `"commonAnnotations":{"summary":"too many \\u0026 more"},"routeLabels":{"owner":"team-x!"},"externalURL":"${EXTERNAL_URL}","version":"4",` +
        '"groupKey":"{}:{alertname=\\"HighErrorRate\\"}","truncatedAlerts":0}\n',
    );
  });

  it('write times as Go does', () => {
    expect(goTime(Date.UTC(2024, 0, 1, 10, 20, 30))).toBe('2024-01-01T10:20:30Z');
    expect(goTime(Date.UTC(2024, 0, 1, 10, 20, 30, 120))).toBe('2024-01-01T10:20:30.12Z');
    expect(goTime(Date.UTC(2024, 0, 1, 10, 20, 30, 5))).toBe('2024-01-01T10:20:30.005Z');
  });

  it('leave out alerts beyond max_alerts and count them', async () => {
    const other = { labels: { alertname: 'HighErrorRate', x: '1' } };
    await rehearse(webhook, `url: ${service.url}\nmax_alerts: 1`, notificationOf([RESOLVED, other, other]));
    expect(service.last().json).toMatchObject({
      truncatedAlerts: 2,
      status: 'resolved',
      commonLabels: RESOLVED.labels,
    });
  });

  it('expand the URL, read it from a file, and refuse what is none', async () => {
    await rehearse(webhook, `url: '${service.url}/{{ .Receiver }}'`, notificationOf([FIRING]));
    expect(service.last().path).toBe('/team-x');
    const folder = await mkdtemp(join(tmpdir(), 'petrel-webhook-'));
    writeFileSync(join(folder, 'url'), `${service.url}/file\n`);
    await rehearse(webhook, `url_file: ${folder}/url`, notificationOf([FIRING]));
    expect(service.last().path).toBe('/file');
    await rm(folder, { recursive: true });
    const [missing] = await rehearse(webhook, `url_file: ${folder}/url`, notificationOf([FIRING]));
    expect(missing).toMatchObject({ ok: false, retryable: false });
    const [none] = await rehearse(webhook, `url: '{{ .CommonLabels.nothing }}'`, notificationOf([FIRING]));
    expect(none).toEqual({ ok: false, retryable: false, error: "the webhook's url is empty after templating" });
  });

  it('send a payload of their own', async () => {
    const yaml = `url: ${service.url}
payload:
  text: '{{ .CommonAnnotations.summary }}'
  count: '{{ len .Alerts }}'
  labels: '{{ .CommonLabels | toJson }}'
  '{{ .Receiver }}': [a, 'true', null]
`;
    await rehearse(webhook, yaml, notificationOf([FIRING]));
    expect(service.last().json).toEqual({
      text: 'too many & more',
      count: 1,
      labels: FIRING.labels,
      'team-x': ['a', true, null],
    });
  });

  it('say which failures are worth another attempt', async () => {
    const attempt = async (status: number) => {
      service.answer(() => ({ status, body: 'because', headers: { 'Retry-After': '30' } }));
      const [outcome] = await rehearse(webhook, `url: ${service.url}`, notificationOf([FIRING]));
      return outcome;
    };
    expect(await attempt(204)).toMatchObject({ ok: true });
    expect(await attempt(503)).toEqual({
      ok: false,
      retryable: true,
      error: 'unexpected status code 503 (Retry-After: 30): because',
    });
    expect(await attempt(404)).toEqual({ ok: false, retryable: false, error: 'unexpected status code 404: because' });
    expect(await attempt(429)).toMatchObject({ ok: false, retryable: false });
    const [refused] = await rehearse(webhook, 'url: http://127.0.0.1:1/hook', notificationOf([FIRING]));
    expect(refused).toMatchObject({ ok: false, retryable: true });
    expect(JSON.stringify(refused)).toContain('ECONNREFUSED');
  });

  it('follow redirects, but not in circles', async () => {
    service.answer(() => ({ status: 302, headers: { Location: `${service.url}/again` } }));
    const [redirected] = await rehearse(webhook, `url: ${service.url}`, notificationOf([FIRING]));
    expect(redirected).toMatchObject({ ok: false, retryable: true });
  });

  it('show no credentials', async () => {
    service.answer((request) => ({ status: 400, body: echoOf(request) }));
    const host = service.url.replace('http://', '');
    const yaml = `url: http://user:hunter22@${host}/T0123456789/secret-path?token=tok-en
http_config:
  http_headers: { X-Api-Key: { secrets: [header-secret] } }
`;
    const [outcome] = await rehearse(webhook, yaml, notificationOf([FIRING]));
    expect(outcome).toMatchObject({ ok: false, retryable: false });
    const text = JSON.stringify(outcome);
    for (const secret of ['hunter22', 'T0123456789', 'secret-path', 'tok-en', 'header-secret', btoa('user:hunter22')]) {
      expect(text).not.toContain(secret);
    }
  });

  it('need a URL', () => {
    expect(readBlock(webhook, 'send_resolved: false').errors).toEqual(['one of url or url_file must be configured']);
    expect(readBlock(webhook, 'url: http://a\nurl_file: b').errors).toEqual([
      'at most one of url & url_file must be configured',
    ]);
    expect(readBlock(webhook, "url: '<webhook>'")).toMatchObject({ config: undefined, errors: [] });
  });
});
