/** Characters and what stands for them in a literal of JavaScript. */
export type ScriptTable = Readonly<Record<string, string | undefined>>;

const CONTROLS: ScriptTable = {
  ...Object.fromEntries(
    Array.from({ length: 0x20 }, (_, code) => [String.fromCharCode(code), `\\u${code.toString(16).padStart(4, '0')}`]),
  ),
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

function unicode(chars: string): ScriptTable {
  return Object.fromEntries([...chars].map((char) => [char, `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`]));
}

function backslash(chars: string): ScriptTable {
  return Object.fromEntries([...chars].map((char) => [char, `\\${char}`]));
}

export const STRING_TABLE: ScriptTable = { ...CONTROLS, ...unicode('"`&\'+<>'), ...backslash('/\\') };
export const TEMPLATE_TABLE: ScriptTable = { ...STRING_TABLE, ...unicode('$'), ...unicode('{}') };
export const REGEXP_TABLE: ScriptTable = { ...CONTROLS, ...unicode('"&\'+<>'), ...backslash('$()*-./?[\\]^{|}') };

/** Escapes text by a table. */
export function escapeScript(text: string, table: ScriptTable): string {
  let escaped = '';
  for (const char of text) escaped += (Object.hasOwn(table, char) ? table[char] : undefined) ?? char;
  return escaped;
}
