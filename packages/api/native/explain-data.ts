import { type ExplainedAlert, type Explanation, entryText, type Language } from '@petrel/insight';
import type { LedgerEntry } from '@petrel/model';
import type { ExplainData, ExplainedAlertData, LedgerEntryData } from '../contract/alerting.ts';
import { timeText } from './when.ts';

export function ledgerEntryData(entry: LedgerEntry, language: Language): LedgerEntryData {
  const { tMs, labels, ...rest } = entry;
  return { time: timeText(tMs), labels: labels.toObject(), ...rest, text: entryText(entry, language) };
}

/** An explanation in the words of the contract. */
export function explainData({ atMs, candidates, alert, notes }: Explanation, language: Language): ExplainData {
  return {
    at: timeText(atMs),
    candidates: candidates.map(({ fingerprint, labels, lastSeenMs }) => {
      return { fingerprint, labels: labels.toObject(), lastSeen: timeText(lastSeenMs) };
    }),
    ...(alert === undefined ? {} : { alert: alertData(alert, language) }),
    notes,
  };
}

function alertData(alert: ExplainedAlert, language: Language): ExplainedAlertData {
  const { fingerprint, labels, annotations, state, verdict, rule, receivers, entries } = alert;
  return {
    fingerprint,
    labels: labels.toObject(),
    annotations: annotations.toObject(),
    state,
    verdict,
    ...(rule === undefined ? {} : { rule: ruleData(rule) }),
    receivers: receivers.map(({ attempts, ...receiver }) => ({
      ...receiver,
      attempts: attempts.map(({ tMs, ...attempt }) => ({ time: timeText(tMs), ...attempt })),
    })),
    entries: entries.map((entry) => ledgerEntryData(entry, language)),
  };
}

function ruleData({
  activeAtMs,
  ...rule
}: NonNullable<ExplainedAlert['rule']>): NonNullable<ExplainedAlertData['rule']> {
  return { ...rule, ...(activeAtMs === undefined ? {} : { activeAt: timeText(activeAtMs) }) };
}
