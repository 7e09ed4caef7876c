/** What is due, the earliest first; equal times in the order in which they were added. A binary heap. */
export class DueQueue<T> {
  readonly #items: { dueMs: number; order: number; value: T }[] = [];
  #order = 0;

  get nextMs(): number | undefined {
    return this.#items[0]?.dueMs;
  }

  add(dueMs: number, value: T): void {
    const items = this.#items;
    const item = { dueMs, order: this.#order++, value };
    let i = items.length;
    items.push(item);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(item, items[parent] as typeof item)) break;
      items[i] = items[parent] as typeof item;
      i = parent;
    }
    items[i] = item;
  }

  /** The first item, if it is due at `nowMs`. */
  take(nowMs: number): { readonly dueMs: number; readonly value: T } | undefined {
    const items = this.#items;
    const first = items[0];
    if (first === undefined || first.dueMs > nowMs) return undefined;
    const last = items.pop() as typeof first;
    if (items.length > 0) this.#sink(last);
    return first;
  }

  #sink(item: { dueMs: number; order: number; value: T }): void {
    const items = this.#items;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= items.length) break;
      const right = items[child + 1];
      if (right !== undefined && before(right, items[child] as typeof item)) child++;
      if (!before(items[child] as typeof item, item)) break;
      items[i] = items[child] as typeof item;
      i = child;
    }
    items[i] = item;
  }
}

interface Ordered {
  readonly dueMs: number;
  readonly order: number;
}

function before(a: Ordered, b: Ordered): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}
