/**
 * The HTTP client of everything that Petrel asks or tells others: scraping, discovery, remote write, notifications. A request with a
 * configuration enters, a response with its body leaves. Authentication, TLS, proxies, redirects, gzip, time and size limits happen within,
 * and a policy that keeps requests out of private networks where one is given.
 */
export type { HttpClientOptions, HttpRequest, HttpResponse } from './client.ts';
export { HttpClient, HttpError } from './client.ts';
export type { EgressPolicy } from './egress.ts';
export { EgressError, EgressGuard, isInternal } from './egress.ts';
export type {
  Authorization,
  BasicAuth,
  HttpClientConfig,
  OAuth2Config,
  TlsConfig,
  TlsVersion,
} from './http-client-config.ts';
export { bypasses } from './proxy.ts';
export { SecretFiles } from './secret.ts';
export { withoutPassword } from './without-password.ts';
