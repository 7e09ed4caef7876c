import { scalar } from '@petrel/config/schema/scalars.ts';
import type { Type } from '@petrel/config/schema/schema.ts';

/** Both ends belong to it. */
export interface Range {
  readonly begin: number;
  readonly end: number;
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = [
  '',
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/** 0 is Sunday: `saturday`, `monday:friday`. A range cannot go over the end of the week. */
export const weekdayRange: Type<Range> = range('weekday', {
  read(text) {
    const day = WEEKDAYS.indexOf(text);
    return day < 0 ? `${text} is not a valid weekday` : day;
  },
  problem: ({ begin, end }) => (begin > end ? 'start day cannot be before end day' : undefined),
  print: (day) => WEEKDAYS[day] as string,
});

/** From 1, or from -1 at the end of the month backwards: `1:5`, `-3:-1`. */
export const dayOfMonthRange: Type<Range> = range('day of the month', {
  read: readNumber,
  problem({ begin, end }) {
    for (const day of [begin, end]) {
      if (day === 0 || Math.abs(day) > 31) return `${day} is not a valid day of the month: out of range`;
    }
    if (begin < 0 && end > 0) return 'end day must be negative if start day is negative';
    // What is wrong in a month of 28 days is wrong in every month.
    const inShortMonth = (day: number) => (day < 0 ? 28 + day : day);
    return inShortMonth(begin) > inShortMonth(end) ? `end day ${end} is always before start day ${begin}` : undefined;
  },
});

/** 1 is January; names or numbers: `march`, `1:3`. */
export const monthRange: Type<Range> = range('month', {
  read(text) {
    const month = text === '' ? -1 : MONTHS.indexOf(text);
    if (month > 0) return month;
    const number = readNumber(text);
    return typeof number === 'number' ? number : `${text} is not a valid month`;
  },
  problem({ begin, end }) {
    if (begin <= end) return undefined;
    return `end month ${MONTHS[end] ?? ''} is before start month ${MONTHS[begin] ?? ''}`;
  },
});

export const yearRange: Type<Range> = range('year', {
  read: readNumber,
  problem: ({ begin, end }) => (begin > end ? `end year ${end} is before start year ${begin}` : undefined),
});

interface RangeRules {
  /** A value, or the reason against it. */
  read(text: string): number | string;
  problem(range: Range): string | undefined;
  print?(value: number): string;
}

function range(name: string, { read, problem, print = String }: RangeRules): Type<Range> {
  return scalar(
    `${name} range`,
    (given) => {
      const text = given.toLowerCase();
      const parts = text.split(':');
      if (parts.length > 2) return new Error(`couldn't parse range ${text}, invalid format`);
      const begin = read(parts[0] as string);
      if (typeof begin === 'string') return new Error(begin);
      const end = parts[1] === undefined ? begin : read(parts[1]);
      if (typeof end === 'string') return new Error(end);
      const reason = problem({ begin, end });
      return reason === undefined ? { begin, end } : new Error(reason);
    },
    ({ begin, end }) => (begin === end ? print(begin) : `${print(begin)}:${print(end)}`),
  );
}

function readNumber(text: string): number | string {
  return /^[+-]?\d{1,9}$/.test(text) ? Number(text) : `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
}
