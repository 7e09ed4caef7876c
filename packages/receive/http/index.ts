/**
 * The HTTP client of scraping, HTTP discovery and remote write: a request with a configuration enters, a response with its
 * body leaves. Authentication, TLS, proxies, redirects, gzip, time and size limits happen within.
 */
export type { HttpRequest, HttpResponse } from './client.ts';
export { HttpClient, HttpError } from './client.ts';
export { bypasses } from './proxy.ts';
export { withoutPassword } from './without-password.ts';
