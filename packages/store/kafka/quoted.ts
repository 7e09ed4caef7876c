import { joinSql, literal, type Sql } from '../clickhouse/sql.ts';

/** A text as a string literal, for statements that keep it: the definition of a table or a view cannot hold bound values. */
export function quoted(text: string): Sql {
  return literal(`'${text.replaceAll(/['\\]/g, '\\$&').replaceAll('\0', '\\0')}'`);
}

/** `map('a', 'b', …)`, of strings also where it is empty. */
export function quotedMap(record: Readonly<Record<string, string>>): Sql {
  const pairs = Object.entries(record).filter(([, value]) => value !== '');
  if (pairs.length === 0) return literal("CAST(map(), 'Map(String, String)')");
  return joinSql([literal('map('), joinSql(pairs.flat().map(quoted), ', '), literal(')')], ' ');
}
