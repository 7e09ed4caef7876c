import { compileMatcher, type Labels, type Matcher, PetrelError } from '@petrel/model';
import { joinSql, literal, type Sql, sql, timeMs } from '../clickhouse/sql.ts';
import { DAY_MS } from './day-book.ts';

/** The metric names that the matchers allow, when they say so outright. */
export function exactMetric(matchers: readonly Matcher[]): string | undefined {
  return matchers.find((m) => m.name === '__name__' && m.type === '=' && m.value !== '')?.value;
}

export function compileSelector(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  const compiled = matchers.map((m) => {
    try {
      return { name: m.name, matches: compileMatcher(m) };
    } catch (error) {
      throw new PetrelError('BAD_REQUEST', `invalid regular expression ${m.value}: ${(error as Error).message}`, {
        cause: error,
      });
    }
  });
  return (labels) => {
    for (const { name, matches } of compiled) if (!matches(labels.get(name))) return false;
    return true;
  };
}

/** The matchers as a condition on the `series` table (`metric`, `labels`). An absent key of a Map reads as ''. */
export function matchersSql(matchers: readonly Matcher[]): Sql {
  return joinSql([literal('1'), ...matchers.map(matcherSql)], ' AND ');
}

function matcherSql({ type, name, value }: Matcher): Sql {
  const column = name === '__name__' ? literal('metric') : sql`labels[${name}]`;
  switch (type) {
    case '=':
      return sql`${column} = ${value}`;
    case '!=':
      return sql`${column} != ${value}`;
    case '=~':
      return sql`match(${column}, ${anchored(value)})`;
    case '!~':
      return sql`NOT match(${column}, ${anchored(value)})`;
  }
}

function anchored(pattern: string): string {
  return `^(?s:${pattern})$`;
}

/** Days of the `series` table that a range of time touches. */
export function daysSql(startMs: number, endMs: number): Sql {
  return sql`day BETWEEN toDate(${clampDay(startMs)}) AND toDate(${clampDay(endMs)})`;
}

export function clampDay(ms: number): number {
  return Math.min(65534, Math.max(0, Math.floor(ms / DAY_MS)));
}

/** Both ends included, cut to what DateTime64(3) can hold. */
export function timesSql(startMs: number, endMs: number): Sql {
  return sql`ts BETWEEN ${timeMs(clampTime(startMs))} AND ${timeMs(clampTime(endMs))}`;
}

// 1900-01-01 and 2299-12-31.
function clampTime(ms: number): number {
  return Math.min(10_413_791_999_999, Math.max(-2_208_988_800_000, Math.trunc(ms)));
}
