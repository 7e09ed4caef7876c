/** So many alerts of a state are written out in a mail; the rest is a number and a link. Gmail cuts mails off at 102 KB. */
export const HTML_ALERT_LIMIT = 25;

const FONT = "font-family:-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei',Helvetica,Arial,sans-serif";
const LINK = 'color:#0b57d0;text-decoration:none';
const BUTTON =
  'color:#0b57d0;text-decoration:none;border:1px solid #c4cbd3;border-radius:4px;padding:3px 9px;white-space:nowrap';
const LABEL = 'background-color:#eef1f4;border-radius:3px;padding:1px 6px';

/** Severities and priorities in the words that rules use, worst first, each with its colour. */
const SEVERITIES: readonly { readonly pattern: string; readonly color: string }[] = [
  { pattern: '(?i)^(critical|crit|fatal|emergency|disaster|page|p0)$', color: '#b3261e' },
  { pattern: '(?i)^(error|high|major|p1)$', color: '#d1490b' },
  { pattern: '(?i)^(warning|warn|medium|average|p2)$', color: '#b26a00' },
  { pattern: '(?i)^(info|information|low|minor|notice|p3|p4)$', color: '#1967d2' },
];
const FIRING_COLOR = '#b3261e';
const RESOLVED_COLOR = '#1e7e34';

const match = (label: string): string =>
  SEVERITIES.map(
    ({ pattern, color }, i) => `{{ ${i === 0 ? 'if' : 'else if'} match "${pattern}" .Labels.${label} }}${color}`,
  ).join('');

/** The dot is an alert; the label `severity` decides, then `priority`. Also what chats colour their messages with. */
const COLORS = `
{{ define "petrel.color" }}{{ if eq .Status "resolved" }}${RESOLVED_COLOR}{{ else if .Labels.severity }}${match('severity')}{{ else }}${FIRING_COLOR}{{ end }}{{ else }}${match('priority')}{{ else }}${FIRING_COLOR}{{ end }}{{ end }}{{ end }}
`;

const colorCell = (color: string): string =>
  `<td width="6" bgcolor="${color}" style="width:6px;background-color:${color};font-size:0;line-height:0">&nbsp;</td>`;

/** A table cell of each colour: mail programs that drop style sheets still show \`bgcolor\`. */
const BAR = `
{{ define "petrel.html.bar" }}{{ if eq .Status "resolved" }}${colorCell(RESOLVED_COLOR)}{{ else if .Labels.severity }}${barBy('severity')}{{ else }}${barBy('priority')}{{ end }}{{ end }}
`;

function barBy(label: string): string {
  const cells = SEVERITIES.map(
    ({ pattern, color }, i) =>
      `{{ ${i === 0 ? 'if' : 'else if'} match "${pattern}" .Labels.${label} }}${colorCell(color)}`,
  );
  return `${cells.join('')}{{ else }}${colorCell(FIRING_COLOR)}{{ end }}`;
}

/** The font comes from the cell around it. */
const row = (word: string, value: string): string =>
  `<div><span style="color:#59636e">{{ template "petrel.word.${word}" }}{{ template "petrel.word.colon" }}</span>${value}</div>`;

const annotation = (word: string): string => `{{ with .Alert.Annotations.${word} }}${row(word, '{{ . }}')}{{ end }}`;

const button = (condition: string, word: string, target: string): string =>
  `{{ if ${condition} }}<a href="${target}" style="${BUTTON}">{{ template "petrel.word.${word}" }}</a> {{ end }}`;

/** Inside an attribute the escaper knows which part of a URL it is in, so these are written out instead of calling petrel.link.*. */
const LOGS = ['service', 'service_name', 'app', 'job'];
const logsButton = (i = 0): string => {
  const label = LOGS[i];
  if (label === undefined) return '';
  const target = `{{ .URL }}/explore/logs?query={{ printf "{${label}=%q}" .Alert.Labels.${label} }}`;
  return `{{ if .Alert.Labels.${label} }}<a href="${target}" style="${BUTTON}">{{ template "petrel.word.logs" }}</a> {{ else }}${logsButton(i + 1)}{{ end }}`;
};

const BUTTONS = [
  button('.Alert.GeneratorURL', 'graph', '{{ .Alert.GeneratorURL }}'),
  button(
    'and .Alert.Annotations.expr (not .Alert.GeneratorURL)',
    'graph',
    '{{ .URL }}/graph?g0.expr={{ .Alert.Annotations.expr }}',
  ),
  logsButton(),
  button('.Alert.Annotations.trace_id', 'trace', '{{ .URL }}/explore/traces/{{ .Alert.Annotations.trace_id }}'),
  button(
    'and .Alert.Labels.trace_id (not .Alert.Annotations.trace_id)',
    'trace',
    '{{ .URL }}/explore/traces/{{ .Alert.Labels.trace_id }}',
  ),
  button('match "(?i)^https?://" .Alert.Annotations.runbook_url', 'runbook', '{{ .Alert.Annotations.runbook_url }}'),
  button(
    'and (match "(?i)^https?://" .Alert.Annotations.runbook) (not (match "(?i)^https?://" .Alert.Annotations.runbook_url))',
    'runbook',
    '{{ .Alert.Annotations.runbook }}',
  ),
  `{{ if eq .Alert.Status "firing" }}<a href="{{ .URL }}/alerts/silences/new?filter=%7B{{ range $i, $pair := .Alert.Labels.SortedPairs }}{{ if $i }}%2C%20{{ end }}{{ if match "^[a-zA-Z_][a-zA-Z0-9_]*$" $pair.Name }}{{ $pair.Name }}{{ else }}{{ printf "%q" $pair.Name }}{{ end }}%3D{{ printf "%q" $pair.Value }}{{ end }}%7D" style="${BUTTON}">{{ template "petrel.word.silence" }}</a>{{ end }}`,
].join('');

const TIME =
  '{{ if eq .Alert.Status "firing" }}{{ template "petrel.word.since" }}{{ template "petrel.word.colon" }}{{ .Alert.StartsAt | date "2006-01-02 15:04:05 MST" }}{{ else }}{{ template "petrel.word.until" }}{{ template "petrel.word.colon" }}{{ .Alert.EndsAt | date "2006-01-02 15:04:05 MST" }}{{ end }}';

const ALERT = `
{{ define "petrel.alert.html" }}<tr><td style="padding:0 20px 12px 20px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;border:1px solid #d8dee4">
<tr>{{ template "petrel.html.bar" .Alert }}<td style="padding:12px 16px;background-color:#ffffff;${FONT};font-size:14px;line-height:21px;color:#1f2328">
<div style="font-size:16px;line-height:23px;font-weight:600">{{ template "petrel.summary.text" .Alert }}</div>
${annotation('value')}${annotation('impact')}${annotation('action')}{{ if not (match "(?i)^https?://" .Alert.Annotations.runbook) }}${annotation('runbook')}{{ end }}{{ if and .Alert.Annotations.summary .Alert.Annotations.description }}<div style="color:#3d444d">{{ .Alert.Annotations.description }}</div>{{ end }}
<div style="padding:8px 0 4px 0;font-size:13px;line-height:28px">${BUTTONS}</div>
<div style="font-size:12px;line-height:20px;color:#59636e">${TIME}</div>
<div style="font-family:Consolas,Menlo,monospace;font-size:12px;line-height:22px;color:#3d444d">{{ range .Alert.Labels.SortedPairs }}<span style="${LABEL}">{{ .Name }}={{ .Value }}</span> {{ end }}</div>
</td></tr></table>
</td></tr>
{{ end }}
`;

const heading = (state: 'firing' | 'resolved', color: string): string =>
  `<tr><td style="padding:8px 20px 8px 20px;${FONT};font-size:14px;line-height:21px;font-weight:600;color:${color}">{{ template "petrel.word.${state}" }} ({{ . | len }})</td></tr>`;

const group = (state: 'firing' | 'resolved', list: string, color: string): string => `{{ with .Alerts.${list} }}
${heading(state, color)}
 {{- range $i, $alert := . }}{{ if lt $i ${HTML_ALERT_LIMIT} }}{{ template "petrel.alert.html" (dict "Alert" $alert "URL" $.ExternalURL) }}{{ end }}{{ end }}
{{ if gt (len .) ${HTML_ALERT_LIMIT} }}<tr><td style="padding:0 20px 12px 20px;${FONT};font-size:14px;line-height:21px;color:#1f2328"><a href="{{ $.ExternalURL }}/alerts?receiver={{ $.Receiver }}" style="${LINK}">… {{ len (slice . ${HTML_ALERT_LIMIT}) }} {{ template "petrel.word.more" }}</a></td></tr>{{ end }}
{{ end }}`;

const head = (color: string): string =>
  `<td bgcolor="${color}" style="padding:16px 20px;background-color:${color};${FONT};font-size:18px;line-height:26px;font-weight:600;color:#ffffff">{{ template "__subject" . }}</td>`;

const PAGE = `
{{ define "petrel.html" }}<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>{{ template "__subject" . }}</title>
</head>
<body bgcolor="#f3f5f7" style="margin:0;padding:0;background-color:#f3f5f7">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#f3f5f7">
<tr><td align="center" style="padding:20px 8px">
<table role="presentation" width="680" cellpadding="0" cellspacing="0" border="0" bgcolor="#ffffff" style="width:100%;max-width:680px;background-color:#ffffff;border:1px solid #d8dee4">
<tr>{{ if eq .Status "firing" }}${head(FIRING_COLOR)}{{ else }}${head(RESOLVED_COLOR)}{{ end }}</tr>
<tr><td style="height:8px;font-size:0;line-height:0">&nbsp;</td></tr>
${group('firing', 'Firing', FIRING_COLOR)}
${group('resolved', 'Resolved', RESOLVED_COLOR)}
<tr><td style="padding:8px 20px 20px 20px;${FONT};font-size:12px;line-height:18px;color:#59636e"><a href="{{ .ExternalURL }}/alerts?receiver={{ .Receiver }}" style="${LINK}">{{ template "petrel.word.all" }}</a> · {{ template "petrel.word.sentBy" }} {{ .Receiver }}</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
{{ end }}
`;

/** `petrel.html`, a whole page for a mail, and what it is made of; `petrel.color`. Tables and inline styles, as Outlook and Gmail want. */
export const HTML_TEMPLATES = [COLORS, BAR, ALERT, PAGE].join('\n');
