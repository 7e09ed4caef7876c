/** Something that happened at a time. */
export interface Timed {
  readonly atMs: number;
}

/** What has come in and waits for its turn: by time, equal times in the order in which they came. */
export class InputQueue<T extends Timed> {
  readonly #items: T[] = [];

  get nextMs(): number | undefined {
    return this.#items[0]?.atMs;
  }

  add(item: T): void {
    const items = this.#items;
    // Nearly always the newest.
    let at = items.length;
    while (at > 0 && (items[at - 1] as T).atMs > item.atMs) at--;
    items.splice(at, 0, item);
  }

  take(): T | undefined {
    return this.#items.shift();
  }
}
