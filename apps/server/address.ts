import { PetrelError } from '@petrel/model';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** `host:port`, `:port` (all interfaces) or `[::1]:port`. Throws BAD_REQUEST. */
export function parseAddress(text: string): Address {
  const found = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text);
  const port = Number(found?.[3]);
  if (found === null || port > 65_535) {
    throw new PetrelError(
      'BAD_REQUEST',
      `${JSON.stringify(text)} is not an address: write HOST:PORT, such as 127.0.0.1:7070`,
    );
  }
  const host = found[1] ?? found[2] ?? '';
  return { host: host === '' ? '0.0.0.0' : host, port };
}

export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Where a program on this machine reaches the address: a wildcard is reached through loopback. */
export function reachableAddress({ host, port }: Address): Address {
  if (host === '0.0.0.0') return { host: '127.0.0.1', port };
  return host === '::' ? { host: '::1', port } : { host, port };
}
