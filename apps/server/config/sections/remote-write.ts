import { httpClient, plainHeaders, reservedHeader } from '@petrel/config/http-client.ts';
import { anything, list, where } from '@petrel/config/schema/composite.ts';
import { boolean, duration, integer, oneOf, show, string, url } from '@petrel/config/schema/scalars.ts';
import type { Type } from '@petrel/config/schema/schema.ts';
import { accepted, field, inline, OFF, optional, required, table } from '@petrel/config/schema/schema.ts';
import type { MetadataConfig, QueueConfig, RemoteWriteConfig } from '@petrel/receive';
import { DEFAULT_METADATA_CONFIG, DEFAULT_QUEUE_CONFIG, defaultRemoteWriteConfig } from '@petrel/receive';
import { relabelConfigs } from './relabel.ts';

const queue = DEFAULT_QUEUE_CONFIG;
const metadata = DEFAULT_METADATA_CONFIG;

/** As in Prometheus a URL without http does not stop the server; nothing can be sent there, so the receiver is off. */
const receiverUrl: Type<string> = {
  ...url,
  decode(node, place) {
    if (node.kind !== 'scalar' || /^https?:|</i.test(node.text)) return url.decode(node, place);
    place.reading.warn(
      node.position,
      place.path,
      `${show(node.text)} has no http:// or https://: nothing is sent there`,
    );
    return OFF;
  },
};

const queueConfig = table<QueueConfig>(
  'queue_config',
  {
    capacity: field('capacity', positive('capacity'), queue.capacity, 'Samples that one shard may hold back.'),
    minShards: field('min_shards', positive('min_shards'), queue.minShards, 'Shards to begin with.'),
    maxShards: field('max_shards', positive('max_shards'), queue.maxShards, 'Shards at most.'),
    maxSamplesPerSend: field(
      'max_samples_per_send',
      positive('max_samples_per_send'),
      queue.maxSamplesPerSend,
      'Samples in one request.',
    ),
    batchSendDeadlineMs: field(
      'batch_send_deadline',
      duration,
      queue.batchSendDeadlineMs,
      'A request that is not full leaves after this time.',
    ),
    minBackoffMs: field('min_backoff', duration, queue.minBackoffMs, 'First pause before a retry.'),
    maxBackoffMs: field('max_backoff', duration, queue.maxBackoffMs, 'Longest pause before a retry.'),
    retryOnHttp429: field(
      'retry_on_http_429',
      boolean,
      queue.retryOnHttp429,
      'Retry when the receiver says it is too much.',
    ),
    sampleAgeLimitMs: field(
      'sample_age_limit',
      duration,
      queue.sampleAgeLimitMs,
      'Older samples are not sent; 0: no limit.',
    ),
  },
  {
    check({ minShards, maxShards }, report) {
      if (minShards > maxShards)
        report.error('min_shards', `min_shards (${minShards}) is more than max_shards (${maxShards})`);
    },
  },
);

const metadataConfig = table<MetadataConfig>('metadata_config', {
  send: field('send', boolean, metadata.send, 'Send types, units and help texts.'),
  sendIntervalMs: field('send_interval', duration, metadata.sendIntervalMs, 'How often.'),
  maxSamplesPerSend: field(
    'max_samples_per_send',
    positive('metadata_config.max_samples_per_send'),
    metadata.maxSamplesPerSend,
    'Entries in one request.',
  ),
});

const AUTHORIZATION =
  'authorization header must be changed via the basic_auth, authorization, oauth2, sigv4, azuread or google_iam parameter';
const defaults = defaultRemoteWriteConfig('');

const remoteWrite = table<RemoteWriteConfig>(
  'remote_write',
  {
    url: required('url', { ...receiverUrl, nullMessage: 'url for remote_write is empty' }, 'Where samples are sent.'),
    name: optional('name', string, 'Unique name for logs and metrics.'),
    remoteTimeoutMs: field('remote_timeout', duration, defaults.remoteTimeoutMs, 'Patience with the receiver.'),
    headers: field(
      'headers',
      plainHeaders((name) => reservedHeader(name, AUTHORIZATION)),
      {},
      'Headers with every request.',
    ),
    writeRelabelConfigs: field(
      'write_relabel_configs',
      relabelConfigs('relabeling rule in remote write config'),
      [],
      'Change or drop samples before they are sent.',
    ),
    sendExemplars: field('send_exemplars', boolean, defaults.sendExemplars, 'Send exemplars.'),
    sendNativeHistograms: field(
      'send_native_histograms',
      boolean,
      defaults.sendNativeHistograms,
      'Send native histograms.',
    ),
    protobufMessage: field(
      'protobuf_message',
      oneOf('remote write message', ['prometheus.WriteRequest', 'io.prometheus.write.v2.Request']),
      defaults.protobufMessage,
      'Remote write 1.0 or 2.0.',
    ),
    queueConfig: field('queue_config', queueConfig, queue, 'The queue.'),
    metadataConfig: field('metadata_config', metadataConfig, metadata, 'Metadata.'),
    http: inline(httpClient),
  },
  {
    nullMessage: 'empty or null remote write config section',
    accepted: {
      round_robin_dns: accepted(boolean, 'Connections are kept open.', 'round_robin_dns is not used'),
      sigv4: accepted(anything, 'Not offered.', 'sigv4 is not offered: requests leave unsigned'),
      azuread: accepted(anything, 'Not offered.', 'azuread is not offered: requests leave without its token'),
      google_iam: accepted(anything, 'Not offered.', 'google_iam is not offered: requests leave without its token'),
    },
  },
);

export const remoteWrites: Type<readonly RemoteWriteConfig[]> = list(remoteWrite, {
  nameOf: ({ name }) => name,
  message: (name) => `found multiple remote write configs with job name "${name}"`,
});

/** Only checked: Petrel answers from its own store. */
export interface RemoteReadConfig {
  readonly url: string;
  readonly name?: string;
}

const remoteRead = table<RemoteReadConfig>(
  'remote_read',
  {
    url: required('url', { ...string, nullMessage: 'url for remote_read is empty' }, 'Not used.'),
    name: optional('name', string, 'Not used.'),
  },
  {
    nullMessage: 'empty or null remote read config section',
    accepted: {
      remote_timeout: accepted(duration, 'Not used.'),
      headers: accepted(
        plainHeaders((name) => reservedHeader(name, AUTHORIZATION)),
        'Not used.',
      ),
      required_matchers: accepted(anything, 'Not used.'),
      read_recent: accepted(boolean, 'Not used.'),
      filter_external_labels: accepted(boolean, 'Not used.'),
      ...Object.fromEntries(httpClient.inner.rows.map(({ key, type }) => [key, accepted(type, 'Not used.')])),
    },
  },
);

export const remoteReads: Type<readonly RemoteReadConfig[]> = list(remoteRead, {
  nameOf: ({ name }) => name,
  message: (name) => `found multiple remote read configs with job name "${name}"`,
});

function positive(name: string): Type<number> {
  return where(integer(Number.MIN_SAFE_INTEGER), (value) =>
    value > 0 ? undefined : `remote write queue ${name} must be positive`,
  );
}
