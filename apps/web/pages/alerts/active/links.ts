import type { LabelMap } from '../labels/labels-text.ts';
import { matchersOf, selectorText } from '../matchers/matchers-text.ts';

/** The form of a new silence for exactly these labels. */
export function silenceLink(labels: LabelMap): string {
  return `/alerts/silences/new?${new URLSearchParams({ filter: selectorText(matchersOf(labels)) })}`;
}

/** `alert` is a fingerprint, a name or a selector; without `at` the question is about now. */
export function explainLink(alert: string, at?: string): string {
  return `/alerts/explain?${new URLSearchParams(at === undefined ? { alert } : { alert, at })}`;
}

export function alertLink(fingerprint: string): string {
  return `/alerts?${new URLSearchParams({ alert: fingerprint })}`;
}

export function silencesLink(id: string): string {
  return `/alerts/silences?${new URLSearchParams({ id })}`;
}

/** How Explain can be asked for an alert that only its rule knows: by its labels. */
export function explainQuestion(alert: { readonly id: string; readonly labels: LabelMap }): string {
  return /^[0-9a-f]{16}$/.test(alert.id) ? alert.id : selectorText(matchersOf(alert.labels));
}
