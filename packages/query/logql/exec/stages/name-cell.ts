/** What Loki appends to the name of an extracted label that the stream or the metadata has already. */
export const DUPLICATE_SUFFIX = '_extracted';

/** Names that may be known before the unpinned ones are forgotten: documents with keys made of ids would fill the memory. */
const MAX_NAMES = 16_384;

/**
 * All that one run knows of a label name in the line at hand. Stages hold the cell instead of the name, so that asking for a label's value
 * is a comparison of two numbers: a field `…In` that equals the number of the line says that the statement is true of this line.
 */
export class NameCell {
  /** The place among the parsed labels, and the line in which it is right. */
  parsedAt = 0;
  parsedIn = -1;
  /** The line in which some stage has set it, even where another has dropped it since. */
  extractedIn = -1;
  metadataAt = 0;
  metadataIn = -1;
  droppedIn = -1;
  /** The stream whose value was looked up last. */
  streamSerial = -1;
  streamValue: string | undefined = undefined;
  /** Stands for the dropping of the name where layouts are told apart. */
  readonly drop = {};

  constructor(
    readonly name: string,
    /** Whether some later stage or the reader of the results may ask for it. */
    readonly wanted: boolean,
    /** Whether the reader of the results wants to see it. */
    readonly shown: boolean,
  ) {}
}

export interface NameTableOptions {
  /** Labels that stages ask for or that are shown; absent: any. */
  readonly wanted?: ReadonlySet<string>;
  /** Labels that results have to have; absent: all. */
  readonly shown?: ReadonlySet<string>;
}

/** The cells of one run, one for each name. */
export class NameTable {
  readonly #cells = new Map<string, NameCell>();
  readonly #pinned = new Map<string, NameCell>();
  readonly #options: NameTableOptions;
  /** Goes up when cells were forgotten: who holds cells that are not pinned must let them go. */
  epoch = 0;

  constructor(options: NameTableOptions = {}) {
    this.#options = options;
  }

  /** A cell that lasts as long as the run. */
  pinned(name: string): NameCell {
    const cell = this.cell(name);
    this.#pinned.set(name, cell);
    return cell;
  }

  /** A cell that may be held until the epoch changes. */
  cell(name: string): NameCell {
    let cell = this.#cells.get(name);
    if (cell === undefined) {
      const { wanted, shown } = this.#options;
      cell = new NameCell(name, wanted === undefined || wanted.has(name), shown === undefined || shown.has(name));
      this.#cells.set(name, cell);
    }
    return cell;
  }

  /** The name that an extracted label gets where the plain one is taken. */
  suffixed(cell: NameCell): NameCell {
    return this.cell(cell.name + DUPLICATE_SUFFIX);
  }

  /** Between two lines: forgets where too much is known. */
  trim(): void {
    if (this.#cells.size <= MAX_NAMES) return;
    this.#cells.clear();
    for (const [name, cell] of this.#pinned) this.#cells.set(name, cell);
    this.epoch++;
  }
}
