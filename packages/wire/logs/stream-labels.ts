import { isLegacyLabelName, Labels } from '@petrel/model';
import type { LogLimits, LogRefusal, LogRefusalReason } from './log-limits.ts';

/** The labels of a stream, or why it is refused with all its lines. */
export type StreamOutcome = { readonly labels: Labels } | { readonly refusal: LogRefusal };

/** Reads the text form of a stream's labels, `{a="b", c="d"}`, with Go's string literals, and holds it to the limits. */
export function parseStreamLabels(text: string, limits: LogLimits): StreamOutcome {
  const pairs: [string, string][] = [];
  const scanner = new LabelScanner(text);
  const problem = scanner.read(pairs);
  if (problem !== undefined)
    return refused('invalid_labels', `error parsing labels '${brief(text)}' with error: ${problem}`);
  return checkStreamLabels(pairs, limits);
}

/** Holds the labels of a stream to the limits; those with an empty value are absent. */
export function checkStreamLabels(pairs: readonly (readonly [string, string])[], limits: LogLimits): StreamOutcome {
  const names = new Set<string>();
  for (const [name] of pairs) {
    if (!isLegacyLabelName(name)) {
      const problem = `invalid label name ${JSON.stringify(brief(name))}`;
      return refused('invalid_labels', `error parsing labels '${textOf(pairs)}' with error: ${problem}`);
    }
    if (names.has(name)) {
      return refused('duplicate_label_names', `stream '${textOf(pairs)}' has duplicate label name: '${brief(name)}'`);
    }
    names.add(name);
  }
  const labels = Labels.from(pairs);
  if (labels.size === 0) return refused('missing_labels', 'error at least one label pair is required per stream');
  // What discovery adds is not the sender's.
  const size = labels.has('service_name') ? labels.size - 1 : labels.size;
  if (size > limits.maxLabelNamesPerSeries) {
    const message = `entry for stream '${brief(String(labels))}' has ${size} label names; limit ${limits.maxLabelNamesPerSeries}`;
    return refused('max_label_names_per_series', message);
  }
  for (const [name, value] of labels) {
    if (name.length > limits.maxLabelNameLength) {
      return refused(
        'label_name_too_long',
        `stream '${brief(String(labels))}' has label name too long: '${brief(name)}'`,
      );
    }
    if (value.length > limits.maxLabelValueLength) {
      return refused(
        'label_value_too_long',
        `stream '${brief(String(labels))}' has label value too long: '${brief(value)}'`,
      );
    }
  }
  return { labels };
}

function textOf(pairs: readonly (readonly [string, string])[]): string {
  return brief(`{${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`);
}

/** Messages repeat what was sent; not all of it. */
const MAX_REPEATED = 300;

function brief(text: string): string {
  return text.length > MAX_REPEATED ? `${text.slice(0, MAX_REPEATED)}…` : text;
}

function refused(reason: LogRefusalReason, message: string): StreamOutcome {
  return { refusal: { reason, message } };
}

class LabelScanner {
  #pos = 0;

  constructor(readonly text: string) {}

  /** Appends the pairs; returns what is wrong, if anything. */
  read(into: [string, string][]): string | undefined {
    if (!this.#eat('{')) return this.#expected('{');
    while (!this.#eat('}')) {
      const start = this.#pos;
      while (this.#pos < this.text.length && isNameChar(this.text.charCodeAt(this.#pos))) this.#pos++;
      const name = this.text.slice(start, this.#pos);
      if (name === '') return this.#expected('a label name or "}"');
      if (!this.#eat('=')) return this.#expected('=');
      const value = this.#string();
      if (value === undefined) return this.#expected('a string');
      into.push([name, value]);
      if (!this.#eat(',')) {
        if (!this.#eat('}')) return this.#expected('"," or "}"');
        break;
      }
    }
    return this.#pos < this.text.length ? this.#expected('the end') : undefined;
  }

  #expected(what: string): string {
    const rest = this.text.slice(this.#pos, this.#pos + 20);
    const found = rest === '' ? 'the end' : JSON.stringify(rest);
    return `1:${this.#pos + 1}: parse error: unexpected ${found}, expecting ${what}`;
  }

  /** One character, and the space behind it. */
  #eat(char: string): boolean {
    this.#space();
    if (this.text[this.#pos] !== char) return false;
    this.#pos++;
    this.#space();
    return true;
  }

  #space(): void {
    while (this.#pos < this.text.length && this.text.charCodeAt(this.#pos) <= 0x20) this.#pos++;
  }

  #string(): string | undefined {
    const { text } = this;
    const mark = text[this.#pos];
    if (mark === '`') {
      const end = text.indexOf('`', this.#pos + 1);
      if (end < 0) return undefined;
      const out = text.slice(this.#pos + 1, end);
      this.#pos = end + 1;
      return out;
    }
    if (mark !== '"' && mark !== "'") return undefined;
    let end = this.#pos + 1;
    let escaped = false;
    for (; end < text.length && text[end] !== mark; end++) {
      if (text[end] === '\n') return undefined;
      if (text[end] !== '\\') continue;
      escaped = true;
      end++;
    }
    if (end >= text.length) return undefined;
    const raw = text.slice(this.#pos + 1, end);
    const out = escaped ? unescapeGo(raw) : raw;
    if (out !== undefined) this.#pos = end + 1;
    return out;
  }
}

function isNameChar(c: number): boolean {
  return (c >= 0x30 && c <= 0x39) || (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a) || c === 0x5f;
}

const SIMPLE: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 0x5c,
  '"': 0x22,
  "'": 0x27,
};
const CODED = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/;

/** The inside of a Go string literal; undefined where an escape is none of Go's. `\x` and octal escapes are bytes. */
function unescapeGo(raw: string): string | undefined {
  const parts: Buffer[] = [];
  let plain = 0;
  for (let at = raw.indexOf('\\'); at >= 0; at = raw.indexOf('\\', plain)) {
    parts.push(Buffer.from(raw.slice(plain, at)));
    const simple = SIMPLE[raw[at + 1] ?? ''];
    if (simple !== undefined) {
      parts.push(Buffer.of(simple));
      plain = at + 2;
      continue;
    }
    const match = CODED.exec(raw.slice(at + 1, at + 10));
    if (match === null) return undefined;
    const [all, x, u, long, octal] = match;
    if (x !== undefined || octal !== undefined) {
      const byte = x === undefined ? Number.parseInt(octal as string, 8) : Number.parseInt(x, 16);
      if (byte > 255) return undefined;
      parts.push(Buffer.of(byte));
    } else {
      const point = Number.parseInt((u ?? long) as string, 16);
      if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return undefined;
      parts.push(Buffer.from(String.fromCodePoint(point)));
    }
    plain = at + 1 + all.length;
  }
  parts.push(Buffer.from(raw.slice(plain)));
  return Buffer.concat(parts).toString('utf8');
}
