import type { Message } from '../message-data.ts';
import { notificationReason } from '../message-data.ts';
import type { NotifiedAlert } from '../notifier.ts';

/** What webhooks get, version 4 of Alertmanager's message, in its order of fields. */
export interface WebhookMessage {
  readonly receiver: string;
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly WebhookAlert[];
  /** `first notification`, `new alerts added`, `some alerts resolved`, `all alerts resolved`, `repeat interval elapsed`. */
  readonly notification_reason: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly commonLabels: Readonly<Record<string, string>>;
  readonly commonAnnotations: Readonly<Record<string, string>>;
  readonly routeLabels: Readonly<Record<string, string>>;
  readonly externalURL: string;
  readonly version: '4';
  readonly groupKey: string;
  /** How many alerts `max_alerts` left out. */
  readonly truncatedAlerts: number;
}

export interface WebhookAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  /** Go's zero time while nobody knows the end. */
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
}

const ZERO_TIME = '0001-01-01T00:00:00Z';

/** The message for the alerts that `message` shows, of which `truncatedAlerts` were left out. Throws TemplateError when a label of the route does not expand. */
export function webhookMessage(message: Message, externalUrl: string, truncatedAlerts: number): WebhookMessage {
  const { notification, alerts, status } = message;
  return {
    // Alertmanager hands the name on as a regular expression that matches it.
    receiver: notification.receiver.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&'),
    status,
    alerts: alerts.map(webhookAlert),
    notification_reason: notificationReason(notification.reason),
    groupLabels: notification.groupLabels.toObject(),
    commonLabels: common(alerts.map(({ labels }) => labels.toObject())),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations.toObject())),
    routeLabels: Object.fromEntries(
      Object.entries(notification.routeLabels ?? {}).map(([name, value]) => [name, message.render(value)]),
    ),
    externalURL: externalUrl,
    version: '4',
    groupKey: notification.groupKey,
    truncatedAlerts,
  };
}

function webhookAlert(alert: NotifiedAlert): WebhookAlert {
  return {
    status: alert.status,
    labels: alert.labels.toObject(),
    annotations: alert.annotations.toObject(),
    startsAt: goTime(alert.startsAtMs),
    // While an alert fires, its end is nothing but the time after which it counts as forgotten.
    endsAt: alert.status === 'firing' ? ZERO_TIME : goTime(alert.endsAtMs),
    generatorURL: alert.generatorUrl,
    fingerprint: alert.fingerprint,
  };
}

/** Pairs that all of the sets have. */
function common(sets: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const [first = {}, ...others] = sets;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((set) => set[name] === value)),
  );
}

/** RFC 3339 as Go writes it: no more digits of a second than are needed. */
export function goTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0*Z$/, 'Z');
}
