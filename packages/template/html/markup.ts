import { attributeContent } from './attributes.ts';
import {
  type Attribute,
  type Context,
  context,
  type Element,
  HtmlProblem,
  type State,
  VALUE_STATES,
} from './context.ts';

/** The context after the first part of some text, and the length of that part. */
export interface Advance {
  readonly next: Context;
  readonly length: number;
}

const SPACE = ' \t\n\f\r';
const ELEMENTS: ReadonlySet<string> = new Set(['script', 'style', 'textarea', 'title', 'meta']);

const CONTENT_STATES: Readonly<Record<Element, State>> = {
  none: 'text',
  script: 'js',
  style: 'css',
  textarea: 'rcdata',
  title: 'rcdata',
  meta: 'text',
};

const TAG_NAME = /^[a-z][a-z0-9]*(?:[:-][a-z0-9]+)*/i;

export function skipSpace(text: string, from = 0): number {
  let at = from;
  while (at < text.length && SPACE.includes(text.charAt(at))) at++;
  return at;
}

/** Text between tags: up to a tag or comment. */
export function inText(c: Context, text: string): Advance {
  for (let from = 0; ; ) {
    const open = text.indexOf('<', from);
    if (open < 0 || open + 1 === text.length) return { next: c, length: text.length };
    if (text.startsWith('<!--', open)) return { next: context({ state: 'htmlComment' }), length: open + 4 };
    const isEnd = text.charAt(open + 1) === '/';
    const nameAt = open + (isEnd ? 2 : 1);
    if (nameAt >= text.length) return { next: c, length: text.length };
    const name = TAG_NAME.exec(text.slice(nameAt))?.[0];
    if (name === undefined) {
      from = nameAt;
      continue;
    }
    const lower = name.toLowerCase();
    const element = !isEnd && ELEMENTS.has(lower) ? (lower as Element) : 'none';
    return { next: context({ state: 'tag', element }), length: nameAt + name.length };
  }
}

/** Between the attributes of a tag. */
export function inTag(c: Context, text: string): Advance {
  const at = skipSpace(text);
  if (at === text.length) return { next: c, length: text.length };
  if (text.charAt(at) === '>') {
    const element = c.element === 'meta' ? 'none' : c.element;
    return { next: context({ state: CONTENT_STATES[c.element], element }), length: at + 1 };
  }
  const end = attributeNameEnd(text, at);
  if (end === at) {
    throw new HtmlProblem(`expected space, attr name, or end of tag, but got ${JSON.stringify(text.slice(at))}`);
  }
  const attr = attributeOf(c.element, text.slice(at, end).toLowerCase());
  const state = end === text.length ? 'attrName' : 'afterName';
  return { next: context({ state, element: c.element, attr }), length: end };
}

function attributeOf(element: Element, name: string): Attribute {
  if (element === 'script' && name === 'type') return 'scriptType';
  if (element === 'meta' && name === 'content') return 'metaContent';
  switch (attributeContent(name)) {
    case 'url':
      return 'url';
    case 'css':
      return 'style';
    case 'js':
      return 'script';
    case 'srcset':
      return 'srcset';
    default:
      return 'none';
  }
}

function attributeNameEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (`${SPACE}=>`.includes(char)) return at;
    if (`'"<`.includes(char)) {
      throw new HtmlProblem(`${JSON.stringify(char)} in attribute name: ${JSON.stringify(text.slice(0, 32))}`);
    }
  }
  return text.length;
}

export function inAttributeName(c: Context, text: string): Advance {
  const end = attributeNameEnd(text, 0);
  return { next: end === text.length ? c : { ...c, state: 'afterName' }, length: end };
}

export function afterAttributeName(c: Context, text: string): Advance {
  const at = skipSpace(text);
  if (at === text.length) return { next: c, length: at };
  if (text.charAt(at) !== '=') return { next: { ...c, state: 'tag' }, length: at };
  return { next: { ...c, state: 'beforeValue' }, length: at + 1 };
}

export function beforeValue(c: Context, text: string): Advance {
  const at = skipSpace(text);
  if (at === text.length) return { next: c, length: at };
  const quote = text.charAt(at);
  const delim = quote === '"' ? 'double' : quote === "'" ? 'single' : 'spaceOrTagEnd';
  return { next: { ...c, state: VALUE_STATES[c.attr], delim }, length: delim === 'spaceOrTagEnd' ? at : at + 1 };
}

export function inHtmlComment(c: Context, text: string): Advance {
  const end = text.indexOf('-->');
  return end < 0 ? { next: c, length: text.length } : { next: context({}), length: end + 3 };
}

/** A query or fragment begins at the first `?` or `#`. */
export function inUrl(c: Context, text: string): Advance {
  let { urlPart } = c;
  if (/[#?]/.test(text)) urlPart = 'queryOrFragment';
  else if (urlPart === 'none' && skipSpace(text) < text.length) urlPart = 'preQuery';
  return { next: { ...c, urlPart }, length: text.length };
}

/** `content` of `meta`: a refresh carries a URL. */
export function inMetaContent(c: Context, text: string): Advance {
  const match = /url[ \t\n\f\r]*=/i.exec(text);
  if (match === null) return { next: c, length: text.length };
  return { next: { ...c, state: 'metaContentUrl' }, length: match.index + match[0].length };
}

export function inMetaContentUrl(c: Context, text: string): Advance {
  const end = text.indexOf(';');
  return end < 0 ? { next: c, length: text.length } : { next: { ...c, state: 'metaContent' }, length: end + 1 };
}

/** Where the end tag of an element begins; -1: not in this text. */
export function endTagIndex(text: string, element: Element): number {
  return text.search(new RegExp(`</${element}[> \\t\\n\\f/]`, 'i'));
}
