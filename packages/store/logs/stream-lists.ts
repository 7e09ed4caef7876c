import { compareStrings, Labels } from '@petrel/model';
import type { ChosenStreams } from './stream-catalogue.ts';

/** Sorted; at most `limit` where one is given. */
export function labelSets({ set }: ChosenStreams, limit: number | undefined): readonly Labels[] {
  const sorted = [...set.labels].sort(Labels.compare);
  return limit === undefined || limit <= 0 ? sorted : sorted.slice(0, limit);
}

export function labelNames({ set }: ChosenStreams): readonly string[] {
  const names = new Set<string>();
  for (const { pairs } of set.labels) for (let i = 0; i < pairs.length; i += 2) names.add(pairs[i] as string);
  return [...names].sort(compareStrings);
}

export function labelValues({ set }: ChosenStreams, name: string): readonly string[] {
  const values = new Set<string>();
  for (const labels of set.labels) if (labels.has(name)) values.add(labels.get(name));
  // As matchers see it: a stream without `service` answers to its `service_name`.
  if (name === 'service') {
    for (const labels of set.labels)
      if (!labels.has(name) && labels.has('service_name')) values.add(labels.get('service_name'));
  }
  return [...values].sort(compareStrings);
}
