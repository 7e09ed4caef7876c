import { request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as tlsConnect } from 'node:tls';
import type { HttpClientConfig } from './http-client-config.ts';
import type { TlsOptions } from './tls.ts';

/** The proxy for a URL, or undefined when it is reached directly. `environment` stands for process.env. */
export function proxyFor(
  url: URL,
  config: HttpClientConfig,
  environment: Readonly<Record<string, string | undefined>>,
): URL | undefined {
  let proxy = config.proxyUrl;
  let noProxy = config.noProxy;
  if (proxy === undefined && config.proxyFromEnvironment === true) {
    const key = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
    proxy = environment[key] ?? environment[key.toLowerCase()];
    noProxy = environment.NO_PROXY ?? environment.no_proxy;
  }
  if (proxy === undefined || proxy === '') return undefined;
  if (noProxy !== undefined && bypasses(url, noProxy)) return undefined;
  return new URL(proxy);
}

/** Whether a host matches the list: `*`, addresses, CIDRs, and domains with their subdomains (`.x` for subdomains only). */
export function bypasses(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== '')
    .some((item) => {
      if (item === '*') return true;
      if (item.includes('/')) return isIP(host) !== 0 && inRange(host, item);
      const colon = isIPv6(item) ? -1 : item.lastIndexOf(':');
      if (colon > 0 && item.slice(colon + 1) !== port) return false;
      const name = colon > 0 ? item.slice(0, colon) : item;
      const suffix = name.startsWith('*.') ? name.slice(1) : name;
      if (suffix.startsWith('.')) return host.endsWith(suffix);
      return host === suffix || host.endsWith(`.${suffix}`);
    });
}

function inRange(host: string, cidr: string): boolean {
  const [network = '', bits = ''] = cidr.split('/');
  if (isIP(network) === 0 || !/^\d+$/.test(bits) || Number(bits) > (isIPv6(network) ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), isIPv6(network) ? 'ipv6' : 'ipv4');
  return list.check(host, isIPv6(host) ? 'ipv6' : 'ipv4');
}

export function proxyAuthorization(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {};
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'Proxy-Authorization': `Basic ${Buffer.from(user).toString('base64')}` };
}

/** A request that gave up leaves its tunnel half open: it must not stay so for ever. */
const TUNNEL_PATIENCE_MS = 30_000;

/** An agent whose connections are TLS within a CONNECT tunnel through the proxy; `host:port` of the target is fixed. */
export class TunnelAgent extends HttpsAgent {
  constructor(
    private readonly proxy: URL,
    private readonly target: URL,
    private readonly tls: TlsOptions,
    private readonly connectHeader: Readonly<Record<string, readonly string[]>>,
    /** Resolves the proxy's name; absent: as usual. */
    private readonly lookup?: LookupFunction,
  ) {
    super({ keepAlive: true });
  }

  override createConnection(
    _options: unknown,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const done = callback as (error: Error | null, stream?: Duplex) => void;
    const authority = `${this.target.hostname}:${this.target.port || '443'}`;
    const encrypted = this.proxy.protocol === 'https:';
    const connect = (encrypted ? httpsRequest : httpRequest)({
      ...(encrypted && this.tls),
      // Not the pool of others: this connection becomes the tunnel.
      agent: false,
      ...(this.lookup !== undefined && { lookup: this.lookup }),
      host: this.proxy.hostname.replace(/^\[|\]$/g, ''),
      port: this.proxy.port || (encrypted ? 443 : 80),
      method: 'CONNECT',
      path: authority,
      headers: { Host: authority, ...proxyAuthorization(this.proxy), ...this.connectHeader } as Record<string, string>,
    });
    connect.setTimeout(TUNNEL_PATIENCE_MS, () => connect.destroy(new Error('the proxy does not answer CONNECT')));
    connect.once('error', (error) => done(error));
    connect.once('connect', (response, socket) => {
      socket.setTimeout(0);
      if (response.statusCode !== 200) {
        socket.destroy();
        done(new Error(`proxy answered CONNECT with HTTP status ${response.statusCode}`));
        return;
      }
      const hostname = this.target.hostname.replace(/^\[|\]$/g, '');
      const servername = this.tls.servername ?? (isIP(hostname) === 0 ? hostname : '');
      const secure = tlsConnect({ ...this.tls, socket, ...(servername !== '' && { servername }) });
      secure.setTimeout(TUNNEL_PATIENCE_MS, () => secure.destroy(new Error('TLS handshake timed out')));
      secure.once('secureConnect', () => {
        secure.setTimeout(0);
        done(null, secure);
      });
      secure.once('error', (error) => done(error));
    });
    connect.end();
    return undefined;
  }
}
