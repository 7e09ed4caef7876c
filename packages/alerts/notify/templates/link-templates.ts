/**
 * Links of one alert; the dot holds `Alert` and `URL` (where Petrel is). They are the ones of links.ts. Each is empty where there is
 * nothing to lead to.
 */
export const LINK_TEMPLATES = `
{{ define "petrel.link.graph" }}{{ if .Alert.GeneratorURL }}{{ .Alert.GeneratorURL }}{{ else if .Alert.Annotations.expr }}{{ .URL }}/graph?g0.expr={{ .Alert.Annotations.expr | urlquery }}{{ end }}{{ end }}

{{ define "petrel.link.logs" }}{{ $labels := .Alert.Labels }}{{ if $labels.service }}{{ .URL }}/explore/logs?query={{ printf "{service=%q}" $labels.service | urlquery }}{{ else if $labels.service_name }}{{ .URL }}/explore/logs?query={{ printf "{service_name=%q}" $labels.service_name | urlquery }}{{ else if $labels.app }}{{ .URL }}/explore/logs?query={{ printf "{app=%q}" $labels.app | urlquery }}{{ else if $labels.job }}{{ .URL }}/explore/logs?query={{ printf "{job=%q}" $labels.job | urlquery }}{{ end }}{{ end }}

{{ define "petrel.link.trace" }}{{ if .Alert.Annotations.trace_id }}{{ .URL }}/explore/traces/{{ .Alert.Annotations.trace_id | urlquery }}{{ else if .Alert.Labels.trace_id }}{{ .URL }}/explore/traces/{{ .Alert.Labels.trace_id | urlquery }}{{ end }}{{ end }}

{{ define "petrel.link.runbook" }}{{ if match "(?i)^https?://" .Alert.Annotations.runbook_url }}{{ .Alert.Annotations.runbook_url }}{{ else if match "(?i)^https?://" .Alert.Annotations.runbook }}{{ .Alert.Annotations.runbook }}{{ end }}{{ end }}

{{ define "petrel.link.silence" }}{{ .URL }}/alerts/silences/new?filter={{ template "petrel.filter" .Alert.Labels }}{{ end }}

{{ define "petrel.link.alert" }}{{ .URL }}/alerts?filter={{ template "petrel.filter" .Alert.Labels }}{{ end }}

{{ define "petrel.filter" }}%7B{{ range $i, $pair := .SortedPairs }}{{ if $i }}%2C+{{ end }}{{ if match "^[a-zA-Z_][a-zA-Z0-9_]*$" $pair.Name }}{{ $pair.Name | urlquery }}{{ else }}{{ printf "%q" $pair.Name | urlquery }}{{ end }}%3D{{ printf "%q" $pair.Value | urlquery }}{{ end }}%7D{{ end }}
`;
