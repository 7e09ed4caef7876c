/**
 * An immutable label set: names sorted by UTF-16 code unit, no empty values (Prometheus treats an empty value as
 * an absent label), no duplicates. Two sets with the same content have the same `key`.
 */
export class Labels {
  static readonly EMPTY = new Labels([]);
  #key: string | undefined;

  private constructor(
    /** Flat and sorted: `[name, value, name, value, …]`. */
    readonly pairs: readonly string[],
  ) {}

  static of(record: Readonly<Record<string, string>>): Labels {
    return Labels.from(Object.entries(record));
  }

  /** Sorts; a later duplicate of a name wins; empty values are dropped. */
  static from(entries: Iterable<readonly [string, string]>): Labels {
    const map = new Map<string, string>();
    for (const [name, value] of entries) map.set(name, value);
    const names = [...map.keys()].filter((name) => map.get(name) !== '').sort(compareStrings);
    if (names.length === 0) return Labels.EMPTY;
    const pairs: string[] = [];
    for (const name of names) pairs.push(name, map.get(name) as string);
    return new Labels(pairs);
  }

  /** Takes the array as it is: the caller guarantees that it is sorted, free of duplicates and of empty values. */
  static fromSortedPairs(pairs: readonly string[]): Labels {
    return pairs.length === 0 ? Labels.EMPTY : new Labels(pairs);
  }

  get size(): number {
    return this.pairs.length / 2;
  }

  /** The value, or '' when the label is absent (Prometheus's own convention). */
  get(name: string): string {
    const { pairs } = this;
    for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === name) return pairs[i + 1] as string;
    return '';
  }

  has(name: string): boolean {
    return this.get(name) !== '';
  }

  /** The metric name, '' when there is none. */
  get metric(): string {
    return this.get('__name__');
  }

  /** A string that is equal exactly for equal label sets; for use as a Map key, not for showing. */
  get key(): string {
    // A lone surrogate cannot come out of decoded UTF-8, so no label value holds the separator.
    this.#key ??= this.pairs.join('\udbff');
    return this.#key;
  }

  /** Only the named labels. */
  keep(names: ReadonlySet<string>): Labels {
    return this.#filter((name) => names.has(name));
  }

  /** All but the named labels. */
  without(names: ReadonlySet<string>): Labels {
    return this.#filter((name) => !names.has(name));
  }

  dropMetric(): Labels {
    return this.has('__name__') ? this.#filter((name) => name !== '__name__') : this;
  }

  /** With one label set, replaced, or (value '') removed. */
  with(name: string, value: string): Labels {
    return Labels.from([...this, [name, value]]);
  }

  *[Symbol.iterator](): IterableIterator<[string, string]> {
    const { pairs } = this;
    for (let i = 0; i < pairs.length; i += 2) yield [pairs[i] as string, pairs[i + 1] as string];
  }

  toObject(): Record<string, string> {
    return Object.fromEntries(this);
  }

  /** Prometheus's notation: `name{a="b"}`, names that need it quoted. */
  toString(): string {
    const metric = this.metric;
    const bare = isLegacyMetricName(metric);
    const parts: string[] = metric !== '' && !bare ? [quote(metric)] : [];
    for (const [name, value] of this) {
      if (name !== '__name__') parts.push(`${isLegacyLabelName(name) ? name : quote(name)}=${quote(value)}`);
    }
    return `${bare ? metric : ''}${parts.length > 0 || metric === '' ? `{${parts.join(', ')}}` : ''}`;
  }

  equals(other: Labels): boolean {
    return this === other || this.key === other.key;
  }

  /** Orders as Prometheus's labels.Compare does: pair by pair, then the shorter first. */
  static compare(a: Labels, b: Labels): number {
    const n = Math.min(a.pairs.length, b.pairs.length);
    for (let i = 0; i < n; i++) {
      const x = a.pairs[i] as string;
      const y = b.pairs[i] as string;
      if (x !== y) return x < y ? -1 : 1;
    }
    return a.pairs.length - b.pairs.length;
  }

  #filter(keep: (name: string) => boolean): Labels {
    const out: string[] = [];
    const { pairs } = this;
    for (let i = 0; i < pairs.length; i += 2) {
      if (keep(pairs[i] as string)) out.push(pairs[i] as string, pairs[i + 1] as string);
    }
    return out.length === pairs.length ? this : Labels.fromSortedPairs(out);
  }
}

/** The `[a-zA-Z_:][a-zA-Z0-9_:]*` of Prometheus's data model before UTF-8 names. */
export function isLegacyMetricName(name: string): boolean {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name);
}

export function isLegacyLabelName(name: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
}

export function compareStrings(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A double-quoted string with Go's escapes for backslash, quote and control characters. */
export function quote(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', '\\x7f');
}
