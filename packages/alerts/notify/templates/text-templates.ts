/** So many alerts of a group are written out in chats and texts, which have limits of a few thousand characters. */
export const TEXT_ALERT_LIMIT = 20;

interface Markup {
  /** Of the templates: `petrel.text`, `petrel.alert.text`. */
  readonly name: string;
  /** Templates around the heading of a group and the summary of an alert. */
  readonly strong: (inner: string) => string;
  /** A link, given the word template's name and the link template's name; the dot of both is the alert's. */
  readonly link: (word: string, target: string) => string;
  readonly lineBreak: string;
  readonly bullet: string;
  /** A pipeline's end that takes the meaning from what alerts say; '' where nothing has one. */
  readonly escaping: string;
}

const word = (name: string): string => `{{ template "petrel.word.${name}" }}`;
const colon = word('colon');
const call = (name: string): string => `{{ template "petrel.link.${name}" . }}`;

/** What Slack wants to be escaped: else a label could call a whole channel. */
const SLACK_ESCAPE = ' | reReplaceAll "&" "&amp;" | reReplaceAll "<" "&lt;" | reReplaceAll ">" "&gt;"';

const MARKUPS: readonly Markup[] = [
  {
    name: 'text',
    strong: (inner) => inner,
    link: (name, target) => `${name}${colon}${target}`,
    lineBreak: '\n',
    bullet: '- ',
    escaping: '',
  },
  {
    name: 'markdown',
    strong: (inner) => `**${inner}**`,
    link: (name, target) => `[${name}](${target})`,
    lineBreak: '  \n',
    bullet: '- ',
    escaping: '',
  },
  {
    // Slack's own: one asterisk, links in angle brackets.
    name: 'mrkdwn',
    strong: (inner) => `*${inner}*`,
    link: (name, target) => `<${target}|${name}>`,
    lineBreak: '\n',
    bullet: '• ',
    escaping: SLACK_ESCAPE,
  },
];

/** Which links an alert has, in their order, and the condition under which each is there. */
const LINKS: readonly { readonly name: string; readonly condition: string }[] = [
  { name: 'graph', condition: 'or .Alert.GeneratorURL .Alert.Annotations.expr' },
  {
    name: 'logs',
    condition: 'or .Alert.Labels.service .Alert.Labels.service_name .Alert.Labels.app .Alert.Labels.job',
  },
  { name: 'trace', condition: 'or .Alert.Annotations.trace_id .Alert.Labels.trace_id' },
  { name: 'silence', condition: 'eq .Alert.Status "firing"' },
];

const TITLE =
  '{{ define "petrel.title" }}[{{ template "petrel.status" . }}]{{ range .GroupLabels.SortedPairs.Values }} {{ . }}{{ end }}{{ with .CommonLabels.Remove .GroupLabels.Names }} ({{ .Values | join " " }}){{ end }}{{ end }}';

/** The first that an alert has; the dot is the alert. */
function summaryTemplate(name: string, escaping: string): string {
  const sources = ['.Annotations.summary', '.Annotations.description', '.Annotations.message', '.Labels.alertname'];
  const branches = sources.map(
    (source, i) => `{{ ${i === 0 ? 'if' : 'else if'} ${source} }}{{ ${source}${escaping} }}`,
  );
  return `{{ define "petrel.summary.${name}" }}${branches.join('')}{{ end }}{{ end }}`;
}

/** `petrel.title`, and `petrel.text`, `petrel.markdown`, `petrel.mrkdwn` with a template for one alert each (dot: `Alert` and `URL`). */
export const TEXT_TEMPLATES = [
  TITLE,
  ...MARKUPS.flatMap((markup) => [
    summaryTemplate(markup.name, markup.escaping),
    groupsTemplate(markup),
    alertTemplate(markup),
  ]),
].join('\n');

function groupsTemplate(markup: Markup): string {
  const group = (state: 'firing' | 'resolved', list: string): string =>
    `{{ with .Alerts.${list} }}${markup.strong(`${word(state)} ({{ . | len }})`)}
{{ range $i, $alert := . }}{{ if lt $i ${TEXT_ALERT_LIMIT} }}{{ template "petrel.alert.${markup.name}" (dict "Alert" $alert "URL" $.ExternalURL) }}{{ end }}{{ end }}{{ if gt (len .) ${TEXT_ALERT_LIMIT} }}… {{ len (slice . ${TEXT_ALERT_LIMIT}) }} ${word('more')}${colon}{{ template "__alertmanagerURL" $ }}
{{ end }}{{ end }}`;
  return `{{ define "petrel.${markup.name}" }}${group('firing', 'Firing')}${group('resolved', 'Resolved')}{{ end }}`;
}

/** First what has happened and what to do, then where to look, then what it is called. */
function alertTemplate({ name, strong, link, lineBreak, bullet, escaping }: Markup): string {
  const line = (label: string, annotation: string): string =>
    `{{ with .Alert.Annotations.${annotation} }}${word(label)}${colon}{{ .${escaping} }}${lineBreak}{{ end }}`;
  const runbook = `{{ if match "(?i)^https?://" .Alert.Annotations.runbook_url }}${link(word('runbook'), call('runbook'))}${lineBreak}{{ else }}${line('runbook', 'runbook')}{{ end }}`;
  const description = `{{ if and .Alert.Annotations.summary .Alert.Annotations.description }}{{ .Alert.Annotations.description${escaping} }}${lineBreak}{{ end }}`;
  const time = (label: string, when: string): string =>
    `${word(label)}${colon}{{ .Alert.${when} | date "2006-01-02 15:04:05 MST" }}`;
  const times = `{{ if eq .Alert.Status "firing" }}${time('since', 'StartsAt')}{{ else }}${time('until', 'EndsAt')}{{ end }}${lineBreak}`;
  const labels = `${word('labels')}${colon}{{ range $i, $pair := .Alert.Labels.SortedPairs }}{{ if $i }}, {{ end }}{{ $pair.Name }}={{ $pair.Value${escaping} }}{{ end }}\n\n`;
  return [
    `{{ define "petrel.alert.${name}" }}`,
    `${bullet}${strong(`{{ template "petrel.summary.${name}" .Alert }}`)}${lineBreak}`,
    line('value', 'value'),
    line('impact', 'impact'),
    line('action', 'action'),
    runbook,
    description,
    linkLine(name, link, lineBreak),
    times,
    labels,
    '{{ end }}',
  ].join('');
}

/** In texts a line for each link, since URLs are long; else all in one. */
function linkLine(name: string, link: Markup['link'], lineBreak: string): string {
  if (name === 'text') {
    return LINKS.map(
      (one) => `{{ if ${one.condition} }}${link(word(one.name), call(one.name))}${lineBreak}{{ end }}`,
    ).join('');
  }
  const links = LINKS.map(
    (one) =>
      `{{ if ${one.condition} }}{{ $separator }}${link(word(one.name), call(one.name))}{{ $separator = " · " }}{{ end }}`,
  );
  return `{{ $separator := "" }}${links.join('')}{{ if $separator }}${lineBreak}{{ end }}`;
}
