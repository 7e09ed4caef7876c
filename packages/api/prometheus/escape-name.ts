/**
 * Undoes Prometheus's "values" escaping of UTF-8 names in URLs: `U__foo_2e_bar__baz` is `foo.bar_baz`. A name without the prefix, or one that
 * is not well escaped, is returned as it is.
 */
export function unescapeLabelName(name: string): string {
  if (!name.startsWith('U__')) return name;
  let out = '';
  let at = 3;
  while (at < name.length) {
    const char = name[at] as string;
    if (char !== '_') {
      out += char;
      at++;
    } else if (name[at + 1] === '_') {
      out += '_';
      at += 2;
    } else {
      const end = name.indexOf('_', at + 1);
      const digits = end < 0 ? '' : name.slice(at + 1, end);
      if (!/^[0-9a-fA-F]{1,6}$/.test(digits)) return name;
      const code = Number.parseInt(digits, 16);
      if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return name;
      out += String.fromCodePoint(code);
      at = end + 1;
    }
  }
  return out;
}

/** No lone surrogate and no replacement character, which stand for bytes that were not UTF-8. */
export function isWellFormed(text: string): boolean {
  return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\ufffd/.test(text);
}
