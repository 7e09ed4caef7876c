import type { LedgerEntry } from '@petrel/model';
import { englishEntry } from './english-entry.ts';
import { englishHeldBy } from './english-held-by.ts';
import { timeText } from './entry-facts.ts';
import type { Sentences } from './sentences.ts';

const REASONS: Readonly<Record<string, string>> = {
  first_notification: 'the first notification of its group',
  new_alerts: 'there were new alerts in its group',
  all_resolved: 'all alerts of the group had ended',
  some_resolved: 'some alerts of the group had ended',
  repeat_interval: 'a repetition',
};

/** Explanations in English. */
export const ENGLISH: Sentences = {
  entry: (entry: LedgerEntry) => englishEntry(entry),
  time: timeText,

  notified({ receiver, tMs, integrations, reason, times }) {
    const why = REASONS[reason] ?? reason;
    const more = times > 1 ? `, and ${times - 1} more time${times === 2 ? '' : 's'} since` : '';
    return `${receiver} was told at ${timeText(tMs)} by ${integrations.join(' and ')} (${why})${more}`;
  },
  heldBack: (receiver, by) =>
    `${receiver} was not told, because it was ${englishHeldBy(by)}, since ${timeText(by.sinceMs)}`,
  heldBackSince: (by) => `since ${timeText(by.sinceMs)} it is ${englishHeldBy(by)}`,
  waitingUntil: (receiver, untilMs, isNewGroup) =>
    `${receiver} had to wait until ${timeText(untilMs)} (${isNewGroup ? 'group_wait of a new group' : 'group_interval of a group that had been notified already'})`,
  waiting: (receiver) => `${receiver} waited for the next look at its group`,
  endedFirst: (receiver) => `${receiver} was not told, because the alert ended before the next look at its group`,
  toldLater: (receiver, tMs) => `${receiver} was told at ${timeText(tMs)}`,
  failed({ receiver, attempts, integration, answer, retryAtMs }) {
    const next =
      retryAtMs === undefined ? 'no further attempt follows' : `the next attempt was due at ${timeText(retryAtMs)}`;
    return `${receiver} was not reached: ${attempts} attempt${attempts === 1 ? '' : 's'} failed, the last by ${integration} with “${answer}”; ${next}`;
  },
  alsoFailed: (integration, answer) => `${integration} failed with “${answer}”`,
  noIntegration: (receiver) => `${receiver} has no integration that is on, so nobody can be told`,
  deduplicated: (receiver, toldMs) =>
    `${receiver} had been told of it as firing at ${timeText(toldMs)} and never of its end, so it was nothing new`,

  firing: ({ alert, sinceMs, reached, clauses }) =>
    `${alert} had been firing since ${timeText(sinceMs)}${reached ? '' : ', but nobody was told'}${listed(clauses)}.`,
  resolved({ alert, sinceMs, endMs, reached, clauses }) {
    const since = sinceMs === undefined ? '' : ` (it fired from ${timeText(sinceMs)})`;
    return `${alert} had ended at ${timeText(endMs)}${since}${reached ? '' : ', and nobody was told'}${listed(clauses)}.`;
  },
  pending({ alert, activeAtMs, forText, dueMs, value }) {
    const since = activeAtMs === undefined ? '' : ` since ${timeText(activeAtMs)}`;
    const due = dueMs === undefined ? '' : `, which would be over at ${timeText(dueMs)}`;
    const given = value === undefined ? '' : `; the value was ${value}`;
    return `${alert} was pending, not firing: its expression held${since}, and the rule waits for ${forText}${due}${given}.`;
  },
  inactive: ({ alert, tMs, value }) =>
    `${alert} was not active: its expression ceased to hold at ${timeText(tMs)}, before its wait was over${value === undefined ? '' : ` (the last value was ${value})`}.`,
  noRouting: (alert) => `${alert} was firing, but no routing is configured, so nobody is told of anything.`,
  notRouted({ alert, receiver, receivers, failed }) {
    const to = receivers.length === 0 ? 'to nobody' : `to ${receivers.join(', ')}`;
    return `${alert} does not go to ${receiver}, but ${to}${failed === undefined ? '' : `: the route needs ${failed}`}.`;
  },

  noRule: (name, similar) =>
    `No rule is named ${name}, and no alert of that name is in the ledger.${similar.length === 0 ? '' : ` Similar names: ${similar.join(', ')}.`}`,
  nothingMatches: (text) => `No alert that matches ${text} is in the ledger, and none fires.`,
  ruleFailed: (name, error) => `${name} could not be evaluated last: ${error}.`,
  ruleSilent(name, tMs, { nearest, series, threshold }) {
    if (nearest === undefined) {
      return `${name} was inactive at ${timeText(tMs)}: its expression found no series at all, so there was nothing to compare.`;
    }
    const count = series === 1 ? 'one series' : `${series} series`;
    const needs = threshold === undefined ? '' : `, and it takes a value ${threshold}`;
    return `${name} was inactive at ${timeText(tMs)}: of ${count} the nearest value was ${nearest.value} (${nearest.labels})${needs}.`;
  },
  ruleNotAsked: (name) => `${name} is a rule, and nothing about it was decided in the time that was looked at.`,
  valueUnknown: (name, error) => `What the expression of ${name} gave at that time cannot be told: ${error}.`,
  liesAhead: (tMs) => `${timeText(tMs)} lies ahead: this is how it stands now, and what comes next if nothing changes.`,
  onlyFirst: (count) => `${count} alerts answer to this; the first is explained.`,
  ledgerSilent: () => 'The ledger holds nothing about it; this is what the alert engine knows now.',
};

function listed(clauses: readonly string[]): string {
  return clauses.length === 0 ? '' : `: ${clauses.join('; ')}`;
}
