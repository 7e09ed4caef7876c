import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  compileTemplate,
  createAlerts,
  createNotificationData,
  expand,
  GoTime,
  type NotificationAlert,
  type QuerySample,
  TemplateError,
  TemplateSet,
} from './index.ts';

const root = fileURLToPath(new URL('../../../shared/conformance/', import.meta.url));

/** JSON with Go's numbers: whole ones are ints, but where one of an array has a point, all are floats. */
function readGoJson(path: string): unknown {
  const text = readFileSync(path, 'utf8');
  const marked = text.replace(/("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g, (_, string, number) =>
    string === undefined ? `"\\u0000${number}"` : string,
  );
  return JSON.parse(marked, (_key, value: unknown) => {
    if (!Array.isArray(value)) return value;
    const isFloat = value.some((item) => isNumber(item) && item.includes('.'));
    return value.map((item) => (isNumber(item) ? (isFloat ? Number(item.slice(1)) : BigInt(item.slice(1))) : item));
  });
}

function isNumber(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('\u0000');
}

/** A number that stood alone: a float in Prometheus's samples, an int elsewhere. */
function number(value: unknown): number {
  return Number((value as string).slice(1));
}

function plain(value: unknown): unknown {
  if (isNumber(value)) return value.includes('.') ? number(value) : BigInt(value.slice(1));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

interface RuleCase {
  readonly text: string;
  readonly input?: unknown;
  readonly options?: readonly string[];
  readonly html_escaping?: boolean;
  readonly query_result?: readonly { labels: Record<string, string>; value: unknown }[];
  readonly fails?: boolean;
  readonly error?: string;
  readonly output?: string;
}

function sample(value: unknown): QuerySample['value'] {
  if (isNumber(value)) return number(value);
  const { count, sum } = (value as { native_histogram: { count: unknown; sum: unknown } }).native_histogram;
  const histogram = { count: number(count), sum: number(sum) };
  return { ...histogram, toString: () => `{count:${histogram.count}, sum:${histogram.sum}}` };
}

const rules = `${root}rules/templates.json`;

describe.skipIf(!existsSync(rules))('expansions of Prometheus', () => {
  if (!existsSync(rules)) {
    console.info('skipped: no conformance files');
    return;
  }
  const { cases } = readGoJson(rules) as { cases: RuleCase[] };
  it.each(cases.map((testCase, i) => [i, testCase.text, testCase] as const))('%i %s', async (_i, text, testCase) => {
    const { input, query_result: result, html_escaping: html = false } = testCase;
    const isSample = typeof input === 'object' && input !== null && 'value' in input;
    const missing = testCase.options?.find((option) => option.startsWith('missingkey='))?.slice('missingkey='.length);
    const run = expand(text, {
      name: 'test',
      html,
      data: isSample ? await sampleStruct(input.value) : plain(input),
      nowMs: 1353755652000,
      externalUrl: 'http://testhost:9090/path/prefix',
      query: async () => (result ?? []).map(({ labels, value }) => ({ labels, value: sample(value) })),
      missingKey: testCase.options === undefined ? 'zero' : ((missing as 'error' | undefined) ?? 'default'),
    });
    if (testCase.fails !== true) {
      expect(await run).toBe(testCase.output);
      return;
    }
    const error: unknown = await run.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TemplateError);
    if (testCase.error !== undefined) expect((error as TemplateError).message).toBe(testCase.error);
  });
});

/** The dot of a console may be a sample: the one that a query gives. */
async function sampleStruct(value: unknown): Promise<unknown> {
  const { queryResult } = await import('./functions/query-sample.ts');
  return queryResult([{ labels: {}, value: sample(value) }]).items[0];
}

interface NotificationCase {
  readonly name: string;
  readonly template: string;
  readonly html?: boolean;
  readonly data?: unknown;
  readonly output?: string;
  readonly fails?: boolean;
  readonly error?: string;
}

interface RawAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
}

function notificationDot(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return plain(data);
  if ('time' in data) return GoTime.fromUnixMs(Date.parse(data.time as string));
  if ('alerts' in data) return { Alerts: createAlerts((data.alerts as RawAlert[]).map(alertOf)) };
  if ('routeLabels' in data) {
    const { routeLabels, groupLabels = {} } = data as {
      routeLabels: Record<string, string>;
      groupLabels?: Record<string, string>;
    };
    return createNotificationData({
      ...{ receiver: 'r', status: 'firing', alerts: [], externalUrl: '' },
      ...{ groupLabels, routeLabels },
    });
  }
  return plain(data);
}

function alertOf(alert: RawAlert): NotificationAlert {
  return { status: alert.status, labels: alert.labels ?? null, annotations: alert.annotations ?? null };
}

const notifications = `${root}alertmanager/templates.json`;

describe.skipIf(!existsSync(notifications))('notifications of Alertmanager', () => {
  if (!existsSync(notifications)) {
    console.info('skipped: no conformance files');
    return;
  }
  const { cases } = readGoJson(notifications) as { cases: NotificationCase[] };
  it.each(cases.map((testCase, i) => [i, testCase.name, testCase] as const))('%i %s', (_i, _name, testCase) => {
    const set = new TemplateSet();
    const run = (): string => {
      const dot = notificationDot(testCase.data);
      return testCase.html ? set.executeHtml(testCase.template, dot) : set.executeText(testCase.template, dot);
    };
    if (testCase.fails !== true) expect(run()).toBe(testCase.output);
    else if (testCase.error === undefined) expect(run).toThrow(TemplateError);
    else expect(run).toThrow(testCase.error);
  });
});

const defaults = ['default.tmpl', 'email.tmpl'].map((file) => `${root}alertmanager/templates/${file}`);

describe.skipIf(!defaults.every((file) => existsSync(file)))("Alertmanager's own templates", () => {
  const set = new TemplateSet();
  for (const file of defaults.filter((path) => existsSync(path))) set.parse('', readFileSync(file, 'utf8'));
  const data = createNotificationData({
    receiver: 'team-x',
    status: 'firing',
    alerts: [
      {
        status: 'firing',
        labels: { alertname: 'Disk <full>', severity: 'critical', instance: 'a:1' },
        annotations: { summary: 'x & y' },
        startsAtMs: Date.UTC(2024, 0, 1),
        generatorUrl: 'javascript:alert(1)',
      },
      {
        status: 'resolved',
        labels: { alertname: 'Disk <full>', severity: 'critical', instance: 'b:1' },
        annotations: {},
        generatorUrl: 'http://prometheus/graph?g0.expr=up{a="b"}',
      },
    ],
    groupLabels: { alertname: 'Disk <full>' },
    externalUrl: 'http://am.example.com',
  });

  it('expands every text template', () => {
    const names = set.definedNames.filter((name) => name !== '');
    expect(names.length).toBeGreaterThan(50);
    for (const name of names) {
      const takesAlerts = name.startsWith('__text') || name === 'pagerduty.default.instances';
      expect(() => set.execute(name, takesAlerts ? data.values.Alerts : data)).not.toThrow();
    }
  });

  it('writes the subject', () => {
    expect(set.executeText('{{ template "__subject" . }}', data)).toBe('[FIRING:1] Disk <full> (critical)');
  });

  it('writes a mail that cannot be broken out of', () => {
    const mail = set.executeHtml('{{ template "email.default.html" . }}', data);
    expect(mail).toContain('<title>[FIRING:1] Disk &lt;full&gt; (critical)</title>');
    expect(mail).toContain('<a href="#ZgotmplZ"');
    expect(mail).toContain('href="http://prometheus/graph?g0.expr=up%7ba=%22b%22%7d"');
    expect(mail).toContain('href="http://am.example.com/#/alerts?receiver=team-x"');
    expect(mail).toContain('summary = x &amp; y');
    expect(mail).not.toContain('<full>');
  });

  it('gives Jira the priority of the worst alert', () => {
    expect(set.execute('jira.default.priority', data)).toBe('High');
  });
});

describe('compileTemplate', () => {
  it('parses without any functions of monitoring', () => {
    expect(compileTemplate('t', '{{.}}').execute('x')).toBe('x');
  });
});
