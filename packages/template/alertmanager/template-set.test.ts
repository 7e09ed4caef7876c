import { describe, expect, it } from 'vitest';
import { alertmanagerFunctions } from '../functions/alertmanager.ts';
import { marshalJson } from '../print/json.ts';
import { TemplateError } from '../template-error.ts';
import { createNotificationData } from './notification-data.ts';
import { TemplateSet } from './template-set.ts';

const data = createNotificationData({
  receiver: 'team.x',
  status: 'firing',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'A', b: '1', a: '2' },
      annotations: { s: '<x>' },
      startsAtMs: 0,
      fingerprint: 'f1',
    },
    { status: 'resolved', labels: { alertname: 'A', b: '2', a: '2' }, annotations: { s: '<x>' } },
  ],
  groupLabels: { alertname: 'A' },
  externalUrl: 'http://am',
  routeLabels: { one: '{{ .Status }}', two: '{{ routeLabels "one" }}!', loop: '{{ routeLabels "loop" }}' },
});

function text(template: string): string {
  return new TemplateSet().executeText(template, data);
}

describe('notification data', () => {
  it.each([
    ['{{ .Receiver }} {{ .Status }} {{ .ExternalURL }}', 'team\\.x firing http://am'],
    ['{{ .Alerts | len }} {{ .Alerts.Firing | len }} {{ len .Alerts.Resolved }}', '2 1 1'],
    ['{{ .CommonLabels }} | {{ .CommonLabels.SortedPairs.Names | join "," }}', 'alertname=A, a=2 | alertname,a'],
    ['{{ (.CommonLabels.Remove .GroupLabels.Names).Values.Join ":" }}', '2'],
    ['{{ .CommonLabels.Remove (stringSlice "a") }}', 'alertname=A'],
    ['{{ range .CommonAnnotations.SortedPairs }}{{ .Name }}={{ .Value }}{{ end }}', 's=<x>'],
    ['{{ (index .Alerts 0).StartsAt.Format "15:04" }} {{ (index .Alerts 1).StartsAt.IsZero }}', '00:00 true'],
    ['{{ .CommonLabels.nope }}|{{ .GroupLabels.alertname }}', '|A'],
    ['{{ routeLabels "two" }} {{ routeLabels "none" }}', 'firing! '],
  ])('answers %s', (template, output) => {
    expect(text(template)).toBe(output);
  });

  it('is the JSON of a webhook', () => {
    expect(marshalJson(data)).toContain(
      '{"receiver":"team\\\\.x","status":"firing","alerts":[{"status":"firing","labels":{"a":"2","alertname":"A","b":"1"},' +
        '"annotations":{"s":"\\u003cx\\u003e"},"startsAt":"1970-01-01T00:00:00Z","endsAt":"0001-01-01T00:00:00Z"',
    );
  });

  it('finds route labels that need each other', () => {
    expect(() => text('{{ routeLabels "loop" }}')).toThrow('route label cycle detected: loop -> loop');
  });
});

describe('functions', () => {
  it.each([
    ['{{ title "hELLO wORLD foo-bar" }}', 'Hello World Foo-Bar'],
    ['{{ "a b" | base64encode | base64decode }} {{ urlUnescape "a+b%2F" }}', 'a b a b/'],
    ['{{ dict "b" 1 "a" (list 1 "x") | toJson }}', '{"a":[1,"x"],"b":1}'],
    ['{{ append (list 1) 2 3 }} {{ stringSlice "a" "b" | join "-" }}', '[1 2 3] a-b'],
    [
      '{{ toDate "2006" "x" | date "2006" }} {{ toDate "2006-01-02" "2024-05-06" | tz "Asia/Tokyo" | date "15 MST" }}',
      '0001 09 JST',
    ],
    ['{{ humanizeDuration 90 }}', '1m 30s'],
  ])('has those of %s', (template, output) => {
    expect(text(template)).toBe(output);
  });

  it.each([
    ['{{ list "a" | join "," }}', 'wrong type for value; expected []string; got []interface {}'],
    ['{{ safeHtml "a" | toUpper }}', 'wrong type for value; expected string; got template.HTML'],
    ['{{ base64decode "%%%%" }}', 'illegal base64 data at input byte 0'],
    ['{{ urlUnescape "%zz" }}', 'invalid URL escape "%zz"'],
  ])('refuses %s', (template, message) => {
    expect(() => text(template)).toThrow(message);
  });

  it('takes its clock from outside', () => {
    const functions = alertmanagerFunctions({ nowMs: () => 5_400_000 });
    expect(
      new TemplateSet({ functions }).executeText('{{ since (index .Alerts 0).StartsAt }} {{ now.Unix }}', data),
    ).toBe('1h30m0s 5400');
  });
});

describe('TemplateSet', () => {
  it('lets later files replace what earlier ones define', () => {
    const set = new TemplateSet();
    set.parse('a.tmpl', '{{ define "x" }}1{{ end }}{{ define "y" }}{{ template "x" . }}{{ end }}');
    set.parse('b.tmpl', '{{ define "x" }}2{{ end }}{{ define "y" }} {{ end }}');
    expect(set.execute('y', null)).toBe('2');
    expect(set.definedNames).toContain('y');
  });

  it('forgets what a text defines', () => {
    const set = new TemplateSet();
    set.parse('a', '{{ define "x" }}1{{ end }}');
    expect(set.executeText('{{ define "x" }}2{{ end }}{{ template "x" }}', null)).toBe('2');
    expect(set.executeText('{{ template "x" }}', null)).toBe('1');
    expect(() => set.execute('nope', null)).toThrow('template: no template "nope" associated with template ""');
  });

  it('clones apart', () => {
    const set = new TemplateSet();
    set.parse('a', '{{ define "x" }}1{{ end }}');
    const copy = set.clone();
    copy.parse('b', '{{ define "x" }}2{{ end }}');
    expect([set.execute('x', null), copy.execute('x', null)]).toEqual(['1', '2']);
  });

  it('escapes HTML and only there', () => {
    const set = new TemplateSet();
    set.parse('a', '{{ define "x" }}<b>{{ .CommonAnnotations.s }}</b>{{ end }}');
    expect(set.executeHtml('{{ template "x" . }}', data)).toBe('<b>&lt;x&gt;</b>');
    expect(set.executeText('{{ template "x" . }}', data)).toBe('<b><x></b>');
    expect(set.executeNamedHtml('x', data)).toBe('<b>&lt;x&gt;</b>');
  });

  it('adds nothing of a file that does not parse', () => {
    const set = new TemplateSet();
    expect(() => set.parse('a.tmpl', '{{ define "x" }}1{{ end }}{{')).toThrow(TemplateError);
    expect(() => set.parse('a.tmpl', '\n{{')).toThrow('template: a.tmpl:2: unclosed action');
    expect(set.definedNames).toEqual([]);
    expect(() => set.check('{{ nope }}')).toThrow('function "nope" not defined');
  });
});
