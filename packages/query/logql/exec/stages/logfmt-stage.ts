import type { LogfmtParser } from '../../parse/ast.ts';
import { LogfmtScanner } from './logfmt-scanner.ts';
import type { NameCell, NameTable } from './name-cell.ts';
import { sanitizeName } from './sanitize-name.ts';
import type { CompiledStage } from './stage.ts';
import { cleanText } from './value-encoding.ts';

/** `| logfmt`: a label for each pair that has a value. Pairs that cannot be read are left out; with `--strict` the first of them ends it with an error. */
export function compileLogfmt({ strict, keepEmpty }: Pick<LogfmtParser, 'strict' | 'keepEmpty'>): CompiledStage {
  return (names) => {
    const scanner = new LogfmtScanner();
    const keys = new LogfmtKeys(names);
    return (state) => {
      const { line } = state;
      keys.renew();
      scanner.reset(line);
      let at = 0;
      while (!scanner.isAtEnd) {
        if (!scanner.next()) {
          if (strict) break;
          continue;
        }
        const cell = keys.at(at++, line, scanner);
        const { valueFrom, valueTo, unquoted } = scanner;
        if (cell === undefined || (valueFrom === valueTo && !keepEmpty)) continue;
        if (unquoted === undefined) state.extractPiece(cell, line, valueFrom, valueTo, 'clean');
        else state.extract(cell, cleanText(unquoted));
      }
      if (strict && scanner.mistake !== undefined) state.fail('LogfmtParserErr', scanner.mistake);
      return true;
    };
  };
}

/** Keys that are remembered by their text. */
const MAX_KEYS = 1024;

/** The cells of keys. Lines of a stream mostly have the same keys in the same order, so the key at the same place of the line before is tried first. */
export class LogfmtKeys {
  #known = new Map<string, NameCell | undefined>();
  #texts: string[] = [];
  #cells: (NameCell | undefined)[] = [];
  #epoch: number;

  constructor(private readonly names: NameTable) {
    this.#epoch = names.epoch;
  }

  /** Before each line: forgets cells that are no longer right. */
  renew(): void {
    if (this.#epoch === this.names.epoch) return;
    this.#epoch = this.names.epoch;
    this.#known = new Map();
    this.#texts = [];
    this.#cells = [];
  }

  /** The cell of the key that the scanner found as the so manieth of the line; undefined: it makes no name. */
  at(place: number, line: string, { keyFrom, keyTo }: LogfmtScanner): NameCell | undefined {
    const expected = this.#texts[place];
    if (expected !== undefined && expected.length === keyTo - keyFrom && line.startsWith(expected, keyFrom)) {
      return this.#cells[place];
    }
    const key = line.slice(keyFrom, keyTo);
    const cell = this.#of(key);
    if (place < MAX_KEYS) {
      this.#texts[place] = key;
      this.#cells[place] = cell;
    }
    return cell;
  }

  #of(key: string): NameCell | undefined {
    if (this.#known.has(key)) return this.#known.get(key);
    const name = sanitizeName(key);
    const cell = name === '' ? undefined : this.names.cell(name);
    if (this.#known.size < MAX_KEYS) this.#known.set(key, cell);
    return cell;
  }
}
