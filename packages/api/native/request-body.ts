import { PetrelError, quote } from '@petrel/model';
import type { FastifyRequest } from 'fastify';
import type { MatcherData } from '../contract/alerting.ts';

/** A JSON object as it came, nothing of it checked. Every reader throws BAD_REQUEST with the name of the field. */
export class RequestBody {
  private constructor(private readonly fields: Readonly<Record<string, unknown>>) {}

  /** An empty body is an empty object. */
  static of({ body }: FastifyRequest): RequestBody {
    const text = typeof body === 'string' ? body : '';
    let value: unknown;
    try {
      value = text.trim() === '' ? {} : JSON.parse(text);
    } catch (error) {
      throw new PetrelError('BAD_REQUEST', `the body is no JSON: ${(error as Error).message}`);
    }
    if (!isObject(value)) throw new PetrelError('BAD_REQUEST', 'the body must be a JSON object');
    return new RequestBody(value);
  }

  has(name: string): boolean {
    return this.fields[name] !== undefined && this.fields[name] !== null;
  }

  /** '' when absent. A number is taken for its text. */
  text(name: string): string {
    const value = this.fields[name];
    if (value === undefined || value === null) return '';
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    throw wrong(name, 'must be a string');
  }

  number(name: string): number | undefined {
    if (!this.has(name)) return undefined;
    return finite(this.fields[name], name);
  }

  numbers(name: string): readonly number[] | undefined {
    if (!this.has(name)) return undefined;
    return this.#list(name).map((one, i) => finite(one, `${name}[${i}]`));
  }

  labels(name: string): Readonly<Record<string, string>> {
    const value = this.fields[name];
    if (!isObject(value)) throw wrong(name, 'must be an object of strings');
    const labels: Record<string, string> = {};
    for (const [label, text] of Object.entries(value)) {
      if (typeof text !== 'string') throw wrong(`${name}.${label}`, 'must be a string');
      labels[label] = text;
    }
    return labels;
  }

  /** One `{name, text}`. */
  named(name: string): { readonly name: string; readonly text: string } {
    return namedText(this.fields[name], name);
  }

  /** Each `{name, text}`. */
  allNamed(name: string): readonly { readonly name: string; readonly text: string }[] {
    return this.#list(name).map((one, i) => namedText(one, `${name}[${i}]`));
  }

  /** `{name, value, type}` each, or with Alertmanager's `isRegex` and `isEqual`. */
  matchers(name: string): readonly MatcherData[] {
    return this.#list(name).map((one, i) => matcherOf(one, `${name}[${i}]`));
  }

  #list(name: string): readonly unknown[] {
    const value = this.fields[name];
    if (!Array.isArray(value)) throw wrong(name, 'must be a list');
    return value;
  }
}

function matcherOf(value: unknown, name: string): MatcherData {
  if (!isObject(value)) throw wrong(name, 'must be an object');
  const { name: label, value: text, type, isRegex = false, isEqual = true } = value;
  if (typeof label !== 'string' || label === '') throw wrong(`${name}.name`, 'must be a string');
  if (typeof text !== 'string') throw wrong(`${name}.value`, 'must be a string');
  if (type === undefined) {
    const kinds = isRegex === true ? (['=~', '!~'] as const) : (['=', '!='] as const);
    return { name: label, value: text, type: isEqual === false ? kinds[1] : kinds[0] };
  }
  if (type !== '=' && type !== '!=' && type !== '=~' && type !== '!~')
    throw wrong(`${name}.type`, 'must be =, !=, =~ or !~');
  return { name: label, value: text, type };
}

function namedText(value: unknown, name: string): { readonly name: string; readonly text: string } {
  if (!isObject(value) || typeof value.name !== 'string' || typeof value.text !== 'string') {
    throw wrong(name, 'must be an object with the strings name and text');
  }
  return { name: value.name, text: value.text };
}

function finite(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(name, 'must be a number');
  return value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(name: string, message: string): PetrelError {
  return new PetrelError('BAD_REQUEST', `invalid field ${quote(name)}: ${message}`);
}
