import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly allOf?: readonly Schema[];
}

interface Response {
  readonly $ref?: string;
  readonly schema?: Schema;
}

export interface Operation {
  readonly parameters?: readonly { readonly name?: string; readonly $ref?: string }[];
  readonly responses: Readonly<Record<string, Response>>;
}

export interface Spec {
  readonly paths: Readonly<Record<string, Readonly<Record<'get' | 'post' | 'delete', Operation>>>>;
  readonly definitions: Readonly<Record<string, Schema>>;
  readonly responses: Readonly<Record<string, Response>>;
  readonly parameters: Readonly<Record<string, { readonly name: string }>>;
}

const FILE = resolve(import.meta.dirname, '../../../../shared/conformance/alertmanager/openapi.yaml');

/** For tests: the published schema of the API; undefined where it is not at hand. */
export function readSpec(): Spec | undefined {
  return existsSync(FILE) ? (parse(readFileSync(FILE, 'utf8')) as Spec) : undefined;
}

/** What of the value is not as the schema says, one line each; members that the schema does not name are faults too. */
export function faultsOf(value: unknown, schema: Schema, spec: Spec, path = '$'): string[] {
  const full = flatten(schema, spec);
  switch (full.type) {
    case 'array':
      if (!Array.isArray(value)) return [`${path}: no array`];
      if (value.length < (full.minItems ?? 0)) return [`${path}: fewer than ${full.minItems} items`];
      return value.flatMap((one, i) => faultsOf(one, full.items ?? {}, spec, `${path}[${i}]`));
    case 'string':
      return stringFaults(value, full, path);
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${path}: no boolean`];
    case 'object':
      return objectFaults(value, full, spec, path);
    default:
      return [`${path}: the schema has the type ${full.type}`];
  }
}

function stringFaults(value: unknown, { format, enum: words }: Schema, path: string): string[] {
  if (typeof value !== 'string') return [`${path}: no string`];
  if (words !== undefined && !words.includes(value)) return [`${path}: ${value} is none of ${words.join(', ')}`];
  if (format === 'date-time' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)$/.test(value)) {
    return [`${path}: ${value} is no date-time`];
  }
  return format === 'uri' && !URL.canParse(value) ? [`${path}: ${value} is no URI`] : [];
}

function objectFaults(value: unknown, schema: Schema, spec: Spec, path: string): string[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [`${path}: no object`];
  const missing = (schema.required ?? [])
    .filter((name) => !Object.hasOwn(value, name))
    .map((name) => `${path}: lacks ${name}`);
  const wrong = Object.entries(value).flatMap(([name, one]) => {
    const member = schema.properties?.[name] ?? schema.additionalProperties;
    return member === undefined ? [`${path}: has ${name}`] : faultsOf(one, member, spec, `${path}.${name}`);
  });
  return [...missing, ...wrong];
}

/** References followed, `allOf` put together. */
function flatten(schema: Schema, spec: Spec): Schema {
  if (schema.$ref !== undefined) {
    return flatten(spec.definitions[schema.$ref.replace('#/definitions/', '')] ?? {}, spec);
  }
  if (schema.allOf === undefined) return schema;
  const parts = schema.allOf.map((part) => flatten(part, spec));
  return {
    type: 'object',
    properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
    required: parts.flatMap(({ required = [] }) => required),
  };
}

/** The schema of a response's body, undefined when it has none; throws where the operation does not know the status. */
export function responseSchema(operation: Operation, status: number, spec: Spec): Schema | undefined {
  const response = operation.responses[`${status}`];
  if (response === undefined) throw new Error(`no response ${status}`);
  if (response.$ref === undefined) return response.schema;
  return spec.responses[response.$ref.replace('#/responses/', '')]?.schema;
}
