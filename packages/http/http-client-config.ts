/**
 * How servers are reached, as Prometheus's `http_config` says it: camelCase names, every relative file name already joined with the folder of
 * the configuration. The `…File` secrets are read at every use, so that a rotated one is picked up without a reload.
 */

export type TlsVersion = 'TLS10' | 'TLS11' | 'TLS12' | 'TLS13';

/** Either the PEM text itself (`ca`, `cert`, `key`) or the file that holds it. */
export interface TlsConfig {
  readonly ca?: string;
  readonly caFile?: string;
  readonly cert?: string;
  readonly certFile?: string;
  readonly key?: string;
  readonly keyFile?: string;
  readonly serverName?: string;
  readonly insecureSkipVerify?: boolean;
  readonly minVersion?: TlsVersion;
  readonly maxVersion?: TlsVersion;
}

export interface BasicAuth {
  readonly username?: string;
  readonly usernameFile?: string;
  readonly password?: string;
  readonly passwordFile?: string;
}

export interface Authorization {
  /** Default `Bearer`. */
  readonly type?: string;
  readonly credentials?: string;
  readonly credentialsFile?: string;
}

/** OAuth 2.0 client credentials. */
export interface OAuth2Config {
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly clientSecretFile?: string;
  readonly scopes?: readonly string[];
  readonly tokenUrl: string;
  readonly endpointParams?: Readonly<Record<string, string>>;
  readonly tlsConfig?: TlsConfig;
}

/** What Prometheus calls `http_config`: inlined into scrape, HTTP discovery and remote write configurations. At most one of the three ways to authenticate. */
export interface HttpClientConfig {
  readonly basicAuth?: BasicAuth;
  readonly authorization?: Authorization;
  readonly oauth2?: OAuth2Config;
  readonly tlsConfig?: TlsConfig;
  /** Default true. */
  readonly followRedirects?: boolean;
  /** `http://[user:password@]host:port`. */
  readonly proxyUrl?: string;
  /** Comma-separated hosts, domains, addresses and CIDRs that are reached directly. */
  readonly noProxy?: string;
  /** Take HTTP_PROXY, HTTPS_PROXY and NO_PROXY; default false. */
  readonly proxyFromEnvironment?: boolean;
  readonly proxyConnectHeader?: Readonly<Record<string, readonly string[]>>;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}
