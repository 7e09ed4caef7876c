import { type GoMethod, type GoType, INT, INT64, STRING } from '../values/go-type.ts';
import { GoInt, GoString, GoValue } from '../values/go-value.ts';
import { civilOf, daysOf, SECONDS_PER_DAY, weekdayOf } from './civil.ts';
import { DURATION, goDuration, roundNs, truncateNs } from './duration.ts';
import { type ClockFields, formatLayout, MONTHS, WEEKDAYS } from './layout.ts';
import { localZone, UTC, type Zone } from './zone.ts';

const NS_PER_SECOND = 1_000_000_000n;

/** 0001-01-01T00:00:00Z, Go's zero time, in seconds since 1970. */
const ZERO_SECONDS = -62_135_596_800;

/** Go's time.Time: an instant and the zone in which it is shown. */
export class GoTime extends GoValue {
  constructor(
    readonly unixSeconds: number,
    /** 0 to 999,999,999. */
    readonly nanosecond: number,
    readonly zone: Zone = UTC,
  ) {
    super(TIME);
  }

  static fromUnixMs(ms: number, zone: Zone = UTC): GoTime {
    const seconds = Math.floor(ms / 1000);
    return new GoTime(seconds, Math.round((ms - seconds * 1000) * 1e6), zone);
  }

  static fromUnixNs(ns: bigint, zone: Zone = UTC): GoTime {
    const rest = ((ns % NS_PER_SECOND) + NS_PER_SECOND) % NS_PER_SECOND;
    return new GoTime(Number((ns - rest) / NS_PER_SECOND), Number(rest), zone);
  }

  static zero(): GoTime {
    return new GoTime(ZERO_SECONDS, 0, UTC);
  }

  /** Nanoseconds since 1970. */
  get unixNs(): bigint {
    return BigInt(this.unixSeconds) * NS_PER_SECOND + BigInt(this.nanosecond);
  }

  get isZero(): boolean {
    return this.unixSeconds === ZERO_SECONDS && this.nanosecond === 0;
  }

  in(zone: Zone): GoTime {
    return new GoTime(this.unixSeconds, this.nanosecond, zone);
  }

  /** The clock in the time's zone. */
  clock(): ClockFields {
    const { offsetSeconds, abbreviation } = this.zone.at(this.unixSeconds);
    const local = this.unixSeconds + offsetSeconds;
    const days = Math.floor(local / SECONDS_PER_DAY);
    const second = local - days * SECONDS_PER_DAY;
    const date = civilOf(days);
    return {
      ...date,
      yearDay: days - daysOf(date.year, 1, 1) + 1,
      weekday: weekdayOf(days),
      hour: Math.floor(second / 3600),
      minute: Math.floor(second / 60) % 60,
      second: second % 60,
      nanosecond: this.nanosecond,
      offsetSeconds,
      abbreviation,
    };
  }

  format(layout: string): string {
    return formatLayout(this.clock(), layout);
  }

  /** As Go prints times: `2006-01-02 15:04:05.999999999 -0700 MST`. */
  override toString(): string {
    return this.format('2006-01-02 15:04:05.999999999 -0700 MST');
  }
}

const time = (value: unknown): GoTime => value as GoTime;
const nsOf = (value: unknown): bigint => (value as GoInt).value;

/** The instant at which the clocks of a zone show a date and a time of day; fields carry over when out of range. */
export function instantOf(
  fields: Pick<ClockFields, 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'nanosecond'>,
  zone: Zone,
): GoTime {
  const { year, month, day, hour, minute, second, nanosecond } = fields;
  const local = daysOf(year, month, day) * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second;
  // The offset before the change may differ from that after it: look again with the first guess.
  const guess = zone.at(local - zone.at(local).offsetSeconds).offsetSeconds;
  return new GoTime(local - guess, nanosecond, zone);
}

const MONTH: GoType = {
  name: 'time.Month',
  kind: 'int',
  underlying: 'int',
  text: (value) => MONTHS[Number(nsOf(value)) - 1] ?? `%!Month(${nsOf(value)})`,
};

const WEEKDAY: GoType = {
  name: 'time.Weekday',
  kind: 'int',
  underlying: 'int',
  text: (value) => WEEKDAYS[Number(nsOf(value))] ?? `%!Weekday(${nsOf(value)})`,
};

function nameMethods(type: GoType): ReadonlyMap<string, GoMethod> {
  return new Map([['String', { params: [], call: (self: unknown) => type.text?.(self) }]]);
}

const MONTH_TYPE: GoType = { ...MONTH, methods: nameMethods(MONTH) };
const WEEKDAY_TYPE: GoType = { ...WEEKDAY, methods: nameMethods(WEEKDAY) };

const LOCATION: GoType = {
  name: '*time.Location',
  kind: 'string',
  underlying: 'string',
  isPointer: true,
  text: (value) => (value as GoString).value,
  methods: new Map([['String', { params: [], call: (self: unknown) => (self as GoString).value }]]),
};

/** A location as a value of templates: its name is all that they can ask. */
class Location extends GoString {
  constructor(readonly zone: Zone) {
    super(LOCATION, zone.name);
  }
}

function clockMethod(read: (clock: ClockFields) => unknown): GoMethod {
  return { params: [], call: (self) => read(time(self).clock()) };
}

function read(call: (self: GoTime) => unknown): GoMethod {
  return { params: [], call: (self) => call(time(self)) };
}

function severalResults(name: string, message: string): GoMethod {
  return { params: [], unusable: message.replace('NAME', name), call: () => undefined };
}

const int64 = (value: bigint): GoInt => new GoInt(INT64, value);
const THREE = 'function NAME has 3 return values; should be 1 or 2';

const methods = new Map<string, GoMethod>([
  ['Format', { params: [STRING], call: (self, [layout]) => time(self).format(layout as string) }],
  ['String', read((t) => t.toString())],
  ['Unix', read((t) => int64(BigInt(t.unixSeconds)))],
  ['UnixMilli', read((t) => int64((t.unixNs - BigInt(t.nanosecond % 1e6)) / 1_000_000n))],
  ['UnixMicro', read((t) => int64((t.unixNs - BigInt(t.nanosecond % 1e3)) / 1_000n))],
  ['UnixNano', read((t) => int64(BigInt.asIntN(64, t.unixNs)))],
  ['IsZero', read((t) => t.isZero)],
  ['IsDST', read((t) => isSummerTime(t))],
  ['UTC', read((t) => t.in(UTC))],
  ['Local', read((t) => t.in(localZone()))],
  ['In', { params: [LOCATION], call: (self, [where]) => time(self).in((where as Location).zone) }],
  ['Location', read((t) => new Location(t.zone))],
  ['Year', clockMethod((c) => BigInt(c.year))],
  ['Month', clockMethod((c) => new GoInt(MONTH_TYPE, BigInt(c.month)))],
  ['Day', clockMethod((c) => BigInt(c.day))],
  ['Weekday', clockMethod((c) => new GoInt(WEEKDAY_TYPE, BigInt(c.weekday)))],
  ['YearDay', clockMethod((c) => BigInt(c.yearDay))],
  ['Hour', clockMethod((c) => BigInt(c.hour))],
  ['Minute', clockMethod((c) => BigInt(c.minute))],
  ['Second', clockMethod((c) => BigInt(c.second))],
  ['Nanosecond', clockMethod((c) => BigInt(c.nanosecond))],
  ['Date', severalResults('Date', THREE)],
  ['Clock', severalResults('Clock', THREE)],
  ['Zone', severalResults('Zone', 'invalid function signature for NAME: second return value should be error; is int')],
  [
    'ISOWeek',
    severalResults('ISOWeek', 'invalid function signature for NAME: second return value should be error; is int'),
  ],
  ['AddDate', { params: [INT, INT, INT], call: (self, args) => addDate(time(self), args as readonly bigint[]) }],
]);

/** Go's time.Time with the methods that templates can call. */
export const TIME: GoType = {
  name: 'time.Time',
  kind: 'struct',
  text: (value) => time(value).toString(),
  json: (value) => JSON.stringify(time(value).format('2006-01-02T15:04:05.999999999Z07:00')),
  methods,
};

function isSummerTime(t: GoTime): boolean {
  const year = t.clock().year;
  const offsets = [1, 7].map((month) => t.zone.at(daysOf(year, month, 1) * SECONDS_PER_DAY).offsetSeconds);
  const now = t.zone.at(t.unixSeconds).offsetSeconds;
  return offsets[0] !== offsets[1] && now === Math.max(...offsets);
}

function addDate(t: GoTime, [years, months, days]: readonly bigint[]): GoTime {
  const clock = t.clock();
  const year = clock.year + Number(years);
  const month = clock.month + Number(months);
  return instantOf({ ...clock, year, month, day: clock.day + Number(days) }, t.zone);
}

function compare(name: string, holds: (order: bigint) => boolean): void {
  methods.set(name, { params: [TIME], call: (self, [other]) => holds(time(self).unixNs - time(other).unixNs) });
}

compare('Before', (order) => order < 0n);
compare('After', (order) => order > 0n);
compare('Equal', (order) => order === 0n);
methods.set('Compare', {
  params: [TIME],
  call: (self, [other]) => {
    const order = time(self).unixNs - time(other).unixNs;
    return order < 0n ? -1n : order > 0n ? 1n : 0n;
  },
});
methods.set('Sub', {
  params: [TIME],
  call: (self, [other]) => goDuration(time(self).unixNs - time(other).unixNs),
});
methods.set('Add', {
  params: [DURATION],
  call: (self, [by]) => GoTime.fromUnixNs(time(self).unixNs + nsOf(by), time(self).zone),
});

/** Since the zero time, as Go counts multiples. */
function toMultiple(t: GoTime, step: (ns: bigint) => bigint): GoTime {
  const zero = BigInt(ZERO_SECONDS) * NS_PER_SECOND;
  return GoTime.fromUnixNs(step(t.unixNs - zero) + zero, t.zone);
}

methods.set('Truncate', {
  params: [DURATION],
  call: (self, [by]) => toMultiple(time(self), (ns) => truncateNs(ns, nsOf(by))),
});
methods.set('Round', {
  params: [DURATION],
  call: (self, [by]) => toMultiple(time(self), (ns) => roundNs(ns, nsOf(by))),
});
methods.set(
  'GoString',
  read((t) => t.format('time.Date(2006, time.January, 2, 15, 4, 5, ') + goStringTail(t)),
);

function goStringTail(t: GoTime): string {
  const zone =
    t.zone.name === 'UTC'
      ? 'time.UTC'
      : t.zone.name === 'Local'
        ? 'time.Local'
        : `time.Location(${JSON.stringify(t.zone.name)})`;
  return `${t.nanosecond}, ${zone})`;
}

/** Whether two values are one and the same to `==`: instant and zone. */
export function isSameTime(a: GoTime, b: GoTime): boolean {
  return a.unixNs === b.unixNs && a.zone.name === b.zone.name;
}
