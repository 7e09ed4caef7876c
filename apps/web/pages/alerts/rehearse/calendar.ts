import type { NotificationData, RehearsalSideData } from '@petrel/api/contract/alerting.ts';

/** Pages by day and hour in the reader's time zone. */
export interface Calendar {
  /** `2026-11-22`, ascending, without gaps. */
  readonly days: readonly string[];
  /** The most paged receiver first. */
  readonly receivers: readonly CalendarReceiver[];
  /** The largest count of an hour on either side. */
  readonly max: number;
}

export interface CalendarReceiver {
  readonly name: string;
  /** `[day][hour]`. */
  readonly proposed: readonly (readonly number[])[];
  readonly current: readonly (readonly number[])[];
  readonly proposedTotal: number;
  readonly currentTotal: number;
}

export interface CalendarInput {
  readonly from: string;
  readonly to: string;
  readonly proposed: RehearsalSideData;
  readonly current: RehearsalSideData;
}

export function toCalendar({ from, to, proposed, current }: CalendarInput): Calendar {
  const days = daysBetween(Date.parse(from), Date.parse(to));
  const names = new Set([...Object.keys(proposed.perReceiverHour), ...Object.keys(current.perReceiverHour)]);
  const receivers = [...names]
    .map((name) => {
      const ours = grid(proposed.perReceiverHour[name] ?? {}, days);
      const theirs = grid(current.perReceiverHour[name] ?? {}, days);
      return { name, proposed: ours, current: theirs, proposedTotal: total(ours), currentTotal: total(theirs) };
    })
    .sort(
      (a, b) =>
        Math.max(b.proposedTotal, b.currentTotal) - Math.max(a.proposedTotal, a.currentTotal) ||
        (a.name < b.name ? -1 : 1),
    );
  const max = Math.max(0, ...receivers.flatMap((one) => [...one.proposed.flat(), ...one.current.flat()]));
  return { days, receivers, max };
}

/** The notifications of a receiver in one hour of a day, ascending. */
export function notificationsOf(
  side: RehearsalSideData,
  place: { readonly receiver: string; readonly day: string; readonly hour: number },
): readonly NotificationData[] {
  return side.notifications.filter((one) => {
    const time = new Date(one.time);
    return one.receiver === place.receiver && time.getHours() === place.hour && dayOf(time) === place.day;
  });
}

function grid(hours: Readonly<Record<string, number>>, days: readonly string[]): number[][] {
  const rows = days.map(() => new Array<number>(24).fill(0));
  const places = new Map(days.map((day, index) => [day, index]));
  for (const [hour, count] of Object.entries(hours)) {
    const time = new Date(hour);
    const row = rows[places.get(dayOf(time)) ?? -1];
    if (row !== undefined) row[time.getHours()] = (row[time.getHours()] ?? 0) + count;
  }
  return rows;
}

function daysBetween(fromMs: number, toMs: number): readonly string[] {
  const days: string[] = [];
  const day = new Date(fromMs);
  day.setHours(12, 0, 0, 0);
  const last = dayOf(new Date(toMs));
  // Noon, so that a day of 23 or 25 hours is no trouble.
  for (let name = dayOf(day); name <= last && days.length < 400; name = dayOf(day)) {
    days.push(name);
    day.setDate(day.getDate() + 1);
  }
  return days;
}

function dayOf(time: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

function total(rows: readonly (readonly number[])[]): number {
  return rows.flat().reduce((a, b) => a + b, 0);
}
