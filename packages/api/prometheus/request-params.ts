import type { Matcher } from '@petrel/model';
import { compileMatcher, PetrelError, quote } from '@petrel/model';
import type { FastifyRequest } from 'fastify';
import { parseDurationMs, parseTimeMs } from './time.ts';

/** Prometheus's own bounds for "no start" and "no end", as whole milliseconds. */
export const MIN_TIME_MS = -8_640_000_000_000_000;
export const MAX_TIME_MS = 8_640_000_000_000_000;

/**
 * The parameters of a request: the form body's first, then the query string's, as Go's `FormValue` reads them. Every reader throws PetrelError
 * BAD_REQUEST with Prometheus's message.
 */
export class RequestParams {
  readonly #body: URLSearchParams;
  readonly #query: URLSearchParams;

  constructor(query: string, body = '') {
    this.#query = new URLSearchParams(query);
    this.#body = new URLSearchParams(body);
  }

  static of(request: FastifyRequest): RequestParams {
    const at = request.url.indexOf('?');
    const body = typeof request.body === 'string' ? request.body : '';
    return new RequestParams(at < 0 ? '' : request.url.slice(at + 1), body);
  }

  /** '' when absent. */
  get(name: string): string {
    return this.#body.get(name) ?? this.#query.get(name) ?? '';
  }

  all(name: string): readonly string[] {
    return [...this.#body.getAll(name), ...this.#query.getAll(name)];
  }

  timeMs(name: string, fallbackMs?: number): number {
    const text = this.get(name);
    if (text === '' && fallbackMs !== undefined) return fallbackMs;
    return withName(name, () => parseTimeMs(text));
  }

  durationMs(name: string): number {
    return withName(name, () => parseDurationMs(this.get(name)));
  }

  optionalDurationMs(name: string): number | undefined {
    return this.get(name) === '' ? undefined : this.durationMs(name);
  }

  /** 0: no limit. */
  limit(): number {
    const text = this.get('limit');
    if (text === '') return 0;
    if (!/^[+-]?\d+$/.test(text)) {
      throw invalidParam('limit', `strconv.Atoi: parsing ${quote(text)}: invalid syntax`);
    }
    const limit = Number(text);
    if (limit < 0) throw invalidParam('limit', 'limit must be non-negative');
    return limit;
  }

  /** A number where anything else is refused with `NAME must be a number`; `fallback` when absent. */
  integer(name: string, fallback: number): number {
    const text = this.get(name);
    if (text === '') return fallback;
    if (!/^[+-]?\d+$/.test(text)) throw new PetrelError('BAD_REQUEST', `${name} must be a number`);
    return Number(text);
  }

  /** The selectors of `match[]`, each with at least one matcher that does not match the empty string. */
  matcherSets(parse: (text: string) => readonly Matcher[]): readonly (readonly Matcher[])[] {
    return this.all('match[]').map((text) => {
      const matchers = withName('match[]', () => parse(text));
      if (matchers.every(matchesEmpty)) {
        throw invalidParam('match[]', 'match[] must contain at least one non-empty matcher');
      }
      return matchers;
    });
  }
}

export function invalidParam(name: string, message: string): PetrelError {
  return new PetrelError('BAD_REQUEST', `invalid parameter ${quote(name)}: ${message}`);
}

/** Says which parameter an error of the caller was in. */
export function withName<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof PetrelError && error.status === 400) throw invalidParam(name, error.message);
    throw error;
  }
}

function matchesEmpty(matcher: Matcher): boolean {
  return compileMatcher(matcher)('');
}
