import { JSON_MISTAKES, readJsonObject } from './json-reader.ts';
import { unescapeJson } from './json-unescape.ts';
import type { NameCell } from './name-cell.ts';
import { sanitizeName } from './sanitize-name.ts';
import type { CompiledStage } from './stage.ts';
import { cleanText } from './value-encoding.ts';

/** The key under which a packed line stands. */
const ENTRY_KEY = '_entry';

/** `| unpack`: a line that was packed into a document with labels becomes itself again, and they its labels. */
export const unpackStage: CompiledStage = (names) => {
  const found: { cell: NameCell; value: string }[] = [];
  return (state) => {
    const { line } = state;
    if (line === '') return true;
    if (!line.startsWith('{')) {
      state.fail('JSONParserErr', 'expecting json object(6), but it is not');
      return true;
    }
    found.length = 0;
    let entry: string | undefined;
    const mistake = readJsonObject(line, { from: 0, to: line.length }, (key, { kind, from, to }) => {
      if (kind !== 'string') return undefined;
      const raw = line.slice(from, to);
      const text = raw.includes('\\') ? unescapeJson(raw) : raw;
      if (key === ENTRY_KEY) {
        if (text === undefined) return JSON_MISTAKES.escape;
        entry = text;
        return undefined;
      }
      const cell = names.cell(key);
      const free = state.target(cell);
      found.push({
        cell: free === cell ? names.cell(sanitizeName(key)) : names.cell(sanitizeName(free.name)),
        value: cleanText(text ?? ''),
      });
      return undefined;
    });
    if (mistake !== undefined) {
      state.fail('JSONParserErr', mistake);
      return true;
    }
    if (entry === undefined) return true;
    for (const { cell, value } of found) if (cell.wanted && !state.isExtracted(cell)) state.set(cell, value);
    state.line = entry;
    return true;
  };
};
