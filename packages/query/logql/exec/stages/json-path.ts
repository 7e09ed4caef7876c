/** A step of a path: a key, or the place in an array. */
export type JsonPathStep = string | number;

type Token =
  | { readonly kind: 'FIELD'; readonly text: string }
  | { readonly kind: 'STRING'; readonly text: string }
  | { readonly kind: 'INDEX'; readonly index: number }
  | { readonly kind: 'DOT' | 'LSB' | 'RSB' | '$end' };

/** What is wrong with a path: the message in Loki's words. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError';
}

/** The path of `| json x="a.b[0][\"c d\"]"`. Throws JsonPathError. */
export function parseJsonPath(expression: string): readonly JsonPathStep[] {
  const tokens = new Tokens(expression);
  const steps: JsonPathStep[] = [];
  const first = tokens.next();
  if (first.kind === 'FIELD') steps.push(first.text);
  else if (first.kind === 'LSB') steps.push(bracketed(tokens));
  else throw unexpected(first, 'FIELD or LSB');
  for (;;) {
    const token = tokens.next();
    if (token.kind === '$end') return steps;
    if (token.kind === 'LSB') steps.push(bracketed(tokens));
    else if (token.kind === 'DOT') {
      const field = tokens.next();
      if (field.kind !== 'FIELD') throw unexpected(field, 'FIELD');
      steps.push(field.text);
    } else throw unexpected(token);
  }
}

function bracketed(tokens: Tokens): JsonPathStep {
  const inside = tokens.next();
  if (inside.kind !== 'STRING' && inside.kind !== 'INDEX') throw unexpected(inside, 'STRING or INDEX');
  const close = tokens.next();
  if (close.kind !== 'RSB') throw unexpected(close, 'RSB');
  return inside.kind === 'STRING' ? inside.text : inside.index;
}

function unexpected(token: Token, expected?: string): JsonPathError {
  return new JsonPathError(
    `syntax error: unexpected ${token.kind}${expected === undefined ? '' : `, expecting ${expected}`}`,
  );
}

class Tokens {
  #at = 0;

  constructor(private readonly text: string) {}

  next(): Token {
    const { text } = this;
    while (/[ \t\n]/.test(text.charAt(this.#at))) this.#at++;
    const char = text.charAt(this.#at);
    if (char === '' || char === '\0') return { kind: '$end' };
    const field = this.#take(/[A-Za-z_][A-Za-z0-9_]*/y);
    if (field !== undefined) return { kind: 'FIELD', text: field };
    const index = this.#take(/\d+/y);
    if (index !== undefined) return this.#index(index);
    this.#at++;
    switch (char) {
      case '[':
        return { kind: 'LSB' };
      case ']':
        return { kind: 'RSB' };
      case '.':
        return { kind: 'DOT' };
      case '"': {
        // Neither escapes nor brackets: the first quote or closing bracket ends it, and is taken along.
        const inside = this.#take(/[^"\]\0]*/y) ?? '';
        this.#at++;
        return { kind: 'STRING', text: inside };
      }
    }
    throw new JsonPathError(`unexpected char ${String.fromCodePoint(text.codePointAt(this.#at - 1) as number)}`);
  }

  #index(digits: string): Token {
    const after = this.text.charAt(this.#at);
    if (after === '.') throw new JsonPathError('cannot use float as array index');
    if (after !== '' && !/[ \t\n\]]/.test(after)) throw new JsonPathError(`non-integer value: ${after}`);
    return { kind: 'INDEX', index: Number(digits) };
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.text)?.[0];
    if (match === undefined) return undefined;
    this.#at += match.length;
    return match;
  }
}
