import { RANGE_FUNCTIONS, type RangeFunction, VECTOR_OPERATORS, type VectorOperator } from './ast.ts';
import { hasInvalidText, scanNumber, scanQuoted } from './literals.ts';
import { parseBytes, parseDurationNs, parsePrometheusDuration } from './units.ts';

/**
 * A token is named as Loki's messages name it: operators and keywords by their text, functions in capitals (`RATE`), and `IDENTIFIER`, `STRING`, `NUMBER`,
 * `DURATION`, `BYTES`, `RANGE`, `FUNCTION_FLAG`, `$end`; `error` is a mistake of the text itself, with the message as `text`.
 */
export interface Token {
  readonly type: string;
  /** The source text; of a STRING its content. */
  readonly text: string;
  /** Of DURATION nanoseconds, of BYTES bytes, of RANGE milliseconds; else 0. */
  readonly value: number;
  readonly start: number;
  readonly end: number;
  /** Of those behind which Loki's messages lose the line. */
  readonly lineless: boolean;
}

/** Words that are functions where a parenthesis, `by (` or `without (` follows, and names elsewhere. */
export const FUNCTION_WORDS: ReadonlySet<string> = new Set<string>([
  ...RANGE_FUNCTIONS,
  ...VECTOR_OPERATORS,
  ...['vector', 'label_replace', 'bytes', 'duration', 'duration_seconds', 'ip'],
]);

/** By the types of their tokens. */
export const RANGE_FUNCTION_OF: ReadonlyMap<string, RangeFunction> = byType(RANGE_FUNCTIONS);
export const VECTOR_OPERATOR_OF: ReadonlyMap<string, VectorOperator> = byType(VECTOR_OPERATORS);

function byType<T extends string>(names: readonly T[]): ReadonlyMap<string, T> {
  return new Map(names.map((name) => [name.toUpperCase(), name]));
}

const CONVERSIONS: ReadonlySet<string> = new Set(['bytes', 'duration', 'duration_seconds']);
/** Names for them in messages that are not their capitals. */
const PLAIN_FUNCTIONS: ReadonlySet<string> = new Set(['label_replace', 'ip']);

/** Stages that begin with a word of their own. */
export const STAGE_WORDS: ReadonlySet<string> = new Set(
  'json regexp logfmt unpack pattern label_format line_format decolorize drop keep unwrap'.split(' '),
);
/** The rest of the words that can never be names. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  'by without bool offset on ignoring group_left group_right or and unless'.split(' '),
);
/** Keywords where a parenthesis follows, and names elsewhere. */
const VARIANT_WORDS: ReadonlySet<string> = new Set(['variants', 'of']);

const TWO_CHARACTERS: ReadonlySet<string> = new Set('!= =~ !~ !> |= |~ |> == >= <='.split(' '));

const WORD = /[\p{L}_][\p{L}\p{Nd}_]*/uy;
const CALL_FOLLOWS = /\s*(?:\(|(?:by|without)\s*\()/iy;
const PARENTHESIS_FOLLOWS = /\s*\(/y;
/** Longer runs of digits and units are no durations and no sizes, and looking at them again and again would take long. */
const MAX_RUN = 64;
const DURATION_RUN = /[\p{N}.nuµmshdwy]{1,64}/uy;
const BYTES_RUN = /[\p{N}.BikKMGTP]{1,64}/uy;
const FLAG = /--(?:strict|keep-empty)(?![\p{L}-])/uy;

function matchAt(pattern: RegExp, input: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(input)?.[0];
}

/** Gives one token after the other, `$end` for ever at the end; after an `error` it goes on behind what was wrong. */
export class Lexer {
  /** Where comments stood, in order. */
  readonly comments: { readonly from: number; readonly to: number }[] = [];
  #pos = 0;

  constructor(readonly input: string) {}

  next(): Token {
    const mistake = this.#skipBlanks();
    if (mistake !== undefined) return mistake;
    const { input } = this;
    const start = this.#pos;
    const c = input[start];
    if (c === undefined) return this.#emit('$end', start);
    const word = matchAt(WORD, input, start);
    if (word !== undefined) return this.#word(word);
    if (isDigit(c) || (c === '.' && isDigit(input[start + 1] ?? ''))) return this.#number();
    switch (c) {
      case '"':
      case '`':
      case "'":
        return this.#quoted();
      case '[':
        return this.#range();
      case '-':
        return this.#minus();
      default:
        return this.#symbol();
    }
  }

  #skipBlanks(): Token | undefined {
    const { input } = this;
    for (;;) {
      const from = this.#pos;
      const c = input[from];
      if (c === ' ' || c === '\t' || c === '\n' || c === '\r') {
        this.#pos++;
        continue;
      }
      const two = input.slice(from, from + 2);
      if (c === '#' || two === '//') this.#pos = endOr(input.indexOf('\n', from), input.length);
      else if (two === '/*') {
        const close = input.indexOf('*/', from + 2);
        if (close < 0) return this.#error('comment not terminated', input.length);
        this.#pos = close + 2;
      } else return undefined;
      this.comments.push({ from, to: this.#pos });
    }
  }

  #emit(type: string, end: number, more: { text?: string; value?: number; lineless?: boolean } = {}): Token {
    const start = this.#pos;
    this.#pos = end;
    const { text = this.input.slice(start, end), value = 0, lineless = false } = more;
    return { type, text, value, start, end, lineless };
  }

  #error(message: string, end: number, lineless = false): Token {
    return this.#emit('error', end, { text: message, lineless });
  }

  #word(word: string): Token {
    const end = this.#pos + word.length;
    const lower = word.toLowerCase();
    if (FUNCTION_WORDS.has(lower)) {
      if (matchAt(CALL_FOLLOWS, this.input, end) === undefined) return this.#emit('IDENTIFIER', end);
      const type = PLAIN_FUNCTIONS.has(lower) ? lower : lower.toUpperCase();
      return this.#emit(CONVERSIONS.has(lower) ? `${type}_CONV` : type, end);
    }
    if (VARIANT_WORDS.has(lower)) {
      return this.#emit(matchAt(PARENTHESIS_FOLLOWS, this.input, end) === undefined ? 'IDENTIFIER' : lower, end);
    }
    return this.#emit(KEYWORDS.has(lower) || STAGE_WORDS.has(lower) ? lower : 'IDENTIFIER', end);
  }

  #number(): Token {
    const start = this.#pos;
    const { end, mistake } = scanNumber(this.input, start);
    if (mistake !== undefined) return this.#error(mistake, end);
    return this.#duration(start, end) ?? this.#bytes(start, end) ?? this.#emit('NUMBER', end);
  }

  /** A number (or a sign) and what follows it, if together they are a duration. */
  #duration(start: number, numberEnd: number): Token | undefined {
    const run = matchAt(DURATION_RUN, this.input, numberEnd);
    if (run === undefined || run.length >= MAX_RUN) return undefined;
    const end = numberEnd + run.length;
    const value = parseDurationNs(this.input.slice(start, end));
    return value === undefined ? undefined : this.#emit('DURATION', end, { value, lineless: true });
  }

  #bytes(start: number, numberEnd: number): Token | undefined {
    const run = matchAt(BYTES_RUN, this.input, numberEnd);
    if (run === undefined || run.length >= MAX_RUN) return undefined;
    const end = numberEnd + run.length;
    const value = parseBytes(this.input.slice(start, end));
    return value === undefined ? undefined : this.#emit('BYTES', end, { value, lineless: true });
  }

  #minus(): Token {
    const start = this.#pos;
    const flag = matchAt(FLAG, this.input, start);
    if (flag !== undefined) {
      return this.#emit('FUNCTION_FLAG', start + flag.length, { lineless: true });
    }
    return this.#duration(start, start + 1) ?? this.#emit('-', start + 1);
  }

  #quoted(): Token {
    const { end, mistake, content } = scanQuoted(this.input, this.#pos);
    if (mistake !== undefined) return this.#error(mistake, end);
    // Go's scanner knows characters, Loki's lexer does not: they are read as names, which no place for a string takes.
    return this.#emit(this.input[this.#pos] === "'" ? 'IDENTIFIER' : 'STRING', end, { text: content });
  }

  #range(): Token {
    const close = this.input.indexOf(']', this.#pos);
    if (close < 0) return this.#error("missing closing ']' in duration", this.input.length, true);
    const parsed = parsePrometheusDuration(this.input.slice(this.#pos + 1, close));
    if ('error' in parsed) return this.#error(parsed.error, close + 1, true);
    return this.#emit('RANGE', close + 1, { value: parsed.value, lineless: true });
  }

  #symbol(): Token {
    const start = this.#pos;
    const two = this.input.slice(start, start + 2);
    if (TWO_CHARACTERS.has(two)) return this.#emit(two, start + 2, { lineless: true });
    const code = this.input.codePointAt(start) as number;
    const char = String.fromCodePoint(code);
    const end = start + char.length;
    if (hasInvalidText(char)) return this.#error('invalid UTF-8 encoding', end);
    if (code === 0) return this.#error('invalid character NUL', end);
    return this.#emit(ONE_CHARACTER.has(char) ? char : 'IDENTIFIER', end);
  }
}

const ONE_CHARACTER: ReadonlySet<string> = new Set([...',.{}=|()]+-*/%^><']);

function isDigit(c: string): boolean {
  return c >= '0' && c <= '9';
}

function endOr(index: number, end: number): number {
  return index < 0 ? end : index;
}
