import { isKqlSpace, readLiteral, spacesEnd } from './literal.ts';
import { type KqlToken, tokenizeKql } from './tokens.ts';

export type KqlCompletionKind = 'field' | 'value' | 'operator' | 'conjunction';

/** What may stand at the cursor. */
export interface KqlCompletionContext {
  /** Likeliest first; at least one. */
  readonly kinds: readonly KqlCompletionKind[];
  /** Of values: the field that they are of, with the paths of the nested groups around it. */
  readonly field?: string;
  /** What is typed already of the thing at the cursor, without escapes and quotes. */
  readonly prefix: string;
  /** What a completion replaces, in UTF-16 units. */
  readonly from: number;
  readonly to: number;
}

/** What may come at `cursor` (a UTF-16 offset of `text`); for any text, whether it parses or not. */
export function kqlCompletionContext(text: string, cursor: number): KqlCompletionContext {
  const before = text.slice(0, cursor);
  // With a blank and a letter behind, a keyword that was just typed in full is seen as one only where a blank follows it.
  const tokens = tokenizeKql(before);
  const last = tokens[tokens.length - 1];
  const scope = scopeOf(before, tokens);
  if (last === undefined) return { kinds: ['field'], prefix: '', from: cursor, to: cursor };
  const touching = last.to === cursor;
  switch (last.kind) {
    case 'keyword':
      return scope.list === undefined || touching
        ? { kinds: ['field'], prefix: '', from: cursor, to: cursor }
        : { kinds: ['value'], field: scope.list, prefix: '', from: cursor, to: cursor };
    case 'operator':
      return {
        kinds: ['value'],
        ...fieldBefore(before, tokens, tokens.length - 1, scope),
        prefix: '',
        from: cursor,
        to: cursor,
      };
    case 'bracket': {
      const opening = before[last.from] === '(' || before[last.from] === '{';
      if (!opening) return { kinds: ['conjunction'], prefix: '', from: cursor, to: cursor };
      if (scope.list === undefined) return { kinds: ['field'], prefix: '', from: cursor, to: cursor };
      return { kinds: ['value'], field: scope.list, prefix: '', from: cursor, to: cursor };
    }
    default:
      return literalContext({ text, before, cursor, tokens, scope, touching });
  }
}

interface Scope {
  /** The field whose list of values is open: `field:(a or `. */
  readonly list?: string;
  /** Paths of the nested groups that are open, with a dot at the end; or ''. */
  readonly path: string;
}

function scopeOf(text: string, tokens: readonly KqlToken[]): Scope {
  const open: { readonly nested?: string; readonly list?: string | undefined }[] = [];
  tokens.forEach(({ kind, from }, i) => {
    if (kind !== 'bracket') return;
    const sign = text[from];
    if (sign === ')' || sign === '}') open.pop();
    else {
      const colon = tokens[i - 1]?.kind === 'operator' && text[tokens[i - 1]?.from ?? 0] === ':';
      const field = colon ? nameOf(text, tokens[i - 2]) : undefined;
      if (sign === '{') open.push({ nested: field ?? '' });
      // Parentheses within a list of values belong to it.
      else open.push({ list: field ?? open[open.length - 1]?.list });
    }
  });
  const path = open.map(({ nested }) => (nested === undefined || nested === '' ? '' : `${nested}.`)).join('');
  const list = open[open.length - 1]?.list;
  return list === undefined ? { path } : { list: path + list, path };
}

function nameOf(text: string, token: KqlToken | undefined): string | undefined {
  return token === undefined ? undefined : readLiteral(text, token.from)?.value;
}

function fieldBefore(
  text: string,
  tokens: readonly KqlToken[],
  operator: number,
  scope: Scope,
): { readonly field?: string } {
  const name = nameOf(text, tokens[operator - 1]);
  return name === undefined ? {} : { field: scope.path + name };
}

interface LiteralPlace {
  readonly text: string;
  readonly before: string;
  readonly cursor: number;
  readonly tokens: readonly KqlToken[];
  readonly scope: Scope;
  readonly touching: boolean;
}

function literalContext({ text, before, cursor, tokens, scope, touching }: LiteralPlace): KqlCompletionContext {
  const at = tokens.length - 1;
  const token = tokens[at] as KqlToken;
  const afterOperator = tokens[at - 1]?.kind === 'operator';
  const field = afterOperator ? fieldBefore(before, tokens, at - 1, scope).field : scope.list;
  const closed = token.kind === 'phrase' && touching;
  const here = { prefix: '', from: cursor, to: cursor };
  if (closed || (!touching && field !== undefined)) {
    // An unquoted value may go on after a blank; a conjunction is likelier.
    return { kinds: ['conjunction'], ...here };
  }
  if (!touching) return { kinds: ['operator', 'conjunction'], ...here };
  const quoted = before[token.from] === '"';
  const source = before.slice(token.from);
  const prefix = quoted
    ? source.slice(1).replaceAll(/\\(["\\])/g, '$1')
    : (readLiteral(before, token.from)?.value ?? source);
  const range = { prefix, from: token.from, to: literalEnd(text, token.from, cursor, quoted) };
  if (field !== undefined) return { kinds: ['value', 'conjunction'], field, ...range };
  return { kinds: ['field', 'operator', 'conjunction'], ...range };
}

/** What stands right after the cursor without a blank belongs to the word that is being completed. */
function literalEnd(text: string, from: number, cursor: number, quoted: boolean): number {
  if (quoted) return Math.max(cursor, readLiteral(text, from)?.to ?? cursor);
  let to = cursor;
  while (to < text.length && !isKqlSpace(text[to]) && !'():<>"{}'.includes(text[to] as string)) to++;
  return Math.max(to, spacesEnd(text, from) > cursor ? cursor : to);
}
