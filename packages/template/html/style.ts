import { runeText } from '../print/quote.ts';
import { type Context, HtmlProblem, type State } from './context.ts';
import { type Advance, inUrl } from './markup.ts';

const CSS_SPACE = /^[\t\n\f\r ]*/;

/** Rules of a style sheet. */
export function inStyle(c: Context, text: string): Advance {
  for (let at = 0; at < text.length; at++) {
    switch (text.charAt(at)) {
      case '"':
        return { next: { ...c, state: 'cssDouble' }, length: at + 1 };
      case "'":
        return { next: { ...c, state: 'cssSingle' }, length: at + 1 };
      case '/':
        if (text.charAt(at + 1) === '/') return { next: { ...c, state: 'cssLineComment' }, length: at + 2 };
        if (text.charAt(at + 1) === '*') return { next: { ...c, state: 'cssBlockComment' }, length: at + 2 };
        break;
      case '(':
        if (/(?:^|[^A-Za-z0-9\-_\u0080-\uffff])url[\t\n\f\r ]*$/i.test(text.slice(0, at)))
          return urlStart(c, text, at + 1);
    }
  }
  return { next: c, length: text.length };
}

function urlStart(c: Context, text: string, from: number): Advance {
  const at = from + (CSS_SPACE.exec(text.slice(from))?.[0].length ?? 0);
  const quote = text.charAt(at);
  if (quote === '"') return { next: { ...c, state: 'cssDoubleUrl' }, length: at + 1 };
  if (quote === "'") return { next: { ...c, state: 'cssSingleUrl' }, length: at + 1 };
  return { next: { ...c, state: 'cssUrl' }, length: at };
}

const ENDS: Readonly<Partial<Record<State, string>>> = {
  cssDouble: '"',
  cssDoubleUrl: '"',
  cssSingle: "'",
  cssSingleUrl: "'",
  cssUrl: '\t\n\f\r )',
};

/** A string or URL of a style sheet; strings are taken for URLs, as many of them are. */
export function inStyleString(c: Context, text: string): Advance {
  const ends = ENDS[c.state] ?? '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\\') {
      at++;
      if (at === text.length) {
        throw new HtmlProblem(`unfinished escape sequence in CSS string: ${JSON.stringify(text)}`);
      }
    } else if (ends.includes(char)) {
      const { next } = inUrl(c, decodeCss(text.slice(0, at)));
      return { next: { ...next, state: 'css' }, length: at + 1 };
    }
  }
  return { next: inUrl(c, decodeCss(text)).next, length: text.length };
}

/** Resolves the escapes of CSS: `\41 ` and `\"`. */
export function decodeCss(text: string): string {
  return text.replace(
    /\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[\t\n\f\r ])?|(.))/gsu,
    (_, hex: string | undefined, char: string) => (hex === undefined ? char : runeText(Number.parseInt(hex, 16))),
  );
}
