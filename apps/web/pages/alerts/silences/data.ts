import type { Matcher, MatchType } from '@petrel/model';
import type { GettableAlert, GettableSilence, PostableSilence, SilenceMatcher } from '../alertmanager/api.ts';
import { matcherText } from '../matchers/matchers-text.ts';
import { matchesEmpty, regexProblem } from '../matchers/matching.ts';

export type SilenceState = GettableSilence['status']['state'];

export const SILENCE_STATES: readonly SilenceState[] = ['active', 'pending', 'expired'];

export function toMatcher({ name, value, isRegex, isEqual = true }: SilenceMatcher): Matcher {
  const type: MatchType = isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!=';
  return { name, type, value };
}

export function fromMatcher({ name, type, value }: Matcher): SilenceMatcher {
  return { name, value, isRegex: type === '=~' || type === '!~', isEqual: type === '=' || type === '=~' };
}

export function countSilences(silences: readonly GettableSilence[]): Readonly<Record<SilenceState, number>> {
  const counts = { active: 0, pending: 0, expired: 0 };
  for (const { status } of silences) counts[status.state]++;
  return counts;
}

/** In the order in which they matter: what ends first, what begins first, what ended last. */
export function sortSilences(silences: readonly GettableSilence[]): readonly GettableSilence[] {
  const time = ({ status, startsAt, endsAt }: GettableSilence): number =>
    status.state === 'active'
      ? Date.parse(endsAt)
      : status.state === 'pending'
        ? Date.parse(startsAt)
        : -Date.parse(endsAt);
  return [...silences].sort(
    (a, b) =>
      SILENCE_STATES.indexOf(a.status.state) - SILENCE_STATES.indexOf(b.status.state) ||
      time(a) - time(b) ||
      (a.id < b.id ? -1 : 1),
  );
}

export function silenceMatches(silence: GettableSilence, filter: string): boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const matchers = silence.matchers.map((one) => matcherText(toMatcher(one)));
  const text = [silence.id, silence.comment, silence.createdBy, ...matchers].join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Silence id → the alerts that it holds back now. */
export function affectedAlerts(alerts: readonly GettableAlert[]): ReadonlyMap<string, readonly GettableAlert[]> {
  const found = new Map<string, GettableAlert[]>();
  for (const alert of alerts) {
    for (const id of alert.status.silencedBy) {
      const list = found.get(id);
      if (list === undefined) found.set(id, [alert]);
      else list.push(alert);
    }
  }
  return found;
}

/** What is typed into the form. */
export interface SilenceDraft {
  /** Of the silence that is edited. */
  readonly id: string | undefined;
  readonly matchers: readonly Matcher[];
  readonly startsAtMs: number | undefined;
  readonly endsAtMs: number;
  readonly author: string;
  readonly comment: string;
}

export type DraftProblem = 'matchers' | 'everything' | 'regex' | 'times' | 'past' | 'author' | 'comment';

/** Matchers that say something: rows without a name are still being filled. */
export function completeMatchers(matchers: readonly Matcher[]): readonly Matcher[] {
  return matchers.filter(({ name }) => name.trim() !== '');
}

/** Why the server would refuse the draft, in the order of the form's fields; none when it may be sent. */
export function draftProblems(draft: SilenceDraft, nowMs: number): readonly DraftProblem[] {
  const matchers = completeMatchers(draft.matchers);
  const problems: DraftProblem[] = [];
  if (matchers.length === 0) problems.push('matchers');
  else if (matchers.some((one) => regexProblem(one) !== undefined)) problems.push('regex');
  else if (matchers.every(matchesEmpty)) problems.push('everything');
  if (!(draft.endsAtMs > (draft.startsAtMs ?? nowMs))) problems.push(draft.startsAtMs === undefined ? 'past' : 'times');
  else if (draft.endsAtMs <= nowMs) problems.push('past');
  if (draft.author.trim() === '') problems.push('author');
  if (draft.comment.trim() === '') problems.push('comment');
  return problems;
}

export function toPostable(draft: SilenceDraft, nowMs: number): PostableSilence {
  return {
    ...(draft.id === undefined ? {} : { id: draft.id }),
    matchers: completeMatchers(draft.matchers).map(fromMatcher),
    startsAt: new Date(draft.startsAtMs ?? nowMs).toISOString(),
    endsAt: new Date(draft.endsAtMs).toISOString(),
    createdBy: draft.author.trim(),
    comment: draft.comment.trim(),
  };
}

/** Names and values of the labels that alerts have now, to choose from. */
export function labelSuggestions(
  labelSets: readonly Readonly<Record<string, string>>[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const labels of labelSets) {
    for (const name in labels) {
      const values = found.get(name);
      if (values === undefined) found.set(name, new Set([labels[name] as string]));
      else values.add(labels[name] as string);
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, values]) => [name, [...values].sort()]));
}
