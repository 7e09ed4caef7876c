import type { MetricMetadata } from '@petrel/model';

/** One entry is about 200 bytes; more metric names than this come from labels in the wrong place. */
const MAX_ENTRIES = 100_000;
const SUFFIX = /_(?:bucket|sum|count|total|created|info)$/;

/** The newest metadata of every metric, for sending. */
export class MetadataBook {
  readonly #entries = new Map<string, MetricMetadata>();

  note(metadata: MetricMetadata): void {
    if (this.#entries.size < MAX_ENTRIES || this.#entries.has(metadata.metric)) {
      this.#entries.set(metadata.metric, metadata);
    }
  }

  /** Of a series' metric, or of the family that its suffix belongs to. */
  find(metric: string): MetricMetadata | undefined {
    return this.#entries.get(metric) ?? this.#entries.get(metric.replace(SUFFIX, ''));
  }

  all(): readonly MetricMetadata[] {
    return [...this.#entries.values()];
  }
}
