import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordingService } from '../recording-service.ts';
import { echoOf, startRecordingService } from '../recording-service.ts';
import { EXTERNAL_URL, notificationOf, readBlock, rehearse } from '../rehearse.ts';
import { pagerduty } from './pagerduty.ts';

let service: RecordingService;

beforeEach(async () => {
  service = await startRecordingService();
  service.answer(() => ({ status: 202, body: { status: 'success' } }));
});

afterEach(() => service.close());

const ALERT = { labels: { alertname: 'HighErrorRate', service: 'order' }, annotations: { summary: 'Too many' } };
const firing = notificationOf([ALERT]);
const resolved = notificationOf([{ ...ALERT, status: 'resolved' }]);
const KEY = createHash('sha256').update(firing.groupKey).digest('hex');

describe('PagerDuty', () => {
  it('sends events of version 2, byte for byte', async () => {
    const yaml = `
routing_key: '{{ .CommonLabels.service }}-key'
url: ${service.url}/v2/enqueue
severity: '{{ if eq .Status "firing" }}critical{{ end }}'
class: c
component: co
group: g
details: { firing: '', resolved: '', num_firing: '{{ .Alerts.Firing | len }}', num_resolved: x, own: '{{ .CommonLabels | toJson }}' }
images: [{ src: s, alt: a, href: h }, { src: '{{ .CommonLabels.none }}', alt: gone }]
links: [{ href: '{{ .ExternalURL }}', text: Petrel }, { href: '', text: gone }]
`;
    const [outcome] = await rehearse(pagerduty, yaml, firing);
    expect(outcome).toEqual({ ok: true, detail: `status 202, dedup key ${KEY}` });
    const { path, text } = service.last();
    expect(path).toBe('/v2/enqueue');
    expect(text).toBe(
      `{"routing_key":"order-key","dedup_key":"${KEY}","event_action":"trigger","payload":{"summary":"[FIRING:1] HighErrorRate (order)","source":"Petrel","severity":"critical",` +
        '"class":"c","component":"co","group":"g","custom_details":{"firing":null,"num_firing":1,"num_resolved":"x","own":{"alertname":"HighErrorRate","service":"order"},"resolved":null}},' +
        `"client":"Petrel","client_url":"${EXTERNAL_URL}/alerts?receiver=team-x","images":[{"src":"s","alt":"a","href":"h"}],"links":[{"href":"${EXTERNAL_URL}","text":"Petrel"}]}\n`,
    );
  });

  it('resolves the incident that it opened, with the alerts in the details', async () => {
    await rehearse(pagerduty, `routing_key: k123\nurl: ${service.url}\nsource: s`, [firing, resolved]);
    const [opened, closed] = service.requests.map(({ json }) => json as Record<string, Record<string, unknown>>);
    expect(opened?.dedup_key).toBe(closed?.dedup_key);
    expect([opened?.event_action, closed?.event_action]).toEqual(['trigger', 'resolve']);
    expect(closed?.payload).toMatchObject({
      source: 's',
      severity: 'error',
      summary: '[RESOLVED] HighErrorRate (order)',
    });
    expect(closed?.payload?.custom_details).toMatchObject({
      firing: [],
      num_firing: 0,
      num_resolved: 1,
      resolved: [{ status: 'resolved', labels: ALERT.labels, annotations: ALERT.annotations }],
    });
  });

  it('sends events of version 1 with a service key', async () => {
    const yaml = `service_key: k1234\nurl: ${service.url}/v1\ndetails: { firing: f, resolved: r, num_firing: n, num_resolved: m }`;
    await rehearse(pagerduty, yaml, [firing, resolved]);
    const details = '"details":{"firing":"f","num_firing":"n","num_resolved":"m","resolved":"r"}';
    expect(service.requests.map(({ text }) => text)).toEqual([
      `{"service_key":"k1234","incident_key":"${KEY}","event_type":"trigger","description":"[FIRING:1] HighErrorRate (order)","event_action":"","payload":null,` +
        `"client":"Petrel","client_url":"${EXTERNAL_URL}/alerts?receiver=team-x",${details}}\n`,
      `{"service_key":"k1234","incident_key":"${KEY}","event_type":"resolve","description":"[RESOLVED] HighErrorRate (order)","event_action":"","payload":null,${details}}\n`,
    ]);
  });

  it('knows where version 1 lives', () => {
    const urlOf = (yaml: string, pagerdutyUrl?: string) =>
      readBlock(pagerduty, yaml, pagerdutyUrl === undefined ? {} : { pagerdutyUrl }).config?.url;
    expect(urlOf('service_key: k')).toBe('https://events.pagerduty.com/generic/2010-04-15/create_event.json');
    expect(urlOf('routing_key: k')).toBe('https://events.pagerduty.com/v2/enqueue');
    expect(urlOf('service_key: k', 'http://mine/v1')).toBe('http://mine/v1');
    expect(urlOf('service_key: k\nurl: http://own/v1')).toBe('http://own/v1');
  });

  it('cuts summaries and leaves out details that are too large', async () => {
    const yaml = `routing_key: k123\nurl: ${service.url}\ndescription: '${'告'.repeat(1100)}'`;
    const large = notificationOf([{ ...ALERT, annotations: { summary: 'x'.repeat(600_000) } }]);
    await rehearse(pagerduty, yaml, large);
    const { payload } = service.last().json as { payload: { summary: string; custom_details: Record<string, string> } };
    expect(payload.summary).toBe(`${'告'.repeat(1023)}…`);
    expect(Object.keys(payload.custom_details)).toEqual(['error']);
    expect(service.last().text.length).toBeLessThan(512_000);
  });

  it('says which failures are worth another attempt', async () => {
    const attempt = async (status: number, key = 'routing_key', body: object | string = '') => {
      service.answer(() => ({ status, body }));
      return (await rehearse(pagerduty, `${key}: k1234\nurl: ${service.url}`, firing))[0];
    };
    expect(await attempt(429)).toMatchObject({ ok: false, retryable: true });
    expect(await attempt(500)).toMatchObject({ ok: false, retryable: true });
    expect(await attempt(403)).toMatchObject({ ok: false, retryable: false });
    expect(await attempt(403, 'service_key')).toMatchObject({ ok: false, retryable: true });
    expect(await attempt(429, 'service_key')).toMatchObject({ ok: false, retryable: false });
    expect(await attempt(400, 'routing_key', { message: 'Event object is invalid', errors: ['a', 'b'] })).toEqual({
      ok: false,
      retryable: false,
      error: 'unexpected status code 400: Event object is invalid: a,b',
    });
    const [empty] = await rehearse(pagerduty, `routing_key: '{{ .CommonLabels.x }}'\nurl: ${service.url}`, firing);
    expect(empty).toEqual({ ok: false, retryable: false, error: 'routing key cannot be empty' });
  });

  it('shows no credentials', async () => {
    service.answer((request) => ({ status: 400, body: echoOf(request) }));
    const yaml = `routing_key: R0123456789ABCDEF\nurl: ${service.url}\ndetails: { firing: '', resolved: '' }`;
    const [outcome] = await rehearse(pagerduty, yaml, firing);
    expect(service.last().text).toContain('R0123456789ABCDEF');
    expect(JSON.stringify(outcome)).not.toContain('R0123456789ABCDEF');
  });

  it('needs one key', () => {
    const errors = (yaml: string) => readBlock(pagerduty, yaml).errors;
    expect(errors('client: c')).toEqual(['missing service or routing key in PagerDuty config']);
    expect(errors('routing_key: a\nrouting_key_file: b')).toEqual([
      'at most one of routing_key & routing_key_file must be configured',
    ]);
    expect(errors('service_key: a\nservice_key_file: b')).toEqual([
      'at most one of service_key & service_key_file must be configured',
    ]);
    expect(errors("service_key: '<pagerduty-key>'")).toEqual([]);
  });
});
