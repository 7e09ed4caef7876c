import { httpClient } from '@petrel/config/http-client.ts';
import { anything, list } from '@petrel/config/schema/composite.ts';
import { duration, oneOf, path, string } from '@petrel/config/schema/scalars.ts';
import { accepted, field, inline, optional, table } from '@petrel/config/schema/schema.ts';
import type { AlertingConfig, AlertmanagerConfig } from '../config.ts';
import { DEFAULT_ALERTING_CONFIG } from '../config.ts';
import { discovery, foreignDiscovery } from './discovery.ts';
import { relabelConfigs } from './relabel.ts';

const alertmanager = table<AlertmanagerConfig>(
  'alertmanager',
  {
    scheme: field('scheme', oneOf('scheme', ['http', 'https']), 'http', 'How it is reached.'),
    pathPrefix: field('path_prefix', string, '', 'Before `/api/v2/alerts`.'),
    timeoutMs: field('timeout', duration, 10_000, 'Patience with it.'),
    ...discovery,
    relabelConfigs: field(
      'relabel_configs',
      relabelConfigs('Alertmanager target relabeling rule'),
      [],
      'Change or drop Alertmanagers.',
    ),
    alertRelabelConfigs: field(
      'alert_relabel_configs',
      relabelConfigs('Alertmanager alert relabeling rule'),
      [],
      'Change or drop the alerts sent to these.',
    ),
    http: inline(httpClient),
  },
  {
    nullMessage: 'empty or null Alertmanager config section',
    accepted: {
      api_version: accepted(oneOf('Alertmanager API version', ['v2']), 'Only v2.'),
      sigv4: accepted(anything, 'Not offered.', 'sigv4 is not offered: requests leave unsigned'),
      ...foreignDiscovery,
    },
  },
);

export const alertingConfig = table<AlertingConfig>('alerting', {
  configFile: optional('config_file', path, "An alertmanager.yml: Petrel's own routing, receivers and inhibition."),
  alertRelabelConfigs: field(
    'alert_relabel_configs',
    relabelConfigs('alert relabeling rule'),
    DEFAULT_ALERTING_CONFIG.alertRelabelConfigs,
    'Change or drop alerts before they are routed.',
  ),
  alertmanagers: field(
    'alertmanagers',
    list(alertmanager),
    DEFAULT_ALERTING_CONFIG.alertmanagers,
    'Alertmanagers elsewhere that get the alerts as well.',
  ),
});
