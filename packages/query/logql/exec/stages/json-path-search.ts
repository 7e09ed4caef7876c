import type { JsonPathStep } from './json-path.ts';
import {
  blockEnd,
  isTokenEnd,
  JSON_MISTAKES,
  type JsonValue,
  readJsonValue,
  skipSpace,
  stringEnd,
} from './json-reader.ts';
import { unescapeJson } from './json-unescape.ts';

export interface JsonPathVisitor {
  /** The value at the path of that number: the first there is. */
  found(path: number, value: JsonValue): void;
  /** What stands at a path is no value, or the line is no document. */
  failed(mistake: string): void;
}

/** A path on its way: `at` steps of it led to where the search is. */
interface Candidate {
  readonly path: readonly JsonPathStep[];
  readonly index: number;
}

/** Looks for values at some paths of a document in one pass, and does not mind what else is wrong with it. */
export class JsonPathSearch {
  readonly #all: readonly Candidate[];
  #text = '';
  #visitor: JsonPathVisitor;
  readonly #isDone: boolean[];

  constructor(paths: readonly (readonly JsonPathStep[])[], visitor: JsonPathVisitor) {
    this.#all = paths.map((path, index) => ({ path, index }));
    this.#isDone = paths.map(() => false);
    this.#visitor = visitor;
  }

  run(text: string): void {
    this.#text = text;
    this.#isDone.fill(false);
    if (text.startsWith('"')) {
      const end = stringEnd(text, 1, text.length);
      const isKey = end >= 0 && text.charCodeAt(skipSpace(text, end, text.length)) === 0x3a;
      if (isKey) this.#visitor.failed(JSON_MISTAKES.json);
    } else this.#value(0, this.#all, 0);
  }

  /** Returns where the value ends; -1 where the search is over. */
  #value(from: number, candidates: readonly Candidate[], level: number): number {
    const text = this.#text;
    const at = skipSpace(text, from, text.length);
    for (const { path, index } of candidates) {
      if (path.length !== level || this.#isDone[index] === true) continue;
      this.#isDone[index] = true;
      const value = readJsonValue(text, at, text.length);
      if (typeof value === 'string') this.#visitor.failed(value);
      else this.#visitor.found(index, value);
    }
    const deeper = candidates.filter(({ path, index }) => path.length > level && this.#isDone[index] === false);
    const char = text.charAt(at);
    if (char === '{' && deeper.length > 0) return this.#object(at + 1, deeper, level);
    if (char === '[' && deeper.some(({ path }) => typeof path[level] === 'number')) {
      this.#array(at + 1, deeper, level);
    }
    return this.#skip(at, char);
  }

  #skip(at: number, char: string): number {
    const text = this.#text;
    if (char === '"') return stringEnd(text, at + 1, text.length);
    if (char === '{' || char === '[') return blockEnd(text, at, text.length);
    let end = at;
    while (end < text.length && !isTokenEnd(text.charCodeAt(end))) end++;
    return end;
  }

  #object(from: number, candidates: readonly Candidate[], level: number): number {
    const text = this.#text;
    let at = from;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      if (code === 0x7d) return at + 1;
      if (code !== 0x22) {
        at++;
        continue;
      }
      const keyEnd = stringEnd(text, at + 1, text.length);
      if (keyEnd < 0) return -1;
      const raw = text.slice(at + 1, keyEnd - 1);
      at = skipSpace(text, keyEnd, text.length);
      if (text.charCodeAt(at) !== 0x3a) continue;
      const key = raw.includes('\\') ? unescapeJson(raw) : raw;
      if (key === undefined) return -1;
      const matching = candidates.filter(({ path }) => path[level] === key);
      at = this.#value(at + 1, matching, level + 1);
      if (at < 0) return -1;
    }
    return -1;
  }

  #array(from: number, candidates: readonly Candidate[], level: number): void {
    const text = this.#text;
    let at = skipSpace(text, from, text.length);
    if (text.charCodeAt(at) === 0x5d) return;
    for (let i = 0; ; i++) {
      const matching = candidates.filter(({ path }) => path[level] === i);
      const value = readJsonValue(text, at, text.length);
      if (typeof value === 'string') return;
      if (matching.length > 0) this.#value(at, matching, level + 1);
      at = skipSpace(text, value.end, text.length);
      if (text.charCodeAt(at) !== 0x2c) return;
      at++;
    }
  }
}
