import { createHash } from 'node:crypto';
import type { NotificationData } from '@petrel/template';
import { createNotificationData } from '@petrel/template';
import type { Notification, NotifiedAlert, NotifierTools } from './notifier.ts';

/** A notification as templates see it. */
export interface Message {
  readonly notification: Notification;
  readonly alerts: readonly NotifiedAlert[];
  /** `firing` while any of the alerts fires. */
  readonly status: 'firing' | 'resolved';
  /** SHA-256 of the group key in hexadecimal: what other systems deduplicate by. */
  readonly groupKeyHash: string;
  /** The root of templates: Alertmanager's `.Alerts`, `.CommonLabels`, `.ExternalURL` and so on. */
  readonly data: NotificationData;
  /** Executes a text template. Throws TemplateError. */
  render(template: string): string;
  /** Executes an HTML template, escaping by context. Throws TemplateError. */
  renderHtml(template: string): string;
}

/** `alerts`: those to show, where an integration limits their number; default all. */
export function createMessage(
  notification: Notification,
  tools: Pick<NotifierTools, 'templates' | 'externalUrl'>,
  alerts: readonly NotifiedAlert[] = notification.alerts,
): Message {
  const { receiver, groupLabels, groupKey } = notification;
  const status = statusOf(alerts);
  const data = createNotificationData({
    receiver,
    status,
    notificationReason: notificationReason(notification.reason),
    routeLabels: notification.routeLabels ?? {},
    groupLabels: groupLabels.toObject(),
    externalUrl: tools.externalUrl,
    alerts: alerts.map((alert) => ({
      status: alert.status,
      labels: alert.labels.toObject(),
      annotations: alert.annotations.toObject(),
      startsAtMs: alert.startsAtMs,
      // While an alert fires, its end is nothing but the time after which it counts as forgotten.
      ...(alert.status === 'resolved' && { endsAtMs: alert.endsAtMs }),
      generatorUrl: alert.generatorUrl,
      fingerprint: alert.fingerprint,
    })),
  });
  return {
    notification,
    alerts,
    status,
    groupKeyHash: createHash('sha256').update(groupKey).digest('hex'),
    data,
    render: (template) => tools.templates.executeText(template, data),
    renderHtml: (template) => tools.templates.executeHtml(template, data),
  };
}

function statusOf(alerts: readonly NotifiedAlert[]): 'firing' | 'resolved' {
  return alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved';
}

/** Alertmanager's words, by those of the engine. */
const REASONS: Readonly<Record<string, string>> = {
  first_notification: 'first notification',
  new_alerts: 'new alerts added',
  some_resolved: 'some alerts resolved',
  all_resolved: 'all alerts resolved',
  repeat_interval: 'repeat interval elapsed',
};

/** Why a notification goes out, as Alertmanager says it; `unknown` for what it has no word for. */
export function notificationReason(reason: string): string {
  return REASONS[reason] ?? 'unknown';
}
