import { quoteGo } from '../print/quote.ts';
import { FunctionError } from '../template-error.ts';
import { GoTime, TIME } from '../time/go-time.ts';
import { parseTime } from '../time/parse-time.ts';
import { loadZone, localZone, UTC, type Zone } from '../time/zone.ts';
import { ANY, STRING } from '../values/go-type.ts';
import { type GoFunction, goFunction } from '../values/go-value.ts';
import { intOf } from '../values/inspect.ts';

const NS_PER_SECOND = 1_000_000_000n;
const NS_PER_MS = 1_000_000n;

/** The time, or the zero time for what is none. */
function timeIn(zone: Zone, layout: string, text: string): GoTime {
  try {
    return parseTime(layout, text, zone);
  } catch (error) {
    if (error instanceof FunctionError) return GoTime.zero();
    throw error;
  }
}

/** Nanoseconds in the unit that the number of digits tells: days, seconds, milliseconds, microseconds, nanoseconds. */
const NS_BY_DIGITS: ReadonlyMap<number, bigint> = new Map([
  [5, 86_400n * NS_PER_SECOND],
  [10, NS_PER_SECOND],
  [13, NS_PER_MS],
  [16, 1_000n],
  [19, 1n],
]);

function unixToTime(text: string): GoTime {
  if (!/^[+-]?\d+$/.test(text)) {
    const cause = `strconv.ParseInt: parsing ${quoteGo(text)}: invalid syntax`;
    throw new FunctionError(`unable to parse time '${text}': ${cause}`);
  }
  const unit = NS_BY_DIGITS.get(text.length);
  if (unit === undefined) throw new FunctionError(`unable to parse time '${text}': %!w(<nil>)`);
  return GoTime.fromUnixNs(BigInt(text.replace('+', '')) * unit, localZone());
}

function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a < 0n && quotient * b !== a ? quotient - 1n : quotient;
}

function ofTime(call: (time: GoTime) => unknown): GoFunction {
  return goFunction([TIME], ([time]) => call(time as GoTime));
}

/** Functions of times in log templates. `nowMs`: milliseconds since 1970. */
export function timeFunctions(nowMs: () => number): readonly (readonly [string, GoFunction])[] {
  const now = (): GoTime => GoTime.fromUnixMs(nowMs(), localZone());
  const dateOf = (value: unknown): GoTime => {
    if (value instanceof GoTime) return value.in(localZone());
    const seconds = intOf(value);
    return seconds === undefined ? now() : GoTime.fromUnixNs(seconds * NS_PER_SECOND, localZone());
  };
  return [
    ['now', goFunction([], now)],
    ['date', goFunction([STRING, ANY], ([layout, value]) => dateOf(value).format(layout as string))],
    ['toDate', goFunction([STRING, STRING], ([layout, text]) => timeIn(localZone(), layout as string, text as string))],
    [
      'toDateInZone',
      goFunction([STRING, STRING, STRING], ([layout, zone, text]) =>
        timeIn(loadZone(zone as string) ?? UTC, layout as string, text as string),
      ),
    ],
    ['unixEpoch', ofTime((time) => String(time.unixSeconds))],
    ['unixEpochMillis', ofTime((time) => String(floorDiv(time.unixNs, NS_PER_MS)))],
    ['unixEpochNanos', ofTime((time) => String(BigInt.asIntN(64, time.unixNs)))],
    ['unixToTime', goFunction([STRING], ([text]) => unixToTime(text as string))],
  ];
}
