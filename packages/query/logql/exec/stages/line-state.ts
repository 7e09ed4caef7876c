import { Labels } from '@petrel/model';
import type { LineInput, ProcessedLine } from '../pipeline.ts';
import { ERROR_DETAILS_LABEL, ERROR_LABEL, type LineErrorKind, PRESERVE_ERROR_LABEL } from './error-labels.ts';
import { materialise } from './materialise.ts';
import type { NameCell, NameTable } from './name-cell.ts';
import type { StreamContext } from './stream-context.ts';
import { decodeValue, type ValueEncoding } from './value-encoding.ts';

/** Label filters ask this of a line. */
export interface FilterTarget {
  /** The value of `__error__`, '' where there is none. */
  error: string;
  errorDetails: string;
  /** Undefined where the label is absent; '' is a value. */
  read(cell: NameCell): string | undefined;
}

/** A parsed label: its value as text, or as a piece of the line that is decoded when somebody asks. */
interface ParsedLabel {
  cell: NameCell | undefined;
  text: string | undefined;
  source: string;
  from: number;
  to: number;
  encoding: ValueEncoding;
}

interface MetadataLabel {
  cell: NameCell | undefined;
  value: string;
}

/** The line at hand: one object for all lines of a run, with Loki's rules of which label hides which. */
export class LineState implements FilterTarget {
  line = '';
  tsNs = 0n;
  error = '';
  errorDetails = '';
  stream!: StreamContext;
  /** Entries from `parsedCount` on are left over from other lines. */
  readonly parsed: ParsedLabel[] = [];
  parsedCount = 0;
  readonly metadata: MetadataLabel[] = [];
  metadataCount = 0;
  readonly dropped: NameCell[] = [];
  /** The number of the line; see NameCell. */
  #serial = 0;
  readonly errorCell: NameCell;
  readonly errorDetailsCell: NameCell;
  readonly #preserveErrorCell: NameCell;

  constructor(
    readonly names: NameTable,
    /** Errors get the label `__preserve_error__`: the query asks for them. */
    private readonly preservesErrors: boolean,
    /** Results show only some labels. */
    readonly isNarrow: boolean,
  ) {
    this.errorCell = names.pinned(ERROR_LABEL);
    this.errorDetailsCell = names.pinned(ERROR_DETAILS_LABEL);
    this.#preserveErrorCell = names.pinned(PRESERVE_ERROR_LABEL);
  }

  begin(stream: StreamContext, { line, tsNs, metadata }: LineInput): void {
    this.names.trim();
    this.#serial++;
    this.stream = stream;
    this.line = line;
    this.tsNs = tsNs;
    this.error = '';
    this.errorDetails = '';
    this.parsedCount = 0;
    this.metadataCount = 0;
    if (this.dropped.length > 0) this.dropped.length = 0;
    for (let i = 0; i < metadata.length; i += 2) this.#addMetadata(metadata[i] as string, metadata[i + 1] as string);
  }

  #addMetadata(name: string, value: string): void {
    let cell = this.names.cell(name);
    if (this.streamValue(cell) !== undefined) cell = this.names.suffixed(cell);
    if (cell === this.errorCell) this.error = value;
    else if (cell === this.errorDetailsCell) this.errorDetails = value;
    else if (cell.metadataIn === this.#serial) (this.metadata[cell.metadataAt] as MetadataLabel).value = value;
    else {
      const at = this.metadataCount++;
      const entry = this.metadata[at];
      if (entry === undefined) this.metadata.push({ cell, value });
      else {
        entry.cell = cell;
        entry.value = value;
      }
      cell.metadataAt = at;
      cell.metadataIn = this.#serial;
    }
  }

  /** The stream's own value, whether or not a stage dropped it. */
  streamValue(cell: NameCell): string | undefined {
    const { stream } = this;
    if (cell.streamSerial !== stream.serial) {
      cell.streamSerial = stream.serial;
      cell.streamValue = stream.values.get(cell.name);
    }
    return cell.streamValue;
  }

  read(cell: NameCell): string | undefined {
    const serial = this.#serial;
    if (cell.metadataIn === serial) return (this.metadata[cell.metadataAt] as MetadataLabel).value;
    if (cell.parsedIn === serial) return this.textOf(this.parsed[cell.parsedAt] as ParsedLabel);
    if (cell.droppedIn === serial) return undefined;
    return this.streamValue(cell);
  }

  textOf(label: ParsedLabel): string {
    label.text ??= decodeValue(label.source, label.from, label.to, label.encoding);
    return label.text;
  }

  /** Whether a parser must put the label under another name. */
  isTaken(cell: NameCell): boolean {
    return cell.metadataIn === this.#serial || this.streamValue(cell) !== undefined;
  }

  /** The cell under which a parser puts a label. */
  target(cell: NameCell): NameCell {
    return this.isTaken(cell) ? this.names.suffixed(cell) : cell;
  }

  /** Whether some stage has set it in this line: the first value that is extracted counts. */
  isExtracted(cell: NameCell): boolean {
    return cell.extractedIn === this.#serial;
  }

  /** Sets a label over all others of its name. */
  set(cell: NameCell, text: string): void {
    const label = this.#slot(cell);
    label.text = text;
  }

  /** As a parser does: under a name that is free, unless it was extracted before or nobody wants it. */
  extract(cell: NameCell, text: string): void {
    const target = this.target(cell);
    if (target.wanted && target.extractedIn !== this.#serial) this.set(target, text);
  }

  /** As extract, for `source[from, to)`. */
  extractPiece(cell: NameCell, source: string, from: number, to: number, encoding: ValueEncoding): void {
    const target = this.target(cell);
    if (!target.wanted || target.extractedIn === this.#serial) return;
    const label = this.#slot(target);
    label.text = undefined;
    label.source = source;
    label.from = from;
    label.to = to;
    label.encoding = encoding;
  }

  #slot(cell: NameCell): ParsedLabel {
    const serial = this.#serial;
    if (cell.parsedIn === serial) return this.parsed[cell.parsedAt] as ParsedLabel;
    if (cell.metadataIn === serial) this.#removeMetadata(cell);
    const at = this.parsedCount++;
    let label = this.parsed[at];
    if (label === undefined) {
      label = { cell, text: undefined, source: '', from: 0, to: 0, encoding: 'plain' };
      this.parsed.push(label);
    } else label.cell = cell;
    cell.parsedAt = at;
    cell.parsedIn = serial;
    cell.extractedIn = serial;
    return label;
  }

  #removeMetadata(cell: NameCell): void {
    (this.metadata[cell.metadataAt] as MetadataLabel).cell = undefined;
    cell.metadataIn = -1;
  }

  drop(cell: NameCell): void {
    const serial = this.#serial;
    if (cell.metadataIn === serial) this.#removeMetadata(cell);
    if (cell.parsedIn === serial) {
      (this.parsed[cell.parsedAt] as ParsedLabel).cell = undefined;
      cell.parsedIn = -1;
    }
    if (cell.droppedIn === serial) return;
    cell.droppedIn = serial;
    this.dropped.push(cell);
  }

  isDropped(cell: NameCell): boolean {
    return cell.droppedIn === this.#serial;
  }

  /** A parser could not read the line. */
  fail(kind: LineErrorKind, details: string): void {
    this.error = kind;
    if (details !== '') this.errorDetails = details;
    if (this.preservesErrors) this.set(this.#preserveErrorCell, 'true');
  }

  /** Every label in force but the errors, in no order. */
  forEachLabel(visit: (cell: NameCell, value: string) => void): void {
    const serial = this.#serial;
    for (const [name, value] of this.stream.values) {
      const cell = this.names.cell(name);
      if (cell.droppedIn !== serial && cell.parsedIn !== serial && cell.metadataIn !== serial) visit(cell, value);
    }
    for (let i = 0; i < this.metadataCount; i++) {
      const { cell, value } = this.metadata[i] as MetadataLabel;
      if (cell !== undefined) visit(cell, value);
    }
    for (let i = 0; i < this.parsedCount; i++) {
      const label = this.parsed[i] as ParsedLabel;
      if (label.cell !== undefined) visit(label.cell, this.textOf(label));
    }
  }

  /** What templates see: names to values, errors among them. */
  values(): Map<string, string> {
    const values = new Map<string, string>();
    this.forEachLabel((cell, value) => values.set(cell.name, value));
    if (this.error !== '') values.set(ERROR_LABEL, this.error);
    if (this.errorDetails !== '') values.set(ERROR_DETAILS_LABEL, this.errorDetails);
    return values;
  }

  /** The line as it stands, to keep. */
  result(): ProcessedLine {
    if (this.parsedCount === 0 && this.metadataCount === 0 && this.dropped.length === 0 && this.error === '') {
      if (!this.isNarrow) return unchanged(this.line, this.stream.labels);
    }
    return materialise(this);
  }
}

function unchanged(line: string, labels: Labels): ProcessedLine {
  return { line, labels, stream: labels, metadata: Labels.EMPTY, parsed: Labels.EMPTY };
}
