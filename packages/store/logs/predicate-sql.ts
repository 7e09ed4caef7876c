import { LOG_LEVELS, type LogPredicate } from '@petrel/model';
import { anyText, joinSql, literal, type Sql, sql } from '../clickhouse/sql.ts';
import { comparisonSql } from './comparison-sql.ts';
import { idHints, lineNeedle } from './line-needle.ts';

/** The value by which lines are sorted into levels: metadata's own, or else the column, where that knows one. */
export const DETECTED_LEVEL_SQL: Sql = literal(
  "if(metadata['detected_level'] != '', metadata['detected_level'], if(level = 'unknown', '', toString(level)))",
);

/**
 * The predicate as a condition on the table `logs`, exact, with what lets the indices take part. `metadata` of the name `detected_level` is what a line's labels show under
 * that name. @throws RangeError for a level that is none
 */
export function predicateSql(predicate: LogPredicate): Sql {
  return conditionSql(predicate, true);
}

/** Whether an id stands in every line that satisfies it, so that the filter over ids leaves few lines, however long the time. */
export function asksForId(predicate: LogPredicate): boolean {
  switch (predicate.kind) {
    case 'and':
      return predicate.parts.some(asksForId);
    case 'or':
      return predicate.parts.length > 0 && predicate.parts.every(asksForId);
    case 'line':
      return (
        predicate.op === 'contains' && predicate.ignoreCase !== true && lineNeedle(predicate.text).idHints.length > 0
      );
    case 'trace':
    case 'span':
      return idHints(predicate.id).length > 0;
    default:
      return false;
  }
}

/** `hinted`: conditions that follow from others may be added, for the indices' sake. Below a NOT they would only cost. */
function conditionSql(predicate: LogPredicate, hinted: boolean): Sql {
  switch (predicate.kind) {
    case 'and':
    case 'or': {
      const { kind, parts } = predicate;
      if (parts.length === 0) return literal(kind === 'and' ? '1' : '0');
      const conditions = parts.map((part) => conditionSql(part, hinted));
      return sql`(${joinSql(conditions, kind === 'and' ? ' AND ' : ' OR ')})`;
    }
    case 'not':
      return sql`NOT (${conditionSql(predicate.part, false)})`;
    case 'line':
      return lineSql(predicate, hinted);
    case 'metadata': {
      const { name, op, value } = predicate;
      return sql`(${comparisonSql(name === 'detected_level' ? DETECTED_LEVEL_SQL : sql`metadata[${name}]`, op, value)})`;
    }
    case 'level':
      return levelSql(predicate.levels);
    case 'trace':
    case 'span':
      return idSql(predicate, hinted);
  }
}

function lineSql(predicate: Extract<LogPredicate, { kind: 'line' }>, hinted: boolean): Sql {
  const { op, text, ignoreCase } = predicate;
  if (op === 'contains' && ignoreCase !== true) {
    const needle = lineNeedle(text);
    return sql`(${joinSql(hinted ? [...needle.wordHints, needle.exact, ...needle.idHints] : [needle.exact], ' AND ')})`;
  }
  const pattern = op === 'contains' ? quoteMeta(text) : text;
  // ClickHouse lets the dot match newlines unless it is told otherwise.
  return sql`match(body, ${anyText(`(?${ignoreCase === true ? 'i' : ''}-s)${pattern}`)})`;
}

function levelSql(levels: readonly string[]): Sql {
  if (levels.length === 0) return literal('0');
  const names = levels.map((level) => {
    const known = LOG_LEVELS.find((name) => name === level);
    if (known === undefined) throw new RangeError(`not a level: ${level}`);
    return `'${known}'`;
  });
  return sql`level IN (${literal(names.join(', '))})`;
}

function idSql({ kind, id }: Extract<LogPredicate, { kind: 'trace' | 'span' }>, hinted: boolean): Sql {
  const exact = sql`${literal(kind === 'trace' ? 'trace_id' : 'span_id')} = ${anyText(id)}`;
  const hints = hinted ? idHints(id) : [];
  return sql`(${joinSql([exact, ...hints], ' AND ')})`;
}

/** As RE2's QuoteMeta. */
function quoteMeta(text: string): string {
  return text.replace(/[^0-9A-Za-z_\u0080-\u{10ffff}]/gu, (mark) => (mark === '\0' ? '\\x00' : `\\${mark}`));
}
