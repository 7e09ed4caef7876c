import { expect, it } from 'vitest';
import { identifier, joinSql, sql, textList, uint64List } from './sql.ts';

it('binds every value and splices statements', () => {
  const inner = sql`name = ${"x' OR 1"}`;
  const { query, params } =
    sql`SELECT ${1} FROM ${identifier('t')} WHERE ${joinSql([inner, sql`n = ${2}`], ' AND ')}`.render();
  expect(query).toBe('SELECT {p0:Int64} FROM `t` WHERE name = {p1:String} AND n = {p2:Int64}');
  expect(params).toEqual({ p0: 1, p1: "x' OR 1", p2: 2 });
});

it('refuses names that are none, and numbers that are not whole', () => {
  expect(() => identifier('a`b')).toThrow(RangeError);
  expect(() => sql`${0.5}`).toThrow(RangeError);
  expect(uint64List([-1n, 2n]).render().query).toBe('18446744073709551615,2');
});

it('binds a short list of texts and quotes a long one', () => {
  expect(textList(["a'b"]).render()).toEqual({ query: '{p0:String}', params: { p0: "a'b" } });
  const long = textList([
    "it's",
    'back\\slash',
    "\\'",
    '{p0:String}',
    ...Array.from({ length: 20 }, () => 'x'),
  ]).render();
  expect(long.params).toEqual({});
  expect(long.query).toBe(
    `'it\\'s','back\\\\slash','\\\\\\'','{p0:String}',${Array.from({ length: 20 }, () => "'x'").join(',')}`,
  );
});
