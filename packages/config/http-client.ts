import { readFileSync } from 'node:fs';
import type { Authorization, BasicAuth, HttpClientConfig, OAuth2Config, TlsConfig } from '@petrel/http';
import { list, record } from './schema/composite.ts';
import { boolean, HIDDEN, oneOf, path, secret, string, url } from './schema/scalars.ts';
import type { TableReport, Type } from './schema/schema.ts';
import { accepted, optional, required, table } from './schema/schema.ts';

const tlsVersion = oneOf('TLS version', ['TLS10', 'TLS11', 'TLS12', 'TLS13']);

export const tlsConfig = table<TlsConfig>(
  'tls_config',
  {
    ca: optional('ca', string, 'Certificate authority, PEM.'),
    caFile: optional('ca_file', path, 'The same, in a file.'),
    cert: optional('cert', string, 'Client certificate, PEM.'),
    certFile: optional('cert_file', path, 'The same, in a file.'),
    key: optional('key', secret, "The client certificate's key, PEM."),
    keyFile: optional('key_file', path, 'The same, in a file.'),
    serverName: optional('server_name', string, 'The name that the server must prove.'),
    insecureSkipVerify: optional('insecure_skip_verify', boolean, 'Do not check the server at all.'),
    minVersion: optional('min_version', tlsVersion, 'Lowest TLS version.'),
    maxVersion: optional('max_version', tlsVersion, 'Highest TLS version.'),
  },
  {
    check(tls, report) {
      for (const name of ['ca', 'cert', 'key']) atMostOne(report, [name, `${name}_file`]);
      const hasCert = tls.cert !== undefined || tls.certFile !== undefined;
      const hasKey = tls.key !== undefined || tls.keyFile !== undefined;
      if (hasCert && !hasKey)
        report.error(
          'cert',
          'exactly one of key or key_file must be configured when a client certificate is configured',
        );
      if (hasKey && !hasCert)
        report.error('key', 'exactly one of cert or cert_file must be configured when a client key is configured');
    },
  },
);

const basicAuth = table<BasicAuth>(
  'basic_auth',
  {
    username: optional('username', string, 'User name.'),
    usernameFile: optional('username_file', path, 'The same, in a file.'),
    password: optional('password', secret, 'Password.'),
    passwordFile: optional('password_file', path, 'The same, in a file; read again at every use.'),
  },
  {
    accepted: {
      username_ref: accepted(string, 'A secret manager is not offered.', 'secret references are not offered'),
      password_ref: accepted(string, 'A secret manager is not offered.', 'secret references are not offered'),
    },
    check(_, report) {
      atMostOne(report, ['username', 'username_file']);
      atMostOne(report, ['password', 'password_file']);
    },
  },
);

const authorization = table<Authorization>(
  'authorization',
  {
    type: optional('type', string, 'Scheme; default `Bearer`.'),
    credentials: optional('credentials', secret, 'What follows the scheme.'),
    credentialsFile: optional('credentials_file', path, 'The same, in a file; read again at every use.'),
  },
  {
    accepted: {
      credentials_ref: accepted(string, 'A secret manager is not offered.', 'secret references are not offered'),
    },
    check(auth, report) {
      atMostOne(report, ['credentials', 'credentials_file']);
      if (auth.type?.trim().toLowerCase() === 'basic')
        report.error('type', 'authorization type cannot be set to "basic", use "basic_auth" instead');
    },
  },
);

const PROXY = {
  proxyUrl: optional('proxy_url', url, 'Proxy for all requests.'),
  noProxy: optional('no_proxy', string, 'Hosts, domains, addresses and CIDRs that are reached directly.'),
  proxyFromEnvironment: optional('proxy_from_environment', boolean, 'Take HTTP_PROXY, HTTPS_PROXY and NO_PROXY.'),
  proxyConnectHeader: optional('proxy_connect_header', record(list(secret)), 'Headers for the CONNECT request.'),
};

const oauth2 = table<OAuth2Config>(
  'oauth2',
  {
    clientId: required('client_id', string, 'Client id.'),
    clientSecret: optional('client_secret', secret, 'Client secret.'),
    clientSecretFile: optional('client_secret_file', path, 'The same, in a file.'),
    scopes: optional('scopes', list(string), 'Scopes to ask for.'),
    tokenUrl: required('token_url', url, 'Where tokens come from.'),
    endpointParams: optional('endpoint_params', record(string), 'Further parameters of the token request.'),
    tlsConfig: optional('tls_config', tlsConfig, 'TLS towards the token endpoint.'),
  },
  {
    accepted: Object.fromEntries([
      ...Object.values(PROXY).map(({ key, type, doc }) => [
        key,
        accepted(type as Type<unknown>, doc, 'the token endpoint is reached directly'),
      ]),
      ['client_secret_ref', accepted(string, 'A secret manager is not offered.', 'secret references are not offered')],
      ['grant_type', accepted(string, 'Only `client_credentials` is offered.')],
    ]),
    check(_, report) {
      atMostOne(report, ['client_secret', 'client_secret_file']);
    },
  },
);

interface HeaderValues {
  readonly values?: readonly string[];
  readonly secrets?: readonly string[];
  readonly files?: readonly string[];
}

const headerTable = table<HeaderValues, readonly string[]>(
  'http_header',
  {
    values: optional('values', list(string), 'Values that may be shown.'),
    secrets: optional('secrets', list(secret), 'Values that are hidden.'),
    files: optional('files', list(path), 'Files that hold one value each, read when the configuration is loaded.'),
  },
  {
    finish: ({ values = [], secrets = [], files = [] }, report) => [
      ...values,
      ...secrets,
      ...files.flatMap((file) => {
        try {
          return [readFileSync(file, 'utf8').trim()];
        } catch {
          report.warn('files', `the header is sent without the value of ${file}: the file cannot be read`);
          return [];
        }
      }),
    ],
  },
);

const header: Type<string | readonly string[]> = {
  ...headerTable,
  encode: (value) => ({ secrets: (typeof value === 'string' ? [value] : value).map(() => HIDDEN) }),
};

const RESERVED_HEADERS = new Set([
  'authorization',
  'host',
  'content-encoding',
  'content-length',
  'content-type',
  'user-agent',
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'www-authenticate',
  'accept-encoding',
  'transfer-encoding',
  'x-prometheus-remote-write-version',
  'x-prometheus-remote-read-version',
  'x-prometheus-scrape-timeout-seconds',
]);

interface HttpClientSection extends HttpClientConfig {
  readonly bearerToken?: string;
  readonly bearerTokenFile?: string;
}

/** The keys of Prometheus's `http_config`; they stand among the keys of what uses them. */
export const httpClient = table<HttpClientSection, HttpClientConfig>(
  'http_config',
  {
    basicAuth: optional('basic_auth', basicAuth, 'User and password with every request.'),
    authorization: optional('authorization', authorization, 'An Authorization header with every request.'),
    oauth2: optional('oauth2', oauth2, 'OAuth 2.0 client credentials.'),
    bearerToken: optional('bearer_token', secret, 'Old form of `authorization.credentials`.'),
    bearerTokenFile: optional('bearer_token_file', path, 'Old form of `authorization.credentials_file`.'),
    tlsConfig: optional('tls_config', tlsConfig, 'TLS.'),
    followRedirects: optional('follow_redirects', boolean, 'Follow redirects; default true.'),
    ...PROXY,
    headers: optional(
      'http_headers',
      record(header, (name) =>
        RESERVED_HEADERS.has(name.toLowerCase()) ? `setting header "${name}" is not allowed` : undefined,
      ),
      'Headers with every request.',
    ),
  },
  {
    accepted: { enable_http2: accepted(boolean, 'Requests are HTTP/1.1.') },
    check(http, report) {
      atMostOne(report, ['bearer_token', 'bearer_token_file']);
      const ways = ['basic_auth', 'oauth2', 'authorization'].filter((key) => report.has(key));
      const bearer = report.has('bearer_token') || report.has('bearer_token_file');
      if (ways.length > 1)
        report.error(ways[1] as string, 'at most one of basic_auth, oauth2 & authorization must be configured');
      if (bearer && ways.includes('authorization')) {
        report.error('authorization', 'authorization is not compatible with bearer_token & bearer_token_file');
      } else if (bearer && ways.length > 0) {
        report.error(
          ways[0] as string,
          'at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured',
        );
      }
      if (http.proxyFromEnvironment === true && (http.proxyUrl !== undefined || http.noProxy !== undefined)) {
        report.error(
          'proxy_from_environment',
          'if proxy_from_environment is configured, proxy_url and no_proxy must not be configured',
        );
      }
      if (http.noProxy !== undefined && http.proxyUrl === undefined)
        report.error('no_proxy', 'if no_proxy is configured, proxy_url must also be configured');
    },
    finish({ bearerToken, bearerTokenFile, ...http }) {
      if (bearerToken !== undefined) return { ...http, authorization: { credentials: bearerToken } };
      if (bearerTokenFile !== undefined) return { ...http, authorization: { credentialsFile: bearerTokenFile } };
      return http;
    },
  },
);

/** Headers of a sender that has no `http_headers`; `refuse` gives the reason against a name. */
export function plainHeaders(refuse: (name: string) => string | undefined): Type<Readonly<Record<string, string>>> {
  const type = record(string, refuse);
  return { ...type, encode: (headers) => Object.fromEntries(Object.keys(headers).map((name) => [name, HIDDEN])) };
}

/** Names that the sender sets itself, in remote write and tracing. */
export function reservedHeader(name: string, authorizationMessage: string): string | undefined {
  const lower = name.toLowerCase();
  if (lower === 'authorization') return authorizationMessage;
  return RESERVED_HEADERS.has(lower) ? `${lower} is a reserved header. It must not be changed` : undefined;
}

function atMostOne(report: TableReport, keys: readonly string[]): void {
  const given = keys.filter((key) => report.has(key));
  if (given.length > 1) report.error(given[1] as string, `at most one of ${keys.join(' & ')} must be configured`);
}
