import {
  type Alert,
  alertNameOf,
  type Json,
  Labels,
  type LedgerEntry,
  type LedgerKind,
  matcherToString,
  type Silence,
} from '@petrel/model';
import type { AlertEntry } from './alert-entry.ts';
import { integrationName, type Outstanding } from './delivery-book.ts';
import type { Group } from './group.ts';
import type { Suppression } from './suppression.ts';

/** The engine's decisions in the words of the ledger, one function a decision. */
const NOBODY = { groupKey: '', receiver: '', integration: '' } as const;

interface Decision {
  readonly kind: LedgerKind;
  readonly reason: string;
  readonly detail: { readonly [key: string]: Json };
}

function ofAlert({ fingerprint, labels }: Alert, tMs: number, decision: Decision): LedgerEntry {
  return { tMs, fingerprints: [fingerprint], alertname: alertNameOf(labels), labels, ...NOBODY, ...decision };
}

function ofMember(group: Group, alert: Alert, tMs: number, decision: Decision): LedgerEntry {
  return { ...ofAlert(alert, tMs, decision), groupKey: group.key, receiver: group.route.receiver };
}

export function received(alert: Alert, tMs: number, again: boolean): LedgerEntry {
  const { source, startsAtMs, annotations, generatorUrl } = alert;
  const detail = { source, startsAtMs, annotations: annotations.toObject(), generatorUrl };
  return ofAlert(alert, tMs, { kind: 'received', reason: again ? 'fires_again' : 'fires', detail });
}

/** `told`: somebody said so; else the time that it was good for has passed. */
export function resolved(alert: Alert, tMs: number, told: boolean): LedgerEntry {
  const detail = { startsAtMs: alert.startsAtMs, endsAtMs: alert.endsAtMs };
  return ofAlert(alert, tMs, { kind: 'resolved', reason: told ? 'told' : 'not_told_of_again', detail });
}

export function routed(alert: Alert, groups: readonly Group[], tMs: number): LedgerEntry {
  const routes = groups.map(({ route, key, labels, nextFlushMs, flushed }) => ({
    route: route.id,
    receiver: route.receiver,
    groupKey: key,
    groupLabels: labels.toObject(),
    nextLookMs: nextFlushMs,
    newGroup: !flushed,
  }));
  return ofAlert(alert, tMs, { kind: 'routed', reason: 'matched', detail: { routes } });
}

export function suppressed(group: Group, { alert }: AlertEntry, suppression: Suppression, tMs: number): LedgerEntry {
  const { reason, detail } = suppression;
  return ofMember(group, alert, tMs, { kind: 'suppressed', reason, detail });
}

export function unsuppressed(group: Group, { alert }: AlertEntry, before: string, tMs: number): LedgerEntry {
  return ofMember(group, alert, tMs, { kind: 'unsuppressed', reason: before.split(':', 1)[0] as string, detail: {} });
}

/** How an attempt ended. `retryAtMs`: when it comes again. */
export function attempted(
  outstanding: Outstanding,
  tMs: number,
  outcome: { readonly ok: boolean; readonly answer: string; readonly retryAtMs?: number; readonly gaveUp?: string },
): LedgerEntry {
  const { group, integration, notification, firing, resolved: ended, attempt } = outstanding;
  const { ok, answer, retryAtMs, gaveUp } = outcome;
  return {
    tMs,
    kind: ok ? 'notified' : 'failed',
    fingerprints: [...firing, ...ended],
    alertname: group.labels.get('alertname'),
    labels: group.labels,
    groupKey: group.key,
    receiver: group.route.receiver,
    integration: integrationName(integration),
    reason: ok ? notification.reason : (gaveUp ?? (retryAtMs === undefined ? 'refused' : 'will_retry')),
    detail: {
      attempt,
      answer,
      lookMs: notification.tMs,
      firing: [...firing],
      resolved: [...ended],
      cause: notification.reason,
      ...(retryAtMs === undefined ? {} : { retryAtMs }),
    },
  };
}

export function aggregated(member: Alert, into: Alert, tMs: number, reason: 'began' | 'joined'): LedgerEntry {
  const detail = { into: into.fingerprint, aggregate: into.labels.toObject(), alerts: into.annotations.get('alerts') };
  return ofAlert(member, tMs, { kind: 'aggregated', reason, detail });
}

export function flapping({ alert, flap }: AlertEntry, tMs: number): LedgerEntry {
  const reason = flap.flapping ? 'began' : 'calmed';
  return ofAlert(alert, tMs, { kind: 'flapping', reason, detail: { changes: flap.changesMs.length } });
}

export function silenceChanged(silence: Silence, tMs: number, reason: 'put' | 'expired'): LedgerEntry {
  const { id, comment, createdBy, startsAtMs, endsAtMs, matchers } = silence;
  const detail = { id, comment, createdBy, startsAtMs, endsAtMs, matchers: matchers.map(matcherToString) };
  return { tMs, kind: 'silence', fingerprints: [], alertname: '', labels: Labels.EMPTY, ...NOBODY, reason, detail };
}

export function configured(tMs: number, reason: 'started' | 'reloaded', detail: Decision['detail']): LedgerEntry {
  return { tMs, kind: 'config', fingerprints: [], alertname: '', labels: Labels.EMPTY, ...NOBODY, reason, detail };
}
