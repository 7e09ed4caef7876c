/** A word of a LogQL query; comments are left out. UTF-16 offsets, `to` exclusive. */
export interface ScannedToken {
  readonly kind: 'string' | 'word' | 'number' | 'operator';
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const PATTERN =
  /(?<comment>#[^\n]*)|(?<string>"(?:[^"\\\n]|\\.)*"?|`[^`]*`?)|(?<number>\d[\w.]*)|(?<word>[A-Za-z_][\w:]*)|(?<operator>\|=|\|~|\|>|!=|!~|!>|=~|==|>=|<=|[^\s])/g;

/** Cuts any text, whether it parses or not, into the words by which a query is edited. */
export function scanLogql(text: string): readonly ScannedToken[] {
  const tokens: ScannedToken[] = [];
  for (const match of text.matchAll(PATTERN)) {
    const groups = match.groups ?? {};
    if (groups.comment !== undefined) continue;
    const kind =
      groups.string !== undefined
        ? 'string'
        : groups.number !== undefined
          ? 'number'
          : groups.word !== undefined
            ? 'word'
            : 'operator';
    tokens.push({ kind, text: match[0], from: match.index, to: match.index + match[0].length });
  }
  return tokens;
}

/** True for queries that give numbers: all of them have a range in brackets or do not begin with a selector. */
export function isMetricQuery(text: string): boolean {
  const tokens = scanLogql(text);
  const first = tokens.find((token) => token.text !== '(');
  if (first === undefined) return false;
  return first.text !== '{' || tokens.some((token) => token.text === '[');
}

/** A string of LogQL (Go's notation): in backquotes where that saves escaping. */
export function quoteLogql(value: string): string {
  const plain = /["\\]/.test(value) && !/[`\r\n]/.test(value) && !hasControl(value);
  return plain ? `\`${value}\`` : JSON.stringify(value);
}

/** What a string of LogQL says; undefined where it is not one. */
export function unquoteLogql(text: string): string | undefined {
  if (text.length < 2) return undefined;
  if (text.startsWith('`')) return text.endsWith('`') ? text.slice(1, -1) : undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

function hasControl(value: string): boolean {
  for (let i = 0; i < value.length; i++) if (value.charCodeAt(i) < 32) return true;
  return false;
}
