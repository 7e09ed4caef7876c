import { type Labels, type Silence, silenceStateAt } from '@petrel/model';
import { formatDateTime } from './date-time.ts';
import type { AlertView, GroupView } from './port.ts';

// Members stand in the order in which Alertmanager writes them.

export function renderAlert({ alert, receivers, state, silencedBy, inhibitedBy, mutedBy }: AlertView): object {
  return {
    annotations: alert.annotations.toObject(),
    endsAt: formatDateTime(alert.endsAtMs),
    fingerprint: alert.fingerprint,
    receivers: receivers.map((name) => ({ name })),
    startsAt: formatDateTime(alert.startsAtMs),
    status: { inhibitedBy, mutedBy, silencedBy, state: mutedBy.length > 0 ? 'suppressed' : state },
    updatedAt: formatDateTime(alert.updatedAtMs),
    ...(alert.generatorUrl === '' ? {} : { generatorURL: alert.generatorUrl }),
    labels: alert.labels.toObject(),
  };
}

export function renderGroup(group: GroupView, alerts: readonly AlertView[]): object {
  return {
    alerts: alerts.map(renderAlert),
    labels: group.labels.toObject(),
    receiver: { name: group.receiver },
    routeLabels: group.routeLabels?.toObject() ?? {},
  };
}

export function renderReceiver({ name, labels }: { readonly name: string; readonly labels?: Labels }): object {
  return labels === undefined || labels.size === 0 ? { name } : { labels: labels.toObject(), name };
}

export function renderSilence(silence: Silence, nowMs: number): object {
  return {
    id: silence.id,
    status: { state: silenceStateAt(silence, nowMs) },
    updatedAt: formatDateTime(silence.updatedAtMs),
    annotations: silence.annotations ?? {},
    comment: silence.comment,
    createdBy: silence.createdBy,
    endsAt: formatDateTime(silence.endsAtMs),
    matchers: silence.matchers.map(({ type, name, value }) => ({
      isEqual: type === '=' || type === '=~',
      isRegex: type === '=~' || type === '!~',
      name,
      value,
    })),
    startsAt: formatDateTime(silence.startsAtMs),
  };
}
