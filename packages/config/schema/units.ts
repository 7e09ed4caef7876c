const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const DAY_MS = 86_400_000;
const UNITS_MS = [365 * DAY_MS, 7 * DAY_MS, DAY_MS, 3_600_000, 60_000, 1000, 1] as const;
const UNIT_NAMES = ['y', 'w', 'd', 'h', 'm', 's', 'ms'] as const;
/** Go keeps durations as nanoseconds in 63 bits: 292 years. */
const MAX_MS = 9_223_372_036_854;

/** Prometheus's durations: `1h30m`, `15d`, `500ms`, `0`; units from large to small, each at most once. Undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const match = text === '' ? null : DURATION.exec(text);
  if (match === null) return undefined;
  let ms = 0;
  for (let i = 0; i < UNITS_MS.length; i++) ms += Number(match[i + 1] ?? 0) * (UNITS_MS[i] as number);
  return ms <= MAX_MS ? ms : undefined;
}

/** As Prometheus prints them: years, weeks and days only where they divide the whole (`90m` is `1h30m`, a day and a half `36h`). */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  let rest = Math.abs(ms);
  let text = '';
  for (let i = 0; i < UNITS_MS.length; i++) {
    const unit = UNITS_MS[i] as number;
    // The three large units must take all: 8 days are `8d`, not `1w1d`.
    if (i < 3 && rest % unit !== 0) continue;
    const count = Math.floor(rest / unit);
    if (count > 0) text += `${count}${UNIT_NAMES[i]}`;
    rest -= count * unit;
  }
  return ms < 0 ? `-${text}` : text;
}

const SIZE_STEP = { K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4, P: 1024 ** 5, E: 1024 ** 6 } as const;

/** Prometheus's sizes: `512MB`, `1.5GiB`, `1GB512MB`, `0`; KB and KiB both mean 1024. Undefined for anything else, a number without unit included. */
export function parseSize(text: string): number | undefined {
  if (text === '0') return 0;
  const match = /^([+-]?)((?:\d+(?:\.\d*)?(?:[KMGTPE]i?)?B)+)$/.exec(text);
  if (match === null) return undefined;
  let bytes = 0;
  for (const [, amount, prefix] of (match[2] as string).matchAll(/(\d+(?:\.\d*)?)(?:([KMGTPE])i?)?B/g)) {
    bytes += Number(amount) * (prefix === undefined ? 1 : SIZE_STEP[prefix as keyof typeof SIZE_STEP]);
  }
  return match[1] === '-' ? -Math.floor(bytes) : Math.floor(bytes);
}

/** With the largest units that fit (`1GiB512MiB`), as Prometheus prints sizes. */
export function formatSize(bytes: number): string {
  if (bytes === 0) return '0B';
  let rest = Math.abs(bytes);
  let text = '';
  for (const [prefix, step] of Object.entries(SIZE_STEP).reverse()) {
    const count = Math.floor(rest / step);
    if (count > 0) text += `${count}${prefix}iB`;
    rest -= count * step;
  }
  if (rest > 0) text += `${rest}B`;
  return bytes < 0 ? `-${text}` : text;
}
