import { list, record } from '@petrel/config/schema/composite.ts';
import { boolean, path, url } from '@petrel/config/schema/scalars.ts';
import type { Table } from '@petrel/config/schema/schema.ts';
import { field, optional, table } from '@petrel/config/schema/schema.ts';
import type { HttpClientConfig } from '@petrel/http';
import type { GlobalConfig } from '../../config/global.ts';
import { httpConfig, httpConfigOf } from '../../config/http-config.ts';
import { exclusive, secretText, templated } from '../../config/secrets.ts';
import { inherited } from '../inherited.ts';
import type { IntegrationConfig } from '../integration.ts';

/** Who is called; every part is a template. */
export interface OpsgenieResponder {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  /** `team`, `teams` (a comma-separated list of names), `user`, `escalation`, `schedule`. */
  readonly type: string;
}

/** OpsGenie; every text is a template, the key as well. One of `apiKey` and `apiKeyFile` is there. */
export interface OpsgenieConfig extends IntegrationConfig {
  readonly http: HttpClientConfig;
  readonly apiKey?: string;
  readonly apiKeyFile?: string;
  readonly apiUrl: string;
  readonly message: string;
  readonly description: string;
  readonly source: string;
  readonly details: Readonly<Record<string, string>>;
  readonly entity: string;
  readonly responders: readonly OpsgenieResponder[];
  readonly actions: string;
  readonly tags: string;
  readonly note: string;
  readonly priority: string;
  readonly updateAlerts: boolean;
}

const RESPONDER_TYPES = '^(team|teams|user|escalation|schedule)$';

const responder = table<OpsgenieResponder>(
  'responder',
  {
    id: field('id', templated, '', 'Id of the responder.'),
    name: field('name', templated, '', 'Name of the responder; of type `teams`, names separated by commas.'),
    username: field('username', templated, '', 'User name of the responder.'),
    type: field('type', templated, '', '`team`, `teams`, `user`, `escalation` or `schedule`.'),
  },
  {
    check({ id, name, username, type }, report) {
      const shown = `{${id} ${name} ${username} ${type}}`;
      if (id === '' && name === '' && username === '') {
        report.error(
          'name',
          `opsGenieConfig responder ${shown} has to have at least one of id, username or name specified`,
        );
      }
      const valid = type.includes('{{') || /^(?:team|teams|user|escalation|schedule)$/.test(type.toLowerCase());
      if (!valid) {
        report.error('type', `opsGenieConfig responder ${shown} type does not match valid options ${RESPONDER_TYPES}`);
      }
    },
  },
);

/** A block of `opsgenie_configs`; the key and the URL may come from `global`. */
export function opsgenieTable(global: GlobalConfig): Table<OpsgenieConfig> {
  return table<OpsgenieConfig, OpsgenieConfig>(
    'opsgenie_config',
    {
      sendResolved: field('send_resolved', boolean, true, 'Tell of resolved alerts.'),
      http: field('http_config', httpConfig, global.http, 'How the API is reached.'),
      apiKey: optional('api_key', secretText, 'API key.'),
      apiKeyFile: optional('api_key_file', path, 'The same, in a file.'),
      apiUrl: field('api_url', url, global.opsgenieApiUrl, 'Root of the API.'),
      message: field('message', templated, '{{ template "opsgenie.default.message" . }}', 'Title; 130 characters.'),
      description: field(
        'description',
        templated,
        '{{ template "opsgenie.default.description" . }}',
        'What is the matter.',
      ),
      source: field('source', templated, '{{ template "opsgenie.default.source" . }}', 'A link back.'),
      details: field('details', record(templated), {}, 'Further pairs, beside the common labels.'),
      entity: field('entity', templated, '', 'The domain that the alert belongs to.'),
      responders: field('responders', list(responder), [], 'Who is responsible.'),
      actions: field('actions', templated, '', 'Actions, separated by commas.'),
      tags: field('tags', templated, '', 'Tags, separated by commas.'),
      note: field('note', templated, '', 'A note.'),
      priority: field('priority', templated, '', 'P1 to P5.'),
      updateAlerts: field('update_alerts', boolean, false, 'Change message and description of an alert that exists.'),
    },
    {
      check(config, report) {
        exclusive(report, 'api_key', 'api_key_file');
        if (Object.keys(keyOf(config, global)).length === 0)
          report.error('api_key', 'no global OpsGenie API Key set either inline or in a file');
      },
      finish: (config) => ({
        ...config,
        ...keyOf(config, global),
        http: httpConfigOf(global.http, config.http),
      }),
    },
  );
}

function keyOf({ apiKey, apiKeyFile }: OpsgenieConfig, { opsgenieApiKey, opsgenieApiKeyFile }: GlobalConfig) {
  return inherited({ apiKey, apiKeyFile }, { apiKey: opsgenieApiKey, apiKeyFile: opsgenieApiKeyFile });
}
