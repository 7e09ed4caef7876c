import { compareStrings, Labels, type Matcher, type MetricMetadata, type MetricType } from '@petrel/model';
import type { ClickHouse } from '../clickhouse/connection.ts';
import { joinSql, literal, type Sql, sql } from '../clickhouse/sql.ts';
import { type Placement, tableName } from '../schema/tables.ts';
import { column, eachSeries, int64, labelsReader, textAt } from './answer-columns.ts';
import type { SeriesExemplars, TimeRange } from './port.ts';
import { compileSelector, daysSql, matchersSql, timesSql } from './selectors.ts';

type Selectors = readonly (readonly Matcher[])[];

/** Names, values and series of a range of days, as the `series` table knows them; exemplars and metadata. */
export class Catalogue {
  readonly #clickhouse: ClickHouse;
  readonly #placement: Placement;

  constructor(clickhouse: ClickHouse, placement: Placement) {
    this.#clickhouse = clickhouse;
    this.#placement = placement;
  }

  async series(selectors: Selectors, range: TimeRange, limit?: number): Promise<readonly Labels[]> {
    const statement = sql`SELECT series, any(labels) AS found FROM ${this.#table('series')}
      WHERE ${where(selectors, range)} GROUP BY series`;
    const found: Labels[] = [];
    for await (const block of this.#clickhouse.blocks(statement, signalOf(range))) {
      eachSeries(block, (_high, _low, labels) => found.push(labels));
    }
    return limited(found.sort(Labels.compare), limit);
  }

  async labelNames(selectors: Selectors, range: TimeRange, limit?: number): Promise<readonly string[]> {
    const statement = sql`SELECT DISTINCT arrayJoin(mapKeys(labels)) AS text FROM ${this.#table('series')}
      WHERE ${where(selectors, range)} ORDER BY text ${limitSql(limit)}`;
    return this.#texts(statement, range);
  }

  async labelValues(name: string, selectors: Selectors, range: TimeRange, limit?: number): Promise<readonly string[]> {
    const value = name === '__name__' ? literal('metric') : sql`labels[${name}]`;
    const statement = sql`SELECT DISTINCT toString(${value}) AS text FROM ${this.#table('series')}
      WHERE ${where(selectors, range)} AND text != '' ORDER BY text ${limitSql(limit)}`;
    return this.#texts(statement, range);
  }

  async exemplars(selectors: Selectors, range: TimeRange): Promise<readonly SeriesExemplars[]> {
    const statement = sql`SELECT e.series AS series, e.ts AS ts, e.value AS value, e.labels AS labels, s.found AS owner
      FROM ${this.#table('exemplars')} AS e FINAL
      INNER JOIN (SELECT metric, series, any(labels) AS found FROM ${this.#table('series')}
        WHERE ${where(selectors, range)} GROUP BY metric, series) AS s ON e.metric = s.metric AND e.series = s.series
      WHERE ${timesSql(range.startMs, range.endMs)} ORDER BY e.metric, e.series, e.ts`;
    const found = new Map<string, { labels: Labels; exemplars: { labels: Labels; tMs: number; value: number }[] }>();
    for await (const block of this.#clickhouse.blocks(statement, signalOf(range))) {
      const times = column(block, 'ts', 'int64').words;
      const values = column(block, 'value', 'float64').values;
      const labels = labelsReader(block, 'labels');
      const owner = labelsReader(block, 'owner');
      for (let i = 0; i < block.rows; i++) {
        const series = owner(i);
        let entry = found.get(series.key);
        if (entry === undefined) {
          entry = { labels: series, exemplars: [] };
          found.set(series.key, entry);
        }
        entry.exemplars.push({ labels: labels(i), tMs: int64(times, i), value: values[i] as number });
      }
    }
    return [...found.values()].sort((a, b) => Labels.compare(a.labels, b.labels));
  }

  async metadata(options: {
    metric?: string;
    limit?: number;
    limitPerMetric?: number;
  }): Promise<readonly MetricMetadata[]> {
    const { metric, limit, limitPerMetric } = options;
    const condition = metric === undefined ? literal('1') : sql`metric = ${metric}`;
    const rows = await this.#clickhouse.rows<{ metric: string; type: MetricType; help: string; unit: string }>(
      sql`SELECT metric, type, help, unit FROM ${this.#table('metadata')} WHERE ${condition}
        GROUP BY metric, type, help, unit ORDER BY metric, max(seen) DESC`,
    );
    const perMetric = new Map<string, MetricMetadata[]>();
    for (const row of rows) {
      const list = perMetric.get(row.metric) ?? [];
      if (limitPerMetric === undefined || limitPerMetric <= 0 || list.length < limitPerMetric) list.push(row);
      perMetric.set(row.metric, list);
    }
    return limited(
      [...perMetric.values()].sort((a, b) => compareStrings(a[0]?.metric ?? '', b[0]?.metric ?? '')),
      limit,
    ).flat();
  }

  #table(name: string): Sql {
    return tableName(this.#placement, name);
  }

  async #texts(statement: Sql, range: TimeRange): Promise<readonly string[]> {
    const texts: string[] = [];
    for await (const block of this.#clickhouse.blocks(statement, signalOf(range))) {
      const at = textAt(block.columns.get('text'));
      for (let i = 0; i < block.rows; i++) texts.push(at(i));
    }
    return texts.sort(compareStrings);
  }
}

function where(selectors: Selectors, range: TimeRange): Sql {
  for (const matchers of selectors) compileSelector(matchers);
  const days = daysSql(range.startMs, range.endMs);
  if (selectors.length === 0) return days;
  return sql`${days} AND (${joinSql(
    selectors.map((matchers) => sql`(${matchersSql(matchers)})`),
    ' OR ',
  )})`;
}

function limitSql(limit: number | undefined): Sql {
  return limit === undefined || limit <= 0 ? literal('') : sql`LIMIT ${limit}`;
}

function limited<T>(list: readonly T[], limit: number | undefined): readonly T[] {
  return limit === undefined || limit <= 0 ? list : list.slice(0, limit);
}

function signalOf({ signal }: TimeRange): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
