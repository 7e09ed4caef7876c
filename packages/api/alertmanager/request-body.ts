import { quote } from '@petrel/model';
import type { FastifyRequest } from 'fastify';
import { parseDateTime, ZERO_TIME_MS } from './date-time.ts';
import { missing, Refusal, unparsable } from './refusal.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The request's JSON. `name` is what the schema calls the body. Throws Refusal: 415, 400, 422. */
export function readBody(request: FastifyRequest, name: string): unknown {
  const { body } = request;
  if (typeof body !== 'string' || body === '') throw missing(name);
  // What a request without the header has, says RFC 2616.
  const type = request.headers['content-type'] ?? 'application/octet-stream';
  const media = type.split(';')[0]?.trim().toLowerCase() ?? '';
  if (media !== 'application/json') {
    throw new Refusal(415, `unsupported media type ${quote(media)}, only [application/json] are allowed`);
  }
  if (body.trim() === '') throw missing(name);
  try {
    return JSON.parse(body);
  } catch (error) {
    throw unparsable(name, (error as Error).message);
  }
}

/** Reads the members of posted JSON; a null is as good as none. Throws Refusal where a member is of another kind than the schema says. */
export class BodyReader {
  constructor(private readonly body: string) {}

  object(value: unknown): JsonObject {
    if (value === null || value === undefined) return {};
    if (typeof value !== 'object' || Array.isArray(value)) throw this.#wrong(value, 'object');
    return value as JsonObject;
  }

  list(value: unknown): readonly unknown[] | undefined {
    if (value === null || value === undefined) return undefined;
    if (!Array.isArray(value)) throw this.#wrong(value, 'array');
    return value;
  }

  text(value: unknown): string | undefined {
    if (value === null || value === undefined) return undefined;
    if (typeof value !== 'string') throw this.#wrong(value, 'string');
    return wellFormed(value);
  }

  flag(value: unknown): boolean | undefined {
    if (value === null || value === undefined) return undefined;
    if (typeof value !== 'boolean') throw this.#wrong(value, 'boolean');
    return value;
  }

  /** ms; Go's zero time and '' are none. */
  time(value: unknown): number | undefined {
    const text = this.text(value);
    if (text === undefined || text === '') return undefined;
    const tMs = parseDateTime(text);
    if (tMs === undefined) throw unparsable(this.body, `parsing time ${quote(text)}: unknown format`);
    return tMs === ZERO_TIME_MS ? undefined : tMs;
  }

  texts(value: unknown): ReadonlyMap<string, string> | undefined {
    if (value === null || value === undefined) return undefined;
    const entries = Object.entries(this.object(value));
    return new Map(entries.map(([name, one]) => [wellFormed(name), this.text(one) ?? '']));
  }

  #wrong(value: unknown, wanted: string): Refusal {
    const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    return unparsable(this.body, `json: cannot unmarshal ${kind} into a value of type ${wanted}`);
  }
}

/** A member by its name, or, as Go reads JSON, by its name in other cases. */
export function member(object: JsonObject, name: string): unknown {
  if (Object.hasOwn(object, name)) return object[name];
  const folded = name.toLowerCase();
  const key = Object.keys(object).find((one) => one.toLowerCase() === folded);
  return key === undefined ? undefined : object[key];
}

/** Halves of surrogate pairs, which JSON can escape and UTF-8 cannot hold, become U+FFFD. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}
