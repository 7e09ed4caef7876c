import { PetrelError } from '@petrel/model';
import type { StepSeries } from '@petrel/query/promql';
import type { AlertSample } from '../alerting/alert-instance.ts';
import { queryVector } from '../evaluation/rule-query.ts';
import type { RuleEngine } from '../port.ts';

/** The instants of a group: `firstMs + k · intervalMs` for k in [0, steps). */
export interface Instants {
  readonly firstMs: number;
  readonly intervalMs: number;
  readonly steps: number;
}

export interface StepReaderOptions {
  readonly engine: RuleEngine;
  readonly query: string;
  /** When the query is evaluated for each step: the instants less the query offset. */
  readonly instants: Instants;
  /** Steps of one range query; 1: a query for each instant. */
  readonly maxSteps: number;
  readonly signal?: AbortSignal;
}

/** The answer to a stretch of steps. */
interface Block {
  readonly first: number;
  readonly end: number;
  readonly series: readonly StepSeries[];
  /** The present series of step `first + k` stand in `order` from `starts[k]` to `starts[k + 1]`. */
  readonly starts: Uint32Array;
  readonly order: Uint32Array;
}

const NO_SAMPLES: readonly AlertSample[] = [];

/**
 * Reads what an expression yields at each of many instants, many at a time. A range query that fails, or would load too much, is asked
 * again for half as many steps, down to single instants: so an error stands for its instant only, as it would have been.
 */
export class StepReader {
  #block: Block | undefined;
  #single: readonly AlertSample[] = NO_SAMPLES;
  #singleStep = -1;
  #size: number;

  constructor(private readonly options: StepReaderOptions) {
    this.#size = options.maxSteps;
  }

  /** Makes `step` readable. Rejects with what the query at this one instant is refused with. */
  async load(step: number): Promise<void> {
    while (!this.has(step)) {
      const size = Math.min(this.#size, this.options.instants.steps - step);
      try {
        if (size === 1) await this.#instant(step);
        else this.#block = await this.#range(step, size);
        this.#size = Math.min(this.options.maxSteps, this.#size * 2);
      } catch (error) {
        if (size === 1 || !isWorthHalving(error)) throw error;
        this.#size = size >> 1;
      }
    }
  }

  has(step: number): boolean {
    return (
      this.#singleStep === step || (this.#block !== undefined && step >= this.#block.first && step < this.#block.end)
    );
  }

  /** The samples of a step that has been loaded. */
  samplesAt(step: number): readonly AlertSample[] {
    if (this.#singleStep === step) return this.#single;
    const { first, starts, order, series } = this.#block as Block;
    const k = step - first;
    const from = starts[k] as number;
    const to = starts[k + 1] as number;
    if (from === to) return NO_SAMPLES;
    const samples: AlertSample[] = [];
    for (let i = from; i < to; i++) {
      const { labels, values, histograms } = series[order[i] as number] as StepSeries;
      const histogram = histograms?.[k];
      samples.push(histogram === undefined ? { labels, value: values[k] as number } : { labels, value: 0, histogram });
    }
    return samples;
  }

  /** Of a step that has been loaded. */
  isEmptyAt(step: number): boolean {
    if (this.#singleStep === step) return this.#single.length === 0;
    const { first, starts } = this.#block as Block;
    return starts[step - first] === starts[step - first + 1];
  }

  /** The series of the block that holds `step`, and where it begins and ends; undefined where the step was asked for alone. */
  blockAt(
    step: number,
  ): { readonly first: number; readonly end: number; readonly series: readonly StepSeries[] } | undefined {
    return this.#singleStep === step ? undefined : this.#block;
  }

  async #instant(step: number): Promise<void> {
    const { engine, query, instants, signal } = this.options;
    const timeMs = instants.firstMs + step * instants.intervalMs;
    this.#single = await queryVector(engine, { query, timeMs, ...(signal === undefined ? {} : { signal }) });
    this.#singleStep = step;
  }

  async #range(first: number, steps: number): Promise<Block> {
    const { engine, query, instants, signal } = this.options;
    const { intervalMs } = instants;
    const startMs = instants.firstMs + first * intervalMs;
    const endMs = startMs + (steps - 1) * intervalMs;
    const { value } = await engine.range({
      query,
      startMs,
      endMs,
      stepMs: intervalMs,
      ...(signal === undefined ? {} : { signal }),
    });
    const series = value.type === 'stepMatrix' ? value.series : [];
    return { first, end: first + steps, series, ...indexed(series, steps) };
  }
}

/** Which series are present at each step. */
function indexed(series: readonly StepSeries[], steps: number): Pick<Block, 'starts' | 'order'> {
  const starts = new Uint32Array(steps + 1);
  for (const one of series) {
    for (let k = nextPresent(one, 0, steps); k < steps; k = nextPresent(one, k + 1, steps)) {
      starts[k + 1] = (starts[k + 1] as number) + 1;
    }
  }
  for (let k = 0; k < steps; k++) starts[k + 1] = (starts[k + 1] as number) + (starts[k] as number);
  const order = new Uint32Array(starts[steps] as number);
  const next = starts.slice();
  for (const [i, one] of series.entries()) {
    for (let k = nextPresent(one, 0, steps); k < steps; k = nextPresent(one, k + 1, steps)) {
      const at = next[k] as number;
      order[at] = i;
      next[k] = at + 1;
    }
  }
  return { starts, order };
}

/** The first step from `k` on at which a series has something; `steps` where there is none. What a rule yields is mostly gaps, and `indexOf` skips them fast. */
function nextPresent({ present, histograms }: StepSeries, k: number, steps: number): number {
  if (present[k] === 1) return k;
  if (histograms === undefined) {
    const found = present.indexOf(1, k);
    return found < 0 ? steps : found;
  }
  let at = k;
  while (at < steps && present[at] !== 1 && histograms[at] === undefined) at++;
  return at;
}

/** Errors that a smaller question may not meet: of one instant's data, or of too much data. */
function isWorthHalving(error: unknown): boolean {
  return error instanceof PetrelError && (error.code === 'PROMQL_EXEC' || error.code === 'QUERY_LIMIT');
}
