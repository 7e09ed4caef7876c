import { randomUUID } from 'node:crypto';
import { PetrelError } from '@petrel/model';
import { ACKNOWLEDGED, errorAnswer, type JsonAnswer } from './json-answer.ts';
import type { ResourceBook, ResourceKind } from './resource-book.ts';

/** A request for something with a name. */
export interface ResourceRequest {
  readonly method: string;
  /** Decoded; a list or a pattern when it is asked for. '' is all. */
  readonly name: string;
  /** Decompressed. */
  readonly body: Uint8Array;
}

interface Shape {
  /** The whole answer to a GET. */
  show(found: readonly (readonly [string, unknown])[]): unknown;
  missing(name: string): JsonAnswer;
}

const notFound = (reason: string): JsonAnswer => errorAnswer(404, 'resource_not_found_exception', reason);

/** What each kind looks like when it is shown, and what is said when it is not there. */
const SHAPES: Readonly<
  Record<'index_template' | 'template' | 'component_template' | 'policy' | 'pipeline' | 'data_stream', Shape>
> = {
  index_template: {
    show: (found) => ({ index_templates: found.map(([name, body]) => ({ name, index_template: body })) }),
    missing: (name) => notFound(`index template matching [${name}] not found`),
  },
  component_template: {
    show: (found) => ({ component_templates: found.map(([name, body]) => ({ name, component_template: body })) }),
    missing: (name) => notFound(`component template matching [${name}] not found`),
  },
  template: { show: (found) => Object.fromEntries(found), missing: () => ({ status: 404, body: {} }) },
  policy: {
    show: (found) =>
      Object.fromEntries(found.map(([name, body]) => [name, { version: 1, ...(body as object), in_use_by: {} }])),
    missing: (name) => notFound(`Lifecycle policy not found: ${name}`),
  },
  pipeline: { show: (found) => Object.fromEntries(found), missing: () => ({ status: 404, body: {} }) },
  data_stream: {
    show: (found) => ({ data_streams: found.map(([name]) => dataStream(name)) }),
    missing: (name) => noSuchIndex(name),
  },
};

function dataStream(name: string): object {
  return {
    name,
    timestamp_field: { name: '@timestamp' },
    indices: [],
    generation: 1,
    status: 'GREEN',
    template: name,
    hidden: false,
    system: false,
    allow_custom_routing: false,
    replicated: false,
  };
}

/** PUT (or POST), GET, HEAD and DELETE of one kind. */
export function answerResource(book: ResourceBook, kind: keyof typeof SHAPES, request: ResourceRequest): JsonAnswer {
  const { method, name, body } = request;
  const { show, missing } = SHAPES[kind];
  if (method === 'PUT' || method === 'POST') {
    book.put(kind, name, parseObject(body), body.length);
    return ACKNOWLEDGED;
  }
  const found = book.find(kind, name);
  if (method === 'DELETE') {
    for (const [each] of found) book.delete(kind, each);
    return found.length > 0 ? ACKNOWLEDGED : missing(name);
  }
  const wanted = name !== '' && name !== '_all' && !name.includes('*');
  return found.length === 0 && wanted ? missing(name) : { status: 200, body: show(found) };
}

/** An index itself. Its aliases are remembered with it. Documents may come for an index that was never made. */
export function answerIndex(book: ResourceBook, { method, name, body }: ResourceRequest): JsonAnswer {
  if (method === 'PUT') {
    if (book.has('index', name)) {
      return errorAnswer(400, 'resource_already_exists_exception', `index [${name}/${randomUUID()}] already exists`);
    }
    const parsed = parseObject(body);
    book.put('index', name, parsed, body.length);
    const aliases = parsed.aliases;
    if (typeof aliases === 'object' && aliases !== null) {
      for (const [alias, settings] of Object.entries(aliases)) putAlias(book, alias, name, settings);
    }
    return { status: 200, body: { acknowledged: true, shards_acknowledged: true, index: name } };
  }
  const found = book.find('index', name);
  if (method === 'DELETE') {
    for (const [each] of found) book.delete('index', each);
    return found.length > 0 ? ACKNOWLEDGED : noSuchIndex(name);
  }
  if (found.length === 0 && !book.has('alias', name) && !book.has('data_stream', name)) return noSuchIndex(name);
  return {
    status: 200,
    body: Object.fromEntries(
      found.map(([each, parsed]) => [each, { aliases: {}, mappings: {}, settings: {}, ...(parsed as object) }]),
    ),
  };
}

/** `/_alias/{name}` and `/{index}/_alias/{name}`. */
export function answerAlias(book: ResourceBook, { method, name, body }: ResourceRequest, index: string): JsonAnswer {
  if (method === 'PUT' || method === 'POST') {
    putAlias(book, name, index, parseObject(body));
    return ACKNOWLEDGED;
  }
  const found = book.find('alias', name);
  if (method === 'DELETE') {
    for (const [each] of found) book.delete('alias', each);
    return found.length > 0
      ? ACKNOWLEDGED
      : errorAnswer(404, 'aliases_not_found_exception', `aliases [${name}] missing`);
  }
  if (found.length === 0 && name !== '')
    return { status: 404, body: { error: `alias [${name}] missing`, status: 404 } };
  const shown: Record<string, { aliases: Record<string, unknown> }> = {};
  for (const [alias, value] of found) {
    const { of, settings } = value as StoredAlias;
    shown[of] ??= { aliases: {} };
    (shown[of] as { aliases: Record<string, unknown> }).aliases[alias] = settings;
  }
  return { status: 200, body: shown };
}

interface StoredAlias {
  readonly of: string;
  readonly settings: unknown;
}

function putAlias(book: ResourceBook, alias: string, of: string, settings: unknown): void {
  const stored: StoredAlias = { of, settings };
  book.put('alias', alias, stored, JSON.stringify(settings).length);
}

export function noSuchIndex(name: string): JsonAnswer {
  return errorAnswer(404, 'index_not_found_exception', `no such index [${name}]`);
}

/** The kinds by the path under which they stand. */
export const RESOURCE_PATHS: ReadonlyMap<string, keyof typeof SHAPES & ResourceKind> = new Map([
  ['_index_template', 'index_template'],
  ['_component_template', 'component_template'],
  ['_template', 'template'],
  ['_ilm/policy', 'policy'],
  ['_ingest/pipeline', 'pipeline'],
  ['_data_stream', 'data_stream'],
]);

function parseObject(body: Uint8Array): Record<string, unknown> {
  if (body.length === 0) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch (error) {
    throw new PetrelError('DECODE_FAILED', `Failed to parse content to map: ${(error as Error).message}`);
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Record<string, unknown>;
  throw new PetrelError('DECODE_FAILED', 'Failed to parse content to map: it is not an object');
}
