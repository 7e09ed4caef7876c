import { type Context, HtmlProblem } from './context.ts';
import type { Advance } from './markup.ts';

const KEYWORDS_BEFORE_REGEXP: ReadonlySet<string> = new Set(
  'break case continue delete do else finally in instanceof return throw try typeof void'.split(' '),
);

/** What a slash after this JavaScript would begin, as far as the last token tells. */
export function slashAfter(code: string, before: Context['slash']): Context['slash'] {
  const text = code.replace(/[\f\n\r\t\v \u2028\u2029]+$/, '');
  if (text === '') return before;
  const last = text.charAt(text.length - 1);
  // `a++ /b` divides, `a + /b/` does not.
  if (last === '+' || last === '-') return signRun(text, last) % 2 === 1 ? 'regexp' : 'division';
  if (last === '.') return /\d\.$/.test(text) ? 'division' : 'regexp';
  if (',<>=*%&|^?!~([:;{}'.includes(last)) return 'regexp';
  const word = /[A-Za-z0-9_$]*$/.exec(text)?.[0] ?? '';
  return KEYWORDS_BEFORE_REGEXP.has(word) ? 'regexp' : 'division';
}

function signRun(text: string, sign: string): number {
  let start = text.length;
  while (start > 0 && text.charAt(start - 1) === sign) start--;
  return text.length - start;
}

/** Code of a script. */
export function inScript(c: Context, text: string): Advance {
  const at = text.search(/["`'/{}<\-#]/);
  if (at < 0) return { next: { ...c, slash: slashAfter(text, c.slash) }, length: text.length };
  const slash = slashAfter(text.slice(0, at), c.slash);
  const here: Context = { ...c, slash };
  const to = (state: Context['state'], length: number): Advance => ({ next: { ...here, state }, length: at + length });
  const rest = text.slice(at, at + 4);
  switch (rest.charAt(0)) {
    case '"':
      return { next: { ...here, state: 'jsDouble', slash: 'regexp' }, length: at + 1 };
    case "'":
      return { next: { ...here, state: 'jsSingle', slash: 'regexp' }, length: at + 1 };
    case '`':
      return { next: { ...here, state: 'jsTemplate', slash: 'regexp' }, length: at + 1 };
    case '/':
      if (rest.startsWith('//')) return to('jsLineComment', 2);
      if (rest.startsWith('/*')) return to('jsBlockComment', 2);
      if (slash === 'regexp') return to('jsRegexp', 1);
      if (slash === 'division') return { next: { ...here, slash: 'regexp' }, length: at + 1 };
      throw new HtmlProblem(`'/' could start a division or regexp: ${JSON.stringify(text.slice(at, at + 32))}`);
    case '<':
      return rest === '<!--' ? to('jsHtmlOpenComment', 4) : to('js', 1);
    case '-':
      return rest.startsWith('-->') ? to('jsHtmlCloseComment', 3) : to('js', 1);
    case '#':
      return rest.startsWith('#!') ? to('jsLineComment', 2) : to('js', 1);
    default:
      return brace(here, rest.charAt(0), at);
  }
}

/** Braces matter inside `${…}` of a template literal: the one that closes it leads back. */
function brace(c: Context, char: string, at: number): Advance {
  const length = at + 1;
  const { braces } = c;
  const depth = braces.at(-1);
  if (depth === undefined) return { next: { ...c, slash: 'regexp' }, length };
  const outer = braces.slice(0, -1);
  const inner = char === '{' ? depth + 1 : depth - 1;
  if (inner >= 0) return { next: { ...c, slash: 'regexp', braces: [...outer, inner] }, length };
  return { next: { ...c, state: 'jsTemplate', braces: outer }, length };
}

/** A template literal. */
export function inTemplateLiteral(c: Context, text: string): Advance {
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\\') at = escaped(text, at);
    else if (char === '`') return { next: { ...c, state: 'js' }, length: at + 1 };
    else if (text.startsWith('${', at))
      return { next: { ...c, state: 'js', braces: [...c.braces, 0] }, length: at + 2 };
  }
  return { next: c, length: text.length };
}

function escaped(text: string, at: number): number {
  if (at + 1 >= text.length) {
    throw new HtmlProblem(`unfinished escape sequence in JS string: ${JSON.stringify(text)}`);
  }
  return at + 1;
}

/** A string or regular expression. */
export function inScriptLiteral(c: Context, text: string): Advance {
  const end = c.state === 'jsDouble' ? '"' : c.state === 'jsSingle' ? "'" : '/';
  const isRegexp = end === '/';
  let inSet = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\\') at = escaped(text, at);
    else if (isRegexp && char === '[') inSet = true;
    else if (isRegexp && char === ']') inSet = false;
    else if (char === end && !inSet) {
      // `</script` in a regular expression is the end of the script, not of the expression.
      if (isRegexp && at > 0 && /^<\/script/i.test(text.slice(at - 1, at + 7))) continue;
      return { next: { ...c, state: 'js', slash: 'division' }, length: at + 1 };
    }
  }
  if (inSet) throw new HtmlProblem(`unfinished JS regexp charset: ${JSON.stringify(text)}`);
  return { next: c, length: text.length };
}

export function inBlockComment(c: Context, text: string): Advance {
  const end = text.indexOf('*/');
  if (end < 0) return { next: c, length: text.length };
  return { next: { ...c, state: c.state === 'jsBlockComment' ? 'js' : 'css' }, length: end + 2 };
}

/** The line break itself belongs to the code. */
export function inLineComment(c: Context, text: string): Advance {
  const isCss = c.state === 'cssLineComment';
  const end = text.search(isCss ? /[\n\f\r]/ : /[\n\r\u2028\u2029]/);
  if (end < 0) return { next: c, length: text.length };
  return { next: { ...c, state: isCss ? 'css' : 'js' }, length: end };
}
