const SUFFIXES: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** Short and aligned for axes and legends: `1.5k`, `0.0042`, `3.2e-9`. Exact values stand in the table. */
export function formatValue(value: number): string {
  if (value === 0 || !Number.isFinite(value))
    return value === 0 ? '0' : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const size = Math.abs(value);
  if (size >= 1e15 || size < 1e-4) return value.toExponential(2);
  for (const [factor, suffix] of SUFFIXES) if (size >= factor) return `${trim(value / factor)}${suffix}`;
  return trim(value);
}

function trim(value: number): string {
  return String(Number(value.toPrecision(4)));
}
