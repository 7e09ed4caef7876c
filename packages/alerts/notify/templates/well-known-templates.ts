/** What stands behind each of the names that Alertmanager's configurations use: another template, or a text. */
const TEXTS: Readonly<Record<string, string>> = {
  __alertmanager: 'Petrel',
  __alertmanagerURL: '{{ .ExternalURL }}/alerts?receiver={{ .Receiver | urlquery }}',
  __subject: same('petrel.title'),
  __description: '',
  __text_alert_list: alertList('text'),
  __text_alert_list_markdown: alertList('markdown'),

  'discord.default.content': '',
  'discord.default.title': same('__subject'),
  'discord.default.message': same('petrel.markdown'),

  'email.default.subject': same('__subject'),
  'email.default.html': same('petrel.html'),
  'email.default.text': same('petrel.text'),

  'jira.default.summary': same('__subject'),
  'jira.default.description': same('petrel.text'),
  'jira.default.priority': jiraPriority(),

  'mattermost.default.color': chatColor(),
  'mattermost.default.username': same('__alertmanager'),
  'mattermost.default.title': same('__subject'),
  'mattermost.default.titlelink': same('__alertmanagerURL'),
  'mattermost.default.fallback': `${same('mattermost.default.title')} | ${same('mattermost.default.titlelink')}`,
  'mattermost.default.text': same('petrel.markdown'),

  'msteams.default.summary': same('__subject'),
  'msteams.default.title': same('__subject'),
  'msteams.default.text': same('petrel.markdown'),
  'msteamsv2.default.title': same('__subject'),
  'msteamsv2.default.text': same('petrel.markdown'),

  'opsgenie.default.message': same('__subject'),
  'opsgenie.default.description': same('petrel.text'),
  'opsgenie.default.source': same('__alertmanagerURL'),

  'pagerduty.default.description': same('__subject'),
  'pagerduty.default.client': same('__alertmanager'),
  'pagerduty.default.clientURL': same('__alertmanagerURL'),
  'pagerduty.default.instances': '{{ template "__text_alert_list" . }}',

  'pushover.default.title': same('__subject'),
  'pushover.default.message': same('petrel.text'),
  'pushover.default.url': same('__alertmanagerURL'),

  'rocketchat.default.title': same('__subject'),
  'rocketchat.default.alias': same('__alertmanager'),
  'rocketchat.default.titlelink': same('__alertmanagerURL'),
  'rocketchat.default.emoji': '',
  'rocketchat.default.iconurl': '',
  'rocketchat.default.text': same('petrel.markdown'),

  'slack.default.title': same('__subject'),
  'slack.default.username': same('__alertmanager'),
  'slack.default.fallback': `${same('slack.default.title')} | ${same('slack.default.titlelink')}`,
  'slack.default.callbackid': '',
  'slack.default.pretext': '',
  'slack.default.titlelink': same('__alertmanagerURL'),
  'slack.default.iconemoji': '',
  'slack.default.iconurl': '',
  'slack.default.text': same('petrel.mrkdwn'),
  'slack.default.footer': '',
  'slack.default.color': chatColor(),

  'sns.default.subject': same('__subject'),
  'sns.default.message': same('petrel.text'),

  'telegram.default.message': `${same('__subject')}\n${same('petrel.text')}`,

  'victorops.default.state_message': same('petrel.text'),
  'victorops.default.entity_display_name': same('__subject'),
  'victorops.default.monitoring_tool': same('__alertmanager'),

  'webex.default.message': `${same('__subject')}\n${same('petrel.markdown')}`,

  'wechat.default.message': `${same('__subject')}\n${same('petrel.text')}`,
  'wechat.default.to_user': '',
  'wechat.default.to_party': '',
  'wechat.default.to_tag': '',
  'wechat.default.agent_id': '',
};

/** The names that Alertmanager's own defaults define: what users' template files refer to, and override. */
export const WELL_KNOWN_TEMPLATES = Object.entries(TEXTS)
  .map(([name, text]) => `{{ define "${name}" }}${text}{{ end }}`)
  .join('\n');

function same(name: string): string {
  return `{{ template "${name}" . }}`;
}

/** Those two take a list of alerts, which knows no external URL: labels, annotations and the source of each. */
function alertList(markup: 'text' | 'markdown'): string {
  const bullet = markup === 'text' ? ' - ' : '\n- ';
  const pairs = (list: string): string =>
    `{{ range .${list}.SortedPairs }}${bullet}{{ .Name }} = {{ .Value }}\n{{ end }}`;
  return `{{ range . }}Labels:\n${pairs('Labels')}Annotations:\n${pairs('Annotations')}Source: {{ .GeneratorURL }}\n\n{{ end }}`;
}

/** Slack's and Mattermost's names of colours. */
function chatColor(): string {
  return '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}';
}

/** Jira's own priorities, by the worst severity among the alerts that fire. */
function jiraPriority(): string {
  return `{{ $worst := "Low" }}{{ range .Alerts.Firing }}{{ if or ${severe('critical|page', 'P0')} }}{{ $worst = "High" }}{{ else if and (eq $worst "Low") (or ${severe('error|warning', 'P[12]')}) }}{{ $worst = "Medium" }}{{ end }}{{ end }}{{ $worst }}`;
}

function severe(severities: string, priorities: string): string {
  return `(match "(?i)^(${severities})$" .Labels.severity) (match "(?i)^${priorities}$" .Labels.priority)`;
}
