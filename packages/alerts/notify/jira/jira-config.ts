import { list } from '@petrel/config/schema/composite.ts';
import { boolean, duration, string, url } from '@petrel/config/schema/scalars.ts';
import type { Table, Type } from '@petrel/config/schema/schema.ts';
import { field, optional, table } from '@petrel/config/schema/schema.ts';
import type { HttpClientConfig } from '@petrel/http';
import type { GlobalConfig } from '../../config/global.ts';
import { httpConfig, httpConfigOf } from '../../config/http-config.ts';
import { templated } from '../../config/secrets.ts';
import { inherited } from '../inherited.ts';
import type { IntegrationConfig } from '../integration.ts';
import type { TemplatedValue } from '../templated-value.ts';
import { templatedValue } from '../templated-value.ts';

export type JiraApiType = 'auto' | 'cloud' | 'datacenter';

/** A field of the issue that is a text. */
export interface JiraText {
  readonly template: string;
  /** Also when the issue exists already. */
  readonly enableUpdate: boolean;
}

/** Labels besides the one that names the group. */
export interface JiraLabels {
  readonly values: readonly string[];
  readonly enableUpdate: boolean;
}

/** A project of Jira; credentials stand in `http`. */
export interface JiraConfig extends IntegrationConfig {
  readonly http: HttpClientConfig;
  /** With the version: `https://company.atlassian.net/rest/api/2/`. */
  readonly apiUrl: string;
  readonly apiType: JiraApiType;
  readonly project: string;
  readonly issueType: string;
  readonly summary: JiraText;
  readonly description: JiraText;
  readonly labels: JiraLabels;
  readonly priority: string;
  readonly reopenTransition: string;
  readonly resolveTransition: string;
  readonly wontFixResolution: string;
  /** 0: closed issues are not opened again. */
  readonly reopenDurationMs: number;
  /** A map; what stands in it goes into the issue as it is, its texts expanded. */
  readonly fields: TemplatedValue;
}

interface Raw extends Omit<JiraConfig, 'apiUrl' | 'apiType'> {
  readonly apiUrl?: string;
  readonly apiType: string;
}

const textTable = table<JiraText>('jira_field_config', {
  template: field('template', templated, '', 'What stands in the field.'),
  enableUpdate: field('enable_update', boolean, true, 'Also when the issue exists already.'),
});

/** A template, or a map that says besides whether an existing issue is changed. */
const text: Type<JiraText> = {
  ...textTable,
  decode: (node, place) =>
    node.kind === 'scalar' ? { template: node.text, enableUpdate: true } : textTable.decode(node, place),
};

const labelsTable = table<JiraLabels>('jira_labels_config', {
  values: field('values', list(templated), [], 'The labels.'),
  enableUpdate: field('enable_update', boolean, true, 'Also when the issue exists already.'),
});

const labels: Type<JiraLabels> = {
  ...labelsTable,
  decode(node, place) {
    if (node.kind !== 'list') return labelsTable.decode(node, place);
    const values = list(templated).decode(node, place);
    return typeof values === 'symbol' ? values : { values, enableUpdate: true };
  },
};

const preset = (name: string): JiraText => ({
  template: `{{ template "jira.default.${name}" . }}`,
  enableUpdate: true,
});

/** A block of `jira_configs`; the API's URL may come from `global`. */
export function jiraTable(global: GlobalConfig): Table<JiraConfig> {
  return table<Raw, JiraConfig>(
    'jira_config',
    {
      sendResolved: field('send_resolved', boolean, true, 'Tell of resolved alerts.'),
      http: field('http_config', httpConfig, global.http, 'How the API is reached; holds the credentials.'),
      apiUrl: optional('api_url', url, 'Root of the API, with its version; default `global.jira_api_url`.'),
      apiType: field('api_type', string, 'auto', '`auto`, `cloud` or `datacenter`.'),
      project: field('project', templated, '', 'Key of the project; required.'),
      issueType: field('issue_type', templated, '', 'Such as `Bug`; required.'),
      summary: field('summary', text, preset('summary'), 'Title; 255 characters.'),
      description: field('description', text, preset('description'), 'Text; 32767 characters. JSON with version 3.'),
      labels: field('labels', labels, { values: [], enableUpdate: true }, 'Labels.'),
      priority: field('priority', templated, '{{ template "jira.default.priority" . }}', 'Priority.'),
      reopenTransition: field('reopen_transition', string, '', 'The transition that opens an issue again.'),
      resolveTransition: field('resolve_transition', string, '', 'The transition that resolves an issue.'),
      wontFixResolution: field('wont_fix_resolution', string, '', 'Issues with this resolution are left alone.'),
      reopenDurationMs: field('reopen_duration', duration, 0, 'For how long a closed issue is opened again.'),
      fields: field('fields', templatedValue, {}, 'Further fields.'),
    },
    {
      check(config, report) {
        if (config.project === '') report.error('project', 'missing project in jira_config');
        else if (config.issueType === '') report.error('issue_type', 'missing issue_type in jira_config');
        if (!isApiType(config.apiType))
          report.error('api_type', 'unknown api_type on jira_config, must be auto, cloud or datacenter');
        if (config.apiUrl === undefined && global.jiraApiUrl === undefined)
          report.error('api_url', 'no global Jira Cloud URL set');
      },
      finish: (config) => ({
        ...config,
        apiUrl: inherited({ url: config.apiUrl }, { url: global.jiraApiUrl }).url ?? '',
        apiType: isApiType(config.apiType) ? config.apiType : 'auto',
        http: httpConfigOf(global.http, config.http),
      }),
    },
  );
}

function isApiType(value: string): value is JiraApiType {
  return value === 'auto' || value === 'cloud' || value === 'datacenter';
}
