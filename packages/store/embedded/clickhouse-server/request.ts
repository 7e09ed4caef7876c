import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ClickHouseError } from './clickhouse-error.ts';

/** What a request says beside its SQL. */
export interface RequestOptions {
  readonly method: string;
  /** SQL from the URL; the body follows it. */
  readonly query: string | undefined;
  readonly queryId: string | undefined;
  readonly defaultFormat: string;
  readonly sessionId: string | undefined;
  readonly sessionTimeoutMs: number;
  readonly sessionCheck: boolean;
  readonly closeSession: boolean;
  readonly waitEndOfQuery: boolean;
  readonly compressResponse: boolean;
  readonly compressionLevel: number;
  /** Settings, `param_…` and `database`. */
  readonly state: ReadonlyMap<string, string>;
  /** Equal for equal states. */
  readonly stateKey: string;
}

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

// Parameters that mean something to the HTTP interface alone; every other one is a setting.
const INTERFACE_PARAMETERS = new Set([
  'query',
  'query_id',
  'user',
  'password',
  'database',
  'quota_key',
  'role',
  'default_format',
  'session_id',
  'session_timeout',
  'session_check',
  'close_session',
  'wait_end_of_query',
  'http_wait_end_of_query',
  'buffer_size',
  'http_response_buffer_size',
  'compress',
  'decompress',
  'enable_http_compression',
  'http_zlib_compression_level',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'cancel_http_readonly_queries_on_client_close',
  'stacktrace',
  'client_protocol_version',
]);

/** @throws ClickHouseError for a parameter that cannot be (a bad name, a session timeout that is no number) */
export function readRequestOptions(request: IncomingMessage, url: URL): RequestOptions {
  const search = url.searchParams;
  const state = new Map<string, string>();
  for (const [name, value] of search) {
    if (INTERFACE_PARAMETERS.has(name)) continue;
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new ClickHouseError(
        115,
        'UNKNOWN_SETTING',
        `Setting ${JSON.stringify(name)} is neither a builtin setting nor started with a known prefix.`,
      );
    }
    state.set(name, value);
  }
  const database = search.get('database') ?? header(request, 'x-clickhouse-database');
  if (database) state.set('database', database);
  if (isOn(search.get('compress')) || isOn(search.get('decompress'))) {
    throw new ClickHouseError(
      48,
      'NOT_IMPLEMENTED',
      'The native block compression (compress=1, decompress=1) is not supported; use Content-Encoding and enable_http_compression.',
    );
  }
  const timeoutSeconds = Number(search.get('session_timeout') ?? '60');
  if (!(timeoutSeconds > 0 && timeoutSeconds <= 3600)) {
    throw new ClickHouseError(
      374,
      'INVALID_SESSION_TIMEOUT',
      `Invalid session timeout: '${search.get('session_timeout')}'.`,
    );
  }
  const level = Number(search.get('http_zlib_compression_level') ?? '3');
  return {
    method: request.method ?? 'GET',
    query: search.get('query') ?? undefined,
    queryId: search.get('query_id') || undefined,
    defaultFormat: search.get('default_format') || header(request, 'x-clickhouse-format') || 'TabSeparated',
    sessionId: search.get('session_id') || undefined,
    sessionTimeoutMs: timeoutSeconds * 1000,
    sessionCheck: isOn(search.get('session_check')),
    closeSession: isOn(search.get('close_session')),
    waitEndOfQuery: isOn(search.get('wait_end_of_query')) || isOn(search.get('http_wait_end_of_query')),
    compressResponse: isOn(search.get('enable_http_compression')),
    compressionLevel: Number.isInteger(level) && level >= 1 && level <= 9 ? level : 3,
    state,
    stateKey: state.size === 0 ? 'none' : JSON.stringify([...state].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))),
  };
}

/** Headers, basic authentication or URL parameters, in ClickHouse's order. @throws ClickHouseError 516 */
export function authenticate(request: IncomingMessage, url: URL, expected: Credentials): void {
  const given = credentialsOf(request, url);
  if (given.user === expected.user && equalSecrets(given.password, expected.password)) return;
  const message = `${given.user || 'default'}: Authentication failed: password is incorrect, or there is no user with such name.`;
  throw new ClickHouseError(516, 'AUTHENTICATION_FAILED', message);
}

function credentialsOf(request: IncomingMessage, url: URL): Credentials {
  const user = header(request, 'x-clickhouse-user');
  const key = header(request, 'x-clickhouse-key');
  if (user !== undefined || key !== undefined) return { user: user ?? 'default', password: key ?? '' };
  const basic = /^Basic\s+(.+)$/i.exec(header(request, 'authorization') ?? '')?.[1];
  if (basic !== undefined) {
    const text = Buffer.from(basic, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    return colon < 0 ? { user: text, password: '' } : { user: text.slice(0, colon), password: text.slice(colon + 1) };
  }
  return { user: url.searchParams.get('user') ?? 'default', password: url.searchParams.get('password') ?? '' };
}

function equalSecrets(given: string, expected: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(expected);
  return left.length === right.length && timingSafeEqual(left, right);
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function isOn(value: string | null): boolean {
  return value !== null && /^(?:1|true|on|yes)$/i.test(value);
}
