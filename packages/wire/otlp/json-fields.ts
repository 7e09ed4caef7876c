import { PetrelError } from '@petrel/model';
import { type AnyValue, type Attributes, anyValueText, type OtlpExemplar } from './metrics.ts';

const MAX_DEPTH = 32;

/** A JSON object read by protobuf's rules: an absent or null field has its default, a field of another type is an error with its path. */
export class Json {
  private constructor(
    readonly fields: Readonly<Record<string, unknown>>,
    readonly path: string,
  ) {}

  static of(value: unknown, path: string): Json {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(path, 'an object');
    return new Json(value as Record<string, unknown>, path);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** By its camelCase or its original name; null counts as absent. */
  get(name: string): unknown {
    const value = Object.hasOwn(this.fields, name) ? this.fields[name] : this.fields[snake(name)];
    return value === null ? undefined : value;
  }

  object(name: string): Json {
    return Json.of(this.get(name) ?? {}, `${this.path}.${name}`);
  }

  list(name: string): Json[] {
    return this.#array(name).map((item, i) => Json.of(item, `${this.path}.${name}[${i}]`));
  }

  numbers(name: string): number[] {
    return this.#array(name).map((item, i) => numberOf(item, `${this.path}.${name}[${i}]`));
  }

  string(name: string): string {
    const value = this.get(name) ?? '';
    if (typeof value !== 'string') throw wrong(`${this.path}.${name}`, 'a string');
    return value;
  }

  boolean(name: string): boolean {
    const value = this.get(name) ?? false;
    if (typeof value !== 'boolean') throw wrong(`${this.path}.${name}`, 'a boolean');
    return value;
  }

  number(name: string): number {
    return numberOf(this.get(name) ?? 0, `${this.path}.${name}`);
  }

  #array(name: string): readonly unknown[] {
    const value = this.get(name) ?? [];
    if (!Array.isArray(value)) throw wrong(`${this.path}.${name}`, 'an array');
    return value;
  }
}

/** Numbers may be strings; NaN and the infinities always are. */
function numberOf(value: unknown, path: string): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') {
    if (value === 'NaN') return Number.NaN;
    if (value === 'Infinity') return Infinity;
    if (value === '-Infinity') return -Infinity;
    if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value)) return Number(value);
  }
  throw wrong(path, 'a number');
}

function wrong(path: string, what: string): PetrelError {
  return new PetrelError('DECODE_FAILED', `malformed OTLP JSON: ${path} is not ${what}`);
}

const snakes = new Map<string, string>();

function snake(name: string): string {
  let known = snakes.get(name);
  if (known === undefined) {
    known = name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
    snakes.set(name, known);
  }
  return known;
}

/** Nanoseconds since the epoch (a string as a rule) in milliseconds, cut. */
export function timeMsOf(json: Json, name: string): number {
  const value = json.get(name);
  if (typeof value === 'string' && /^\d+$/.test(value)) return value.length <= 6 ? 0 : Number(value.slice(0, -6));
  const ns = json.number(name);
  return Number.isFinite(ns) ? Math.floor(ns / 1e6) : 0;
}

export function attributesOf(json: Json, name = 'attributes'): Attributes {
  const out: [string, string][] = [];
  for (const attribute of json.list(name)) {
    const key = attribute.string('key');
    if (key !== '') out.push([key, anyValueText(anyValueOf(attribute.get('value'), `${attribute.path}.value`, 0))]);
  }
  return out;
}

/** An AnyValue in OTLP/JSON; `depth` is 0 outside of other values. */
export function anyValueOf(value: unknown, path: string, depth: number): AnyValue {
  if (value === undefined || value === null) return null;
  if (depth > MAX_DEPTH) throw new PetrelError('DECODE_FAILED', 'malformed OTLP JSON: attribute values nest too deep');
  const json = Json.of(value, path);
  if (json.has('stringValue')) return json.string('stringValue');
  if (json.has('boolValue')) return json.boolean('boolValue');
  if (json.has('intValue')) {
    const int = json.get('intValue');
    return typeof int === 'string' && /^-?\d{1,20}$/.test(int) ? BigInt(int) : json.number('intValue');
  }
  if (json.has('doubleValue')) return json.number('doubleValue');
  if (json.has('bytesValue')) return new Uint8Array(Buffer.from(json.string('bytesValue'), 'base64'));
  if (json.has('arrayValue')) {
    const values = json.object('arrayValue').get('values') ?? [];
    if (!Array.isArray(values)) throw wrong(`${path}.arrayValue.values`, 'an array');
    return values.map((item) => anyValueOf(item, path, depth + 1));
  }
  if (json.has('kvlistValue')) {
    const entries = json.object('kvlistValue').list('values');
    return { entries: entries.map((e) => [e.string('key'), anyValueOf(e.get('value'), e.path, depth + 1)] as const) };
  }
  return null;
}

export function exemplarsOf(json: Json): OtlpExemplar[] {
  return json.list('exemplars').map((exemplar) => ({
    attributes: attributesOf(exemplar, 'filteredAttributes'),
    tMs: timeMsOf(exemplar, 'timeUnixNano'),
    value: exemplar.has('asInt') ? exemplar.number('asInt') : exemplar.number('asDouble'),
    traceId: exemplar.string('traceId').toLowerCase(),
    spanId: exemplar.string('spanId').toLowerCase(),
  }));
}
