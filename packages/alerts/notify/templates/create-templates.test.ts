import { TemplateError } from '@petrel/template';
import { describe, expect, it } from 'vitest';
import { createMessage } from '../message-data.ts';
import type { AlertSketch } from '../rehearse.ts';
import { EXTERNAL_URL, notificationOf, rehearsalTools } from '../rehearse.ts';
import type { TemplateOptions } from './create-templates.ts';
import { createTemplates } from './create-templates.ts';
import { HTML_ALERT_LIMIT } from './html-templates.ts';
import { TEXT_ALERT_LIMIT } from './text-templates.ts';

const FULL: AlertSketch = {
  labels: { alertname: 'HighErrorRate', service: 'order', severity: 'critical', priority: 'P0' },
  annotations: {
    summary: 'Error rate is <b>7 %</b>',
    description: 'For five minutes',
    value: '0.07',
    impact: 'Orders fail',
    action: 'Roll back',
    runbook_url: 'https://wiki/run',
    trace_id: '4bf92f',
    expr: 'a > b',
  },
};
const RESOLVED: AlertSketch = { labels: { alertname: 'Down', severity: 'warning' }, status: 'resolved' };

function messageOf(alerts: readonly AlertSketch[], options: Partial<TemplateOptions> = {}) {
  const templates = createTemplates({ language: 'en', files: [], externalUrl: EXTERNAL_URL, ...options });
  return createMessage(notificationOf(alerts), { ...rehearsalTools(), templates });
}

function show(name: string, alerts: readonly AlertSketch[], options: Partial<TemplateOptions> = {}): string {
  return messageOf(alerts, options).render(`{{ template "${name}" . }}`);
}

const html = (alerts: readonly AlertSketch[], options: Partial<TemplateOptions> = {}): string =>
  messageOf(alerts, options).renderHtml('{{ template "email.default.html" . }}');

const WELL_KNOWN = `__subject __description __alertmanager __alertmanagerURL slack.default.title slack.default.username
slack.default.fallback slack.default.callbackid slack.default.pretext slack.default.titlelink slack.default.iconemoji
slack.default.iconurl slack.default.text slack.default.footer slack.default.color email.default.subject email.default.html
pagerduty.default.description pagerduty.default.client pagerduty.default.clientURL opsgenie.default.message
opsgenie.default.description opsgenie.default.source wechat.default.message wechat.default.to_user
wechat.default.to_party wechat.default.to_tag wechat.default.agent_id victorops.default.state_message
victorops.default.entity_display_name victorops.default.monitoring_tool pushover.default.title pushover.default.message
pushover.default.url sns.default.subject sns.default.message telegram.default.message discord.default.content
discord.default.title discord.default.message webex.default.message msteams.default.summary msteams.default.title
msteams.default.text msteamsv2.default.title msteamsv2.default.text jira.default.summary jira.default.description
jira.default.priority rocketchat.default.title rocketchat.default.alias rocketchat.default.titlelink
rocketchat.default.emoji rocketchat.default.iconurl rocketchat.default.text mattermost.default.color
mattermost.default.username mattermost.default.title mattermost.default.titlelink mattermost.default.fallback
mattermost.default.text`.split(/\s+/);

describe('default templates', () => {
  it.each(['en', 'zh'] as const)('define what configurations of Alertmanager refer to (%s)', (language) => {
    for (const name of WELL_KNOWN) expect(() => show(name, [FULL, RESOLVED], { language }), name).not.toThrow();
  });

  it('say first what happened and what to do, then where to look, then what it is called', () => {
    const text = show('petrel.text', [FULL, RESOLVED]);
    const order = ['Firing (1)', FULL.annotations?.summary, 'Value: 0.07', 'Impact: Orders fail', 'Do: Roll back'];
    const links = ['Runbook: https://wiki/run', 'Graph: ', 'Logs: ', 'Trace: ', 'Silence: '];
    const places = [...order, ...links, 'Labels: alertname=HighErrorRate', 'Resolved (1)', '- Down'].map((part) =>
      text.indexOf(part as string),
    );
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBe(0);
  });

  it('put the state, the group and what the alerts share into the subject', () => {
    expect(show('__subject', [FULL])).toBe('[FIRING:1] HighErrorRate (P0 order critical)');
    expect(show('__subject', [{ ...FULL, status: 'resolved' }], { language: 'zh' })).toBe(
      '[已恢复] HighErrorRate (P0 order critical)',
    );
    expect(show('__subject', [FULL, FULL, RESOLVED], { language: 'zh' })).toBe('[告警中:2] HighErrorRate');
  });

  it('let nobody call a channel in Slack', () => {
    const alert = { ...FULL, annotations: { summary: '<!channel> & co' } };
    expect(show('slack.default.text', [alert])).toContain('*&lt;!channel&gt; &amp; co*');
  });

  it('give Jira the priority of the worst alert that fires', () => {
    const priority = (severity: string, status: 'firing' | 'resolved' = 'firing') =>
      show('jira.default.priority', [RESOLVED, { labels: { alertname: 'A', severity }, status }]);
    expect(['critical', 'warning', 'info'].map((severity) => priority(severity))).toEqual(['High', 'Medium', 'Low']);
    expect(priority('critical', 'resolved')).toBe('Low');
  });

  it('colour mails by severity, then priority, and green when it is over', () => {
    const colors = (alert: AlertSketch): string | undefined => /width="6" bgcolor="([^"]+)"/.exec(html([alert]))?.[1];
    const of = (labels: Record<string, string>) => colors({ labels: { alertname: 'A', ...labels } });
    expect(of({ severity: 'critical' })).toBe(of({ priority: 'P0' }));
    expect(of({ severity: 'warning' })).toBe(of({ priority: 'P2' }));
    expect(
      new Set([
        of({ severity: 'critical' }),
        of({ severity: 'error' }),
        of({ severity: 'warning' }),
        of({ severity: 'info' }),
        colors(RESOLVED),
      ]).size,
    ).toBe(5);
    expect(of({ severity: 'whatever' })).toBe(of({}));
  });

  it('escape what alerts say in mails, links included', () => {
    const alert = { ...FULL, generatorUrl: 'javascript:alert(1)', labels: { ...FULL.labels, x: '"><script>' } };
    const page = html([alert]);
    expect(page).toContain('Error rate is &lt;b&gt;7 %&lt;/b&gt;');
    expect(page).not.toContain('<script>');
    expect(page).not.toContain('javascript:');
    for (const [, link] of page.matchAll(/href="([^"#]+)"/g)) {
      expect(URL.canParse((link as string).replaceAll('&amp;', '&')), link).toBe(true);
    }
    const silence = /href="([^"]*silences\/new[^"]*)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(new URL(silence).searchParams.get('filter')).toBe(
      '{alertname="HighErrorRate", priority="P0", service="order", severity="critical", x="\\"><script>"}',
    );
  });

  it('write out a bounded number of alerts and count the rest', () => {
    const many = Array.from({ length: 200 }, (_, i) => ({
      ...FULL,
      labels: { ...FULL.labels, instance: `host-${i}:9100` },
    }));
    const page = html(many);
    expect(page.length).toBeLessThan(102_000);
    expect(page.match(/instance=host-/g)).toHaveLength(HTML_ALERT_LIMIT);
    expect(page).toContain(`… ${200 - HTML_ALERT_LIMIT} more`);
    const text = show('petrel.text', many);
    expect(text.match(/instance=host-\d+:9100,/g)).toHaveLength(TEXT_ALERT_LIMIT);
    expect(text).toContain(`… ${200 - TEXT_ALERT_LIMIT} more: ${EXTERNAL_URL}/alerts?receiver=team-x`);
    expect(html([FULL])).not.toContain(' more</a>');
  });

  it('give way to the users’ own', () => {
    const files = [
      {
        name: 'a.tmpl',
        text: '{{ define "__subject" }}first{{ end }}{{ define "mine" }}{{ template "petrel.url" }}{{ end }}',
      },
      { name: 'b.tmpl', text: '{{ define "__subject" }}{{ .Status }} by b{{ end }}' },
    ];
    expect(show('slack.default.title', [FULL], { files })).toBe('firing by b');
    expect(show('mine', [FULL], { files })).toBe(EXTERNAL_URL);
    expect(html([FULL], { files })).toContain('firing by b');
    const broken = [{ name: 'broken.tmpl', text: '{{ define "x" }}' }];
    expect(() => show('__subject', [FULL], { files: broken })).toThrow(TemplateError);
    expect(() => show('__subject', [FULL], { files: broken })).toThrow(/broken\.tmpl/);
  });
});
