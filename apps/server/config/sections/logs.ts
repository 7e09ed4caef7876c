import { list, record, where } from '@petrel/config/schema/composite.ts';
import {
  duration,
  integer,
  listenAddress,
  oneOf,
  path,
  pattern,
  scalar,
  secret,
  size,
  string,
} from '@petrel/config/schema/scalars.ts';
import { field, optional, required, type Type, table } from '@petrel/config/schema/schema.ts';
import { type Matcher, matcherToString } from '@petrel/model';
import { parseMatchers } from '@petrel/query/logql/parse/index.ts';
import type { KafkaLogsConfig, LogRetentionStream, LogsConfig, SyslogListenerConfig } from '../config.ts';
import { DEFAULT_LOGS_CONFIG } from '../config.ts';

const selector: Type<readonly Matcher[]> = scalar(
  'selector',
  (text) => {
    try {
      return parseMatchers(text);
    } catch (error) {
      return error as Error;
    }
  },
  (matchers) => `{${matchers.map(matcherToString).join(', ')}}`,
);

const DAY_MS = 86_400_000;
const period: Type<number> = where(duration, (ms) =>
  ms >= DAY_MS || ms === 0 ? undefined : 'must be at least 24h, or 0s: no limit',
);

const retentionStream = table<LogRetentionStream>('retention_stream', {
  selector: required('selector', selector, 'A stream selector as in LogQL: `{env="dev"}`.'),
  priority: field(
    'priority',
    integer(0),
    0,
    'Of several selectors that match a stream, the one with the highest counts.',
  ),
  periodMs: required('period', period, 'How long its lines are kept; at least 24h, 0s: for ever.'),
});

const syslogTls = table<NonNullable<SyslogListenerConfig['tls']>>('tls', {
  certFile: required('cert_file', path, 'The certificate, PEM; read when the listener starts.'),
  keyFile: required('key_file', path, 'Its key, PEM.'),
  clientCaFile: optional('client_ca_file', path, 'Senders must show a certificate that one of these has signed.'),
});

const syslog = table<SyslogListenerConfig>(
  'syslog',
  {
    listen: required('listen', listenAddress, 'Where it listens, `host:port`.'),
    protocol: field('protocol', oneOf('protocol', ['tcp', 'udp']), 'tcp', 'RFC 5424 and RFC 3164 over either.'),
    tls: optional('tls', syslogTls, 'Only with TCP.'),
  },
  {
    check({ protocol, tls }, report) {
      if (protocol === 'udp' && tls !== undefined)
        report.error('tls', 'there is no TLS over UDP: remove tls, or use protocol: tcp');
    },
  },
);

const kafkaSecurity = table<NonNullable<KafkaLogsConfig['security']>>('security', {
  protocol: required(
    'protocol',
    oneOf('protocol', ['plaintext', 'ssl', 'sasl_plaintext', 'sasl_ssl']),
    'How brokers are reached.',
  ),
  saslMechanism: optional(
    'sasl_mechanism',
    oneOf('mechanism', ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']),
    'With SASL.',
  ),
  username: optional('username', string, 'With SASL.'),
  password: optional('password', secret, 'With SASL.'),
});

const kafka = table<KafkaLogsConfig>('kafka', {
  name: field('name', string, 'logs', 'Tells entries apart: letters, digits and underscores, each name once.'),
  brokers: required('brokers', list(string), '`host:port` of each, as the ClickHouse server reaches them.'),
  topics: required(
    'topics',
    list(string),
    "Names; with Filebeat's placeholders (`app-logs-%{+yyyy.MM.dd}`: one a day), or regular expressions that begin with `^`.",
  ),
  group: field('group', string, 'petrel', 'The consumer group; Kafka keeps under its name how far it has read.'),
  format: field(
    'format',
    oneOf('format', ['json', 'raw']),
    'json',
    'What a message is: a JSON document, which tells its service and time, or a line of text.',
  ),
  labels: field(
    'labels',
    record(string),
    {},
    'Stream labels of every line; `service` is for those that do not name theirs.',
  ),
  consumers: optional('consumers', integer(1), 'How many consumers the server runs; default 1.'),
  security: optional('security', kafkaSecurity, 'TLS and SASL.'),
});

const defaults = DEFAULT_LOGS_CONFIG;

export const logsConfig = table<LogsConfig>('logs', {
  ruleFiles: field(
    'rule_files',
    list(pattern('invalid rule file path')),
    defaults.ruleFiles,
    "Files of Loki's ruler: rules whose expressions are LogQL.",
  ),
  retentionPeriodMs: field(
    'retention_period',
    period,
    defaults.retentionPeriodMs,
    'Older lines are deleted, by whole days; at least 24h, 0s: never.',
  ),
  retentionStreams: field(
    'retention_stream',
    list(retentionStream),
    defaults.retentionStreams,
    'Streams that are kept for another time.',
  ),
  maxLineSizeBytes: field(
    'max_line_size',
    where(size, (bytes) => (bytes >= 128 ? undefined : 'must be at least 128B')),
    defaults.maxLineSizeBytes,
    'Longer lines are cut there, with a mark that tells how much is missing.',
  ),
  rejectOldSamplesMaxAgeMs: field(
    'reject_old_samples_max_age',
    duration,
    defaults.rejectOldSamplesMaxAgeMs,
    'Older lines are refused; 0s: those that are older than every retention.',
  ),
  creationGracePeriodMs: field(
    'creation_grace_period',
    duration,
    defaults.creationGracePeriodMs,
    'Lines that are further in the future are refused.',
  ),
  syslog: field('syslog', list(syslog), defaults.syslog, 'Addresses that take syslog messages.'),
  kafka: field('kafka', list(kafka), defaults.kafka, 'Topics to read.'),
});
