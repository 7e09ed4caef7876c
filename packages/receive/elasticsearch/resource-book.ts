import { matchesWildcard } from './wildcard.ts';

/** What may be put and asked for again. */
export type ResourceKind =
  | 'index_template'
  | 'template'
  | 'component_template'
  | 'policy'
  | 'pipeline'
  | 'data_stream'
  | 'index'
  | 'alias';

/** Agents put a few dozen; more than this is somebody who makes a new name for each of something. */
const MAX_RESOURCES = 2_000;
const MAX_TOTAL_BYTES = 32 << 20;

interface Entry {
  readonly body: unknown;
  readonly sizeBytes: number;
}

/**
 * Templates, policies, pipelines, indices and data streams that clients have put, so that they find them again when they look. They change nothing in what Petrel stores,
 * and are forgotten when it stops (agents put them again when they are missing). The oldest go when there are too many.
 */
export class ResourceBook {
  readonly #entries = new Map<string, Entry>();
  #totalBytes = 0;

  put(kind: ResourceKind, name: string, body: unknown, sizeBytes: number): void {
    this.delete(kind, name);
    this.#entries.set(`${kind}/${name}`, { body, sizeBytes });
    this.#totalBytes += sizeBytes;
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= MAX_RESOURCES && this.#totalBytes <= MAX_TOTAL_BYTES) break;
      this.#entries.delete(key);
      this.#totalBytes -= entry.sizeBytes;
    }
  }

  /** False where there was none. */
  delete(kind: ResourceKind, name: string): boolean {
    const entry = this.#entries.get(`${kind}/${name}`);
    if (entry === undefined) return false;
    this.#totalBytes -= entry.sizeBytes;
    return this.#entries.delete(`${kind}/${name}`);
  }

  has(kind: ResourceKind, name: string): boolean {
    return this.#entries.has(`${kind}/${name}`);
  }

  /** Names and bodies of those that match `names`: a comma-separated list, with `*` for any text; '' and `_all` are all. In the order in which they were put. */
  find(kind: ResourceKind, names: string): readonly (readonly [name: string, body: unknown])[] {
    const patterns = (names === '' || names === '_all' ? '*' : names).split(',');
    const prefix = `${kind}/`;
    const out: (readonly [string, unknown])[] = [];
    for (const [key, { body }] of this.#entries) {
      if (!key.startsWith(prefix)) continue;
      const name = key.slice(prefix.length);
      if (patterns.some((pattern) => matchesWildcard(pattern, name))) out.push([name, body]);
    }
    return out;
  }
}
