import type { NotificationData, RehearsalData, RehearsalSideData } from '@petrel/api/contract/alerting.ts';
import { Labels } from '@petrel/model';

/** Of each list so many are shown. */
const MAX_LISTED = 20;

/** A rehearsal as text: pages by receiver and day of both sides, then what differs. */
export function rehearsalText(data: RehearsalData): string {
  const { proposed, current, difference, warnings } = data;
  const { gained, lost, moved } = difference;
  const lines = [
    `Rehearsed ${short(data.from)} to ${short(data.to)} (UTC) in ${(data.tookMs / 1000).toFixed(1)} s`,
    '',
    ...table(proposed, current),
    '',
    `as proposed: ${sideText(proposed)}`,
    `as in force: ${sideText(current)}`,
    '',
    `gained ${gained.length}, lost ${lost.length}, moved ${moved.length}`,
    ...listed(gained, (one) => `  + ${notificationText(one)}`),
    ...listed(lost, (one) => `  - ${notificationText(one)}`),
    ...listed(moved, ({ before, after }) => `  ~ ${notificationText(before)}\n    → ${notificationText(after)}`),
    ...ruleLines(proposed, current),
    ...suppressedLines(proposed),
    ...warnings.map((warning) => `warning: ${warning}`),
  ];
  return `${lines.join('\n')}\n`;
}

function sideText({ notifications, alerts, groups }: RehearsalSideData): string {
  return `${count(notifications.length, 'notification')} of ${count(alerts, 'alert')} in ${count(groups, 'group')}`;
}

/** Receivers down, days across: `proposed` and, where it is another, the number in force in parentheses. */
function table(proposed: RehearsalSideData, current: RehearsalSideData): readonly string[] {
  const [after, before] = [perDay(proposed), perDay(current)];
  const receivers = [...new Set([...after.keys(), ...before.keys()])].sort();
  const days = [...new Set([...after.values(), ...before.values()].flatMap((counts) => [...counts.keys()]))].sort();
  if (receivers.length === 0) return ['(no notifications on either side)'];
  const rows = receivers.map((receiver) => {
    const cells = days.map((day) => cell(after.get(receiver)?.get(day) ?? 0, before.get(receiver)?.get(day) ?? 0));
    return [receiver, ...cells, cell(total(after.get(receiver)), total(before.get(receiver)))];
  });
  const head = ['receiver', ...days.map((day) => day.slice(5)), 'total'];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells.map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0))).join('  ');
  return [
    line(head),
    ...rows.map(line),
    'notifications a day as proposed, in parentheses as in force where that differs',
  ];
}

function perDay({ perReceiverHour }: RehearsalSideData): Map<string, Map<string, number>> {
  const out = new Map<string, Map<string, number>>();
  for (const [receiver, hours] of Object.entries(perReceiverHour)) {
    const days = new Map<string, number>();
    for (const [hour, notifications] of Object.entries(hours)) {
      const day = hour.slice(0, 10);
      days.set(day, (days.get(day) ?? 0) + notifications);
    }
    out.set(receiver, days);
  }
  return out;
}

function total(counts: ReadonlyMap<string, number> | undefined): number {
  return [...(counts?.values() ?? [])].reduce((sum, one) => sum + one, 0);
}

function cell(after: number, before: number): string {
  return after === before ? (after === 0 ? '·' : `${after}`) : `${after} (${before})`;
}

function ruleLines(proposed: RehearsalSideData, current: RehearsalSideData): readonly string[] {
  const before = new Map(current.rules.map((rule) => [rule.name, rule]));
  const rows = proposed.rules.map((rule) => {
    const other = before.get(rule.name);
    return `  ${rule.name}: fired ${cell(rule.fired, other?.fired ?? 0)}, ${hours(rule.firingMs)} in all, notifications ${cell(rule.notifications, other?.notifications ?? 0)}`;
  });
  const gone = current.rules.filter(({ name }) => !proposed.rules.some((rule) => rule.name === name));
  const lines = [
    ...rows,
    ...gone.map(
      ({ name, fired, notifications }) => `  ${name}: fired · (${fired}), notifications · (${notifications})`,
    ),
  ];
  return lines.length === 0 ? [] : ['', 'rules', ...lines.slice(0, MAX_LISTED), ...rest(lines.length), ''];
}

function suppressedLines({ suppressed }: RehearsalSideData): readonly string[] {
  if (suppressed.length === 0) return [];
  const counts = new Map<string, number>();
  for (const { labels, reason } of suppressed) {
    const key = `${labels.alertname ?? '?'}: ${reason.replaceAll('_', ' ')}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const lines = [...counts].map(([key, times]) => `  ${key}${times === 1 ? '' : ` (${times} times)`}`);
  return ['alerts of which nobody would have been told', ...lines.slice(0, MAX_LISTED), ...rest(lines.length), ''];
}

function listed<T>(list: readonly T[], text: (one: T) => string): readonly string[] {
  return [...list.slice(0, MAX_LISTED).map(text), ...rest(list.length)];
}

function rest(length: number): readonly string[] {
  return length > MAX_LISTED ? [`  … and ${length - MAX_LISTED} more`] : [];
}

function notificationText({ time, receiver, reason, groupLabels, firing, resolved }: NotificationData): string {
  const parts = [
    ...(firing.length > 0 ? [`${firing.length} firing`] : []),
    ...(resolved.length > 0 ? [`${resolved.length} ended`] : []),
  ];
  return `${short(time)} ${receiver} ${Labels.of(groupLabels)} ${parts.join(', ')} (${reason.replaceAll('_', ' ')})`;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function hours(ms: number): string {
  return ms < 3_600_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}

function short(time: string): string {
  return time.slice(0, 19).replace('T', ' ');
}
