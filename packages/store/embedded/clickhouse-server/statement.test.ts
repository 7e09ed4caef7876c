import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClickHouseError } from './clickhouse-error.ts';
import { changesSession, isReading, parseStatement } from './statement.ts';

describe('INSERT with rows', () => {
  const rowsOf = (text: string) => {
    const statement = parseStatement(text);
    if (statement.kind !== 'insert') throw new Error(`it is ${statement.kind}`);
    const { head, settings, format, dataStart } = statement;
    return { head, settings, format, rows: text.slice(dataStart) };
  };

  test.each([
    ['INSERT INTO t FORMAT Native\n\u0002\n', 'INSERT INTO t', '', 'Native', '\u0002\n'],
    ['INSERT INTO t FORMAT CSV\n\n1', 'INSERT INTO t', '', 'CSV', '\n1'],
    ['INSERT INTO t FORMAT CSV \r\n1', 'INSERT INTO t', '', 'CSV', '1'],
    [
      'insert into db.`t;1` (a, "b)") format JSONEachRow {"a":1}',
      'insert into db.`t;1` (a, "b)")',
      '',
      'JSONEachRow',
      '{"a":1}',
    ],
    ['INSERT INTO TABLE t (* EXCEPT(c)) VALUES (1); ', 'INSERT INTO TABLE t (* EXCEPT(c))', '', 'Values', ' (1); '],
    [
      "INSERT INTO FUNCTION null('a Int8') (a) FORMAT TSV\n1",
      "INSERT INTO FUNCTION null('a Int8') (a)",
      '',
      'TSV',
      '1',
    ],
    ['INSERT INTO {t:Identifier} FORMAT TSV\n1', 'INSERT INTO {t:Identifier}', '', 'TSV', '1'],
    [
      "INSERT INTO t SETTINGS a = 1, b = 'FORMAT' FORMAT TSV\n1",
      'INSERT INTO t',
      "SETTINGS a = 1, b = 'FORMAT'",
      'TSV',
      '1',
    ],
    ["INSERT INTO t FORMAT TSV SETTINGS a=1, b='x' \n1\n", 'INSERT INTO t', "SETTINGS a=1, b='x'", 'TSV', '1\n'],
    ['/* c */ INSERT INTO t -- c\n FORMAT TSV\n1', 'INSERT INTO t', '', 'TSV', '1'],
  ])('%j', (text, head, settings, format, rows) => {
    expect(rowsOf(text)).toEqual({ head, settings, format, rows });
  });

  test('whatever the rows are, they come out as they went in', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (rows) => {
        const text = `INSERT INTO t (a) FORMAT RowBinary\n${Buffer.from(rows).toString('latin1')}`;
        expect(Buffer.from(rowsOf(text).rows, 'latin1').equals(Buffer.from(rows))).toBe(true);
      }),
    );
  });

  test('input() is replaced, its format ends the statement', () => {
    const text = "INSERT INTO t SELECT a + 1 FROM input('a UInt8, b Array(UInt8)') WHERE a > 1 FORMAT CSV\n1,2";
    const statement = parseStatement(text);
    expect(statement).toMatchObject({
      kind: 'insertFromInput',
      before: 'INSERT INTO t SELECT a + 1 FROM ',
      structure: "'a UInt8, b Array(UInt8)'",
      after: ' WHERE a > 1 ',
      format: 'CSV',
    });
    expect(text.slice(statement.kind === 'insertFromInput' ? statement.dataStart : 0)).toBe('1,2');
  });

  test('INSERT … SELECT is a query', () => {
    for (const text of [
      'INSERT INTO t SELECT 1',
      'INSERT INTO t (a) (SELECT 1)',
      'INSERT INTO t WITH 1 AS x SELECT x;',
      'INSERT INTO t (SELECT 1)',
    ]) {
      expect(parseStatement(text)).toMatchObject({ kind: 'query', verb: 'INSERT', plain: false });
    }
  });
});

describe('other statements', () => {
  test('format, placeholders and whether a stream may be opened', () => {
    expect(parseStatement('SELECT a FROM t WHERE b = {x:String} FORMAT Native;')).toMatchObject({
      text: 'SELECT a FROM t WHERE b = {x:String} FORMAT Native',
      format: 'Native',
      plain: true,
      placeholders: ['x'],
    });
    const plain = (text: string) => {
      const statement = parseStatement(text);
      return statement.kind === 'query' && statement.plain;
    };
    expect(plain('WITH 1 AS x SELECT x FROM t')).toBe(true);
    expect(plain('SELECT 1')).toBe(false);
    expect(plain('SELECT a FROM t WHERE a IN (SELECT b FROM u)')).toBe(false);
    expect(plain("SELECT a FROM url('http://x')")).toBe(false);
    expect(plain('SELECT a FROM t JOIN u USING a')).toBe(false);
    expect(plain('SHOW TABLES FROM x')).toBe(false);
  });

  test('two statements are refused, a semicolon in a string is none', () => {
    expect(() => parseStatement('SELECT 1; DROP TABLE t')).toThrow(ClickHouseError);
    expect(() => parseStatement('SELECT 1; /* ; */ ; -- x')).not.toThrow();
    expect(parseStatement("SELECT ';' ")).toMatchObject({ text: "SELECT ';'" });
    expect(parseStatement(' -- nothing')).toEqual({ kind: 'empty' });
  });

  test('KILL QUERY by id is ours, other kinds are the engine’s', () => {
    expect(parseStatement("KILL QUERY WHERE query_id = 'a-1' SYNC")).toMatchObject({ kind: 'kill', queryId: 'a-1' });
    expect(parseStatement("KILL QUERY WHERE user = 'a'")).toMatchObject({ kind: 'query', verb: 'KILL' });
  });

  test('what reads, what changes the session', () => {
    expect(isReading(parseStatement('EXPLAIN SELECT 1'))).toBe(true);
    expect(isReading(parseStatement('(SELECT 1)'))).toBe(true);
    expect(isReading(parseStatement('DROP TABLE t'))).toBe(false);
    expect(isReading(parseStatement('INSERT INTO t VALUES (1)'))).toBe(false);
    expect(changesSession(parseStatement('CREATE TEMPORARY TABLE t (a Int8)'))).toBe(true);
    expect(changesSession(parseStatement('USE x'))).toBe(true);
    expect(changesSession(parseStatement('SELECT 1'))).toBe(false);
  });

  test('any text is parsed or refused, never a crash', () => {
    const unit = fc.constantFrom(
      'INSERT ',
      'INTO ',
      'SELECT ',
      'FORMAT ',
      'VALUES',
      'FROM ',
      'input',
      'SETTINGS ',
      't',
      '(',
      ')',
      "'",
      ';',
      '{',
      '}',
      '=',
      '1',
      ',',
      '\n',
      '.',
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 25 }), (parts) => {
        try {
          parseStatement(parts.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(ClickHouseError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
