import { anyText, joinSql, literal, type Sql, sql } from '../clickhouse/sql.ts';
import { CHUNKS_SQL, WORDS_SQL } from '../schema/log-tables.ts';

const CHUNK = 8;
/** Shorter pieces of a word are in too many words. */
const MIN_PART = 4;
/** Letters that are not hexadecimal digits: what is left to tell words by. */
const MIN_TELLING = 3;
const MAX_WORDS = 3;
/** Of one run: two leave one part of the table in some thousand. */
const MAX_CHUNKS = 2;

/** A text that a line must contain, and what the indices of the table `logs` know of such lines: no line that contains it fails the hints. */
export interface Needle {
  /** Exactly the lines that contain it. */
  readonly exact: Sql;
  /** Answered by the index of words, row by row. */
  readonly wordHints: readonly Sql[];
  /** Answered by the filter over ids for parts of the table, and dear where they have to be answered for a row; few lines are left. */
  readonly idHints: readonly Sql[];
}

/**
 * How a text is looked for. A text that is one word without hexadecimal digits is answered by the index of words alone; any other is looked for in the lines, of
 * which its words and its ids leave few.
 */
export function lineNeedle(text: string): Needle {
  if (text === '') return { exact: sql`1`, wordHints: [], idHints: [] };
  if (isWord(text) && text.length >= MIN_PART && !/[0-9a-f]/.test(text)) {
    return { exact: partOfWord(text), wordHints: [], idHints: [] };
  }
  return { exact: sql`position(body, ${anyText(text)}) > 0`, wordHints: wordHints(text), idHints: chunkHints(text) };
}

/** An id stands by itself, or in a line behind something that is no hexadecimal digit: its pieces begin where it begins. */
export function idHints(id: string): readonly Sql[] {
  return chunkHints(` ${id}`);
}

function isWord(text: string): boolean {
  return /^[0-9A-Za-z]+$/.test(text);
}

function partOfWord(word: string): Sql {
  return sql`${WORDS_SQL} LIKE ${wordLiteral(word, '%')}`;
}

/** Letters and digits need no quoting, and stand in the statement, where there is room for more than in the URL. */
function wordLiteral(word: string, around: '%' | '' = ''): Sql {
  if (!isWord(word)) throw new RangeError(`not a word: ${word}`);
  return literal(`'${around}${word}${around}'`);
}

function wordHints(text: string): readonly Sql[] {
  const mapped = text.replace(/[1-9a-f]/g, '0');
  const words: { readonly condition: Sql; readonly telling: number }[] = [];
  for (const found of mapped.matchAll(/[0-9A-Za-z\u0080-\u{10ffff}]+/gu)) {
    const [word] = found;
    const telling = word.replace(/0/g, '').length;
    // Whether the index takes a byte beyond ASCII for a part of a word is its own affair.
    if (!isWord(word) || telling < MIN_TELLING) continue;
    const isWhole = found.index > 0 && found.index + word.length < mapped.length;
    if (!isWhole && word.length < MIN_PART) continue;
    const condition = isWhole ? sql`hasToken(${WORDS_SQL}, ${wordLiteral(word)})` : partOfWord(word);
    words.push({ condition, telling });
  }
  return words
    .sort((a, b) => b.telling - a.telling)
    .slice(0, MAX_WORDS)
    .map(({ condition }) => condition);
}

/**
 * The filter over ids knows each run of hexadecimal digits as pieces of eight, counted from the run's start. Inside the text a run's start is seen; the run that
 * the text begins with may have begun earlier, so it lies in one of eight ways.
 */
function chunkHints(text: string): readonly Sql[] {
  const hints: Sql[] = [];
  for (const found of text.matchAll(/[0-9a-f]+/g)) {
    const [run] = found;
    if (found.index > 0) {
      const chunks = chunksOf(run, 0);
      if (chunks.length > 0) hints.push(hasChunks(chunks));
      continue;
    }
    const ways = Array.from({ length: CHUNK }, (_, skip) => chunksOf(run, skip));
    if (ways.every((chunks) => chunks.length > 0)) hints.push(sql`(${joinSql(ways.map(hasChunks), ' OR ')})`);
  }
  return hints;
}

function chunksOf(run: string, skip: number): readonly string[] {
  const chunks: string[] = [];
  for (let at = skip; at + CHUNK <= run.length && chunks.length < MAX_CHUNKS; at += CHUNK)
    chunks.push(run.slice(at, at + CHUNK));
  return chunks;
}

function hasChunks(chunks: readonly string[]): Sql {
  return sql`(${joinSql(
    chunks.map((chunk) => sql`has(${CHUNKS_SQL}, ${wordLiteral(chunk)})`),
    ' AND ',
  )})`;
}
