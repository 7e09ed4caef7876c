import { xxhash64 } from './xxhash64.ts';

/** When a group is evaluated: at `offsetMs + k · intervalMs`. */
export interface GroupSlots {
  readonly intervalMs: number;
  /** In [0, intervalMs). */
  readonly offsetMs: number;
}

/**
 * Groups are spread over their interval by a hash of file and name, the same as Prometheus's, so that a group keeps its instants from
 * restart to restart (Group.EvalTimestamp; instants are cut to the millisecond, as its timestamps are).
 */
export function groupSlots(file: string, name: string, intervalMs: number): GroupSlots {
  const bytes = [...encoded('file'), ...encoded(file), ...encoded('name'), ...encoded(name)];
  const offsetNs = xxhash64(Uint8Array.from(bytes)) % (BigInt(Math.round(intervalMs)) * 1_000_000n);
  return { intervalMs, offsetMs: Number(offsetNs / 1_000_000n) };
}

/** A text behind its length, as label sets are laid out before they are hashed. */
function encoded(text: string): readonly number[] {
  const bytes = Buffer.from(text);
  const { length } = bytes;
  const head = length < 255 ? [length] : [255, length & 0xff, (length >> 8) & 0xff, (length >> 16) & 0xff];
  return [...head, ...bytes];
}

/** The last instant at or before a time. */
export function slotBefore({ intervalMs, offsetMs }: GroupSlots, tMs: number): number {
  return Math.floor((tMs - offsetMs) / intervalMs) * intervalMs + offsetMs;
}

/** The first instant at or after a time. */
export function slotAfter(slots: GroupSlots, tMs: number): number {
  const before = slotBefore(slots, tMs);
  return before === tMs ? before : before + slots.intervalMs;
}
