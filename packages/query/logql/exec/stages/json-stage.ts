import { readJsonObject } from './json-reader.ts';
import { JsonScanner } from './json-scanner.ts';
import { JsonShape } from './json-shape.ts';
import type { LineState } from './line-state.ts';
import type { NameTable } from './name-cell.ts';
import type { CompiledStage } from './stage.ts';

/** Objects within objects from which labels are made; each level is read once more for where it ends. */
const MAX_DEPTH = 128;

/** `| json`: every number, string and boolean of the document becomes a label, those of nested objects with the names of their objects before theirs. */
export const jsonStage: CompiledStage = (names) => {
  const scanner = new JsonScanner();
  let shape = new JsonShape(names, '', true);
  let { epoch } = names;
  return (state) => {
    if (names.epoch !== epoch) {
      shape = new JsonShape(names, '', true);
      epoch = names.epoch;
    }
    const { line } = state;
    if (!scanner.scan(line, shape)) {
      readLoosely(state, names);
      return true;
    }
    const { cells, from, to, isString } = scanner;
    for (let i = 0; i < scanner.count; i++) {
      const encoding = isString[i] === true ? 'json' : 'plain';
      state.extractPiece(cells[i] as (typeof cells)[0], line, from[i] as number, to[i] as number, encoding);
    }
    return true;
  };
};

/** For lines with escaped keys, and for those that are no JSON: labels that stand before the mistake are found. */
function readLoosely(state: LineState, names: NameTable): void {
  const { line } = state;
  const read = (range: { from: number; to: number }, shape: JsonShape, depth: number): string | undefined =>
    readJsonObject(line, range, (raw, { kind, from, to }) => {
      const key = shape.key(raw);
      if (kind === 'object') return depth < MAX_DEPTH ? read({ from, to }, key.child, depth + 1) : undefined;
      if (kind === 'array' || kind === 'null' || key.cell === undefined) return undefined;
      state.extractPiece(key.cell, line, from, to, kind === 'string' ? 'json' : 'plain');
      return undefined;
    });
  // Keys that need this way are rare, or never the same: their shape is not kept.
  const mistake = read({ from: 0, to: line.length }, new JsonShape(names, '', true), 0);
  if (mistake !== undefined) state.fail('JSONParserErr', mistake);
}
