import type { FlapRow } from '@petrel/model';

/** An alert flaps when it changed between firing and resolved at least `changes` times within the window. */
export interface FlappingConfig {
  readonly windowMs: number;
  readonly changes: number;
}

export interface FlapState {
  readonly changesMs: readonly number[];
  readonly flapping: boolean;
}

export const CALM: FlapState = { changesMs: [], flapping: false };

/**
 * The state after the time has gone on, and (with `changed`) after a change at `nowMs`. It ends when fewer than half as many changes are left in
 * the window, so that it does not itself go back and forth.
 */
export function flapStep(state: FlapState, config: FlappingConfig, nowMs: number, changed: boolean): FlapState {
  const kept = state.changesMs.filter((tMs) => tMs > nowMs - config.windowMs);
  if (changed) kept.push(nowMs);
  const enough = state.flapping ? Math.max(1, config.changes / 2) : config.changes;
  return { changesMs: kept, flapping: kept.length >= enough };
}

/** When the state changes by itself, if nothing more happens. */
export function flapDueMs({ changesMs, flapping }: FlapState, config: FlappingConfig): number | undefined {
  if (changesMs.length === 0) return undefined;
  // The state calms when so many of the oldest changes have left the window that too few are left.
  const enough = flapping ? Math.ceil(Math.max(1, config.changes / 2)) : 1;
  const leaving = changesMs[changesMs.length - enough];
  return (leaving ?? (changesMs.at(-1) as number)) + config.windowMs;
}

export function flapRow(fingerprint: string, { changesMs, flapping }: FlapState): FlapRow {
  return { fingerprint, changesMs, flapping };
}
