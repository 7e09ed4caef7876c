import type { AnyMap, AnyValue } from '../../otlp/metrics.ts';

/** OpenTelemetry's text of a value: strings as they are, lists and maps as JSON, bytes in base64, nothing as ''. */
export function valueText(value: AnyValue): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  if (typeof value !== 'object') return String(value);
  return value instanceof Uint8Array ? base64(value) : valueJson(value);
}

/** As JSON; 64-bit integers keep every digit, NaN and the infinities are strings as in protobuf's JSON. */
function valueJson(value: AnyValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : `"${value}"`;
  if (value === null || typeof value !== 'object') return String(value);
  if (value instanceof Uint8Array) return `"${base64(value)}"`;
  if (Array.isArray(value)) return `[${(value as readonly AnyValue[]).map(valueJson).join(',')}]`;
  const { entries } = value as AnyMap;
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${valueJson(inner)}`).join(',')}}`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
