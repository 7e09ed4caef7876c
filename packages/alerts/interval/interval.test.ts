import { ConfigReading } from '@petrel/config';
import { list } from '@petrel/config/schema/composite.ts';
import { isUsable } from '@petrel/config/schema/schema.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type IntervalSpec, intervalSpec, namedInterval, specContains, Zone } from './index.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

function read(text: string): { specs: readonly IntervalSpec[]; errors: readonly string[] } {
  const reading = new ConfigReading('/', {});
  const source = reading.open(undefined, text);
  if (source === undefined) throw reading.failure();
  const specs = list(intervalSpec).decode(source.tree, { reading: source.reading, path: '' });
  return { specs: isUsable(specs) ? specs : [], errors: reading.errors.map(({ message }) => message) };
}

/** Asks Intl for each time by itself, and compares what it says with the numbers of the interval, one by one. */
function containsNaively(spec: IntervalSpec, tMs: number): boolean {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: spec.location?.name ?? 'UTC',
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
  });
  const match = /^(\d+)\/(\d+)\/(\d+), (\d+):(\d+)/.exec(format.format(tMs)) as RegExpExecArray;
  const [day, month, year, hour, minute] = match.slice(1).map(Number) as [number, number, number, number, number];
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const minutes = spec.times?.flatMap(({ startMinute, endMinute }) => numbers(startMinute, endMinute - 1));
  const days = spec.daysOfMonth?.flatMap(({ begin, end }) =>
    numbers(begin < 0 ? last + 1 + begin : begin, end < 0 ? last + 1 + end : end),
  );
  const all = (ranges: IntervalSpec['weekdays']) => ranges?.flatMap(({ begin, end }) => numbers(begin, end));
  return (
    (minutes?.includes(hour * 60 + minute) ?? true) &&
    (days?.includes(day) ?? true) &&
    (all(spec.months)?.includes(month) ?? true) &&
    (all(spec.weekdays)?.includes(weekday) ?? true) &&
    (all(spec.years)?.includes(year) ?? true)
  );
}

function numbers(first: number, last: number): readonly number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}

/** Days with changes of the zone (one of half an hour, one over midnight, one that leaves a whole day out), month ends, a leap day. */
const DAYS = [
  ['UTC', '2024-02-29'],
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['Australia/Lord_Howe', '2026-04-04'],
  ['America/Sao_Paulo', '2018-11-04'],
  ['Pacific/Apia', '2011-12-30'],
  ['Asia/Shanghai', '2026-12-31'],
] as const;

const ordered = (min: number, max: number) =>
  fc
    .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
    .map(([a, b]) => ({ begin: Math.min(a, b), end: Math.max(a, b) }));
const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 2 });
const parts = fc.record(
  {
    times: some(
      fc
        .tuple(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 1, max: 1440 }))
        .filter(([a, b]) => a < b)
        .map(([startMinute, endMinute]) => ({ startMinute, endMinute })),
    ),
    weekdays: some(ordered(0, 6)),
    daysOfMonth: some(fc.oneof(ordered(1, 31), ordered(-31, -1), fc.constant({ begin: 1, end: -1 }))),
    months: some(ordered(1, 12)),
    years: some(ordered(2010, 2027)),
  },
  { requiredKeys: [] },
);

describe('whether a time lies in an interval', () => {
  it.each(DAYS)('is what a clock in %s says, minute by minute around %s', (zone, date) => {
    const location = new Zone(zone);
    const startMs = Date.parse(`${date}T00:00:00Z`) - DAY_MS / 2;
    fc.assert(
      fc.property(parts, fc.integer({ min: 0, max: 2 * 1440 }), (given, minute) => {
        const spec = { ...given, location };
        const tMs = startMs + minute * MINUTE_MS;
        expect(specContains(spec, tMs)).toBe(containsNaively(spec, tMs));
        expect(specContains(spec, tMs + MINUTE_MS - 1)).toBe(containsNaively(spec, tMs));
      }),
    );
  });

  it('changes at the very millisecond', () => {
    const { specs } = read("- {times: [{start_time: '03:00', end_time: '24:00'}], location: Europe/Berlin}");
    const spec = specs[0] as IntervalSpec;
    // The clock goes from 02:00 to 03:00 here.
    const changeMs = Date.parse('2026-03-29T01:00:00Z');
    expect(specContains(spec, changeMs - 1)).toBe(false);
    expect(specContains(spec, changeMs)).toBe(true);
    expect(specContains(spec, Date.parse('2026-03-29T22:00:00Z') - 1)).toBe(true);
    expect(specContains(spec, Date.parse('2026-03-29T22:00:00Z'))).toBe(false);
  });

  it('counts the days of a month with a change of the zone rightly', () => {
    const { specs } = read("- {days_of_month: ['-1'], location: Europe/Berlin}");
    expect(specContains(specs[0] as IntervalSpec, Date.parse('2026-03-31T12:00:00Z'))).toBe(true);
    expect(specContains(specs[0] as IntervalSpec, Date.parse('2026-03-30T12:00:00Z'))).toBe(false);
  });
});

describe('reading', () => {
  it('gives back what it prints', () => {
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 3 }), (given) => {
        const written = JSON.stringify(list(intervalSpec).encode(given));
        const { specs, errors } = read(written);
        expect(errors).toEqual([]);
        // Empty lists are not printed: an absent one is open, an empty one is not, so that they are left out of the comparison.
        const filled = (spec: IntervalSpec) => Object.entries(spec).filter(([, entries]) => entries.length > 0);
        expect(specs.map(filled)).toEqual(given.map(filled));
      }),
    );
  });

  it.each([
    ["- {weekdays: ['a:b:c']}", "couldn't parse range a:b:c, invalid format"],
    ["- {years: ['x']}", 'strconv.Atoi: parsing "x": invalid syntax'],
    ["- {days_of_month: ['20:-15']}", 'end day -15 is always before start day 20'],
    ["- {months: ['may:april']}", 'end month april is before start month may'],
    ["- {times: [{start_time: '10:00'}]}", 'both start and end times must be provided'],
    ["- {times: [{start_time: '10:00', end_time: '10:00'}]}", 'start time cannot be equal or greater than end time'],
    ["- {times: [{start_time: '24:01', end_time: '25:00'}]}", "couldn't parse timestamp 24:01, invalid format"],
    ['- {location: Mars/Base}', 'unknown time zone Mars/Base'],
    ["- {location: '+02:00'}", 'unknown time zone +02:00'],
    ["- {time_zone: 'UTC'}", 'field time_zone not found in type time_interval_spec'],
  ])('refuses %s', (text, message) => {
    expect(read(text).errors[0]).toContain(message);
  });

  it('takes names of days and months in any case, months by number too', () => {
    const { specs } = read("- {weekdays: ['Monday:FRIDAY'], months: ['1:March', 'December']}");
    expect(specs).toEqual([
      {
        weekdays: [{ begin: 1, end: 5 }],
        months: [
          { begin: 1, end: 3 },
          { begin: 12, end: 12 },
        ],
      },
    ]);
  });

  it('makes an empty list contain nothing, and an interval without parts as well', () => {
    expect(specContains({ weekdays: [] }, 0)).toBe(false);
    const reading = new ConfigReading('/', {});
    const source = reading.open(undefined, 'name: x\ntime_intervals: []');
    if (source === undefined) throw reading.failure();
    const interval = namedInterval('time interval').decode(source.tree, { reading: source.reading, path: '' });
    expect(isUsable(interval) && interval.contains(0)).toBe(false);
  });
});
