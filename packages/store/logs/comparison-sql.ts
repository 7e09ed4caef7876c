import type { MatchType } from '@petrel/model';
import { anyText, type Sql, sql } from '../clickhouse/sql.ts';

/** A text of the database compared as a label matcher compares: regular expressions are RE2, anchored at both ends, and their dot matches newlines. */
export function comparisonSql(text: Sql, op: MatchType, value: string): Sql {
  switch (op) {
    case '=':
      return sql`${text} = ${anyText(value)}`;
    case '!=':
      return sql`${text} != ${anyText(value)}`;
    case '=~':
      return sql`match(${text}, ${anyText(anchored(value))})`;
    case '!~':
      return sql`NOT match(${text}, ${anyText(anchored(value))})`;
  }
}

function anchored(pattern: string): string {
  return `^(?s:${pattern})$`;
}
