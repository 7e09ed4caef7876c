import { ClickHouseError } from './clickhouse-error.ts';
import { Lexer, type Token } from './lexer.ts';

/** What the server has to know of a statement before it gives it to the engine. Slices are as in the text that was parsed. */
export type Statement =
  | { readonly kind: 'empty' }
  /** An INSERT with its rows behind it: `${head} FROM INFILE … ${settings} FORMAT ${format}`, rows from `dataStart` on. */
  | {
      readonly kind: 'insert';
      readonly head: string;
      readonly settings: string;
      readonly format: string;
      readonly dataStart: number;
    }
  /** INSERT … SELECT … FROM input('structure') FORMAT x: `input(…)` becomes `file(…, structure)`. */
  | {
      readonly kind: 'insertFromInput';
      readonly before: string;
      readonly structure: string;
      readonly after: string;
      readonly format: string;
      readonly dataStart: number;
    }
  | {
      readonly kind: 'query';
      readonly text: string;
      /** The first keyword, in upper case. */
      readonly verb: string;
      readonly format: string | undefined;
      /** One SELECT over a table: it may be large, and planning it is cheap, so that it may be opened as a stream. */
      readonly plain: boolean;
      readonly placeholders: readonly string[];
    }
  | { readonly kind: 'kill'; readonly queryId: string; readonly text: string };

const READING_VERBS = new Set([
  'SELECT',
  'WITH',
  'SHOW',
  'DESCRIBE',
  'DESC',
  'EXPLAIN',
  'EXISTS',
  'CHECK',
  'FROM',
  '(',
]);

/** Whether a statement leaves data and catalogue as they are: the only kind that GET may carry. */
export function isReading(statement: Statement): boolean {
  return statement.kind === 'empty' || (statement.kind === 'query' && READING_VERBS.has(statement.verb));
}

/** Whether a statement changes the session it runs in (SET, USE, temporary tables), so that the session cannot be shared afterwards. */
export function changesSession(statement: Statement): boolean {
  return (
    statement.kind === 'query' &&
    /^\s*(?:SET|USE|(?:CREATE|ATTACH)\s+(?:OR\s+REPLACE\s+)?TEMPORARY)\b/i.test(statement.text)
  );
}

/**
 * Splits a request's text. `text` may hold bytes as Latin-1 (offsets are then byte offsets).
 * @throws ClickHouseError 62 when two statements stand in one request, as ClickHouse's own HTTP interface refuses them.
 */
export function parseStatement(text: string): Statement {
  const lexer = new Lexer(text);
  const first = lexer.next();
  if (first === undefined) return { kind: 'empty' };
  if (isKeyword(lexer, first, 'INSERT')) return parseInsert(lexer, first);
  return parseQuery(lexer, first);
}

function parseQuery(lexer: Lexer, first: Token): Statement {
  const verb = lexer.textOf(first).toUpperCase();
  const placeholders: string[] = [];
  let selects = 0;
  let simple = true;
  let readsTable = false;
  let format: string | undefined;
  let end = first.end;
  let previous: string | undefined;
  for (let token: Token | undefined = first; token !== undefined; token = lexer.next()) {
    const word = token.kind === 'word' ? lexer.textOf(token).toUpperCase() : lexer.text[token.start];
    if (word === ';' && token.depth === 0) {
      refuseSecondStatement(lexer, token);
      break;
    }
    if (word === 'SELECT') selects++;
    if (word === 'FROM') readsTable = true;
    if (word === 'JOIN' || word === 'UNION' || word === 'TOTALS' || word === 'INSERT' || word === 'OUTFILE')
      simple = false;
    // A function after FROM may look at files or other servers while it is planned.
    if (word === '(' && previous === 'FROM_NAME') simple = false;
    if (token.kind === 'word' && previous === '{') placeholders.push(lexer.textOf(token));
    if (previous === 'FORMAT' && token.depth === 0 && token.kind === 'word') format = lexer.textOf(token);
    previous = previous === 'FROM' && token.kind !== 'punctuation' ? 'FROM_NAME' : word;
    end = token.end;
  }
  const text = lexer.text.slice(0, end);
  if (verb === 'KILL') {
    const id = /^\s*KILL\s+QUERY\s+WHERE\s+query_id\s*=\s*'([^'\\]*)'\s*(?:SYNC|ASYNC)?\s*(?:FORMAT\s+\w+)?$/i.exec(
      text,
    )?.[1];
    if (id !== undefined) return { kind: 'kill', queryId: id, text };
  }
  const plain = (verb === 'SELECT' || verb === 'WITH') && selects === 1 && simple && readsTable;
  return { kind: 'query', text, verb, format, plain, placeholders };
}

function parseInsert(lexer: Lexer, first: Token): Statement {
  const text = lexer.text;
  let token = lexer.next();
  while (token && (isKeyword(lexer, token, 'INTO') || isKeyword(lexer, token, 'TABLE'))) token = lexer.next();
  let end = first.end;
  // The target: a name, a name with its database, a placeholder, or FUNCTION f(…).
  const isFunction = token !== undefined && isKeyword(lexer, token, 'FUNCTION');
  if (isFunction) token = lexer.next();
  let expectsName = true;
  while (token !== undefined) {
    const mark = token.kind === 'punctuation' ? text[token.start] : undefined;
    if (mark === '{') end = endOfBracket(lexer, token);
    else if (mark === '.') end = token.end;
    else if (expectsName && (token.kind === 'word' || token.kind === 'quoted')) end = token.end;
    else break;
    expectsName = mark === '.';
    token = lexer.next();
  }
  // Arguments of the function, then the list of columns.
  while (token !== undefined && text[token.start] === '(' && token.kind === 'punctuation') {
    const mayBeSelect = lexer.position;
    end = endOfBracket(lexer, token);
    if (/^\s*(?:SELECT|WITH)\b/i.test(text.slice(mayBeSelect, end)))
      return parseInsertSelect(lexer, first, mayBeSelect);
    token = lexer.next();
  }
  const clauses: { settings: number; partitionEnd: number } = { settings: -1, partitionEnd: end };
  for (; token !== undefined; token = lexer.next()) {
    if (token.depth > 0 || token.kind !== 'word') {
      if (clauses.settings < 0) clauses.partitionEnd = token.end;
      continue;
    }
    const word = lexer.textOf(token).toUpperCase();
    if (word === 'SELECT' || word === 'WITH' || word === 'FROM') return parseInsertSelect(lexer, first, token.start);
    if (word === 'SETTINGS') clauses.settings = token.start;
    const settings = clauses.settings < 0 ? '' : text.slice(clauses.settings, token.start).trim();
    const head = text.slice(first.start, clauses.partitionEnd);
    if (word === 'VALUES') return { kind: 'insert', head, settings, format: 'Values', dataStart: token.end };
    if (word === 'FORMAT') return insertWithFormat(lexer, head, settings);
    if (clauses.settings < 0) clauses.partitionEnd = token.end;
  }
  throw new ClickHouseError(
    62,
    'SYNTAX_ERROR',
    'Syntax error: an INSERT needs VALUES, FORMAT or SELECT after its target.',
  );
}

function insertWithFormat(lexer: Lexer, head: string, settings: string): Statement {
  const name = lexer.next();
  if (name?.kind !== 'word') throw new ClickHouseError(62, 'SYNTAX_ERROR', 'Syntax error: FORMAT needs a name.');
  const format = lexer.textOf(name);
  const late = settings === '' ? /^\s+SETTINGS\s+/i.exec(lexer.text.slice(name.end, name.end + 256)) : null;
  if (late === null) return { kind: 'insert', head, settings, format, dataStart: dataStartAfter(lexer.text, name.end) };
  // SETTINGS may stand behind the format too; its list ends where no comma follows a value.
  let end = name.end + late[0].length;
  const list = /[A-Za-z_][\w.]*\s*=\s*(?:'(?:[^'\\]|\\.|'')*'|-?[\w.]+)(\s*,\s*)?/y;
  for (;;) {
    list.lastIndex = end;
    const found = list.exec(lexer.text);
    if (found === null) break;
    end = list.lastIndex;
    if (found[1] === undefined) break;
  }
  const lateSettings = lexer.text.slice(name.end, end).trim();
  return { kind: 'insert', head, settings: lateSettings, format, dataStart: dataStartAfter(lexer.text, end) };
}

function parseInsertSelect(lexer: Lexer, first: Token, from: number): Statement {
  const text = lexer.text;
  const walker = new Lexer(text.slice(from));
  let input: { start: number; open: number; end: number } | undefined;
  let previous: Token | undefined;
  for (let token = walker.next(); token !== undefined; token = walker.next()) {
    if (token.kind === 'punctuation' && text[from + token.start] === ';' && token.depth === 0) {
      refuseSecondStatement(walker, token);
      break;
    }
    const opensInput = previous && walker.text[token.start] === '(' && isKeyword(walker, previous, 'INPUT');
    if (opensInput && previous && input === undefined) {
      input = { start: from + previous.start, open: from + token.end, end: from + endOfBracket(walker, token) };
    }
    if (input && token.depth === 0 && isKeyword(walker, token, 'FORMAT')) {
      const name = walker.next();
      if (name?.kind === 'word') {
        return {
          kind: 'insertFromInput',
          before: text.slice(first.start, input.start),
          structure: text.slice(input.open, input.end - 1),
          after: text.slice(input.end, from + token.start),
          format: walker.textOf(name),
          dataStart: dataStartAfter(text, from + name.end),
        };
      }
    }
    previous = token;
  }
  const placeholders = [...text.matchAll(/\{\s*([A-Za-z_]\w*)\s*:/g)].map((found) => found[1] as string);
  const whole = text.replace(/[\s;]+$/, '');
  return { kind: 'query', text: whole, verb: 'INSERT', format: undefined, plain: false, placeholders };
}

/** Blanks up to one line end belong to the statement; the next byte is data, whatever it is. */
function dataStartAfter(text: string, end: number): number {
  const blanks = /[ \t\f]*(?:\r?\n)?/y;
  blanks.lastIndex = end;
  blanks.exec(text);
  return blanks.lastIndex;
}

function endOfBracket(lexer: Lexer, open: Token): number {
  for (let token = lexer.next(); token !== undefined; token = lexer.next()) {
    if (
      token.depth === open.depth &&
      token.kind === 'punctuation' &&
      /[)\]}]/.test(lexer.text[token.start] as string)
    ) {
      return token.end;
    }
  }
  throw new ClickHouseError(62, 'SYNTAX_ERROR', `Syntax error: a bracket at position ${open.start + 1} is not closed.`);
}

function refuseSecondStatement(lexer: Lexer, semicolon: Token): void {
  for (let token = lexer.next(); token !== undefined; token = lexer.next()) {
    if (lexer.text[token.start] === ';') continue;
    const message = `Syntax error (Multi-statements are not allowed): failed at position ${semicolon.start + 1} (end of query).`;
    throw new ClickHouseError(62, 'SYNTAX_ERROR', message);
  }
}

function isKeyword(lexer: Lexer, token: Token, keyword: string): boolean {
  return token.kind === 'word' && lexer.textOf(token).toUpperCase() === keyword;
}
