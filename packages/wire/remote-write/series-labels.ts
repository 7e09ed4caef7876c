import { compareStrings, Labels } from '@petrel/model';

/** A label set, or why it is none. */
export type LabelsOutcome = { readonly labels: Labels } | { readonly refusal: string };

/**
 * Labels as a sender wrote them, flat `[name, value, …]` in any order, checked as Prometheus's receivers do: a metric name, no empty
 * or repeated label name. Empty values are dropped.
 */
export function checkedLabels(pairs: readonly string[]): LabelsOutcome {
  let sorted = true;
  let metric = false;
  for (let i = 0; i < pairs.length; i += 2) {
    const name = pairs[i] as string;
    const value = pairs[i + 1] as string;
    if (name === '') return { refusal: `empty label name in ${shown(pairs)}` };
    if (name === '__name__' && value !== '') metric = true;
    if (value === '') sorted = false;
    if (i > 0 && compareStrings(pairs[i - 2] as string, name) >= 0) sorted = false;
  }
  if (!metric) return { refusal: `series without a metric name: ${shown(pairs)}` };
  if (sorted) return { labels: Labels.fromSortedPairs(pairs) };
  const seen = new Set<string>();
  const entries: [string, string][] = [];
  for (let i = 0; i < pairs.length; i += 2) {
    const name = pairs[i] as string;
    if (seen.has(name)) return { refusal: `duplicate label ${JSON.stringify(name)} in ${shown(pairs)}` };
    seen.add(name);
    entries.push([name, pairs[i + 1] as string]);
  }
  return { labels: Labels.from(entries) };
}

const SHOWN_CHARS = 300;

/** Labels as written, for messages; cut. */
function shown(pairs: readonly string[]): string {
  const parts: string[] = [];
  for (let i = 0; i < pairs.length; i += 2) parts.push(`${pairs[i]}=${JSON.stringify(pairs[i + 1])}`);
  const text = `{${parts.join(', ')}}`;
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}

/** Labels of an exemplar; undefined where a name is empty or repeated. */
export function exemplarLabels(pairs: readonly string[]): Labels | undefined {
  const seen = new Set<string>();
  const entries: [string, string][] = [];
  for (let i = 0; i < pairs.length; i += 2) {
    const name = pairs[i] as string;
    if (name === '' || seen.has(name)) return undefined;
    seen.add(name);
    entries.push([name, pairs[i + 1] as string]);
  }
  return Labels.from(entries);
}
