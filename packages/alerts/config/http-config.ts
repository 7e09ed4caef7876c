import { httpClient } from '@petrel/config';
import { placeholder } from '@petrel/config/schema/composite.ts';
import type { Place, Table, Unusable } from '@petrel/config/schema/schema.ts';
import { join } from '@petrel/config/schema/schema.ts';
import type { MapNode, TreeNode } from '@petrel/config/schema/tree.ts';
import type { HttpClientConfig } from '@petrel/http';
import { isWholePlaceholder } from './secrets.ts';

const SECRET_KEYS = new Set(['password', 'credentials', 'client_secret', 'bearer_token', 'key']);

/**
 * The nested `http_config:` block. A placeholder among its credentials turns off what holds it, as one in a URL does. A proxy without a scheme, which
 * Alertmanager takes and then cannot reach, is one over http.
 */
export const httpConfig: Table<HttpClientConfig> = {
  ...httpClient,
  decode: (node, place) => offFor(node, place) ?? httpClient.decode(withScheme(node, place), place),
  decodeFrom: (node, place) => offFor(node, place) ?? httpClient.decodeFrom(withScheme(node, place) as MapNode, place),
};

/**
 * What a block's requests are made with: its own `http_config` takes the place of the global one, but a proxy that is set globally
 * holds where the own block says nothing of proxies.
 */
export function httpConfigOf(global: HttpClientConfig, own: HttpClientConfig | undefined): HttpClientConfig {
  if (own === undefined) return global;
  if (own.proxyUrl !== undefined || own.proxyFromEnvironment !== undefined) return own;
  const { proxyUrl, noProxy, proxyFromEnvironment, proxyConnectHeader } = global;
  return {
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
    ...(noProxy === undefined ? {} : { noProxy }),
    ...(proxyFromEnvironment === undefined ? {} : { proxyFromEnvironment }),
    ...(proxyConnectHeader === undefined ? {} : { proxyConnectHeader }),
    ...own,
  };
}

function offFor(node: TreeNode, place: Place): Unusable | undefined {
  if (node.kind !== 'map') return undefined;
  let off: Unusable | undefined;
  for (const [key, { value }] of node.entries) {
    const at = { reading: place.reading, path: join(place.path, key) };
    if (!SECRET_KEYS.has(key)) off = offFor(value, at) ?? off;
    else if (value.kind === 'scalar' && isWholePlaceholder(value.text)) off = placeholder(value, at) ?? off;
  }
  return off;
}

function withScheme(node: TreeNode, place: Place): TreeNode {
  const entry = node.kind === 'map' ? node.entries.get('proxy_url') : undefined;
  if (node.kind !== 'map' || entry?.value.kind !== 'scalar') return node;
  const { text, position } = entry.value;
  if (text === '') return { ...node, entries: new Map([...node.entries].filter(([key]) => key !== 'proxy_url')) };
  if (text.includes('://') || text.includes('<')) return node;
  place.reading.warn(position, join(place.path, 'proxy_url'), `a proxy needs a scheme: read as http://${text}`);
  const value = { ...entry.value, text: `http://${text}` };
  return { ...node, entries: new Map([...node.entries, ['proxy_url', { ...entry, value }]]) };
}
