import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';

/** Where requests may go. What is allowed stays allowed whatever it resolves to. */
export interface EgressPolicy {
  /** Refuse loopback, link-local (cloud metadata), private, shared, unique-local, multicast and unspecified addresses. */
  readonly forbidPrivate: boolean;
  /** Addresses, CIDRs, host names, and `*.domain` for every host below a domain. */
  readonly allow: readonly string[];
}

/** A connection that the policy refuses. */
export class EgressError extends Error {
  override readonly name = 'EgressError';
}

/** IANA's special-purpose registries: everything that no host on the public Internet has. */
const INTERNAL_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
const INTERNAL_V6 = [
  '::/128',
  '::1/128',
  '100::/64',
  '2001:db8::/32',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

/** Prefixes whose addresses carry an IPv4 address that the packet ends up at, and the byte where it begins. */
const CARRIERS: readonly { readonly range: string; readonly offset: number }[] = [
  { range: '::/96', offset: 12 },
  { range: '::ffff:0:0/96', offset: 12 },
  { range: '::ffff:0:0:0/96', offset: 12 },
  { range: '64:ff9b::/96', offset: 12 },
  { range: '64:ff9b:1::/48', offset: 12 },
  { range: '2002::/16', offset: 2 },
];

const internal = blockList([...INTERNAL_V4, ...INTERNAL_V6]);
const carriers = CARRIERS.map(({ range, offset }) => ({ list: blockList([range]), offset }));
const teredo = blockList(['2001::/32']);

/** Decides about hosts and addresses. Immutable. */
export class EgressGuard {
  readonly #addresses: BlockList;
  readonly #hosts = new Set<string>();
  readonly #domains: string[] = [];

  /** Entries of `allow` that are no addresses are host names. */
  constructor(
    private readonly policy: EgressPolicy,
    private readonly resolve: typeof dnsLookup = dnsLookup,
  ) {
    const isAddress = (entry: string): boolean => isIP(entry.split('/')[0] as string) !== 0;
    this.#addresses = blockList(policy.allow.filter(isAddress));
    for (const entry of policy.allow.filter((text) => !isAddress(text))) {
      const host = plainHost(entry);
      if (host.startsWith('*.')) this.#domains.push(host.slice(1));
      else this.#hosts.add(host);
    }
  }

  /** Throws EgressError when `host` is an address literal that is refused; names are looked at when they are resolved. `host` as in a parsed URL, with or without brackets. */
  checkLiteral(host: string): void {
    const plain = plainHost(host);
    if (isIP(plain) !== 0 && !this.permits(plain)) throw refusal(plain);
  }

  /** Throws EgressError when nothing that `host` resolves to is permitted; for hosts that somebody else (a proxy) connects to. A name that does not resolve here passes. */
  async checkResolved(host: string): Promise<void> {
    this.checkLiteral(host);
    if (isIP(plainHost(host)) !== 0) return;
    await this.resolvePermitted(host).catch((error: unknown) => {
      if (error instanceof EgressError) throw error;
    });
  }

  /** An address of `host` to connect to, for connections that are not made with `lookup`. Rejects with EgressError, or the error of the name server. */
  async resolvePermitted(host: string): Promise<string> {
    const plain = plainHost(host);
    this.checkLiteral(plain);
    if (isIP(plain) !== 0) return plain;
    return new Promise((resolve, reject) => {
      this.lookup(plain, {}, (error, address) => (error === null ? resolve(address as string) : reject(error)));
    });
  }

  /** Whether an address may be connected to. */
  permits(address: string): boolean {
    if (!this.policy.forbidPrivate) return true;
    return contains(this.#addresses, address) || !isInternal(address);
  }

  /** For `net.connect`: resolves and keeps the permitted addresses; the connection is made to what was looked at, so that no second resolution can differ. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    const wanted: LookupOptions = { ...options, all: true };
    this.resolve(hostname, wanted, (error, found) => {
      if (error !== null) return callback(error, []);
      const addresses = found as unknown as LookupAddress[];
      const permitted = this.#allowsHost(hostname)
        ? addresses
        : addresses.filter(({ address }) => this.permits(address));
      const first = permitted[0];
      if (first === undefined) return callback(refusal(hostname, addresses[0]?.address), []);
      if (options.all === true) return callback(null, permitted);
      return callback(null, first.address, first.family);
    });
  };

  #allowsHost(hostname: string): boolean {
    const host = plainHost(hostname);
    return this.#hosts.has(host) || this.#domains.some((domain) => host.endsWith(domain));
  }
}

/** Whether an address belongs to this machine, its networks, or nobody; IPv4 addresses inside IPv6 ones included. */
export function isInternal(address: string): boolean {
  if (contains(internal, address)) return true;
  if (!isIPv6(address)) return false;
  if (contains(teredo, address)) return true;
  const carrier = carriers.find(({ list }) => contains(list, address));
  if (carrier === undefined) return false;
  const bytes = bytesOfIPv6(address).slice(carrier.offset, carrier.offset + 4);
  return contains(internal, bytes.join('.'));
}

function contains(list: BlockList, address: string): boolean {
  // A BlockList answers for `::ffff:a.b.c.d` as for a.b.c.d; zones (`fe80::1%eth0`) are no part of the address.
  const [plain = ''] = address.split('%');
  return isIP(plain) !== 0 && list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', bits] = range.split('/');
    const family = isIPv6(network) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(network, family);
    else list.addSubnet(network, Number(bits), family);
  }
  return list;
}

function bytesOfIPv6(address: string): number[] {
  const plain = (address.split('%')[0] as string).replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => {
    const word = (high: string, low: string): string => ((Number(high) << 8) | Number(low)).toString(16);
    return `${word(a, b)}:${word(c, d)}`;
  });
  const [head = '', tail] = plain.split('::');
  const words = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const after = tail === undefined ? [] : words(tail);
  const before = words(head);
  const middle = new Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...middle, ...after].flatMap((text) => {
    const word = Number.parseInt(text, 16);
    return [word >> 8, word & 0xff];
  });
}

function plainHost(host: string): string {
  return host
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

function refusal(host: string, address?: string): EgressError {
  const where = address === undefined || address === host ? host : `${host} (${address})`;
  return new EgressError(
    `connections to ${where} are not allowed: it is not on the public Internet (see the egress settings)`,
  );
}
