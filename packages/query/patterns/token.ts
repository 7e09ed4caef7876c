import { maskWord, WILDCARD } from './word-mask.ts';

/**
 * A piece of a line without blanks. `segments` are words and what stands between them in turn, beginning with a word (which may be empty): `a=1` is `['a', '=', WILDCARD]`. `mask` is them together: tokens
 * with the same mask are alike.
 */
export interface Token {
  readonly mask: string;
  readonly segments: readonly string[];
}

export const ANY_TOKEN: Token = { mask: WILDCARD, segments: [WILDCARD] };

/** Longer ones are data: a picture, a certificate. */
const MAX_TOKEN_CHARS = 1000;
const MAX_SEGMENTS = 200;
const DELIMITERS = '=,:;()[]{}"\'<>/|&?@#!*$%`\\';
const IS_DELIMITER = Uint8Array.from({ length: 128 }, (_, code) =>
  DELIMITERS.includes(String.fromCharCode(code)) ? 1 : 0,
);
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Takes tokens apart; those that come again and again are remembered. */
export class Tokens {
  readonly #known = new Map<string, Token>();

  constructor(private readonly maxKnown = 20_000) {}

  of(text: string): Token {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const token = parseToken(text);
    if (text.length < 64) {
      // Numbers fill it up, words come back at once.
      if (this.#known.size >= this.maxKnown) this.#known.clear();
      this.#known.set(text, token);
    }
    return token;
  }
}

export function parseToken(text: string): Token {
  if (text.length > MAX_TOKEN_CHARS || text.includes(WILDCARD)) return ANY_TOKEN;
  const raw = split(text);
  if (raw.length > MAX_SEGMENTS) return ANY_TOKEN;
  const segments = raw.map((segment, i) => (i % 2 === 1 ? segment : wordAt(raw, i)));
  return { mask: segments.join(''), segments };
}

function wordAt(raw: readonly string[], i: number): string {
  const word = raw[i] as string;
  // `<name>` in a pattern would capture.
  if (raw[i - 1]?.endsWith('<') && raw[i + 1]?.startsWith('>') && NAME.test(word)) return WILDCARD;
  return maskWord(word);
}

function split(text: string): string[] {
  const out: string[] = [];
  let from = 0;
  let inDelimiters = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const isDelimiter = code < 128 && IS_DELIMITER[code] === 1;
    if (isDelimiter === inDelimiters) continue;
    out.push(text.slice(from, i));
    from = i;
    inDelimiters = isDelimiter;
  }
  out.push(text.slice(from));
  return out;
}

/** The token that stands for both: what differs between words is a wildcard; where the words do not stand alike everything is. */
export function generalise(a: Token, b: Token): Token {
  if (a.mask === b.mask) return a;
  if (a.segments.length !== b.segments.length || a.segments.length === 1) return ANY_TOKEN;
  const segments: string[] = [];
  let kept = false;
  for (let i = 0; i < a.segments.length; i++) {
    const one = a.segments[i] as string;
    const other = b.segments[i] as string;
    if (one === other) {
      segments.push(one);
      kept ||= i % 2 === 0 && one !== '' && one !== WILDCARD;
    } else if (i % 2 === 1 || one === '' || other === '') return ANY_TOKEN;
    else segments.push(WILDCARD);
  }
  // Signs alone say nothing.
  return kept ? { mask: segments.join(''), segments } : ANY_TOKEN;
}

/** How alike two tokens are: 1 for the same mask, else the share of words that are the same where they stand alike. */
export function likeness(a: Token, b: Token): number {
  if (a.mask === b.mask) return 1;
  const { length } = a.segments;
  if (length !== b.segments.length || length === 1) return 0;
  let words = 0;
  let same = 0;
  for (let i = 0; i < length; i++) {
    const one = a.segments[i] as string;
    const other = b.segments[i] as string;
    if (i % 2 === 1) {
      if (one !== other) return 0;
      continue;
    }
    if (one === '' && other === '') continue;
    if (one === '' || other === '') return 0;
    words++;
    if (one === other && one !== WILDCARD) same++;
  }
  return words === 0 ? 0 : same / words;
}

/** Nothing in it is certain. */
export function isVariable({ mask }: Token): boolean {
  return mask === WILDCARD || !/[A-Za-z\u0080-\uffff]/.test(mask);
}
