export type State =
  | 'text'
  | 'tag'
  | 'attrName'
  | 'afterName'
  | 'beforeValue'
  | 'htmlComment'
  | 'rcdata'
  | 'attr'
  | 'url'
  | 'srcset'
  | 'metaContent'
  | 'metaContentUrl'
  | 'js'
  | 'jsDouble'
  | 'jsSingle'
  | 'jsTemplate'
  | 'jsRegexp'
  | 'jsBlockComment'
  | 'jsLineComment'
  | 'jsHtmlOpenComment'
  | 'jsHtmlCloseComment'
  | 'css'
  | 'cssDouble'
  | 'cssSingle'
  | 'cssDoubleUrl'
  | 'cssSingleUrl'
  | 'cssUrl'
  | 'cssBlockComment'
  | 'cssLineComment'
  /** Behind `break` or `continue`: nothing follows. */
  | 'dead';

export type Delimiter = 'none' | 'double' | 'single' | 'spaceOrTagEnd';
export type Element = 'none' | 'script' | 'style' | 'textarea' | 'title' | 'meta';
export type Attribute = 'none' | 'script' | 'scriptType' | 'style' | 'url' | 'srcset' | 'metaContent';

/** Where in an HTML document a piece of text ends, as far as escaping has to know it. */
export interface Context {
  readonly state: State;
  /** What ends the attribute value. */
  readonly delim: Delimiter;
  /** How far into a URL; `unknown` where branches differ. */
  readonly urlPart: 'none' | 'preQuery' | 'queryOrFragment' | 'unknown';
  /** What a slash in JavaScript would begin. */
  readonly slash: 'regexp' | 'division' | 'unknown';
  /** Open braces in each `${` of nested template literals. */
  readonly braces: readonly number[];
  readonly element: Element;
  readonly attr: Attribute;
}

export const TEXT: Context = Object.freeze({
  state: 'text',
  delim: 'none',
  urlPart: 'none',
  slash: 'regexp',
  braces: Object.freeze([]),
  element: 'none',
  attr: 'none',
});

/** A context of only these properties, all others at their start. */
export function context(parts: Partial<Context>): Context {
  return { ...TEXT, ...parts };
}

export function isSameContext(a: Context, b: Context): boolean {
  return contextKey(a) === contextKey(b);
}

/** One text for each different context: names the copy of a template that runs in it. */
export function contextKey(c: Context): string {
  return [c.state, c.delim, c.urlPart, c.slash, c.braces.join('.'), c.element, c.attr].join('_');
}

export function isComment(state: State): boolean {
  return state.endsWith('Comment');
}

/** Inside a string, template literal or regular expression of a script. */
export function isScriptLiteral(state: State): boolean {
  return state === 'jsDouble' || state === 'jsSingle' || state === 'jsTemplate' || state === 'jsRegexp';
}

/** The state in which an attribute's value begins. */
export const VALUE_STATES: Readonly<Record<Attribute, State>> = {
  none: 'attr',
  script: 'js',
  scriptType: 'attr',
  style: 'css',
  url: 'url',
  srcset: 'srcset',
  metaContent: 'metaContent',
};

/** The context that a value printed here would be in: it begins a name or an unquoted value where none has begun. */
export function nudge(c: Context): Context {
  switch (c.state) {
    case 'tag':
      return { ...c, state: 'attrName' };
    case 'beforeValue':
      return { ...c, state: VALUE_STATES[c.attr], delim: 'spaceOrTagEnd', attr: 'none' };
    case 'afterName':
      return { ...c, state: 'attrName', attr: 'none' };
    default:
      return c;
  }
}

/** What is wrong with the HTML of a template; the escaping pass adds the place. */
export class HtmlProblem extends Error {
  override readonly name = 'HtmlProblem';
}
