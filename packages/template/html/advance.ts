import { isScriptType } from './attributes.ts';
import {
  type Context,
  context,
  type Delimiter,
  HtmlProblem,
  isComment,
  isScriptLiteral,
  type State,
} from './context.ts';
import * as markup from './markup.ts';
import * as script from './script.ts';
import * as style from './style.ts';

type Transition = (c: Context, text: string) => markup.Advance;

const stay: Transition = (c, text) => ({ next: c, length: text.length });

const TRANSITIONS: Readonly<Record<State, Transition>> = {
  text: markup.inText,
  tag: markup.inTag,
  attrName: markup.inAttributeName,
  afterName: markup.afterAttributeName,
  beforeValue: markup.beforeValue,
  htmlComment: markup.inHtmlComment,
  rcdata: stay,
  attr: stay,
  url: markup.inUrl,
  srcset: markup.inUrl,
  metaContent: markup.inMetaContent,
  metaContentUrl: markup.inMetaContentUrl,
  js: script.inScript,
  jsDouble: script.inScriptLiteral,
  jsSingle: script.inScriptLiteral,
  jsRegexp: script.inScriptLiteral,
  jsTemplate: script.inTemplateLiteral,
  jsBlockComment: script.inBlockComment,
  jsLineComment: script.inLineComment,
  jsHtmlOpenComment: script.inLineComment,
  jsHtmlCloseComment: script.inLineComment,
  css: style.inStyle,
  cssDouble: style.inStyleString,
  cssSingle: style.inStyleString,
  cssDoubleUrl: style.inStyleString,
  cssSingleUrl: style.inStyleString,
  cssUrl: style.inStyleString,
  cssBlockComment: script.inBlockComment,
  cssLineComment: script.inLineComment,
  dead: stay,
};

/** One step of a single state, blind for the ends of elements and attributes. */
export function step(state: State, c: Context, text: string): markup.Advance {
  return TRANSITIONS[state](c, text);
}

export const VALUE_ENDS: Readonly<Record<Exclude<Delimiter, 'none'>, RegExp>> = {
  double: /"/,
  single: /'/,
  spaceOrTagEnd: /[ \t\n\f\r>]/,
};

/** The context after the first part of the text. Throws HtmlProblem. */
export function advance(c: Context, text: string): markup.Advance {
  if (c.delim !== 'none') return inValue(c, c.delim, text);
  const end = elementEnd(c, text);
  if (end === 0) return { next: context({}), length: 0 };
  return TRANSITIONS[c.state](c, text.slice(0, end));
}

/** Where the element with text of its own kind ends: `</script>` ends a script wherever it stands but in a literal. */
function elementEnd(c: Context, text: string): number {
  if (c.element === 'none' || c.state === 'tag') return text.length;
  if (c.element === 'script' && (isScriptLiteral(c.state) || isComment(c.state))) return text.length;
  const end = markup.endTagIndex(text, c.element);
  return end < 0 ? text.length : end;
}

function inValue(c: Context, delim: Exclude<Delimiter, 'none'>, text: string): markup.Advance {
  const found = text.search(VALUE_ENDS[delim]);
  const end = found < 0 ? text.length : found;
  const value = text.slice(0, end);
  const bad = delim === 'spaceOrTagEnd' ? /["'<=`]/.exec(value)?.[0] : undefined;
  if (bad !== undefined) {
    throw new HtmlProblem(`${JSON.stringify(bad)} in unquoted attr: ${JSON.stringify(value)}`);
  }
  if (found < 0) {
    let next = c;
    for (let rest = decodeEntities(text); rest !== ''; ) {
      const advanced = TRANSITIONS[next.state](next, rest);
      next = advanced.next;
      rest = rest.slice(advanced.length);
    }
    return { next, length: text.length };
  }
  // A script of another type is text to us.
  const isOther = c.state === 'attr' && c.element === 'script' && c.attr === 'scriptType' && !isScriptType(value);
  const element = isOther ? 'none' : c.element;
  return { next: context({ state: 'tag', element }), length: delim === 'spaceOrTagEnd' ? end : end + 1 };
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  colon: ':',
  sol: '/',
  num: '#',
  quest: '?',
  lpar: '(',
  rpar: ')',
  Tab: '\t',
  NewLine: '\n',
};

/** The entities that can change what a value means; others stand for letters and signs that do not matter here. */
function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|([A-Za-z]+));?/g, (whole, decimal, hex, name: string) => {
    if (name !== undefined) return Object.hasOwn(ENTITIES, name) ? (ENTITIES[name] as string) : whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  });
}
