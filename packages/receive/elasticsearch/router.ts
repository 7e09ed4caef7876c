import type { ClusterIdentity } from './cluster.ts';
import { clusterHealth, license, nodes, rootInfo, xpack } from './cluster.ts';
import type { ElasticsearchRequest, JsonAnswer } from './json-answer.ts';
import { ACKNOWLEDGED } from './json-answer.ts';
import type { ResourceBook } from './resource-book.ts';
import { answerAlias, answerIndex, answerResource, RESOURCE_PATHS } from './resources.ts';

/** A write of documents that the router found. */
export type WriteRoute =
  | { readonly kind: 'bulk'; readonly index: string }
  | { readonly kind: 'document'; readonly index: string; readonly op: 'index' | 'create'; readonly id?: string };

/** Where paths that are no writes lead. */
export interface RouterContext {
  readonly identity: ClusterIdentity;
  readonly book: ResourceBook;
  readonly maxBodyBytes: number;
}

/** The prefix under which all of Elasticsearch's paths stand. */
export const PREFIX = '/elasticsearch';

/**
 * The decoded parts of a path, without the prefix: `/elasticsearch/app/_bulk` → ['app', '_bulk'].
 * Undefined where the percent-encoding is wrong.
 */
export function segmentsOf(path: string): readonly string[] | undefined {
  const rest = path === PREFIX || path.startsWith(`${PREFIX}/`) ? path.slice(PREFIX.length) : path;
  try {
    return rest
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** The write that a request is, if it is one. A type between index and action is that of clients before version 8. */
export function writeRouteOf(method: string, segments: readonly string[]): WriteRoute | undefined {
  if (method !== 'POST' && method !== 'PUT') return undefined;
  const last = segments.at(-1);
  const [index = '', second = '', third] = segments;
  if (last === '_bulk' && segments.length <= 3) {
    return { kind: 'bulk', index: segments.length === 1 || index.startsWith('_') ? '' : index };
  }
  if (index === '' || index.startsWith('_') || segments.length > 3) return undefined;
  if (second === '_doc' && third === undefined)
    return method === 'POST' ? { kind: 'document', index, op: 'index' } : undefined;
  if (third === undefined) return undefined;
  if (second === '_doc') return { kind: 'document', index, op: 'index', id: third };
  return second === '_create' ? { kind: 'document', index, op: 'create', id: third } : undefined;
}

/** Answers everything that stores nothing. `body` is decompressed. */
export function answerRoute(
  context: RouterContext,
  request: ElasticsearchRequest,
  segments: readonly string[],
  body: Uint8Array,
): JsonAnswer {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const [first = '', second = ''] = segments;
  const fixed = isRead ? fixedAnswer(context, request, first, second) : undefined;
  if (fixed !== undefined) return fixed;
  const named = namedAnswer(context.book, request.method, segments, body);
  if (named !== undefined) return named;
  const last = segments.at(-1) ?? '';
  if (SHARD_ACTIONS.has(last)) return { status: 200, body: { _shards: { total: 1, successful: 1, failed: 0 } } };
  if (first === '_aliases' && request.method === 'POST') return ACKNOWLEDGED;
  if (request.method === 'PUT' && SETTINGS.has(last)) return ACKNOWLEDGED;
  return unknownPath(request);
}

/** What acts on shards, which Petrel has none of: nothing is to be done. */
const SHARD_ACTIONS: ReadonlySet<string> = new Set(['_refresh', '_flush', '_forcemerge']);
/** What may be set on an index, a data stream or a cluster: nothing comes of it. */
const SETTINGS: ReadonlySet<string> = new Set(['_settings', 'settings', '_mapping', '_mappings', '_lifecycle']);

function fixedAnswer(
  { identity, maxBodyBytes }: RouterContext,
  request: ElasticsearchRequest,
  first: string,
  second: string,
): JsonAnswer | undefined {
  switch (first) {
    case '':
      return rootInfo(identity);
    case '_license':
      return license(identity);
    case '_xpack':
      return second === 'license' ? license(identity) : second === '' ? xpack(identity) : undefined;
    case '_nodes':
      return nodes(identity, request, maxBodyBytes);
    case '_cluster':
      if (second === 'health') return clusterHealth(identity);
      return second === 'settings' ? { status: 200, body: { persistent: {}, transient: {} } } : undefined;
    case '_ilm':
      return second === 'status' ? { status: 200, body: { operation_mode: 'RUNNING' } } : undefined;
    default:
      return undefined;
  }
}

function namedAnswer(
  book: ResourceBook,
  method: string,
  segments: readonly string[],
  body: Uint8Array,
): JsonAnswer | undefined {
  const [first = '', second = '', third = ''] = segments;
  const plain = RESOURCE_PATHS.get(first);
  if (plain !== undefined && segments.length <= 2) return answerResource(book, plain, { method, name: second, body });
  const nested = RESOURCE_PATHS.get(`${first}/${second}`);
  if (nested !== undefined && segments.length <= 3) return answerResource(book, nested, { method, name: third, body });
  if ((first === '_alias' || first === '_aliases') && segments.length <= 2 && method !== 'POST') {
    return answerAlias(book, { method, name: second, body }, '');
  }
  if (first === '' || first.startsWith('_')) return undefined;
  if (second === '_alias' || second === '_aliases') return answerAlias(book, { method, name: third, body }, first);
  return segments.length === 1 && method !== 'POST' ? answerIndex(book, { method, name: first, body }) : undefined;
}

function unknownPath({ method, path, query }: ElasticsearchRequest): JsonAnswer {
  const uri = query === undefined || query === '' ? path : `${path}?${query}`;
  return { status: 400, body: { error: `no handler found for uri [${uri}] and method [${method}]` } };
}
