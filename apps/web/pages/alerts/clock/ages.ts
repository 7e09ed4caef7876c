const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
];

/** The two largest units of a span, as people say it: `3d 4h`, `12m 5s`, `0s`. Negative spans count as none. */
export function spanText(ms: number): string {
  let rest = Math.max(0, ms);
  const first = UNITS.findIndex(([, size]) => rest >= size);
  if (first < 0) return '0s';
  const parts: string[] = [];
  for (const [unit, size] of UNITS.slice(first, first + 2)) {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    if (amount > 0) parts.push(`${amount}${unit}`);
  }
  return parts.join(' ');
}

/** A configured duration in Prometheus's notation (`1h30m`, `5m`), `0s` for none. */
export function durationText(ms: number): string {
  if (ms > 0 && ms < 1000) return `${Math.round(ms)}ms`;
  const text = UNITS.reduce(
    ({ rest, out }, [unit, size]) => {
      const amount = Math.floor(rest / size);
      return { rest: rest - amount * size, out: amount > 0 ? `${out}${amount}${unit}` : out };
    },
    { rest: Math.round(ms / 1000) * 1000, out: '' },
  ).out;
  return text === '' ? '0s' : text;
}

/** How long something took, from seconds: `1.23 s`, `4.5 ms`, `320 µs`. */
export function tookText(seconds: number): string {
  if (seconds >= 1) return `${seconds.toFixed(2)} s`;
  if (seconds >= 0.001) return `${(seconds * 1000).toFixed(1)} ms`;
  return `${Math.round(seconds * 1_000_000)} µs`;
}

/** `11-22 09:30:00` in the reader's time zone, with the year when it is not this one. */
export function clockText(ms: number, nowMs: number): string {
  const text = localTime(ms);
  return text.slice(0, 4) === localTime(nowMs).slice(0, 4) ? text.slice(5) : text;
}

/** `2026-11-22 09:30:00` in the reader's time zone. */
export function localTime(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  const shifted = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 19).replace('T', ' ');
}

/** What people type for a time: RFC 3339, local `2026-11-22 09:30`, unix seconds, or relative to now (`-2h`). Undefined when it is none. */
export function parseTime(text: string, nowMs: number): number | undefined {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === 'now') return nowMs;
  const relative = /^-((?:\d+(?:ms|[smhdw]))+)$/.exec(trimmed);
  if (relative !== null) return nowMs - spanMs(relative[1] as string);
  if (/^\d{9,11}(\.\d+)?$/.test(trimmed)) return Number(trimmed) * 1000;
  const parsed = Date.parse(trimmed.replace(/^(\d{4}-\d\d-\d\d) /, '$1T'));
  return Number.isNaN(parsed) ? undefined : parsed;
}

function spanMs(text: string): number {
  const sizes: Readonly<Record<string, number>> = {
    ms: 1,
    s: 1000,
    m: 60_000,
    h: 3_600_000,
    d: 86_400_000,
    w: 604_800_000,
  };
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[smhdw])/g))
    total += Number(amount) * (sizes[unit as string] ?? 0);
  return total;
}
