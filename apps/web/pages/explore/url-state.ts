import { formatDurationMs, parseDurationMs } from './duration.ts';

export type TimeRange =
  | { readonly kind: 'last'; readonly durationMs: number }
  | { readonly kind: 'absolute'; readonly fromMs: number; readonly toMs: number };

/** Everything that a link to a graph must carry. */
export interface ExploreState {
  readonly expr: string;
  readonly range: TimeRange;
  readonly tab: 'graph' | 'table';
  /** Undefined: chosen from the range. */
  readonly stepMs: number | undefined;
  /** 0: no automatic refresh. */
  readonly refreshMs: number;
}

const HOUR_MS = 3_600_000;
/** A link must not make its reader's browser ask without a break. */
const MIN_REFRESH_MS = 1000;
/** A longer timer than a browser can hold would fire at once. */
const MAX_REFRESH_MS = 24 * HOUR_MS;
/** The last day that a Date can name. */
const MAX_DATE_MS = 8.64e15;

/** Reads our own parameters, and those of Prometheus's graph links (`g0.expr`, `g0.tab`, `g0.range_input`, `g0.end_input`). */
export function readState(search: URLSearchParams): ExploreState {
  const expr = search.get('expr') ?? search.get('g0.expr') ?? '';
  const tab = search.get('tab') ?? (isPrometheusTable(search.get('g0.tab')) ? 'table' : 'graph');
  return {
    expr,
    range: readRange(search),
    tab: tab === 'table' ? 'table' : 'graph',
    stepMs: parseDurationMs(search.get('step') ?? ''),
    refreshMs: readRefreshMs(search.get('refresh') ?? ''),
  };
}

export function writeState(state: ExploreState): string {
  const search = new URLSearchParams();
  if (state.expr !== '') search.set('expr', state.expr);
  writeRange(search, state.range);
  if (state.tab === 'table') search.set('tab', 'table');
  if (state.stepMs !== undefined) search.set('step', formatDurationMs(state.stepMs));
  if (state.refreshMs > 0) search.set('refresh', formatDurationMs(state.refreshMs));
  return `/explore?${search}`;
}

export function resolveRange(range: TimeRange, nowMs: number): { readonly fromMs: number; readonly toMs: number } {
  return range.kind === 'last' ? { fromMs: nowMs - range.durationMs, toMs: nowMs } : range;
}

/** As `readRange` reads it. */
export function writeRange(search: URLSearchParams, range: TimeRange): void {
  if (range.kind === 'last') search.set('range', formatDurationMs(range.durationMs));
  else {
    search.set('from', isoTime(range.fromMs));
    search.set('to', isoTime(range.toMs));
  }
}

/** `from` and `to`, or `range` up to now, or what Prometheus's links have; the last hour where there is nothing of them. */
export function readRange(search: URLSearchParams): TimeRange {
  const fromMs = Date.parse(search.get('from') ?? '');
  const toMs = Date.parse(search.get('to') ?? '');
  if (fromMs < toMs) return { kind: 'absolute', fromMs, toMs };
  const durationMs = parseDurationMs(search.get('range') ?? search.get('g0.range_input') ?? '') ?? HOUR_MS;
  const end = search.get('g0.end_input');
  // Prometheus writes `2026-11-22 10:00:00`, meaning UTC.
  const endMs = end === null ? Number.NaN : Date.parse(`${end.replace(' ', 'T')}Z`);
  if (Number.isFinite(endMs)) return { kind: 'absolute', fromMs: endMs - durationMs, toMs: endMs };
  return { kind: 'last', durationMs };
}

function readRefreshMs(text: string): number {
  const ms = parseDurationMs(text);
  return ms === undefined ? 0 : Math.min(Math.max(ms, MIN_REFRESH_MS), MAX_REFRESH_MS);
}

function isoTime(ms: number): string {
  return new Date(Math.min(Math.max(ms, -MAX_DATE_MS), MAX_DATE_MS)).toISOString();
}

function isPrometheusTable(tab: string | null): boolean {
  return tab === '1' || tab === 'table';
}
