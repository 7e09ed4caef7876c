import { quoteGo } from '../print/quote.ts';
import { FunctionError } from '../template-error.ts';
import { civilOf, daysInMonth, daysOf } from './civil.ts';
import { type GoTime, instantOf } from './go-time.ts';
import { type LayoutField, layoutPieces, MONTHS, WEEKDAYS } from './layout.ts';
import { fixedZone, UTC, type Zone } from './zone.ts';

interface Found {
  year: number;
  month: number;
  day: number;
  yearDay: number;
  hour: number;
  minute: number;
  second: number;
  nanosecond: number;
  afternoon: boolean | undefined;
  offsetSeconds: number | undefined;
  abbreviation: string;
}

/** A field's value does not fit the layout, or is out of its range. */
class Mismatch extends Error {
  constructor(readonly outOfRange?: string) {
    super('mismatch');
  }
}

/**
 * A time by a layout of Go; what the layout does not say is that of 0000-01-01T00:00:00, in `zone` (default UTC). Throws FunctionError
 * with Go's words: `parsing time "x" as "2006": cannot parse "x" as "2006"`.
 */
export function parseTime(layout: string, text: string, zone: Zone = UTC): GoTime {
  const found: Found = {
    ...{ year: 0, month: -1, day: -1, yearDay: -1, hour: 0, minute: 0, second: 0, nanosecond: 0 },
    ...{ afternoon: undefined, offsetSeconds: undefined, abbreviation: '' },
  };
  const parsing = `parsing time ${quoteGo(text)}`;
  let rest = text;
  const pieces = layoutPieces(layout);
  for (const [i, piece] of pieces.entries()) {
    const word = 'text' in piece ? piece.text : piece.field;
    try {
      if ('text' in piece) rest = skipText(rest, piece.text);
      else rest = takeField(found, piece.field, rest, isFraction(pieces[i + 1]));
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error;
      if (error.outOfRange !== undefined) throw new FunctionError(`${parsing}: ${error.outOfRange} out of range`);
      throw new FunctionError(`${parsing} as ${quoteGo(layout)}: cannot parse ${quoteGo(rest)} as ${quoteGo(word)}`);
    }
  }
  if (rest !== '') throw new FunctionError(`${parsing}: extra text: ${quoteGo(rest)}`);
  return finish(found, parsing, zone);
}

function isFraction(piece: ReturnType<typeof layoutPieces>[number] | undefined): boolean {
  return piece !== undefined && 'field' in piece && /^[.,]/.test(piece.field);
}

/** Spaces in the layout match any run of spaces. */
function skipText(text: string, expected: string): string {
  let rest = text;
  for (const char of expected) {
    if (char === ' ') {
      if (rest !== '' && !rest.startsWith(' ')) throw new Mismatch();
      rest = rest.replace(/^ +/, '');
    } else if (rest.startsWith(char)) rest = rest.slice(char.length);
    else throw new Mismatch();
  }
  return rest;
}

function takeField(found: Found, field: LayoutField, text: string, fractionFollows: boolean): string {
  const number = (pattern: RegExp): { value: number; rest: string } => {
    const match = pattern.exec(text)?.[0];
    if (match === undefined) throw new Mismatch();
    return { value: Number(match), rest: text.slice(match.length) };
  };
  const set = (
    key: 'month' | 'day' | 'hour' | 'minute',
    pattern: RegExp,
    [min, max]: readonly [number, number],
  ): string => {
    const { value, rest } = number(pattern);
    if (value < min || value > max) throw new Mismatch(key);
    found[key] = value;
    return rest;
  };
  switch (field) {
    case '2006':
      found.year = number(/^\d{4}/).value;
      return text.slice(4);
    case '06': {
      const { value, rest } = number(/^\d{2}/);
      found.year = value >= 69 ? 1900 + value : 2000 + value;
      return rest;
    }
    case 'January':
    case 'Jan':
      return takeName(text, MONTHS, field, (index) => {
        found.month = index + 1;
      });
    case 'Monday':
    case 'Mon':
      return takeName(text, WEEKDAYS, field, () => {});
    case '1':
      return set('month', /^\d{1,2}/, [1, 12]);
    case '01':
      return set('month', /^\d{2}/, [1, 12]);
    case '2':
    case '_2':
    case '02': {
      const start = field === '_2' && text.startsWith(' ') ? text.slice(1) : text;
      const match = (field === '02' ? /^\d{2}/ : /^\d{1,2}/).exec(start)?.[0];
      if (match === undefined) throw new Mismatch();
      found.day = Number(match);
      return start.slice(match.length);
    }
    case '__2':
    case '002': {
      const { value, rest } = number(field === '002' ? /^\d{3}/ : /^(?: {2}\d| \d{2}|\d{3})/);
      found.yearDay = value;
      return rest;
    }
    case '15':
      return set('hour', /^\d{1,2}/, [0, 23]);
    case '3':
      return set('hour', /^\d{1,2}/, [0, 12]);
    case '03':
      return set('hour', /^\d{2}/, [0, 12]);
    case '4':
      return set('minute', /^\d{1,2}/, [0, 59]);
    case '04':
      return set('minute', /^\d{2}/, [0, 59]);
    case '5':
    case '05':
      return takeSecond(found, text, field, fractionFollows);
    default:
      return takeMark(found, field, text);
  }
}

/** Seconds take a fraction along even where the layout has none. */
function takeSecond(found: Found, text: string, field: '5' | '05', fractionFollows: boolean): string {
  const match = (field === '05' ? /^\d{2}/ : /^\d{1,2}/).exec(text)?.[0];
  if (match === undefined) throw new Mismatch();
  found.second = Number(match);
  if (found.second > 59) throw new Mismatch('second');
  const rest = text.slice(match.length);
  const fraction = fractionFollows ? undefined : /^[.,]\d+/.exec(rest)?.[0];
  if (fraction === undefined) return rest;
  found.nanosecond = nanoseconds(fraction);
  return rest.slice(fraction.length);
}

function nanoseconds(fraction: string): number {
  return Number(fraction.slice(1, 10).padEnd(9, '0'));
}

function takeName(text: string, names: readonly string[], field: string, found: (index: number) => void): string {
  const isLong = field === 'January' || field === 'Monday';
  for (const [index, full] of names.entries()) {
    const name = isLong ? full : full.slice(0, 3);
    if (text.slice(0, name.length).toLowerCase() !== name.toLowerCase()) continue;
    found(index);
    return text.slice(name.length);
  }
  throw new Mismatch();
}

/** Half of the day, zone, fraction. */
function takeMark(found: Found, field: LayoutField, text: string): string {
  if (field === 'PM' || field === 'pm') {
    const word = text.slice(0, 2);
    const [am, pm] = field === 'PM' ? ['AM', 'PM'] : ['am', 'pm'];
    if (word !== am && word !== pm) throw new Mismatch();
    found.afternoon = word === pm;
    return text.slice(2);
  }
  if (field === 'MST') {
    const name = /^(?:[A-Z]{3,4}T?|ChST|MeST|GMT[+-]\d{1,2}|[+-]\d{2})(?![A-Z])/.exec(text)?.[0];
    if (name === undefined) throw new Mismatch();
    found.abbreviation = name;
    return text.slice(name.length);
  }
  if (field.startsWith('.') || field.startsWith(',')) {
    const match = /^[.,]\d+/.exec(text)?.[0];
    if (field.charAt(1) === '9' && match === undefined) return text;
    if (match === undefined || (field.charAt(1) === '0' && match.length < field.length)) throw new Mismatch();
    const taken = field.charAt(1) === '0' ? match.slice(0, field.length) : match;
    found.nanosecond = nanoseconds(taken);
    return text.slice(taken.length);
  }
  if (field.startsWith('Z') && text.startsWith('Z')) {
    found.offsetSeconds = 0;
    return text.slice(1);
  }
  return takeOffset(found, field, text);
}

function takeOffset(found: Found, field: string, text: string): string {
  const pattern = `-${field.slice(1)}`.replace('-', '[+-]').replaceAll(/0[07]/g, '(\\d{2})');
  const match = new RegExp(`^${pattern}`).exec(text);
  if (match === null) throw new Mismatch();
  const [hours, minutes, seconds] = [match[1], match[2], match[3]].map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
  ];
  if (hours > 24 || minutes >= 60 || seconds >= 60) throw new Mismatch('time zone offset');
  found.offsetSeconds = (hours * 3600 + minutes * 60 + seconds) * (text.startsWith('-') ? -1 : 1);
  return text.slice(match[0].length);
}

function finish(found: Found, parsing: string, zone: Zone): GoTime {
  if (found.afternoon === true && found.hour < 12) found.hour += 12;
  else if (found.afternoon === false && found.hour === 12) found.hour = 0;
  const { year, yearDay } = found;
  let month = found.month < 0 ? 1 : found.month;
  let day = found.day < 0 ? 1 : found.day;
  if (yearDay >= 0) {
    const days = daysOf(year, 1, 1) + yearDay - 1;
    if (yearDay < 1 || civilOf(days).year !== year) throw new FunctionError(`${parsing}: day-of-year out of range`);
    const date = civilOf(days);
    if (found.month >= 0 && found.month !== date.month) {
      throw new FunctionError(`${parsing}: day-of-year does not match month`);
    }
    if (found.day >= 0 && found.day !== date.day) throw new FunctionError(`${parsing}: day-of-year does not match day`);
    ({ month, day } = date);
  }
  if (day < 1 || day > daysInMonth(year, month)) throw new FunctionError(`${parsing}: day out of range`);
  return instantOf({ ...found, month, day }, zoneOf(found, zone));
}

function zoneOf(found: Found, zone: Zone): Zone {
  const { offsetSeconds, abbreviation } = found;
  if (offsetSeconds !== undefined) return offsetSeconds === 0 ? UTC : fixedZone(abbreviation, offsetSeconds);
  if (abbreviation === '') return zone;
  return abbreviation === 'UTC' ? UTC : fixedZone(abbreviation, 0);
}
