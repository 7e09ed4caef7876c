/** Go's strconv.FormatFloat(x, 'e', -1, 64): `1e+00`, `1.5e-07`, `NaN`, `+Inf`. */
export function formatExponent(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const text = Object.is(value, -0) ? '-0e+0' : value.toExponential();
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

/** A time as Go marshals it: RFC 3339 in UTC, without trailing zeros of the second; undefined is its zero time. */
export function formatTime(tMs: number | undefined): string {
  if (tMs === undefined) return '0001-01-01T00:00:00Z';
  return new Date(Math.floor(tMs)).toISOString().replace(/\.?0*Z$/, 'Z');
}
