import { record } from '@petrel/config/schema/composite.ts';
import { boolean, path, url } from '@petrel/config/schema/scalars.ts';
import type { Table } from '@petrel/config/schema/schema.ts';
import { field, optional, table } from '@petrel/config/schema/schema.ts';
import type { HttpClientConfig } from '@petrel/http';
import type { GlobalConfig } from '../../config/global.ts';
import { httpConfig, httpConfigOf } from '../../config/http-config.ts';
import { exclusive, secretText, templated } from '../../config/secrets.ts';
import { inherited } from '../inherited.ts';
import type { IntegrationConfig } from '../integration.ts';

/** A team of Splunk On-Call; one of `apiKey` and `apiKeyFile` is there. */
export interface VictoropsConfig extends IntegrationConfig {
  readonly http: HttpClientConfig;
  readonly apiKey?: string;
  readonly apiKeyFile?: string;
  readonly apiUrl: string;
  readonly routingKey: string;
  readonly messageType: string;
  readonly stateMessage: string;
  readonly entityDisplayName: string;
  readonly monitoringTool: string;
  readonly customFields: Readonly<Record<string, string>>;
}

const RESERVED_FIELDS = [
  'routing_key',
  'message_type',
  'state_message',
  'entity_display_name',
  'monitoring_tool',
  'entity_id',
  'entity_state',
];

/** A template of the default set. */
const preset = (name: string): string => `{{ template "victorops.default.${name}" . }}`;

/** A block of `victorops_configs`; the key may come from `global`. */
export function victoropsTable(global: GlobalConfig): Table<VictoropsConfig> {
  return table<VictoropsConfig, VictoropsConfig>(
    'victorops_config',
    {
      sendResolved: field('send_resolved', boolean, true, 'Tell of resolved alerts.'),
      http: field('http_config', httpConfig, global.http, 'How the API is reached.'),
      apiKey: optional('api_key', secretText, 'API key.'),
      apiKeyFile: optional('api_key_file', path, 'The same, in a file.'),
      apiUrl: field('api_url', url, global.victoropsApiUrl, 'Where alerts are sent to.'),
      routingKey: field('routing_key', templated, '', 'Which team it is for; required.'),
      messageType: field('message_type', templated, 'CRITICAL', 'CRITICAL, WARNING or INFO while it fires.'),
      stateMessage: field('state_message', templated, preset('state_message'), 'What is the matter.'),
      entityDisplayName: field('entity_display_name', templated, preset('entity_display_name'), 'Title.'),
      monitoringTool: field('monitoring_tool', templated, preset('monitoring_tool'), 'Who says so.'),
      customFields: field('custom_fields', record(templated), {}, 'Further fields.'),
    },
    {
      check(config, report) {
        if (config.routingKey === '') report.error('routing_key', 'missing Routing key in VictorOps config');
        exclusive(report, 'api_key', 'api_key_file');
        const reserved = RESERVED_FIELDS.find((name) => Object.hasOwn(config.customFields, name));
        if (reserved !== undefined) {
          report.error(
            'custom_fields',
            `victorOps config contains custom field ${reserved} which cannot be used as it conflicts with the fixed/static fields`,
          );
        } else if (Object.keys(keyOf(config, global)).length === 0) {
          report.error('api_key', 'no global VictorOps API Key set');
        }
      },
      finish: (config) => ({
        ...config,
        ...keyOf(config, global),
        http: httpConfigOf(global.http, config.http),
      }),
    },
  );
}

function keyOf({ apiKey, apiKeyFile }: VictoropsConfig, { victoropsApiKey, victoropsApiKeyFile }: GlobalConfig) {
  return inherited({ apiKey, apiKeyFile }, { apiKey: victoropsApiKey, apiKeyFile: victoropsApiKeyFile });
}
