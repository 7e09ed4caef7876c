import { Labels } from '@petrel/model';
import { describe, expect, it } from 'vitest';
import { linksOf } from './links.ts';
import { createMessage } from './message-data.ts';
import { notificationOf, rehearsalTools } from './rehearse.ts';

const BASE = 'https://petrel.example.com';

function alert(labels: Record<string, string>, annotations: Record<string, string> = {}, generatorUrl = '') {
  return { labels: Labels.of(labels), annotations: Labels.of(annotations), generatorUrl };
}

describe('links of an alert', () => {
  it('lead to graph, alert, silence, logs, trace and runbook', () => {
    const links = linksOf(
      alert(
        { alertname: 'High errors', service: 'order', 'http.code': '5"0' },
        { expr: 'rate(x[5m]) > 1', trace_id: 'abc', runbook_url: 'https://wiki/run book' },
      ),
      BASE,
    );
    const filter = '%7Balertname%3D%22High+errors%22%2C+%22http.code%22%3D%225%5C%220%22%2C+service%3D%22order%22%7D';
    expect(links).toEqual({
      graph: `${BASE}/graph?g0.expr=rate%28x%5B5m%5D%29+%3E+1`,
      alert: `${BASE}/alerts?filter=${filter}`,
      silence: `${BASE}/alerts/silences/new?filter=${filter}`,
      logs: `${BASE}/explore/logs?query=%7Bservice%3D%22order%22%7D`,
      trace: `${BASE}/explore/traces/abc`,
      runbook: 'https://wiki/run book',
    });
    expect(new URL(links.silence).searchParams.get('filter')).toBe(
      '{alertname="High errors", "http.code"="5\\"0", service="order"}',
    );
  });

  it('are left out where there is nothing to lead to', () => {
    const links = linksOf(alert({ alertname: 'A' }, { runbook: 'restart it' }), BASE);
    expect(Object.keys(links)).toEqual(['alert', 'silence']);
    expect(linksOf(alert({ alertname: 'A' }, { expr: 'up' }, 'http://prom/graph'), BASE).graph).toBe(
      'http://prom/graph',
    );
  });

  it('are the same in templates', () => {
    const cases = [
      {
        labels: { alertname: 'High errors', service: 'order', 'http.code': '5"0' },
        annotations: { expr: 'a b', trace_id: 'x/y' },
      },
      { labels: { alertname: '告警', job: 'ä&b', zone: 'a+b' }, annotations: { runbook: 'http://wiki' } },
      { labels: { Alpha: '1', alertname: 'A', trace_id: 't' }, annotations: {} },
    ];
    for (const sketch of cases) {
      const notification = notificationOf([sketch]);
      const message = createMessage(notification, rehearsalTools());
      const links = linksOf(notification.alerts[0]!, BASE);
      for (const name of ['graph', 'logs', 'trace', 'runbook', 'silence', 'alert'] as const) {
        const template = `{{ template "petrel.link.${name}" (dict "Alert" (index .Alerts 0) "URL" .ExternalURL) }}`;
        expect(message.render(template), name).toBe(links[name] ?? '');
      }
    }
  });
});
