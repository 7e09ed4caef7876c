import { parseFilter } from '../matchers/matchers-text.ts';

export type LabelMap = Readonly<Record<string, string>>;

export type ParsedLabels = { readonly labels: LabelMap } | { readonly error: 'json' | 'pairs' };

/** Labels as people paste them: `alertname=X priority="P0"`, `{alertname="X"}`, or a JSON object of texts. */
export function parseLabels(text: string): ParsedLabels {
  const trimmed = text.trim();
  if (/^\{\s*"[^"]*"\s*:/.test(trimmed)) return parseJson(trimmed);
  const { matchers, words, error } = parseFilter(trimmed);
  if (error !== undefined || words.length > 0 || matchers.some(({ type }) => type !== '=')) return { error: 'pairs' };
  return { labels: Object.fromEntries(matchers.map(({ name, value }) => [name, value])) };
}

/** A key that is equal for equal label sets. */
export function labelsKey(labels: LabelMap): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The labels that are not among the others with the same value, without the alert's name: what tells it from its neighbours. */
export function ownLabels(labels: LabelMap, shared: LabelMap): LabelMap {
  return Object.fromEntries(
    Object.entries(labels).filter(([name, value]) => name !== 'alertname' && shared[name] !== value),
  );
}

/** The labels that all sets share. */
export function sharedLabels(sets: readonly LabelMap[]): LabelMap {
  const [first = {}, ...others] = sets;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((labels) => labels[name] === value)),
  );
}

function parseJson(text: string): ParsedLabels {
  try {
    const parsed: unknown = JSON.parse(text);
    const entries = Object.entries(parsed as Readonly<Record<string, unknown>>);
    if (entries.some(([, value]) => typeof value !== 'string')) return { error: 'json' };
    return { labels: Object.fromEntries(entries as [string, string][]) };
  } catch {
    return { error: 'json' };
  }
}
