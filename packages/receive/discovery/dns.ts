import { promises as dnsPromises } from 'node:dns';
import { isIPv6 } from 'node:net';
import type { DnsSdConfig } from '../config.ts';
import { type DiscoveredGroup, type DiscoveryContext, PollingDiscovery } from './group.ts';

/** The part of node:dns that is used; tests bring their own. */
export interface DnsResolver {
  resolveSrv(name: string): Promise<readonly { readonly name: string; readonly port: number }[]>;
  resolve4(name: string): Promise<readonly string[]>;
  resolve6(name: string): Promise<readonly string[]>;
  resolveMx(name: string): Promise<readonly { readonly exchange: string }[]>;
  resolveNs(name: string): Promise<readonly string[]>;
}

/** Resolves names to targets. A name that does not exist has none; a resolver that fails keeps the last ones. */
export class DnsDiscovery extends PollingDiscovery {
  readonly #last = new Map<string, DiscoveredGroup>();

  constructor(
    private readonly config: DnsSdConfig,
    context: DiscoveryContext,
    private readonly resolver: DnsResolver = dnsPromises,
  ) {
    super(context, 'dns', config.refreshIntervalMs);
  }

  protected async refresh(): Promise<{ groups: readonly DiscoveredGroup[]; problems: readonly string[] }> {
    const problems: string[] = [];
    await Promise.all(
      this.config.names.map(async (name) => {
        try {
          this.#last.set(name, { source: name, targets: await this.#lookup(name), labels: {} });
        } catch (error) {
          const code = (error as NodeJS.ErrnoException).code;
          if (code === 'ENOTFOUND' || code === 'ENODATA') {
            this.#last.set(name, { source: name, targets: [], labels: {} });
          } else {
            problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
          }
        }
      }),
    );
    const groups = this.config.names.flatMap((name) => this.#last.get(name) ?? []);
    return { groups, problems };
  }

  async #lookup(name: string): Promise<Record<string, string>[]> {
    const { resolver } = this;
    const port = this.config.port ?? 0;
    const base = { __meta_dns_name: name };
    const sorted = (values: readonly string[]): string[] => [...values].sort();
    switch (this.config.type) {
      case 'SRV':
        return (await resolver.resolveSrv(name))
          .map((record) => ({
            ...base,
            __address__: hostPort(bare(record.name), record.port),
            __meta_dns_srv_record_target: rooted(record.name),
            __meta_dns_srv_record_port: String(record.port),
          }))
          .sort(byAddress);
      case 'A':
        return sorted(await resolver.resolve4(name)).map((ip) => ({ ...base, __address__: hostPort(ip, port) }));
      case 'AAAA':
        return sorted(await resolver.resolve6(name)).map((ip) => ({ ...base, __address__: hostPort(ip, port) }));
      case 'MX':
        return sorted((await resolver.resolveMx(name)).map((record) => record.exchange)).map((host) => ({
          ...base,
          __address__: hostPort(bare(host), port),
          __meta_dns_mx_record_target: rooted(host),
        }));
      case 'NS':
        return sorted(await resolver.resolveNs(name)).map((host) => ({
          ...base,
          __address__: hostPort(bare(host), port),
          __meta_dns_ns_record_target: rooted(host),
        }));
    }
  }
}

function byAddress(a: { __address__: string }, b: { __address__: string }): number {
  return a.__address__ < b.__address__ ? -1 : a.__address__ > b.__address__ ? 1 : 0;
}

function hostPort(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

function bare(name: string): string {
  return name.replace(/\.+$/, '');
}

// Prometheus's meta labels keep the final dot of the record; node:dns leaves it out.
function rooted(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}
