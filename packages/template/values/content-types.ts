import type { GoType } from './go-type.ts';
import { GoString } from './go-value.ts';

function contentType(name: string): GoType {
  return Object.freeze({ name: `template.${name}`, kind: 'string', underlying: 'string' });
}

/** The strings that html/template trusts, each in its place. */
export const HTML = contentType('HTML');
export const HTML_ATTR = contentType('HTMLAttr');
export const CSS = contentType('CSS');
export const JS = contentType('JS');
export const JS_STRING = contentType('JSStr');
export const URL_TEXT = contentType('URL');
export const SRCSET = contentType('Srcset');

/** HTML that is written as it stands in an HTML template. */
export function safeHtml(text: string): GoString {
  return new GoString(HTML, text);
}

/** A URL whose scheme is trusted in an HTML template. */
export function safeUrl(text: string): GoString {
  return new GoString(URL_TEXT, text);
}
