import { PetrelError, quote } from '@petrel/model';

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const RFC3339 = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const UNITS_MS = [365 * 86_400_000, 7 * 86_400_000, 86_400_000, 3_600_000, 60_000, 1000, 1];
/** Go's time.Duration counts nanoseconds in 63 bits. */
const MAX_DURATION_MS = 9_223_372_036_854;

/** Seconds as a float, or RFC 3339. Whole milliseconds. Throws BAD_REQUEST. */
export function parseTimeMs(text: string): number {
  if (NUMBER.test(text)) {
    const ms = Math.round(Number(text) * 1000);
    if (Number.isSafeInteger(ms)) return ms;
  }
  const day = RFC3339.exec(text)?.[1];
  // Date.parse reads the 30th of February as the 2nd of March.
  if (day !== undefined && !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day)) {
    const ms = Date.parse(text);
    if (!Number.isNaN(ms)) return ms;
  }
  // The earliest and the latest time that Prometheus writes itself.
  if (text === '-292273086-05-16T16:47:06Z') return -8_640_000_000_000_000;
  if (text === '292277025-08-18T07:12:54.999999999Z') return 8_640_000_000_000_000;
  throw new PetrelError('BAD_REQUEST', `cannot parse ${quote(text)} to a valid timestamp`);
}

/** Seconds as a float, or a Prometheus duration (`1h30m`). Throws BAD_REQUEST. */
export function parseDurationMs(text: string): number {
  const ms = NUMBER.test(text) ? Number(text) * 1000 : durationUnitsMs(text);
  if (ms === undefined) throw new PetrelError('BAD_REQUEST', `cannot parse ${quote(text)} to a valid duration`);
  if (Math.abs(ms) > MAX_DURATION_MS) {
    throw new PetrelError('BAD_REQUEST', `cannot parse ${quote(text)} to a valid duration. It overflows int64`);
  }
  return ms;
}

function durationUnitsMs(text: string): number | undefined {
  if (text === '0') return 0;
  const found = DURATION.exec(text);
  if (found === null || text === '') return undefined;
  return UNITS_MS.reduce((sum, unitMs, i) => sum + unitMs * Number(found[i + 1] ?? 0), 0);
}

/** As Prometheus prints a duration: `1h30m`, `0s`; the largest units that divide it. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  let rest = ms;
  let out = '';
  const names = ['y', 'w', 'd', 'h', 'm', 's', 'ms'];
  for (let i = 0; i < UNITS_MS.length; i++) {
    const unitMs = UNITS_MS[i] as number;
    // Years, weeks and days only when nothing is left over: `1d12h` prints as `36h`.
    const count = i < 3 && rest % unitMs !== 0 ? 0 : Math.floor(rest / unitMs);
    if (count > 0) out += `${count}${names[i]}`;
    rest -= count * unitMs;
  }
  return out;
}
