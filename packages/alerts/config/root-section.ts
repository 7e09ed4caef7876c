import { tlsConfig } from '@petrel/config';
import { anything, list, record } from '@petrel/config/schema/composite.ts';
import { boolean, duration, float, oneOf, pattern, secret, show, string } from '@petrel/config/schema/scalars.ts';
import type { Table, Type } from '@petrel/config/schema/schema.ts';
import { accepted, field, optional, table } from '@petrel/config/schema/schema.ts';
import type { InhibitRule } from '../inhibit/index.ts';
import { inhibitRule } from '../inhibit/index.ts';
import type { TimeInterval } from '../interval/index.ts';
import { namedInterval } from '../interval/index.ts';
import type { IntegrationKind } from '../notify/integration.ts';
import type { RouteSection } from '../route/index.ts';
import { routeSection } from '../route/index.ts';
import type { Receiver } from './config.ts';
import type { GlobalConfig } from './global.ts';
import { globalSection } from './global-section.ts';
import { receiverList } from './receiver-section.ts';

/** A file as it stands, before its parts are held against each other. */
export interface RootSection {
  readonly global: GlobalConfig;
  readonly route?: RouteSection;
  readonly receivers: readonly Receiver[];
  readonly inhibitRules: readonly InhibitRule[];
  readonly muteTimeIntervals: readonly TimeInterval[];
  readonly timeIntervals: readonly TimeInterval[];
  readonly templates: readonly string[];
}

const tracing = table<{ readonly endpoint?: string }>(
  'tracing',
  { endpoint: optional('endpoint', string, 'Where spans go.') },
  {
    accepted: {
      client_type: accepted(oneOf('tracing client type', ['http', 'grpc']), 'Protocol.'),
      sampling_fraction: accepted(float, 'How many are kept.'),
      insecure: accepted(boolean, 'Without TLS.'),
      tls_config: accepted(tlsConfig, 'TLS.'),
      headers: accepted(record(secret), 'Headers.'),
      http_headers: accepted(record(secret), 'Headers.'),
      compression: accepted(oneOf('compression', ['gzip', '']), 'Compression.'),
      timeout: accepted(duration, 'How long a batch may take.'),
    },
  },
);

/** Everything in an event recorder's block may be a credential; nothing of it is looked at. */
const eventRecorder: Type<undefined> = { ...anything, name: 'secret settings of the event recorder' };

/** The whole of alertmanager.yml. `global` is decoded beforehand, because the receivers take what they leave out from it. */
export function rootSection(global: GlobalConfig, integrations: readonly IntegrationKind[]): Table<RootSection> {
  return table<RootSection>(
    'alertmanager.yml',
    {
      global: field('global', globalSection, global, 'What receivers take where their own block is silent.'),
      route: optional('route', routeSection, 'The root of the routing tree.'),
      receivers: field('receivers', receiverList(global, integrations), [], 'Who is told, and how.'),
      inhibitRules: field('inhibit_rules', list(inhibitRule), [], 'Which alerts keep which others quiet.'),
      muteTimeIntervals: field(
        'mute_time_intervals',
        list(namedInterval('mute time interval'), unique('mute time interval')),
        [],
        'Old form of `time_intervals`.',
      ),
      timeIntervals: field(
        'time_intervals',
        list(namedInterval('time interval'), unique('time interval')),
        [],
        'Times to which routes refer.',
      ),
      templates: field('templates', list(pattern('invalid path', /^/)), [], 'Files with templates.'),
    },
    {
      accepted: {
        tracing: accepted(tracing, "Alertmanager's own spans.", 'not used: Petrel traces itself as petrel.yml says'),
        event_recorder: accepted(eventRecorder, 'Where events go.', "not used: Petrel's ledger keeps all decisions"),
      },
    },
  );
}

function unique(what: string) {
  return {
    nameOf: ({ name }: TimeInterval) => name,
    message: (name: string) => `${what} ${show(name)} is not unique`,
  };
}
