const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

/** Prometheus's notation: `1h30m`, `15s`, or bare seconds (`15`). Undefined when it is neither or not above zero. */
export function parseDurationMs(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) {
    const ms = Math.round(Number(trimmed) * 1000);
    return ms > 0 ? ms : undefined;
  }
  if (!/^(\d+(ms|[smhdwy]))+$/.test(trimmed)) return undefined;
  let total = 0;
  for (const [, amount, unit] of trimmed.matchAll(/(\d+)(ms|[smhdwy])/g)) {
    const ms = unit === 'y' ? 365 * 86_400_000 : (UNITS.find(([name]) => name === unit)?.[1] ?? 0);
    total += Number(amount) * ms;
  }
  return total > 0 ? total : undefined;
}

export function formatDurationMs(ms: number): string {
  let rest = Math.round(ms);
  let text = '';
  for (const [unit, size] of UNITS) {
    const amount = Math.floor(rest / size);
    if (amount > 0) text += `${amount}${unit}`;
    rest -= amount * size;
  }
  return text === '' ? '0s' : text;
}

/** About 250 steps over the range, never finer than a second, on a round number that people read easily. */
export function automaticStepMs(rangeMs: number): number {
  const wanted = Math.max(rangeMs / 250, 1000);
  const round = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];
  const seconds = round.find((candidate) => candidate * 1000 >= wanted);
  return seconds === undefined ? Math.ceil(wanted / 86_400_000) * 86_400_000 : seconds * 1000;
}
