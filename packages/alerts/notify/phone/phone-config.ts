import { list, record } from '@petrel/config/schema/composite.ts';
import { boolean, duration, integer, path, string } from '@petrel/config/schema/scalars.ts';
import type { Table } from '@petrel/config/schema/schema.ts';
import { field, optional, table } from '@petrel/config/schema/schema.ts';
import type { HttpClientConfig } from '@petrel/http';
import type { GlobalConfig } from '../../config/global.ts';
import { httpConfig, httpConfigOf } from '../../config/http-config.ts';
import { exclusive, secretUrl, templated } from '../../config/secrets.ts';
import type { IntegrationConfig } from '../integration.ts';

/** A gateway that calls people and reads a sentence to them. */
export interface PhoneConfig extends IntegrationConfig {
  readonly http: HttpClientConfig;
  readonly url?: string;
  readonly urlFile?: string;
  /** Whom to call: numbers, or names that the gateway knows. */
  readonly to: readonly string[];
  readonly text: string;
  /** '': that of the text. */
  readonly language: string;
  /** '': the worst severity among the alerts. */
  readonly priority: string;
  /** How often the sentence is read; absent: as the gateway likes. */
  readonly repeat?: number;
  readonly voice: string;
  /** Further keys of the payload. */
  readonly fields: Readonly<Record<string, string>>;
  /** 0: all. */
  readonly maxAlerts: number;
  /** 0: 30 s. */
  readonly timeoutMs: number;
}

/** The keys of the payload that `fields` cannot take. */
const RESERVED = [
  'to',
  'text',
  'language',
  'priority',
  'repeat',
  'voice',
  'status',
  'group_key',
  'group_labels',
  'receiver',
  'external_url',
  'alerts',
  'truncated_alerts',
];

/** The state, what has happened to at most three alerts, and how many more there are: as much as a listener takes in. */
const SPOKEN =
  '{{ if eq .Status "firing" }}{{ template "petrel.word.firing" . }}{{ else }}{{ template "petrel.word.resolved" . }}{{ end }}' +
  '{{ template "petrel.word.colon" . }}' +
  '{{ range $i, $alert := .Alerts }}{{ if lt $i 3 }}{{ if $i }}; {{ end }}{{ template "petrel.summary.text" $alert }}{{ end }}{{ end }}' +
  '{{ if gt (len .Alerts) 3 }}; {{ len (slice .Alerts 3) }} {{ template "petrel.word.more" . }}{{ end }}';

/** A block of `phone_configs`: a gateway and somebody to call have to be there. */
export function phoneTable(global: GlobalConfig): Table<PhoneConfig> {
  return table<PhoneConfig, PhoneConfig>(
    'phone_config',
    {
      sendResolved: field('send_resolved', boolean, false, 'Call for resolved alerts as well.'),
      http: field('http_config', httpConfig, global.http, 'How the gateway is reached.'),
      url: optional('url', secretUrl, 'The gateway.'),
      urlFile: optional('url_file', path, 'The same, in a file.'),
      to: field('to', list(templated), [], 'Whom to call; at least one.'),
      text: field('text', templated, SPOKEN, 'The sentence that is read; 500 characters.'),
      language: field('language', templated, '', 'Such as `zh-CN`; default that of the text.'),
      priority: field('priority', templated, '', 'Default: the worst severity among the alerts.'),
      repeat: optional('repeat', integer(1), 'How often the sentence is read.'),
      voice: field('voice', string, '', 'A voice that the gateway knows.'),
      fields: field(
        'fields',
        record(templated, (name) =>
          RESERVED.includes(name) ? `${name} is set already: take another name` : undefined,
        ),
        {},
        'Further keys of the payload.',
      ),
      maxAlerts: field('max_alerts', integer(), 0, 'So many alerts are sent; 0: all.'),
      timeoutMs: field('timeout', duration, 0, 'Limit for one attempt.'),
    },
    {
      check(config, report) {
        if (!report.has('url') && !report.has('url_file'))
          report.error('url', 'one of url or url_file must be configured');
        exclusive(report, 'url', 'url_file');
        if (config.to.length === 0) report.error('to', 'missing to in phone_config: nobody would be called');
      },
      finish: (config) => ({ ...config, http: httpConfigOf(global.http, config.http) }),
    },
  );
}
