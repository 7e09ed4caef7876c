import { Labels, type SeriesRegistry } from '@petrel/model';
import type { BatchBuilder } from '@petrel/wire';
import { joinLabels } from './sample-labels.ts';
import { refOf } from './series-ref.ts';

/** The metrics that a scrape tells of itself. */
export interface ScrapeReport {
  readonly up: boolean;
  readonly durationSeconds: number;
  readonly scraped: number;
  readonly kept: number;
  readonly seriesAdded: number;
  /** Only with extra scrape metrics. */
  readonly extra?: { readonly timeoutSeconds: number; readonly sampleLimit: number; readonly bodySizeBytes: number };
}

const NAMES = [
  'up',
  'scrape_duration_seconds',
  'scrape_samples_scraped',
  'scrape_samples_post_metric_relabeling',
  'scrape_series_added',
];
const EXTRA_NAMES = ['scrape_timeout_seconds', 'scrape_sample_limit', 'scrape_body_size_bytes'];

/** Writes the report series of one target. They belong to the target alone: no relabelling touches them. */
export class ReportWriter {
  readonly #labels: readonly Labels[];

  constructor(
    target: Labels,
    private readonly registry: SeriesRegistry,
    private readonly withExtra: boolean,
  ) {
    const names = withExtra ? [...NAMES, ...EXTRA_NAMES] : NAMES;
    this.#labels = names.map((name) => joinLabels(Labels.of({ __name__: name }), target, false));
  }

  add(report: ScrapeReport, tMs: number, out: BatchBuilder): void {
    const { extra } = report;
    const values = [report.up ? 1 : 0, report.durationSeconds, report.scraped, report.kept, report.seriesAdded];
    if (this.withExtra && extra !== undefined) {
      values.push(extra.timeoutSeconds, extra.sampleLimit, extra.bodySizeBytes);
    }
    for (const [i, value] of values.entries()) out.add(refOf(this.registry, this.#labels[i] as Labels), tMs, value);
  }

  addStale(tMs: number, out: BatchBuilder, except: ReadonlySet<number>): void {
    for (const labels of this.#labels) {
      const ref = refOf(this.registry, labels);
      if (!except.has(ref)) out.addStale(ref, tMs);
    }
  }

  refs(): readonly number[] {
    return this.#labels.map((labels) => refOf(this.registry, labels));
  }
}
