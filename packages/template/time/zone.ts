import { daysOf, SECONDS_PER_DAY } from './civil.ts';
import { abbreviationOf } from './zone-abbreviations.ts';

export interface ZoneOffset {
  /** East of UTC. */
  readonly offsetSeconds: number;
  /** `CET`; '' for a zone without a name. */
  readonly abbreviation: string;
}

export interface Zone {
  /** `Europe/Paris`, `UTC`, `Local`; '' for a fixed offset. */
  readonly name: string;
  /** What holds at an instant. */
  at(unixSeconds: number): ZoneOffset;
}

export const UTC: Zone = Object.freeze({
  name: 'UTC',
  at: () => ({ offsetSeconds: 0, abbreviation: 'UTC' }),
});

/** A zone that never changes. */
export function fixedZone(abbreviation: string, offsetSeconds: number): Zone {
  return Object.freeze({ name: abbreviation, at: () => ({ offsetSeconds, abbreviation }) });
}

const zones = new Map<string, Zone>();

/** A zone of the time zone database; '' and `UTC` are UTC. Undefined: there is none of that name. */
export function loadZone(name: string): Zone | undefined {
  if (name === '' || name === 'UTC') return UTC;
  if (name === 'Local') return localZone();
  const known = zones.get(name);
  if (known !== undefined) return known;
  // Offsets (`+01:00`) are names to Intl, but not to the database.
  const zone = /^[A-Za-z]/.test(name) ? intlZone(name, name) : undefined;
  if (zone !== undefined) zones.set(name, zone);
  return zone;
}

/** The zone that the program runs in. */
export function localZone(): Zone {
  const name = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (name === 'UTC' || name === 'Etc/UTC') return Object.freeze({ ...UTC, name: 'Local' });
  return intlZone(name, 'Local') ?? UTC;
}

function intlZone(timeZone: string, name: string): Zone | undefined {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  return Object.freeze({
    name,
    at: (unixSeconds: number) => {
      const offsetSeconds = localSeconds(format, unixSeconds) - unixSeconds;
      return { offsetSeconds, abbreviation: abbreviationOf(timeZone, offsetSeconds) };
    },
  });
}

/** What the clocks of the zone show, as seconds since their own 1970. */
function localSeconds(format: Intl.DateTimeFormat, unixSeconds: number): number {
  const parts = new Map(format.formatToParts(new Date(unixSeconds * 1000)).map((part) => [part.type, part.value]));
  const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
  const year = parts.get('era')?.startsWith('B') ? 1 - number('year') : number('year');
  const days = daysOf(year, number('month'), number('day'));
  return days * SECONDS_PER_DAY + number('hour') * 3600 + number('minute') * 60 + number('second');
}
