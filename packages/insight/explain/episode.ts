import type { LedgerEntry, LedgerReader } from '@petrel/model';
import type { ExplainedState } from './explanation.ts';

/** What the ledger tells of one alert around a time. */
export interface Episode {
  readonly state: ExplainedState;
  /** Up to the time, ascending: from the beginning of the firing (or pending) that the time lies in, or else of the last one. */
  readonly entries: readonly LedgerEntry[];
  /** Those before the beginning. */
  readonly earlier: readonly LedgerEntry[];
  /** Those after the time, for an hour. */
  readonly later: readonly LedgerEntry[];
  /** When it began to fire. */
  readonly firedMs?: number;
  readonly endedMs?: number;
  /** The last evaluation that changed something. */
  readonly evaluation?: LedgerEntry;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const LOOK_BACKS_MS = [DAY_MS, 7 * DAY_MS, 30 * DAY_MS];

/** Reads back until the beginning is found, or nothing older is there. Undefined where the ledger knows nothing up to the time. */
export async function readEpisode(
  fingerprint: string,
  ledger: LedgerReader,
  { atMs, nowMs }: { readonly atMs: number; readonly nowMs: number },
): Promise<Episode | undefined> {
  let read: readonly LedgerEntry[] = [];
  for (const backMs of LOOK_BACKS_MS) {
    const endMs = Math.max(atMs, Math.min(atMs + HOUR_MS, nowMs));
    read = await ledger.entries({ startMs: atMs - backMs, endMs, fingerprint });
    if (read.some((entry, i) => entry.tMs <= atMs && isBeginning(read, i))) break;
  }
  return episodeAt(read, atMs);
}

/** Of all entries of one alert, ascending, those that a time belongs to. */
export function episodeAt(entries: readonly LedgerEntry[], atMs: number): Episode | undefined {
  const until = entries.filter(({ tMs }) => tMs <= atMs);
  if (until.length === 0) return undefined;
  let from = 0;
  for (let i = 0; i < until.length; i++) if (isBeginning(until, i)) from = i;
  const own = until.slice(from);
  const received = own.findLast(({ kind }) => kind === 'received');
  const resolved = own.findLast(({ kind }) => kind === 'resolved');
  const evaluation = own.findLast(({ kind }) => kind === 'evaluation');
  const firedMs =
    received?.tMs ?? own.findLast(({ kind, reason }) => kind === 'evaluation' && reason === 'firing')?.tMs;
  const state = stateOf(own);
  const endedMs = resolved?.tMs ?? (evaluation?.reason === 'resolved' ? evaluation.tMs : undefined);
  return {
    state,
    entries: own,
    earlier: until.slice(0, from),
    later: entries.filter(({ tMs }) => tMs > atMs),
    ...(firedMs === undefined ? {} : { firedMs }),
    ...(state !== 'resolved' || endedMs === undefined ? {} : { endedMs }),
    ...(evaluation === undefined ? {} : { evaluation }),
  };
}

/** An evaluation that found the expression to hold anew, or an alert that came without one. */
function isBeginning(entries: readonly LedgerEntry[], i: number): boolean {
  const entry = entries[i] as LedgerEntry;
  if (entry.kind === 'evaluation') return entry.detail.from === 'inactive';
  if (entry.kind !== 'received') return false;
  // The engine hears of an alert after its evaluation: the nearest change before tells which.
  for (let k = i - 1; k >= 0; k--) {
    const { kind, reason } = entries[k] as LedgerEntry;
    if (kind === 'evaluation') return reason !== 'firing' && reason !== 'pending';
    if (kind === 'resolved' || kind === 'received') return true;
  }
  return true;
}

function stateOf(own: readonly LedgerEntry[]): ExplainedState {
  for (let i = own.length - 1; i >= 0; i--) {
    const { kind, reason, detail } = own[i] as LedgerEntry;
    if (kind === 'received') return 'firing';
    if (kind === 'resolved') return 'resolved';
    if (kind !== 'evaluation') continue;
    if (reason === 'pending' || reason === 'firing' || reason === 'resolved') return reason;
    if (reason === 'inactive') return 'inactive';
    if (reason === 'limit_exceeded') return detail.from === 'firing' ? 'firing' : 'inactive';
  }
  return 'inactive';
}
