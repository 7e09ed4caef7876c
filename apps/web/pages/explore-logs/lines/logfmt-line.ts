import type { DocumentField } from './json-tokens.ts';

const PAIR = /([^\s="]+)=("(?:[^"\\]|\\.)*"|[^\s"]*)(?=\s|$)/gy;

/** The fields of a line that is logfmt from beginning to end (at least two pairs); undefined for anything else. */
export function parseLogfmt(line: string): readonly DocumentField[] | undefined {
  const fields: DocumentField[] = [];
  let at = 0;
  while (at < line.length) {
    const blank = /\s*/y;
    blank.lastIndex = at;
    at += blank.exec(line)?.[0].length ?? 0;
    if (at === line.length) break;
    PAIR.lastIndex = at;
    const match = PAIR.exec(line);
    if (match === null) return undefined;
    const [whole, name = '', raw = ''] = match;
    const value = raw.startsWith('"') ? unquote(raw) : raw;
    fields.push({ name, value, type: /^-?\d+(\.\d+)?$/.test(value) ? 'number' : 'string' });
    at += whole.length;
  }
  return fields.length >= 2 ? fields : undefined;
}

function unquote(raw: string): string {
  try {
    return JSON.parse(raw) as string;
  } catch {
    return raw.slice(1, -1);
  }
}
