import type { LineInput } from '../../logql/exec/pipeline.ts';
import type { Leaf } from './text-test.ts';
import { foldCase } from './words.ts';

export type JsonValue = Leaf | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A line as the conditions see it; what has to be parsed is parsed when the first of them asks, and once. Used again for each line. */
export class LineDocument {
  tsNs = 0n;
  line = '';
  /** Name and value in turn. */
  metadata: readonly string[] = [];
  #folded: string | undefined;
  #json: JsonObject | null | undefined;
  #pairs: readonly string[] | undefined;

  set({ tsNs, line, metadata }: LineInput): void {
    this.tsNs = tsNs;
    this.line = line;
    this.metadata = metadata;
    this.#folded = undefined;
    this.#json = undefined;
    this.#pairs = undefined;
  }

  get folded(): string {
    this.#folded ??= foldCase(this.line);
    return this.#folded;
  }

  /** Undefined where the body is no JSON object. */
  get json(): JsonObject | undefined {
    if (this.#json === undefined) this.#json = parseObject(this.line) ?? null;
    return this.#json ?? undefined;
  }

  /** `key=value` pairs of a body that is no JSON object, name and value in turn. */
  get pairs(): readonly string[] {
    this.#pairs ??= this.line.includes('=') ? logfmtPairs(this.line) : [];
    return this.#pairs;
  }
}

function parseObject(line: string): JsonObject | undefined {
  let at = 0;
  while (at < line.length && line.charCodeAt(at) <= 0x20) at++;
  if (line[at] !== '{') return undefined;
  try {
    return JSON.parse(line) as JsonObject;
  } catch {
    return undefined;
  }
}

const PAIR = /(?<![\w.@/-])([A-Za-z_@][\w.@/-]*)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))/g;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function logfmtPairs(line: string): string[] {
  const pairs: string[] = [];
  for (const [, name, quoted, bare] of line.matchAll(PAIR)) {
    const value = quoted?.replaceAll(/\\(.)/gs, (_, c: string) => ESCAPES[c] ?? c) ?? bare ?? '';
    if (name !== undefined && value !== '') pairs.push(name, value);
  }
  return pairs;
}
