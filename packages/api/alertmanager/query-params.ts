import type { FastifyRequest } from 'fastify';

const TRUE = new Set(['true', '1', 'yes', 'ok', 'y', 'on', 'selected', 'checked', 't', 'enabled']);

/** The query string, read as go-openapi's servers do. */
export class QueryParams {
  readonly #params: URLSearchParams;

  constructor(request: FastifyRequest) {
    const at = request.url.indexOf('?');
    this.#params = new URLSearchParams(at < 0 ? '' : request.url.slice(at + 1));
  }

  /** True when absent or empty; a word that says neither yes nor no says no. The last one counts. */
  flag(name: string): boolean {
    const text = this.text(name);
    return text === undefined || TRUE.has(text.toLowerCase());
  }

  /** Undefined when absent or empty. The last one counts. */
  text(name: string): string | undefined {
    return this.#params.getAll(name).at(-1) || undefined;
  }

  list(name: string): readonly string[] {
    return this.#params.getAll(name);
  }
}
