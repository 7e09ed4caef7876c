import type { NameCell, NameTable } from './name-cell.ts';
import { joinSanitized, sanitizeName } from './sanitize-name.ts';

/** Keys that an object's shape remembers; documents with keys made of ids have no end of them. */
const MAX_KEYS = 1024;

/** A key of an object, as it stands between the quotes, and what it means. */
export class JsonKey {
  /** Behind its quotes: what came after it last time. */
  next: JsonKey | undefined;
  #child: JsonShape | undefined;

  constructor(
    readonly raw: string,
    /** Undefined: no label has this name. */
    readonly cell: NameCell | undefined,
    private readonly names: NameTable,
    private readonly prefix: string,
  ) {}

  /** The shape of the object under the key. */
  get child(): JsonShape {
    this.#child ??= new JsonShape(this.names, joinSanitized(this.prefix, this.raw), false);
    return this.#child;
  }
}

/** What was seen in the objects that stand at one place of the lines. Lines of a stream mostly have the same keys in the same order. */
export class JsonShape {
  readonly #keys = new Map<string, JsonKey>();
  first: JsonKey | undefined;

  constructor(
    private readonly names: NameTable,
    private readonly prefix: string,
    private readonly isTop: boolean,
  ) {}

  key(raw: string): JsonKey {
    const known = this.#keys.get(raw);
    if (known !== undefined) return known;
    const name = this.isTop ? sanitizeName(raw) : joinSanitized(this.prefix, raw);
    const cell = this.isTop && name === '' ? undefined : this.names.cell(name);
    const key = new JsonKey(raw, cell, this.names, this.prefix);
    if (this.#keys.size < MAX_KEYS) this.#keys.set(raw, key);
    return key;
  }
}
