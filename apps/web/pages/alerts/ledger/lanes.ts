import type { LedgerEntryData } from '@petrel/api/contract/alerting.ts';
import type { LabelMap } from '../labels/labels-text.ts';
import { labelsKey } from '../labels/labels-text.ts';

export type LaneState = 'inactive' | 'pending' | 'firing' | 'unknown';

export interface LaneSegment {
  readonly state: LaneState;
  readonly fromMs: number;
  readonly toMs: number;
}

/** One alert's states over a stretch of time, without gaps. */
export interface Lane {
  readonly key: string;
  readonly labels: LabelMap;
  readonly segments: readonly LaneSegment[];
  readonly lastChangeMs: number;
  /** Whether it changed in this stretch. */
  readonly written: boolean;
}

export interface LanesInput {
  readonly startMs: number;
  readonly endMs: number;
  /** In any order. */
  readonly entries: readonly LedgerEntryData[];
  /** As they are now: for alerts whose last change lies before the stretch. */
  readonly current: readonly { readonly labels: LabelMap; readonly state: string; readonly activeAtMs: number }[];
}

interface Found {
  readonly labels: LabelMap;
  readonly changes: { readonly atMs: number; readonly state: LaneState }[];
  readonly written: boolean;
}

/** The states of every alert that changed, or is not inactive: first those that changed, the latest change first. */
export function toLanes({ startMs, endMs, entries, current }: LanesInput): readonly Lane[] {
  const byAlert = new Map<string, Found>();
  for (const entry of entries) {
    const key = labelsKey(entry.labels);
    const lane = byAlert.get(key) ?? { labels: entry.labels, changes: [], written: true };
    lane.changes.push({ atMs: Date.parse(entry.time), state: laneState(entry.reason) });
    byAlert.set(key, lane);
  }
  for (const { labels, state, activeAtMs } of current) {
    const key = labelsKey(labels);
    if (!byAlert.has(key))
      byAlert.set(key, { labels, changes: [{ atMs: activeAtMs, state: laneState(state) }], written: false });
  }
  return [...byAlert]
    .map(([key, { labels, changes, written }]) => {
      changes.sort((a, b) => a.atMs - b.atMs);
      return {
        key,
        labels,
        segments: segmentsOf(changes, startMs, endMs),
        lastChangeMs: changes.at(-1)?.atMs ?? startMs,
        written,
      };
    })
    .sort(
      (a, b) => Number(b.written) - Number(a.written) || b.lastChangeMs - a.lastChangeMs || (a.key < b.key ? -1 : 1),
    );
}

/** The ledger's word for a state of an alert, as one of those that are drawn. */
export function laneState(reason: string): LaneState {
  if (reason === 'pending' || reason === 'firing') return reason;
  return reason === 'inactive' || reason === 'resolved' ? 'inactive' : 'unknown';
}

function segmentsOf(
  changes: readonly { readonly atMs: number; readonly state: LaneState }[],
  startMs: number,
  endMs: number,
): readonly LaneSegment[] {
  const segments: LaneSegment[] = [];
  const first = changes[0];
  let state: LaneState = first === undefined ? 'unknown' : before(first.state);
  let fromMs = startMs;
  for (const change of changes) {
    const atMs = Math.min(Math.max(change.atMs, startMs), endMs);
    if (atMs > fromMs) segments.push({ state, fromMs, toMs: atMs });
    fromMs = atMs;
    state = change.state;
  }
  if (endMs > fromMs) segments.push({ state, fromMs, toMs: endMs });
  return segments;
}

/** An alert that begins to wait was not there before; what came before any other state, nobody wrote down in this stretch. */
function before(state: LaneState): LaneState {
  return state === 'pending' ? 'inactive' : 'unknown';
}
