import type { MetricStore } from '@petrel/store';
import type { MetricSource } from './port.ts';

/** The engine's view of the metric store: the shapes are the same, so this only leaves out what writes. */
export function storeSource(store: MetricStore): MetricSource {
  return {
    select: (request) => store.select(request),
    selectGrid: (request) => store.selectGrid(request),
    series: (selectors, range, limit) => store.series(selectors, range, limit),
    labelNames: (selectors, range, limit) => store.labelNames(selectors, range, limit),
    labelValues: (name, selectors, range, limit) => store.labelValues(name, selectors, range, limit),
    exemplars: (selectors, range) => store.exemplars(selectors, range),
    metadata: (options) => store.metadata(options),
  };
}
