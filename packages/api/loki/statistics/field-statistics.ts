import { compareStrings } from '@petrel/model';
import { type DocumentField, type DocumentFieldType, documentFields } from '@petrel/query/kql/index.ts';
import type { LogResultLine } from '@petrel/query/logql/index.ts';
import type { LogFieldView } from '../../contract/logs.ts';

const TOP_VALUES = 10;
/** Documents may have a name for each of their values. */
const MAX_FIELDS = 1000;

/** What lines have in them, field by field; most frequent first, then by name. */
export class FieldStatistics {
  readonly #fields = new Map<string, FieldCount>();
  #lines = 0;

  get lines(): number {
    return this.#lines;
  }

  add(line: LogResultLine): void {
    this.#lines++;
    for (const field of fieldsOf(line)) {
      const key = `${field.from} ${field.name}`;
      let count = this.#fields.get(key);
      if (count === undefined) {
        if (this.#fields.size >= MAX_FIELDS) continue;
        count = new FieldCount(field.name, field.from);
        this.#fields.set(key, count);
      }
      count.add(field, this.#lines);
    }
  }

  fields(): readonly LogFieldView[] {
    return [...this.#fields.values()]
      .map((count) => count.view())
      .sort((a, b) => b.count - a.count || compareStrings(a.name, b.name) || compareStrings(a.from, b.from));
  }
}

/** The fields of a line, and what the query's stages made of it under names that the line does not have. */
export function* fieldsOf({ line, stream, metadata, parsed }: LogResultLine): Generator<DocumentField> {
  const names = new Set<string>();
  for (const field of documentFields(line, stream, metadata)) {
    names.add(field.name);
    yield field;
  }
  for (const [name, value] of parsed) {
    if (names.has(name)) continue;
    for (const { type } of documentFields('', parsed.keep(new Set([name])), []))
      yield { name, value, type, from: 'line' };
  }
}

class FieldCount {
  readonly #values = new Map<string, number>();
  readonly #types = new Set<DocumentFieldType>();
  #lines = 0;
  #lastLine = 0;
  #numbers = 0;
  #sum = 0;
  #min = Infinity;
  #max = -Infinity;

  constructor(
    readonly name: string,
    readonly from: DocumentField['from'],
  ) {}

  /** A list gives several values of one line, which is counted once. */
  add({ value, type }: DocumentField, lineNumber: number): void {
    if (this.#lastLine !== lineNumber) this.#lines++;
    this.#lastLine = lineNumber;
    this.#types.add(type);
    const text = String(value);
    this.#values.set(text, (this.#values.get(text) ?? 0) + 1);
    const number = type === 'number' ? Number(value) : Number.NaN;
    if (!Number.isFinite(number)) return;
    this.#numbers++;
    this.#sum += number;
    this.#min = Math.min(this.#min, number);
    this.#max = Math.max(this.#max, number);
  }

  view(): LogFieldView {
    const { name, from } = this;
    const [only, another] = this.#types;
    const type = only === undefined || another !== undefined ? 'string' : only;
    const top = [...this.#values]
      .sort(([a, countA], [b, countB]) => countB - countA || compareStrings(a, b))
      .slice(0, TOP_VALUES)
      .map(([value, count]) => ({ value, count }));
    const range = { min: this.#min, max: this.#max, average: this.#sum / this.#numbers };
    return {
      name,
      from,
      type,
      count: this.#lines,
      distinct: this.#values.size,
      top,
      ...(type === 'number' && this.#numbers > 0 ? { range } : {}),
    };
  }
}
