import type { Labels, Matcher, MetricMetadata, SeriesColumns } from '@petrel/model';
import { compileMatcher, matchesAll } from '@petrel/model';
import type { Exemplar, GridRequest, GridSeries, MetricSource, SelectRequest, TimeRange } from '@petrel/query/promql';
import { cutColumns, mergeColumns } from './merge-columns.ts';

/**
 * A source with samples laid over it that are not stored yet. Selecting merges the two, sample by sample; what the store would compute
 * is declined where the overlay has a say; everything else is the store's alone.
 */
export class OverlaySource implements MetricSource {
  #byMetric = new Map<string, SeriesColumns[]>();
  readonly selectGrid?: (request: GridRequest) => Promise<readonly GridSeries[] | undefined>;

  constructor(private readonly base: MetricSource) {
    const { selectGrid } = base;
    if (selectGrid === undefined) return;
    this.selectGrid = async (request) =>
      this.#matching(request.matchers).length > 0 ? undefined : selectGrid.call(base, request);
  }

  /** Replaces what is laid over: series with distinct labels, ascending times. */
  lay(series: Iterable<SeriesColumns>): void {
    this.#byMetric = new Map();
    for (const one of series) this.add(one);
  }

  /** Lays one more series over; its labels must be new. */
  add(series: SeriesColumns): void {
    const { metric } = series.labels;
    const list = this.#byMetric.get(metric);
    if (list === undefined) this.#byMetric.set(metric, [series]);
    else list.push(series);
  }

  async select(request: SelectRequest): Promise<readonly SeriesColumns[]> {
    const over = this.#matching(request.matchers);
    const stored = await this.base.select(request);
    if (over.length === 0) return stored;
    const result = [...stored];
    const places = new Map<string, number>();
    for (const [i, { labels }] of stored.entries()) places.set(labels.key, i);
    for (const series of over) {
      const cut = cutColumns(series, request.startMs, request.endMs);
      if (cut === undefined) continue;
      const place = places.get(cut.labels.key);
      if (place === undefined) result.push(cut);
      else result[place] = mergeColumns(result[place] as SeriesColumns, cut);
    }
    return result;
  }

  series(selectors: readonly (readonly Matcher[])[], range: TimeRange, limit?: number): Promise<readonly Labels[]> {
    return this.base.series(selectors, range, limit);
  }

  labelNames(selectors: readonly (readonly Matcher[])[], range: TimeRange, limit?: number): Promise<readonly string[]> {
    return this.base.labelNames(selectors, range, limit);
  }

  labelValues(
    name: string,
    selectors: readonly (readonly Matcher[])[],
    range: TimeRange,
    limit?: number,
  ): Promise<readonly string[]> {
    return this.base.labelValues(name, selectors, range, limit);
  }

  exemplars(
    selectors: readonly (readonly Matcher[])[],
    range: TimeRange,
  ): Promise<readonly { labels: Labels; exemplars: readonly Exemplar[] }[]> {
    return this.base.exemplars(selectors, range);
  }

  metadata(options: { metric?: string; limit?: number; limitPerMetric?: number }): Promise<readonly MetricMetadata[]> {
    return this.base.metadata(options);
  }

  #matching(matchers: readonly Matcher[]): readonly SeriesColumns[] {
    if (this.#byMetric.size === 0) return [];
    const compiled = matchers.map((m) => ({ name: m.name, matches: compileMatcher(m) }));
    const named = matchers.find((m) => m.name === '__name__' && m.type === '=');
    const lists = named === undefined ? [...this.#byMetric.values()] : [this.#byMetric.get(named.value) ?? []];
    return lists.flatMap((list) => list.filter(({ labels }) => matchesAll(compiled, labels)));
  }
}
