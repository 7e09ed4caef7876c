import { list } from '@petrel/config/schema/composite.ts';
import { scalar } from '@petrel/config/schema/scalars.ts';
import type { Table, Type } from '@petrel/config/schema/schema.ts';
import { INVALID, optional, table } from '@petrel/config/schema/schema.ts';
import type { Range } from './ranges.ts';
import { dayOfMonthRange, monthRange, weekdayRange, yearRange } from './ranges.ts';
import type { WallTime } from './zone.ts';
import { Zone } from './zone.ts';

/** Minutes of a day; the end does not belong to it. */
export interface TimeRange {
  readonly startMinute: number;
  readonly endMinute: number;
}

/** One part of a time interval: a time lies in it when it satisfies all lists that are given, each by any of its entries. */
export interface IntervalSpec {
  readonly times?: readonly TimeRange[];
  readonly weekdays?: readonly Range[];
  readonly daysOfMonth?: readonly Range[];
  readonly months?: readonly Range[];
  readonly years?: readonly Range[];
  /** Default UTC. */
  readonly location?: Zone;
}

const clockTime: Type<number> = scalar(
  'time of day',
  (text) => {
    const match = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/.exec(text);
    if (match === null) return new Error(`couldn't parse timestamp ${text}, invalid format`);
    return match[1] === undefined ? 1440 : Number(match[1]) * 60 + Number(match[2]);
  },
  (minute) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`,
);

const timeRangeFields = table<{ startMinute?: number; endMinute?: number }, TimeRange>(
  'time_range',
  {
    startMinute: optional('start_time', clockTime, '`HH:MM`, the first minute.'),
    endMinute: optional('end_time', clockTime, '`HH:MM`, the first minute after; `24:00` is the end of the day.'),
  },
  {
    finish({ startMinute, endMinute }, report) {
      if (startMinute === undefined || endMinute === undefined) {
        report.error('', 'both start and end times must be provided');
        return INVALID;
      }
      if (startMinute < endMinute) return { startMinute, endMinute };
      report.error('start_time', 'start time cannot be equal or greater than end time');
      return INVALID;
    },
  },
);

export const timeRange: Type<TimeRange> = {
  ...timeRangeFields,
  // Midnight is a value too.
  encode: ({ startMinute, endMinute }) => ({
    start_time: clockTime.encode(startMinute),
    end_time: clockTime.encode(endMinute),
  }),
};

const location: Type<Zone> = scalar(
  'time zone',
  (text) => {
    try {
      return new Zone(text);
    } catch (error) {
      return error as Error;
    }
  },
  (zone) => zone.name,
);

export const intervalSpec: Table<IntervalSpec> = table<IntervalSpec>('time_interval_spec', {
  times: optional('times', list(timeRange), 'Times of the day.'),
  weekdays: optional('weekdays', list(weekdayRange), 'Days of the week.'),
  daysOfMonth: optional('days_of_month', list(dayOfMonthRange), 'Days of the month; negative ones count from its end.'),
  months: optional('months', list(monthRange), 'Months.'),
  years: optional('years', list(yearRange), 'Years.'),
  location: optional('location', location, 'Time zone, as the IANA database names it; default UTC.'),
});

const UTC = new Zone('UTC');

/** Whether the time lies in the part. Exact to the millisecond, over changes of the zone as well. */
export function specContains(spec: IntervalSpec, tMs: number): boolean {
  const wall = (spec.location ?? UTC).wallTimeAt(tMs);
  return (
    (spec.times?.some(({ startMinute, endMinute }) => inside(wall.minuteOfDay, startMinute, endMinute - 1)) ?? true) &&
    (spec.daysOfMonth?.some((days) => isDayInside(wall, days)) ?? true) &&
    (spec.months?.some(({ begin, end }) => inside(wall.month, begin, end)) ?? true) &&
    (spec.weekdays?.some(({ begin, end }) => inside(wall.weekday, begin, end)) ?? true) &&
    (spec.years?.some(({ begin, end }) => inside(wall.year, begin, end)) ?? true)
  );
}

function isDayInside({ day, daysInMonth }: WallTime, { begin, end }: Range): boolean {
  const fromStart = (given: number) => (given < 0 ? daysInMonth + given + 1 : given);
  return inside(day, fromStart(begin), fromStart(end));
}

function inside(value: number, first: number, last: number): boolean {
  return value >= first && value <= last;
}
