import type { LogResultLine } from '@petrel/query/logql/index.ts';

/** When a line was seen is forgotten in the order of remembering from so many on. */
const MAX_SEEN = 200_000;

/** Tells lines that were read before from new ones, though the same stretch is read again and again. */
export class SeenLines {
  readonly #seen = new Map<string, { count: number; atMs: number }>();

  constructor(private readonly keepMs: number) {}

  /**
   * Of what one reading gave those lines that no earlier one did, in the same order. Lines that are the same in everything are told apart by their number only.
   */
  fresh(lines: readonly LogResultLine[], nowMs: number): LogResultLine[] {
    const counts = new Map<string, number>();
    const fresh: LogResultLine[] = [];
    for (const line of lines) {
      const key = keyOf(line);
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if (count > (this.#seen.get(key)?.count ?? 0)) fresh.push(line);
    }
    for (const [key, count] of counts) {
      const before = this.#seen.get(key)?.count ?? 0;
      // Set anew, so that the oldest stand first.
      this.#seen.delete(key);
      this.#seen.set(key, { count: Math.max(before, count), atMs: nowMs });
    }
    this.#forget(nowMs);
    return fresh;
  }

  #forget(nowMs: number): void {
    for (const [key, { atMs }] of this.#seen) {
      if (this.#seen.size <= MAX_SEEN && atMs >= nowMs - this.keepMs) return;
      this.#seen.delete(key);
    }
  }
}

/** Texts are not kept, they may be large. */
function keyOf({ tsNs, labels, line }: LogResultLine): string {
  return `${tsNs} ${hashOf(labels.key)} ${hashOf(line)} ${line.length}`;
}

/** Two runs of FNV-1a over UTF-16 units. */
function hashOf(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x050c5d1f;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x0100019d);
  }
  return `${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`;
}
