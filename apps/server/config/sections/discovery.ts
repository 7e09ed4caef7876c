import { httpClient } from '@petrel/config/http-client.ts';
import { anything, list, record, where } from '@petrel/config/schema/composite.ts';
import { duration, integer, oneOf, pattern, string, url } from '@petrel/config/schema/scalars.ts';
import type { AcceptedKey, Fields } from '@petrel/config/schema/schema.ts';
import { accepted, field, inline, optional, required, table } from '@petrel/config/schema/schema.ts';
import type { DnsSdConfig, FileSdConfig, HttpSdConfig, TargetGroup } from '@petrel/receive';
import { DEFAULT_DNS_SD_REFRESH_MS, DEFAULT_FILE_SD_REFRESH_MS, DEFAULT_HTTP_SD_REFRESH_MS } from '@petrel/receive';
import { labelNameProblem } from './label-name.ts';

const address = where(string, (text) => (text.includes('/') ? `"${text}" is not a valid hostname` : undefined));

const targetGroup = table<TargetGroup>(
  'static_config',
  {
    targets: field('targets', list(address), [], 'Addresses `host:port`.'),
    labels: field('labels', record(string, labelNameProblem), {}, 'Labels of all these targets.'),
  },
  { nullMessage: 'empty or null section in static_configs' },
);

const SD_FILE = /^[^*]*(\*[^/]*)?\.(json|yml|yaml|JSON|YML|YAML)$/;

const fileSd = table<FileSdConfig>(
  'file_sd_config',
  {
    files: required(
      'files',
      list(pattern('path name is not valid for file discovery:', SD_FILE)),
      'Files (.json, .yml, .yaml); `*` in the last segment.',
    ),
    refreshIntervalMs: field(
      'refresh_interval',
      duration,
      DEFAULT_FILE_SD_REFRESH_MS,
      'Read again at least this often; changes are seen at once.',
    ),
  },
  {
    check({ files }, report) {
      if (files.length === 0)
        report.error('files', 'file service discovery config must contain at least one path name');
    },
  },
);

const httpSd = table<HttpSdConfig>('http_sd_config', {
  url: required('url', url, 'Answers with target groups as JSON.'),
  refreshIntervalMs: field('refresh_interval', duration, DEFAULT_HTTP_SD_REFRESH_MS, 'How often it is asked.'),
  http: inline(httpClient),
});

const dnsSd = table<DnsSdConfig>(
  'dns_sd_config',
  {
    names: required('names', list(string), 'Names to resolve.'),
    type: field(
      'type',
      oneOf('DNS record type', ['SRV', 'A', 'AAAA', 'MX', 'NS'], {
        srv: 'SRV',
        a: 'A',
        aaaa: 'AAAA',
        mx: 'MX',
        ns: 'NS',
      }),
      'SRV',
      'Record type.',
    ),
    port: optional('port', integer(), 'Port of the targets; needed for every type but SRV.'),
    refreshIntervalMs: field('refresh_interval', duration, DEFAULT_DNS_SD_REFRESH_MS, 'How often names are resolved.'),
  },
  {
    check({ names, type, port }, report) {
      if (names.length === 0) report.error('names', 'DNS-SD config must contain at least one SRV record name');
      if (type !== 'SRV' && port === undefined)
        report.error('type', `a port is required in DNS-SD configs for all record types except SRV`);
    },
  },
);

/** Targets, as they stand in scrape jobs and Alertmanagers. */
export interface Discovery {
  readonly staticConfigs: readonly TargetGroup[];
  readonly fileSdConfigs: readonly FileSdConfig[];
  readonly httpSdConfigs: readonly HttpSdConfig[];
  readonly dnsSdConfigs: readonly DnsSdConfig[];
}

export const discovery: Fields<Discovery> = {
  staticConfigs: field('static_configs', list(targetGroup), [], 'Targets written down here.'),
  fileSdConfigs: field('file_sd_configs', list(fileSd), [], 'Targets from files.'),
  httpSdConfigs: field('http_sd_configs', list(httpSd), [], 'Targets from an HTTP endpoint.'),
  dnsSdConfigs: field('dns_sd_configs', list(dnsSd), [], 'Targets from DNS.'),
};

/** Kinds of discovery that Prometheus has and Petrel does not: the job's other targets work. */
export const FOREIGN_DISCOVERY = [
  'aws',
  'azure',
  'consul',
  'digitalocean',
  'docker',
  'dockerswarm',
  'ec2',
  'ecs',
  'eureka',
  'gce',
  'hetzner',
  'ionos',
  'kubernetes',
  'kuma',
  'lightsail',
  'linode',
  'marathon',
  'msk',
  'nerve',
  'nomad',
  'oci',
  'openstack',
  'outscale',
  'ovhcloud',
  'puppetdb',
  'scaleway',
  'serverset',
  'stackit',
  'triton',
  'uyuni',
  'vultr',
].map((kind) => `${kind}_sd_configs`);

export const foreignDiscovery: Readonly<Record<string, AcceptedKey>> = Object.fromEntries(
  FOREIGN_DISCOVERY.map((key) => [
    key,
    accepted(
      anything,
      'Not offered: use http_sd_configs or file_sd_configs.',
      `${key} is not offered and gives no targets; write them with file_sd_configs or serve them to http_sd_configs (the other targets of this job work)`,
    ),
  ]),
);
