import { list, record } from '@petrel/config/schema/composite.ts';
import { boolean, duration, path, url } from '@petrel/config/schema/scalars.ts';
import type { Table } from '@petrel/config/schema/schema.ts';
import { field, optional, table } from '@petrel/config/schema/schema.ts';
import type { HttpClientConfig } from '@petrel/http';
import type { GlobalConfig } from '../../config/global.ts';
import { httpConfig, httpConfigOf } from '../../config/http-config.ts';
import { exclusive, secretText, templated } from '../../config/secrets.ts';
import type { IntegrationConfig } from '../integration.ts';
import type { TemplatedValue } from '../templated-value.ts';
import { templatedValue } from '../templated-value.ts';

export interface PagerdutyImage {
  readonly src: string;
  readonly alt: string;
  readonly href: string;
}

export interface PagerdutyLink {
  readonly href: string;
  readonly text: string;
}

/** Every text is a template. With a service key the Events API v1 is used, else v2. */
export interface PagerdutyConfig extends IntegrationConfig {
  readonly http: HttpClientConfig;
  readonly serviceKey?: string;
  readonly serviceKeyFile?: string;
  readonly routingKey?: string;
  readonly routingKeyFile?: string;
  readonly url: string;
  readonly client: string;
  readonly clientUrl: string;
  readonly description: string;
  readonly details: Readonly<Record<string, TemplatedValue>>;
  readonly images: readonly PagerdutyImage[];
  readonly links: readonly PagerdutyLink[];
  /** Default: the client. */
  readonly source: string;
  readonly severity: string;
  readonly class: string;
  readonly component: string;
  readonly group: string;
  /** 0: the default of all HTTP notifiers. */
  readonly timeoutMs: number;
}

const V1_URL = 'https://events.pagerduty.com/generic/2010-04-15/create_event.json';
const V2_PATH = /\/v2\/enqueue\/?$/;

const DEFAULT_DETAILS: Readonly<Record<string, TemplatedValue>> = {
  firing: '{{ .Alerts.Firing | toJson }}',
  resolved: '{{ .Alerts.Resolved | toJson }}',
  num_firing: '{{ .Alerts.Firing | len }}',
  num_resolved: '{{ .Alerts.Resolved | len }}',
};

const part = (key: string, doc: string) => field(key, templated, '', doc);

const image = table<PagerdutyImage>('image', {
  src: part('src', 'The picture.'),
  alt: part('alt', 'What it shows.'),
  href: part('href', 'What it leads to.'),
});

const link = table<PagerdutyLink>('link', {
  href: part('href', 'What it leads to.'),
  text: part('text', 'What it says.'),
});

export function pagerdutyTable(global: GlobalConfig): Table<PagerdutyConfig> {
  return table<PagerdutyConfig, PagerdutyConfig>(
    'pagerduty_config',
    {
      sendResolved: field('send_resolved', boolean, true, 'Tell of resolved alerts.'),
      http: field('http_config', httpConfig, global.http, 'How PagerDuty is reached.'),
      serviceKey: optional('service_key', secretText, 'Integration key of type Prometheus (Events API v1).'),
      serviceKeyFile: optional('service_key_file', path, 'The same, in a file.'),
      routingKey: optional('routing_key', secretText, 'Integration key of type Events API v2.'),
      routingKeyFile: optional('routing_key_file', path, 'The same, in a file.'),
      url: field('url', url, '', 'Where events go; default the global one, or v1’s own address.'),
      client: field('client', templated, '{{ template "pagerduty.default.client" . }}', 'Who tells.'),
      clientUrl: field('client_url', templated, '{{ template "pagerduty.default.clientURL" . }}', 'A link back.'),
      description: field(
        'description',
        templated,
        '{{ template "pagerduty.default.description" . }}',
        'Title of the incident; 1024 characters.',
      ),
      details: field('details', record(templatedValue), DEFAULT_DETAILS, 'Further pairs, beside the default ones.'),
      images: field('images', list(image), [], 'Pictures.'),
      links: field('links', list(link), [], 'Links.'),
      source: part('source', 'What is affected; default the client.'),
      severity: field('severity', templated, 'error', '`critical`, `error`, `warning` or `info`.'),
      class: part('class', 'Kind of the event.'),
      component: part('component', 'The part that is affected.'),
      group: part('group', 'The group that the part belongs to.'),
      timeoutMs: field('timeout', duration, 0, 'Of one attempt; 0: 30 s.'),
    },
    {
      check(config, report) {
        const { routingKey = '', serviceKey = '', routingKeyFile = '', serviceKeyFile = '' } = config;
        if (`${routingKey}${serviceKey}${routingKeyFile}${serviceKeyFile}` === '')
          report.error('routing_key', 'missing service or routing key in PagerDuty config');
        exclusive(report, 'routing_key', 'routing_key_file');
        exclusive(report, 'service_key', 'service_key_file');
      },
      finish: (config) => ({
        ...config,
        http: httpConfigOf(global.http, config.http),
        url: config.url === '' ? defaultUrl(config, global) : config.url,
        details: { ...DEFAULT_DETAILS, ...config.details },
        source: config.source === '' ? config.client : config.source,
        severity: config.severity === '' ? 'error' : config.severity,
      }),
    },
  );
}

/** Whether the old API is meant. */
export function usesServiceKey({ serviceKey = '', serviceKeyFile = '' }: PagerdutyConfig): boolean {
  return serviceKey !== '' || serviceKeyFile !== '';
}

/** The global address is that of v2 unless somebody changed it. */
function defaultUrl(config: PagerdutyConfig, global: GlobalConfig): string {
  return usesServiceKey(config) && V2_PATH.test(global.pagerdutyUrl) ? V1_URL : global.pagerdutyUrl;
}
