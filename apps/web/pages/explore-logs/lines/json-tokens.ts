/** A piece of a JSON text, as it stands there: numbers keep all their digits. */
export interface JsonToken {
  readonly kind: 'punctuation' | 'string' | 'number' | 'word';
  readonly text: string;
}

/** A value of a document under its path, dots between the levels. Lists are one value, as JSON. */
export interface DocumentField {
  readonly name: string;
  readonly value: string;
  readonly type: 'string' | 'number' | 'boolean' | 'null' | 'list';
}

const MAX_DEPTH = 32;

/** The tokens of a text that is a JSON object; undefined for anything else. */
export function jsonTokens(text: string): readonly JsonToken[] | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const tokens: JsonToken[] = [];
  for (const [piece] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    const first = piece[0] as string;
    const kind =
      first === '"' ? 'string' : '{}[],:'.includes(first) ? 'punctuation' : /[-\d]/.test(first) ? 'number' : 'word';
    tokens.push({ kind, text: piece });
  }
  return tokens;
}

/** Every value of a document, in the order of its text. Empty objects and lists are left out; of a name that occurs twice, the last value. */
export function flattenDocument(tokens: readonly JsonToken[]): readonly DocumentField[] {
  const fields = new Map<string, DocumentField>();
  let at = 0;
  const peek = (): string => tokens[at]?.text ?? '';

  const list = (): string => {
    let depth = 0;
    let text = '';
    do {
      const piece = peek();
      if (piece === '[' || piece === '{') depth++;
      if (piece === ']' || piece === '}') depth--;
      text += piece;
      at++;
    } while (depth > 0 && at < tokens.length);
    return text;
  };
  const value = (path: string, depth: number): void => {
    const token = tokens[at] as JsonToken;
    if (token.text === '{' && depth < MAX_DEPTH) {
      object(path, depth + 1);
      return;
    }
    if (token.text === '[' || token.text === '{') {
      const text = list();
      if (text !== '[]') fields.set(path, { name: path, value: text, type: 'list' });
      return;
    }
    at++;
    if (token.kind === 'string')
      fields.set(path, { name: path, value: JSON.parse(token.text) as string, type: 'string' });
    else fields.set(path, { name: path, value: token.text, type: wordType(token) });
  };
  const object = (path: string, depth: number): void => {
    at++;
    while (at < tokens.length && peek() !== '}') {
      const key = JSON.parse(peek()) as string;
      at += 2;
      value(path === '' ? key : `${path}.${key}`, depth);
      if (peek() === ',') at++;
    }
    at++;
  };
  if (peek() === '{') object('', 0);
  return [...fields.values()];
}

/** The document laid out over several rows, two blanks a level; the pieces make up the text. */
export function layOutJson(tokens: readonly JsonToken[]): readonly (JsonToken & { readonly key?: boolean })[] {
  const pieces: (JsonToken & { readonly key?: boolean })[] = [];
  let depth = 0;
  const blank = (text: string): void => {
    pieces.push({ kind: 'punctuation', text });
  };
  tokens.forEach((token, i) => {
    const next = tokens[i + 1]?.text ?? '';
    const before = tokens[i - 1]?.text ?? '';
    if (token.text === '}' || token.text === ']') {
      depth--;
      if (before !== '{' && before !== '[') blank(`\n${'  '.repeat(depth)}`);
    }
    pieces.push(token.kind === 'string' && next === ':' ? { ...token, key: true } : token);
    if (token.text === '{' || token.text === '[') {
      depth++;
      if (next !== '}' && next !== ']') blank(`\n${'  '.repeat(depth)}`);
    }
    if (token.kind === 'punctuation' && token.text === ',') blank(`\n${'  '.repeat(depth)}`);
    if (token.kind === 'punctuation' && token.text === ':') blank(' ');
  });
  return pieces;
}

function wordType(token: JsonToken): DocumentField['type'] {
  if (token.kind === 'number') return 'number';
  return token.text === 'null' ? 'null' : 'boolean';
}
