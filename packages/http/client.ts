import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { EgressError, EgressGuard, type EgressPolicy } from './egress.ts';
import type { HttpClientConfig } from './http-client-config.ts';
import { OAuth2TokenSource } from './oauth2.ts';
import { proxyAuthorization, proxyFor, TunnelAgent } from './proxy.ts';
import { SecretFiles } from './secret.ts';
import { loadTlsOptions, type TlsOptions } from './tls.ts';
import { withoutPassword } from './without-password.ts';

const unzip = promisify(gunzip);
const MAX_REDIRECTS = 10;
const MAX_SOCKETS_PER_HOST = 16;

const METHOD_NAMES = { GET: 'Get', POST: 'Post', PUT: 'Put' } as const;

export interface HttpRequest {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly timeoutMs: number;
  /** Of the decompressed body; 0 or absent: no limit. */
  readonly bodyLimitBytes?: number;
  /** What becomes of a body beyond the limit: default `refuse` (HttpError `body_too_large`); `truncate` keeps its beginning. */
  readonly beyondLimit?: 'refuse' | 'truncate';
  readonly signal?: AbortSignal;
}

/** One request of a chain of redirects. */
interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | undefined;
  readonly signal: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Why a request brought no response; the message names the URL and reads like Prometheus's where one exists. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  constructor(
    readonly kind: 'timeout' | 'canceled' | 'body_too_large' | 'network' | 'forbidden',
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

export interface HttpClientOptions {
  /** Where connections may go, redirects and token endpoints included; absent: anywhere. A proxy of the environment is not looked at, one of the configuration is. */
  readonly egress?: EgressPolicy;
}

/** One way to reach servers: authentication, TLS, proxy, redirects, connections kept alive. `close` ends idle connections. */
export class HttpClient {
  readonly #agents = new Map<string, Agent>();
  readonly #secrets = new SecretFiles();
  readonly #oauth2: OAuth2TokenSource | undefined;
  readonly #tokens: HttpClient | undefined;
  readonly #guard: EgressGuard | undefined;
  #tlsKey = '';

  constructor(
    private readonly config: HttpClientConfig,
    private readonly environment: Readonly<Record<string, string | undefined>> = {},
    options: HttpClientOptions = {},
  ) {
    this.#guard = options.egress === undefined ? undefined : new EgressGuard(options.egress);
    if (config.oauth2 === undefined) return;
    const { tlsConfig } = config.oauth2;
    const tokens = new HttpClient(tlsConfig === undefined ? {} : { tlsConfig }, environment, options);
    this.#tokens = tokens;
    this.#oauth2 = new OAuth2TokenSource(
      config.oauth2,
      this.#secrets,
      (url, headers, body) =>
        tokens.send({
          method: 'POST',
          url,
          headers,
          body: Buffer.from(body),
          timeoutMs: 30_000,
          bodyLimitBytes: 1 << 20,
        }),
      () => performance.now(),
    );
  }

  close(): void {
    this.#tokens?.close();
    this.#closeAgents();
  }

  #closeAgents(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  /** Resolves with any status; rejects with HttpError (or the error of a secret's file). Follows redirects unless told not to. */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort('timeout'), request.timeoutMs);
    const onAbort = (): void => abort.abort('canceled');
    request.signal?.addEventListener('abort', onAbort, { once: true });
    if (request.signal?.aborted === true) onAbort();
    try {
      return await this.#follow(request, abort.signal);
    } catch (error) {
      throw this.#explain(request, error, abort.signal);
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', onAbort);
    }
  }

  async #follow(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    const start = new URL(request.url);
    let url = start;
    let method = request.method ?? 'GET';
    let body = request.body;
    for (let hops = 0; ; hops++) {
      // Credentials belong to the host that they were configured for.
      const own = url.host === start.host && url.protocol === start.protocol;
      const secrets = own ? { ...this.#fixedHeaders(), ...(await this.#credentials(url)) } : {};
      const headers = { ...request.headers, ...secrets };
      const response = await this.#exchange(request, { url, method, headers, body, signal });
      const location = response.headers.location;
      const redirected = [301, 302, 303, 307, 308].includes(response.status) && typeof location === 'string';
      if (!redirected || this.config.followRedirects === false) return response;
      if (hops === MAX_REDIRECTS) throw new Error(`stopped after ${MAX_REDIRECTS} redirects`);
      url = new URL(location, url);
      if (response.status <= 303) {
        method = 'GET';
        body = undefined;
      }
    }
  }

  #fixedHeaders(): Record<string, string> {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(this.config.headers ?? {})) {
      headers[name] = typeof value === 'string' ? value : value.join(', ');
    }
    return headers;
  }

  async #credentials(url: URL): Promise<Record<string, string>> {
    const { basicAuth, authorization } = this.config;
    if (basicAuth !== undefined) {
      const user = (await this.#secrets.either(basicAuth.username, basicAuth.usernameFile)) ?? '';
      const password = (await this.#secrets.either(basicAuth.password, basicAuth.passwordFile)) ?? '';
      return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
    }
    if (authorization !== undefined) {
      const secret = await this.#secrets.either(authorization.credentials, authorization.credentialsFile);
      return secret === undefined ? {} : { Authorization: `${authorization.type ?? 'Bearer'} ${secret}` };
    }
    if (this.#oauth2 !== undefined) return { Authorization: `Bearer ${await this.#oauth2.token()}` };
    if (url.username !== '') {
      const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
      return { Authorization: `Basic ${Buffer.from(user).toString('base64')}` };
    }
    return {};
  }

  async #exchange(request: HttpRequest, { url, method, headers, body, signal }: Hop): Promise<HttpResponse> {
    const secure = url.protocol === 'https:';
    if (!secure && url.protocol !== 'http:')
      throw new Error(`unsupported protocol scheme "${url.protocol.slice(0, -1)}"`);
    const proxy = proxyFor(url, this.config, this.environment);
    await this.#checkEgress(url, proxy);
    const plainProxy = proxy !== undefined && !secure;
    const host = plainProxy ? proxy : url;
    // Whether the connection that carries the request is TLS; that to the target through a tunnel always is.
    const encrypted = host.protocol === 'https:';
    // A proxy that speaks TLS is held to the same tls_config, as in Prometheus.
    const withTls = encrypted || proxy?.protocol === 'https:';
    const tls = withTls ? await loadTlsOptions(this.config.tlsConfig ?? {}, this.#secrets) : {};
    const agent = this.#agentFor(url, encrypted, secure ? proxy : undefined, tls);
    const options = {
      method,
      agent,
      signal,
      ...(this.#guard !== undefined && this.#isGuarded(proxy) && { lookup: this.#guard.lookup }),
      host: host.hostname.replace(/^\[|\]$/g, ''),
      port: host.port || (encrypted ? 443 : 80),
      path: plainProxy ? url.href : `${url.pathname}${url.search}`,
      headers: {
        ...headers,
        ...(plainProxy && { Host: url.host, ...proxyAuthorization(proxy) }),
        ...(body !== undefined && { 'Content-Length': String(body.length) }),
      },
      ...tls,
    };
    const response = await open(encrypted, options, body);
    return {
      status: response.statusCode ?? 0,
      statusText: response.statusMessage ?? '',
      headers: response.headers,
      body: await readBody(response, request.bodyLimitBytes ?? 0, request.beyondLimit ?? 'refuse'),
    };
  }

  async #checkEgress(url: URL, proxy: URL | undefined): Promise<void> {
    if (this.#guard === undefined) return;
    if (proxy === undefined) return this.#guard.checkLiteral(url.hostname);
    if (this.#isGuarded(proxy)) await this.#guard.checkResolved(proxy.hostname);
    // The proxy resolves the name again: what is known here has to do.
    await this.#guard.checkResolved(url.hostname);
  }

  /** A proxy that the environment names was chosen by whoever runs the server. */
  #isGuarded(proxy: URL | undefined): boolean {
    return proxy === undefined || this.config.proxyUrl !== undefined;
  }

  /** `tunnel`: the proxy through which a TLS connection to the target goes. */
  #agentFor(url: URL, encrypted: boolean, tunnel: URL | undefined, tls: TlsOptions): Agent {
    const tlsKey = JSON.stringify(tls);
    if (encrypted && tlsKey !== this.#tlsKey) {
      // New certificates: connections that used the old ones go.
      this.#closeAgents();
      this.#tlsKey = tlsKey;
    }
    const key = !encrypted ? 'http:' : tunnel === undefined ? 'https:' : `${tunnel.href} ${url.host}`;
    let agent = this.#agents.get(key);
    if (agent === undefined) {
      if (!encrypted) agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS_PER_HOST });
      else if (tunnel === undefined)
        agent = new HttpsAgent({ keepAlive: true, maxSockets: MAX_SOCKETS_PER_HOST, ...tls });
      else {
        const lookup = this.#isGuarded(tunnel) ? this.#guard?.lookup : undefined;
        agent = new TunnelAgent(tunnel, url, tls, this.config.proxyConnectHeader ?? {}, lookup);
      }
      this.#agents.set(key, agent);
    }
    return agent;
  }

  #explain(request: HttpRequest, error: unknown, signal: AbortSignal): Error {
    const method = METHOD_NAMES[request.method ?? 'GET'];
    const where = `${method} "${withoutPassword(request.url)}"`;
    if (signal.aborted && signal.reason === 'timeout') {
      return new HttpError('timeout', `${where}: context deadline exceeded`, error);
    }
    if (signal.aborted) return new HttpError('canceled', `${where}: context canceled`, error);
    if (error instanceof HttpError) return error;
    if (error instanceof EgressError) return new HttpError('forbidden', `${where}: ${error.message}`, error);
    return new HttpError('network', `${where}: ${reasonOf(error)}`, error);
  }
}

/** Sends and resolves with the response's head. A kept-alive connection that the server had closed is replaced once. */
function open(encrypted: boolean, options: RequestOptions, body: Uint8Array | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = encrypted ? httpsRequest(options, resolve) : httpRequest(options, resolve);
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      if (outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE'))
        open(encrypted, options, body).then(resolve, reject);
      else reject(error);
    });
    outgoing.end(body);
  });
}

async function readBody(
  response: IncomingMessage,
  limitBytes: number,
  beyondLimit: 'refuse' | 'truncate',
): Promise<Buffer> {
  const limit = limitBytes > 0 ? limitBytes : Number.POSITIVE_INFINITY;
  const truncate = beyondLimit === 'truncate';
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > limit && !truncate) throw new HttpError('body_too_large', 'body size limit exceeded');
    chunks.push(chunk);
    if (sizeBytes > limit) break; // Leaving the loop ends the connection.
  }
  const all = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, sizeBytes);
  const cut = sizeBytes > limit;
  const body = cut ? all.subarray(0, limit) : all;
  if (response.headers['content-encoding'] !== 'gzip' || body.length === 0) return body;
  // The beginning of a compressed body says nothing to anybody.
  if (cut) return Buffer.alloc(0);
  return inflate(body, limitBytes, truncate);
}

async function inflate(body: Buffer, limitBytes: number, truncate: boolean): Promise<Buffer> {
  try {
    return await unzip(body, limitBytes > 0 ? { maxOutputLength: limitBytes } : {});
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_BUFFER_TOO_LARGE') throw error;
    if (truncate) return Buffer.alloc(0);
    throw new HttpError('body_too_large', 'body size limit exceeded');
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) {
    const reasons = error.errors.map((e) => (e instanceof Error ? e.message : String(e)));
    return reasons.join('; ') || error.message;
  }
  return error instanceof Error ? error.message : String(error);
}
