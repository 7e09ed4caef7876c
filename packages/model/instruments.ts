/**
 * Petrel's own metrics. A package declares what it counts through this port; apps/server gives the implementation whose
 * content stands at /metrics. Names follow Prometheus's conventions (`petrel_…_total`, `…_seconds`, `…_bytes`).
 */
export interface Instruments {
  counter(name: string, help: string, labelNames?: readonly string[]): Counter;
  gauge(name: string, help: string, labelNames?: readonly string[]): Gauge;
  /** Default buckets suit seconds: 1 ms to 60 s. */
  histogram(
    name: string,
    help: string,
    labelNames?: readonly string[],
    buckets?: readonly number[],
  ): HistogramInstrument;
  /** A gauge that is read when it is scraped. */
  observableGauge(name: string, help: string, read: () => number): void;
}

export interface Counter {
  /** `values` are in the order of `labelNames`. */
  add(amount: number, ...values: string[]): void;
}

export interface Gauge {
  set(value: number, ...values: string[]): void;
  remove(...values: string[]): void;
}

export interface HistogramInstrument {
  observe(value: number, ...values: string[]): void;
}

const nothing = { add() {}, set() {}, remove() {}, observe() {} };

/** For tests and tools: takes everything, keeps nothing. */
export const noInstruments: Instruments = {
  counter: () => nothing,
  gauge: () => nothing,
  histogram: () => nothing,
  observableGauge() {},
};
