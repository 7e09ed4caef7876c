import { parseMatcher, printMatcher } from '@petrel/alerts/matcher/index.ts';
import { httpClient } from '@petrel/config/http-client.ts';
import { anything, list } from '@petrel/config/schema/composite.ts';
import { boolean, duration, integer, oneOf, path, scalar, string } from '@petrel/config/schema/scalars.ts';
import { accepted, field, inline, optional, required, type Type, table } from '@petrel/config/schema/schema.ts';
import type { Matcher } from '@petrel/model';
import type {
  AggregationConfig,
  AlertingConfig,
  AlertmanagerConfig,
  EgressConfig,
  FlappingSection,
} from '../config.ts';
import { DEFAULT_ALERTING_CONFIG } from '../config.ts';
import { discovery, foreignDiscovery } from './discovery.ts';
import { relabelConfigs } from './relabel.ts';

const matcherText: Type<Matcher> = scalar(
  'matcher',
  (text) => {
    try {
      return parseMatcher(text).value;
    } catch (error) {
      return error as Error;
    }
  },
  printMatcher,
);

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

const matchers: Type<readonly Matcher[]> = list(matcherText);

const aggregation = table<AggregationConfig>('aggregation', {
  name: required('name', string, 'Stands in the aggregated alert as its label `aggregation`.'),
  matchers: field(
    'matchers',
    matchers,
    [],
    'Which alerts are counted, as in alertmanager.yml: `severity=~"critical|warning"`.',
  ),
  groupBy: required('group_by', list(string), 'Alerts that agree in these labels are counted together.'),
  windowMs: field('window', duration, 300_000, 'They begin to fire within this time.'),
  threshold: field('threshold', integer(2), 5, 'From so many on they become one alert.'),
});

const flapping = table<FlappingSection>('flapping', {
  windowMs: field('window', duration, 1_800_000, 'Changes older than this are forgotten.'),
  changes: field(
    'changes',
    integer(2),
    6,
    'An alert that changed so often between firing and resolved is held as firing until it calms.',
  ),
});

const egress = table<EgressConfig>('egress', {
  forbidPrivate: field(
    'forbid_private',
    boolean,
    false,
    'Notifications do not go to loopback, link-local or private addresses.',
  ),
  allow: field('allow', list(string), [], 'Hosts, addresses and CIDRs that they may go to all the same.'),
});

const defaults = DEFAULT_ALERTING_CONFIG;

export const alertingConfig = table<AlertingConfig>('alerting', {
  configFile: optional('config_file', path, "An alertmanager.yml: Petrel's own routing, receivers and inhibition."),
  alertRelabelConfigs: field(
    'alert_relabel_configs',
    relabelConfigs('alert relabeling rule'),
    defaults.alertRelabelConfigs,
    'Change or drop alerts before they are routed.',
  ),
  alertmanagers: field(
    'alertmanagers',
    list(alertmanager),
    defaults.alertmanagers,
    'Alertmanagers elsewhere that get the alerts as well.',
  ),
  language: field('language', oneOf('language', ['en', 'zh']), defaults.language, 'Of the default templates.'),
  missingData: field(
    'missing_data',
    oneOf('missing-data policy', ['keep', 'resolve', 'alert']),
    defaults.missingData,
    'What happens to an alert whose data is gone. A rule says otherwise with the annotation `petrel_missing_data`.',
  ),
  aggregation: field('aggregation', list(aggregation), defaults.aggregation, 'Many alerts of one kind become one.'),
  flapping: optional('flapping', flapping, 'Detection of alerts that go back and forth; off without it.'),
  egress: field('egress', egress, defaults.egress, 'Where notifications may go.'),
});
