import { plainHeaders, reservedHeader, tlsConfig } from '@petrel/config/http-client.ts';
import { list, where } from '@petrel/config/schema/composite.ts';
import {
  boolean,
  duration,
  float,
  integer,
  listenAddress,
  oneOf,
  size,
  string,
  url,
} from '@petrel/config/schema/scalars.ts';
import type { Type } from '@petrel/config/schema/schema.ts';
import { field, optional, required, table } from '@petrel/config/schema/schema.ts';
import type { Feature, LimitsConfig, ListenConfig, TracingConfig } from '../config.ts';
import { DEFAULT_LIMITS_CONFIG, DEFAULT_LISTEN_CONFIG, FEATURES } from '../config.ts';

const listen = DEFAULT_LISTEN_CONFIG;

export const listenConfig = table<ListenConfig>(
  'listen',
  {
    http: field('http', listenAddress, listen.http, 'Web app, API and every HTTP protocol. `--listen` wins.'),
    otlpGrpc: field('otlp_grpc', listenAddress, listen.otlpGrpc, 'OTLP over gRPC; a taken port is a warning.'),
    externalUrl: optional(
      'external_url',
      url,
      'Where people reach the server, for links in notifications. `--web.external-url` wins.',
    ),
  },
  {
    check({ http }, report) {
      if (http === 'off') report.error('http', 'the main port cannot be off');
    },
  },
);

const limits = DEFAULT_LIMITS_CONFIG;
const bytes: Type<number> = where(size, (value) => (value >= 1024 * 1024 ? undefined : 'must be at least 1MB'));
const cache: Type<number> = where(size, (value) => (value >= 0 ? undefined : 'must not be negative'));
const patience: Type<number> = where(duration, (ms) => (ms > 0 ? undefined : 'must be more than 0'));

export const limitsConfig = table<LimitsConfig>('limits', {
  inFlightBytes: field(
    'in_flight_bytes',
    bytes,
    limits.inFlightBytes,
    'Received and not yet stored; beyond it senders get 503 (remote write) or 429, with Retry-After.',
  ),
  requestBodyBytes: field(
    'request_body_bytes',
    bytes,
    limits.requestBodyBytes,
    'One request, decompressed; beyond it 413.',
  ),
  queryTimeoutMs: field('query_timeout', patience, limits.queryTimeoutMs, 'Longest time of a query.'),
  queryMaxSamples: field(
    'query_max_samples',
    integer(1),
    limits.queryMaxSamples,
    'Samples that one query may hold at a time.',
  ),
  queryMaxPoints: field('query_max_points', integer(1), limits.queryMaxPoints, 'Steps of a range query.'),
  queryConcurrency: field(
    'query_concurrency',
    integer(1),
    limits.queryConcurrency,
    'Queries that run side by side; others wait.',
  ),
  lookbackDeltaMs: field(
    'lookback_delta',
    patience,
    limits.lookbackDeltaMs,
    'How far back a query looks for a sample.',
  ),
  cacheBytes: field('cache_bytes', cache, limits.cacheBytes, 'Decoded samples kept in memory for queries.'),
});

export const features: Type<readonly Feature[]> = list(oneOf('feature', FEATURES));

const NO_ENDPOINT = 'tracing endpoint must be set';

export const tracingConfig = table<TracingConfig>('tracing', {
  endpoint: required(
    'endpoint',
    { ...where(string, (text) => (text === '' ? NO_ENDPOINT : undefined)), nullMessage: NO_ENDPOINT },
    'Collector, host:port.',
  ),
  clientType: field('client_type', oneOf('client type', ['grpc', 'http']), 'grpc', 'OTLP over gRPC or HTTP.'),
  samplingFraction: field(
    'sampling_fraction',
    where(float, (value) => (value >= 0 && value <= 1 ? undefined : 'must be between 0 and 1')),
    0,
    'Share of the traces that is sent.',
  ),
  insecure: field('insecure', boolean, false, 'No TLS.'),
  tlsConfig: optional('tls_config', tlsConfig, 'TLS.'),
  headers: field(
    'headers',
    plainHeaders((name) => reservedHeader(name, 'authorization header configuration is not yet supported')),
    {},
    'Headers with every request.',
  ),
  compression: optional('compression', oneOf('compression', ['gzip']), '`gzip` or nothing.'),
  timeoutMs: field('timeout', duration, 10_000, 'Patience with the collector.'),
});
