import type { Labels } from '@petrel/model';
import type { GridSeries } from './port.ts';

interface Group {
  readonly labels: Labels;
  readonly values: Float64Array;
  readonly rests: Float64Array;
  readonly present: Uint8Array;
}

/** Sums of grids by label groups, step by step, with Neumaier's compensation, as the engine sums. */
export class GroupSums {
  readonly #names: ReadonlySet<string>;
  readonly #without: boolean;
  readonly #steps: number;
  readonly #dropMetric: boolean;
  readonly #groups = new Map<string, Group>();

  /** `dropMetric`: the function before the sum takes the name away, so that no group can keep it. */
  constructor(
    by: { readonly without: boolean; readonly labels: readonly string[] },
    steps: number,
    dropMetric: boolean,
  ) {
    this.#without = by.without;
    this.#names = new Set(by.without ? [...by.labels, '__name__'] : by.labels);
    this.#steps = steps;
    this.#dropMetric = dropMetric;
  }

  add(labels: Labels, values: Float64Array, present: Uint8Array): void {
    const kept = this.#dropMetric ? labels.dropMetric() : labels;
    const key = this.#without ? kept.without(this.#names) : kept.keep(this.#names);
    let group = this.#groups.get(key.key);
    if (group === undefined) {
      group = {
        labels: key,
        values: new Float64Array(this.#steps),
        rests: new Float64Array(this.#steps),
        present: new Uint8Array(this.#steps),
      };
      this.#groups.set(key.key, group);
    }
    for (let k = 0; k < this.#steps; k++) {
      if (present[k] === 0) continue;
      group.present[k] = 1;
      const sum = group.values[k] as number;
      const value = values[k] as number;
      const next = sum + value;
      if (Number.isFinite(next)) {
        group.rests[k] =
          (group.rests[k] as number) + (Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum);
      } else group.rests[k] = 0;
      group.values[k] = next;
    }
  }

  finish(): readonly GridSeries[] {
    const found: GridSeries[] = [];
    for (const { labels, values, rests, present } of this.#groups.values()) {
      if (!present.includes(1)) continue;
      for (let k = 0; k < this.#steps; k++) values[k] = (values[k] as number) + (rests[k] as number);
      found.push({ labels, values, present });
    }
    return found;
  }
}
