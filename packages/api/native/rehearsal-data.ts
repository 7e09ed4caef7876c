import type {
  RehearsalResult,
  RehearsalSide,
  RehearsedNotification,
  SilencePreview,
  SweepResult,
} from '@petrel/insight';
import type {
  NotificationData,
  RehearsalData,
  RehearsalSideData,
  SilencePreviewData,
  SweepData,
} from '../contract/alerting.ts';
import { timeText } from './when.ts';

/** A rehearsal in the words of the contract. */
export function rehearsalData(result: RehearsalResult, tookMs: number, warnings: readonly string[]): RehearsalData {
  const { gained, lost, moved } = result.difference;
  return {
    from: timeText(result.startMs),
    to: timeText(result.endMs),
    tookMs: Math.round(tookMs),
    proposed: sideData(result.proposed),
    current: sideData(result.current),
    difference: {
      gained: gained.map(notificationData),
      lost: lost.map(notificationData),
      moved: moved.map(({ before, after }) => ({ before: notificationData(before), after: notificationData(after) })),
    },
    warnings: [...warnings, ...result.warnings],
  };
}

export function sweepData({ expr, threshold, forMs, thresholds, forsMs, cells }: SweepResult): SweepData {
  return { expr, threshold, forMs, thresholds, forsMs, cells };
}

export function silencePreviewData(
  { active, notifications }: SilencePreview,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): SilencePreviewData {
  return {
    from: timeText(startMs),
    to: timeText(endMs),
    active: active.map(({ alert, state }) => {
      return { fingerprint: alert.fingerprint, labels: alert.labels.toObject(), state };
    }),
    notifications: notifications.map(({ tMs, receiver, groupLabels, whole, alerts }) => ({
      time: timeText(tMs),
      receiver,
      groupLabels: groupLabels.toObject(),
      whole,
      alerts: alerts.map((labels) => labels.toObject()),
    })),
  };
}

function sideData({
  alerts,
  groups,
  notifications,
  rules,
  perReceiverHour,
  suppressed,
}: RehearsalSide): RehearsalSideData {
  const hours: Record<string, Record<string, number>> = {};
  for (const [receiver, counts] of perReceiverHour) {
    hours[receiver] = Object.fromEntries([...counts].map(([hourMs, count]) => [timeText(hourMs), count]));
  }
  return {
    alerts,
    groups,
    notifications: notifications.map(notificationData),
    rules,
    perReceiverHour: hours,
    suppressed: suppressed.map(({ labels, tMs, reason }) => ({
      labels: labels.toObject(),
      time: timeText(tMs),
      reason,
    })),
  };
}

function notificationData(one: RehearsedNotification): NotificationData {
  const { tMs, receiver, integrations, groupLabels, reason, firing, resolved } = one;
  return {
    time: timeText(tMs),
    receiver,
    integrations,
    groupLabels: groupLabels.toObject(),
    reason,
    firing: firing.map((labels) => labels.toObject()),
    resolved: resolved.map((labels) => labels.toObject()),
  };
}
