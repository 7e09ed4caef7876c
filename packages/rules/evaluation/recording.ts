import { Labels } from '@petrel/model';
import type { VectorSample } from '@petrel/query/promql';
import { RuleFailure } from './rule-failure.ts';
import type { RuleSample } from './rule-samples.ts';

/** Gives samples the name and the labels of a recording rule. Keeps the label sets of the last call, because most come again. */
export class Recorder {
  readonly #labels: readonly (readonly [string, string])[];
  #made = new Map<string, Labels>();

  constructor(name: string, labels: Readonly<Record<string, string>>) {
    this.#labels = [['__name__', name], ...Object.entries(labels)];
  }

  labelsOf(sample: Labels): Labels {
    return Labels.from([...sample, ...this.#labels]);
  }

  /** Throws RuleFailure where two samples become the same series, or there are more than `limit` (0 or less: no limit). */
  record(samples: readonly VectorSample[], limit: number): readonly RuleSample[] {
    const made = new Map<string, Labels>();
    const keys = new Set<string>();
    const out = samples.map(({ labels: from, value, histogram }): RuleSample => {
      const labels = this.#made.get(from.key) ?? this.labelsOf(from);
      made.set(from.key, labels);
      keys.add(labels.key);
      return histogram === undefined ? { labels, value } : { labels, value: 0, histogram };
    });
    if (keys.size < out.length) {
      throw new RuleFailure('vector contains metrics with the same labelset after applying rule labels');
    }
    if (limit > 0 && out.length > limit) {
      throw new RuleFailure(`exceeded limit of ${limit} with ${out.length} series`);
    }
    this.#made = made;
    return out;
  }
}
