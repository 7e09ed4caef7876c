import { compareStrings } from '@petrel/model';
import type { DocumentField } from '@petrel/query/kql/index.ts';
import { type LogResultLine, planLogSelector } from '@petrel/query/logql/index.ts';
import { parseLogSelector } from '@petrel/query/logql/parse/index.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { closeSignal } from '../prometheus/close-signal.ts';
import { sendJson } from './answer.ts';
import { LokiParams, MAX_ENTRIES } from './loki-params.ts';
import type { LogsApiPorts } from './port.ts';
import { fieldsOf } from './statistics/field-statistics.ts';

const DEFAULT_LINES = 1000;
const DEFAULT_FIELDS = 1000;
/** Labels that are shown whatever their values are. */
const PLACES = new Set(['cluster', 'namespace', 'instance', 'pod']);
const ID = /^(?:\d+(?:\.\d+)?|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i;

/** `detected_labels`, `detected_fields` and `detected_field/<name>/values`: what could be asked for. */
export function registerDetected(app: FastifyInstance, ports: LogsApiPorts): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/detected_labels',
    handler: async (request, reply) => {
      const params = LokiParams.of(request, ports.nowMs());
      const range = { ...params.orderedRange(), signal: closeSignal(request, reply) };
      const streams = await ports.source.streams([params.matchers()], range);
      const values = new Map<string, Set<string>>();
      for (const [name, value] of streams.flatMap((labels) => [...labels])) addTo(values, name, value);
      const detectedLabels = [...values]
        .filter(([name, own]) => PLACES.has(name) || [...own].some((value) => !ID.test(value)))
        .map(([label, own]) => ({ label, cardinality: own.size }))
        .sort((a, b) => compareStrings(a.label, b.label));
      return sendJson(reply, { detectedLabels });
    },
  });
  app.route({
    method: ['GET', 'POST'],
    url: '/detected_fields',
    handler: async (request, reply) => {
      const limit = LokiParams.of(request, ports.nowMs()).limit(DEFAULT_FIELDS);
      const found = await detectFields(request, reply, ports);
      const fields = [...found.values()].slice(0, limit).map((field) => field.view());
      return sendJson(reply, { fields, limit });
    },
  });
  app.route<{ Params: { name: string } }>({
    method: ['GET', 'POST'],
    url: '/detected_field/:name/values',
    handler: async (request, reply) => {
      const limit = LokiParams.of(request, ports.nowMs()).limit(DEFAULT_FIELDS);
      const found = await detectFields(request, reply, ports);
      const values = [...(found.get(request.params.name)?.values ?? [])].sort(compareStrings).slice(0, limit);
      return sendJson(reply, { values, limit });
    },
  });
}

/** Of the newest lines, by the names that parsers would give them. */
async function detectFields(
  request: FastifyRequest,
  reply: FastifyReply,
  { engine, nowMs }: LogsApiPorts,
): Promise<ReadonlyMap<string, DetectedField>> {
  const params = LokiParams.of(request, nowMs());
  const limit = Math.min(params.integer('line_limit', 0) || DEFAULT_LINES, MAX_ENTRIES);
  const { lines } = await engine.logs({
    plan: planLogSelector(parseLogSelector(params.get('query'))),
    ...params.orderedRange(),
    limit,
    direction: 'backward',
    signal: closeSignal(request, reply),
  });
  const found = new Map<string, DetectedField>();
  for (const line of lines) {
    for (const field of fieldsOf(line)) {
      if (field.from === 'stream') continue;
      const name = field.name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
      const detected = found.get(name) ?? new DetectedField(name, field, line);
      found.set(name, detected);
      detected.add(field);
    }
  }
  return found;
}

class DetectedField {
  readonly values = new Set<string>();
  readonly #parsers: readonly string[] | null;
  readonly #jsonPath: readonly string[] | undefined;
  #type: string | undefined;

  constructor(
    readonly label: string,
    { from, name }: DocumentField,
    { line }: LogResultLine,
  ) {
    const isJson = /^\s*\{/.test(line);
    this.#parsers = from === 'metadata' ? null : [isJson ? 'json' : 'logfmt'];
    this.#jsonPath = from === 'line' && isJson ? name.split('.') : undefined;
  }

  add({ value, type }: DocumentField): void {
    this.values.add(String(value));
    const own = type === 'number' ? (/^[+-]?\d+$/.test(String(value)) ? 'int' : 'float') : type;
    const known = this.#type ?? own;
    const isNumber = (name: string) => name === 'int' || name === 'float';
    this.#type = known === own ? own : isNumber(known) && isNumber(own) ? 'float' : 'string';
  }

  view(): object {
    return {
      label: this.label,
      type: this.#type ?? 'string',
      cardinality: this.values.size,
      parsers: this.#parsers,
      ...(this.#jsonPath === undefined ? {} : { jsonPath: this.#jsonPath }),
    };
  }
}

function addTo(sets: Map<string, Set<string>>, name: string, value: string): void {
  const set = sets.get(name) ?? new Set();
  sets.set(name, set);
  set.add(value);
}
