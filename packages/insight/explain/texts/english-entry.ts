import type { LedgerEntry, LedgerKind } from '@petrel/model';
import { englishHeldBy } from './english-held-by.ts';
import { alertText, heldByOf, labelsOfJson, numberOf, routesOf, stringOf, stringsOf, timeText } from './entry-facts.ts';

type Sentence = (entry: LedgerEntry) => string;

const EVALUATION: Readonly<Record<string, Sentence>> = {
  pending: ({ detail }) =>
    `its expression holds (value ${stringOf(detail.value)}); it waits for ${stringOf(detail.for)}`,
  firing: ({ detail }) => `it fires: its expression held for ${stringOf(detail.for)} (value ${stringOf(detail.value)})`,
  resolved: () => 'its expression does not hold any more, so it ended',
  inactive: () => 'its expression ceased to hold before its wait was over',
  kept_missing_data: () => 'its data is gone, and it is kept as it was',
  data_returned: () => 'its data has come back',
  limit_exceeded: () => "its rule yields more alerts than the group's limit allows, and started over",
};

/** A decision as an English sentence. */
export function englishEntry(entry: LedgerEntry): string {
  return KINDS[entry.kind](entry);
}

const KINDS: Readonly<Record<LedgerKind, Sentence>> = {
  evaluation: (entry) => `${alertText(entry.labels)}: ${EVALUATION[entry.reason]?.(entry) ?? entry.reason}.`,
  received: ({ labels, reason, detail }) => {
    const whose = { rule: 'from a rule', api: 'from the API', aggregation: 'from aggregation' }[
      stringOf(detail.source)
    ];
    return `${alertText(labels)} ${reason === 'fires_again' ? 'fires again' : 'began to fire'}${whose === undefined ? '' : ` (${whose})`}.`;
  },
  resolved: ({ labels, reason }) =>
    `${alertText(labels)} ended${reason === 'told' ? '' : ', because nobody told of it any more'}.`,
  routed: (entry) => {
    const to = routesOf(entry).map(
      ({ receiver, groupKey, nextLookMs, newGroup }) =>
        `${receiver} (${newGroup ? 'new group' : 'group'} ${groupKey}, next look at ${timeText(nextLookMs)})`,
    );
    return `${alertText(entry.labels)} goes to ${to.join(' and ')}.`;
  },
  suppressed: (entry) =>
    `${alertText(entry.labels)} is kept from ${entry.receiver}: ${englishHeldBy(heldByOf(entry))}.`,
  unsuppressed: ({ labels, receiver, reason }) =>
    `${alertText(labels)} is kept from ${receiver} no more (${reason.replaceAll('_', ' ')}).`,
  notified: ({ receiver, integration, detail, reason, labels }) =>
    `${receiver} was told by ${integration} of ${counts(detail)} in group ${labels}: ${reason.replaceAll('_', ' ')}${quoted(detail.answer)}.`,
  failed: ({ receiver, integration, detail, reason }) => {
    const retryAtMs = numberOf(detail.retryAtMs);
    const next =
      retryAtMs !== undefined
        ? `the next attempt comes at ${timeText(retryAtMs)}`
        : reason === 'out_of_time'
          ? 'given up, out of time'
          : 'given up';
    return `Attempt ${stringOf(detail.attempt)} to tell ${receiver} by ${integration} failed${quoted(detail.answer)}; ${next}.`;
  },
  aggregated: ({ labels, reason, detail }) => {
    const aggregate = labelsOfJson(detail.aggregate);
    const into = aggregate === undefined ? 'an aggregated alert' : alertText(aggregate);
    return `${alertText(labels)} ${reason === 'began' ? 'became part of the new' : 'joined'} ${into} (${stringOf(detail.alerts)} alerts).`;
  },
  flapping: ({ labels, reason, detail }) =>
    reason === 'began'
      ? `${alertText(labels)} flaps (${stringOf(detail.changes)} changes): it counts as firing until it calms.`
      : `${alertText(labels)} has calmed.`,
  silence: ({ reason, detail }) => {
    const matchers = stringsOf(detail.matchers).join(', ');
    const who = stringOf(detail.createdBy);
    const comment = quoted(detail.comment);
    if (reason === 'expired') return `The silence of {${matchers}} is over${comment}.`;
    const [startMs, endMs] = [numberOf(detail.startsAtMs) ?? 0, numberOf(detail.endsAtMs) ?? 0];
    return `${who === '' ? 'Somebody' : who} silences {${matchers}} from ${timeText(startMs)} to ${timeText(endMs)}${comment}.`;
  },
  config: ({ reason }) =>
    reason === 'started' ? 'The alert engine came up.' : 'Another routing configuration is in force.',
};

function counts(detail: LedgerEntry['detail']): string {
  const firing = stringsOf(detail.firing).length;
  const ended = stringsOf(detail.resolved).length;
  const parts = [...(firing > 0 ? [`${firing} firing`] : []), ...(ended > 0 ? [`${ended} ended`] : [])];
  return `${parts.join(' and ')} alert${firing + ended === 1 ? '' : 's'}`;
}

function quoted(text: LedgerEntry['detail'][string] | undefined): string {
  return stringOf(text) === '' ? '' : ` (“${stringOf(text)}”)`;
}
