import { quoteGo } from '../print/quote.ts';
import { FunctionError } from '../template-error.ts';
import { fromBytes, toBytes } from '../values/utf8.ts';

/** Go's url.QueryUnescape. Throws FunctionError: `invalid URL escape "%zz"`. */
export function unescapeQuery(text: string): string {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; ) {
    const char = String.fromCodePoint(text.codePointAt(at) as number);
    if (char !== '%') {
      bytes.push(...toBytes(char === '+' ? ' ' : char));
      at += char.length;
      continue;
    }
    const encoded = text.slice(at, at + 3);
    if (!/^%[0-9a-fA-F]{2}$/.test(encoded)) throw new FunctionError(`invalid URL escape ${quoteGo(encoded)}`);
    bytes.push(Number.parseInt(encoded.slice(1), 16));
    at += 3;
  }
  return fromBytes(bytes);
}
