import { CompletionContext } from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { completeKql } from './kql-completion.ts';
import { completeLogql } from './logql-completion.ts';
import type { Lookups } from './lookups.ts';

const VALUES: Readonly<Record<string, readonly string[]>> = { app: ['cart', 'say "hi"'], pod: ['cart-1'] };
const field = (name: string, from: 'stream' | 'line', values: readonly string[]) => ({
  name,
  from,
  type: 'string' as const,
  count: 9,
  distinct: values.length,
  top: values.map((value) => ({ value, count: 1 })),
});
const lookups: Lookups = {
  labelNames: () => Promise.resolve(Object.keys(VALUES)),
  labelValues: (name) => Promise.resolve(VALUES[name] ?? []),
  fields: () => Promise.resolve([field('app', 'stream', ['cart']), field('http.status', 'line', ['200', 'not found'])]),
};

/** Accepts the first offer that begins as `wanted`; `|` marks the cursor. Undefined where nothing is offered. */
async function accept(
  language: 'logql' | 'kql' | 'lucene',
  marked: string,
  wanted: string,
  explicit = false,
): Promise<string | undefined> {
  const pos = marked.lastIndexOf('¦');
  const text = marked.slice(0, pos) + marked.slice(pos + 1);
  const context = new CompletionContext(EditorState.create({ doc: text }), pos, explicit);
  const result =
    language === 'logql'
      ? await completeLogql(context, lookups)
      : await completeKql(context, { lookups, dialect: language });
  const option = result?.options.find(({ label }) => label.startsWith(wanted));
  if (result == null || option === undefined) return undefined;
  const insert = typeof option.apply === 'string' ? option.apply : option.label;
  return text.slice(0, result.from) + insert + text.slice(result.to ?? pos);
}

describe('completion of LogQL', () => {
  it.each([
    ['{a¦}', 'app', '{app=}'],
    ['{ap¦="x"}', 'app', '{app="x"}'],
    ['{app="x", p¦}', 'pod', '{app="x", pod=}'],
    ['{app="¦"}', 'cart', '{app="cart"}'],
    ['{app="¦"}', 'say', '{app="say \\"hi\\""}'],
    ['{app=¦}', 'cart', '{app="cart"}'],
    ['{app="x"} | js¦', 'json', '{app="x"} | json'],
    ['{app="x"} | json | http¦', 'http_status', '{app="x"} | json | http_status'],
    ['{app="x"} | json | http_status="¦"', 'not', '{app="x"} | json | http_status="not found"'],
    ['ra¦', 'rate', 'rate('],
    ['rate({app="x"}[¦])', '5m', 'rate({app="x"}[5m])'],
    ['sum by (a¦', 'app', 'sum by (app'],
  ])('%s', async (text, wanted, expected) => {
    expect(await accept('logql', text, wanted)).toBe(expected);
  });

  it('offers what could go on only when it is asked for, so that Enter runs the query', async () => {
    expect(await accept('logql', '{app="x"} ¦', '|= ')).toBeUndefined();
    expect(await accept('logql', '{app="x"} ¦', '|= ', true)).toBe('{app="x"} |= ');
    expect(await accept('logql', '¦', 'rate')).toBeUndefined();
    expect(await accept('logql', '{app="x"} |= "js¦"', 'json', true)).toBeUndefined();
  });

  it('does not offer a label twice', async () => {
    expect(await accept('logql', '{app="x", ¦}', 'app')).toBeUndefined();
  });
});

describe('completion of KQL and Lucene', () => {
  it.each([
    ['kql', 'htt¦', 'http', 'http.status: '],
    ['lucene', 'a:1 AND htt¦', 'http', 'a:1 AND http.status:'],
    ['kql', 'http.status: ¦', '"not', 'http.status: "not found"'],
    ['kql', 'app: ca¦', 'cart', 'app: cart'],
    ['kql', 'app: ca¦', '"say', 'app: "say \\"hi\\""'],
  ] as const)('%s: %s', async (language, text, wanted, expected) => {
    expect(await accept(language, text, wanted)).toBe(expected);
  });

  it('offers conjunctions on request', async () => {
    expect(await accept('kql', 'app: cart ¦', 'and')).toBeUndefined();
    expect(await accept('kql', 'app: cart ¦', 'and', true)).toBe('app: cart and ');
    expect(await accept('lucene', 'app:cart ¦', 'AND', true)).toBe('app:cart AND ');
  });
});
