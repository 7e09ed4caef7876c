import type { FieldFilter } from './field-filter.ts';

type Dialect = 'kql' | 'lucene';

interface Words {
  readonly and: string;
  readonly not: string;
  readonly colon: string;
}

const WORDS: Readonly<Record<Dialect, Words>> = {
  kql: { and: 'and', not: 'not', colon: ': ' },
  lucene: { and: 'AND', not: 'NOT', colon: ':' },
};

/** Adds a condition to a KQL or Lucene query: `… and name: "value"`. What says the same is left alone, what says the opposite is turned. */
export function addKqlFilter(query: string, filter: FieldFilter, dialect: Dialect): string {
  const { colon } = WORDS[dialect];
  const name = escapeName(filter.name);
  // A value that is empty cannot be asked for: the field is absent.
  return filter.value === ''
    ? addClause(query, `${name}${colon}*`, { negate: !filter.negate, dialect })
    : addClause(query, `${name}${colon}${quotePhrase(filter.value)}`, { negate: filter.negate, dialect });
}

/** The fixed parts of a template as phrases: these languages know no templates. */
export function addKqlPattern(
  query: string,
  pattern: string,
  { negate, dialect }: { readonly negate: boolean; readonly dialect: Dialect },
): string {
  const phrases = pattern
    .split('<_>')
    .map((part) => part.trim())
    .filter((part) => /[\p{L}\p{N}]{2}/u.test(part))
    .map(quotePhrase);
  if (phrases.length === 0) return query;
  const joined = phrases.join(` ${WORDS[dialect].and} `);
  return addClause(query, phrases.length > 1 && negate ? `(${joined})` : joined, { negate, dialect });
}

export function quotePhrase(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function addClause(
  query: string,
  clause: string,
  { negate, dialect }: { readonly negate: boolean; readonly dialect: Dialect },
): string {
  const { and, not } = WORDS[dialect];
  const added = negate ? `${not} ${clause}` : clause;
  const opposite = negate ? clause : `${not} ${clause}`;
  const base = query.trim();
  if (base === '' || base === '*') return added;
  const terms = topLevelTerms(base, dialect);
  if (terms === undefined) return `(${base}) ${and} ${added}`;
  if (terms.some((term) => sameClause(term, added))) return query;
  const at = terms.findIndex((term) => sameClause(term, opposite));
  if (at < 0) return `${base} ${and} ${added}`;
  return terms.map((term, i) => (i === at ? added : term)).join(` ${and} `);
}

/** The parts that are joined by AND; undefined where something else joins, and the whole must be put in parentheses. */
function topLevelTerms(query: string, dialect: Dialect): readonly string[] | undefined {
  const pieces = cut(query);
  const terms: string[] = [];
  let from = 0;
  for (const { word, from: start, to } of pieces) {
    if (isWord(word, 'or', dialect)) return undefined;
    if (!isWord(word, 'and', dialect)) continue;
    terms.push(query.slice(from, start).trim());
    from = to;
  }
  terms.push(query.slice(from).trim());
  // Lucene joins what stands side by side by OR, and so does whoever reads it.
  if (dialect === 'lucene' && terms.some((term) => clausesIn(term) > 1)) return undefined;
  return terms;
}

function clausesIn(term: string): number {
  return cut(term).filter(({ word }, i, all) => {
    if (isWord(word, 'not', 'lucene') || word === ':') return false;
    const before = all[i - 1]?.word ?? '';
    return !before.endsWith(':') && !word.startsWith(':');
  }).length;
}

function isWord(word: string, wanted: 'and' | 'or' | 'not', dialect: Dialect): boolean {
  if (dialect === 'kql') return word.toLowerCase() === wanted;
  return word === wanted.toUpperCase() || word === { and: '&&', or: '||', not: '!' }[wanted];
}

interface CutPiece {
  readonly word: string;
  readonly from: number;
  readonly to: number;
}

/** Blank-separated pieces; what stands in quotation marks, parentheses, braces or brackets is kept together. */
function cut(text: string): readonly CutPiece[] {
  const pieces: CutPiece[] = [];
  let from = -1;
  let depth = 0;
  let quoted = false;
  for (let i = 0; i <= text.length; i++) {
    const char = text[i] ?? ' ';
    const blank = /\s/.test(char) && depth <= 0 && !quoted;
    if (blank || i === text.length) {
      if (from >= 0) pieces.push({ word: text.slice(from, i), from, to: i });
      from = -1;
      continue;
    }
    if (from < 0) from = i;
    if (char === '\\') i++;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && '([{'.includes(char)) depth++;
    else if (!quoted && ')]}'.includes(char)) depth--;
  }
  return pieces;
}

function sameClause(a: string, b: string): boolean {
  const plain = (text: string): string => text.replaceAll(/\s*:\s*/g, ':').replace(/^not\s+/i, 'not ');
  return plain(a) === plain(b);
}

function escapeName(name: string): string {
  return name.replaceAll(/[\\():<>"*{}\s]/g, (char) => `\\${char}`);
}
