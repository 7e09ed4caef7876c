import { percent } from '../exec/escape-text.ts';
import { marshalJson } from '../print/json.ts';
import { sprint } from '../print/sprint.ts';
import { FunctionError } from '../template-error.ts';
import { CSS, HTML, HTML_ATTR, JS, JS_STRING, SRCSET, URL_TEXT } from '../values/content-types.ts';
import { ANY, type GoType } from '../values/go-type.ts';
import { type FunctionTable, GoString, GoValue, goFunction } from '../values/go-value.ts';
import { toBytes } from '../values/utf8.ts';
import { attributeContent } from './attributes.ts';
import { escapeScript, REGEXP_TABLE, STRING_TABLE, TEMPLATE_TABLE } from './script-tables.ts';
import { stripTags } from './strip-tags.ts';
import { decodeCss } from './style.ts';

/** Stands where a value would have been dangerous, as in Go, so that people find the explanation. */
const FAILSAFE = 'ZgotmplZ';

/** What an action would print, and how far it is trusted. Nil prints nothing. */
function printable(args: readonly unknown[]): { readonly text: string; readonly type: GoType | undefined } {
  const [only] = args;
  if (args.length === 1 && typeof only === 'string') return { text: only, type: undefined };
  if (args.length === 1 && only instanceof GoString) return { text: only.value, type: only.type };
  return { text: sprint(args.filter((arg) => arg !== null && arg !== undefined)), type: undefined };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '"': '&#34;',
  '&': '&amp;',
  "'": '&#39;',
  '+': '&#43;',
  '<': '&lt;',
  '>': '&gt;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\v': '&#11;',
  '\f': '&#12;',
  '\r': '&#13;',
  ' ': '&#32;',
  '=': '&#61;',
  '`': '&#96;',
};

/** Text for HTML or a quoted value. What is HTML already keeps its entities. */
function escapeMarkup(text: string, keepEntities = false): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is not allowed in HTML
  const pattern = keepEntities ? /["'+<>\u0000]/g : /["&'+<>\u0000]/g;
  return text.replace(pattern, (char) => ENTITIES[char] ?? '\ufffd');
}

/** Text for a value without quotes. */
function escapeUnquoted(text: string, keepEntities: boolean): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is not allowed in HTML
  return text.replace(/["&'+<>\t\n\v\f\r =`\u0000\ufdd0-\ufdef\ufff0-\uffff]/g, (char) => {
    if (char === '&' && keepEntities) return char;
    return char === '\u0000' ? '&#xfffd;' : (ENTITIES[char] ?? `&#x${char.charCodeAt(0).toString(16)};`);
  });
}

function attributeValue(args: readonly unknown[]): string {
  const { text, type } = printable(args);
  return type === HTML ? escapeMarkup(stripTags(text), true) : escapeMarkup(text);
}

function unquotedValue(args: readonly unknown[]): string {
  const { text, type } = printable(args);
  if (text === '') return FAILSAFE;
  return type === HTML ? escapeUnquoted(stripTags(text), true) : escapeUnquoted(text, false);
}

function attributeName(args: readonly unknown[]): string {
  const { text, type } = printable(args);
  if (type === HTML_ATTR) return text;
  const name = text.toLowerCase();
  return /^[a-z0-9]+$/.test(name) && attributeContent(name) === 'plain' ? name : FAILSAFE;
}

/** Only schemes that can do no harm, and relative URLs. */
function isSafeUrl(url: string): boolean {
  const colon = url.indexOf(':');
  if (colon < 0) return true;
  const scheme = url.slice(0, colon);
  return scheme.includes('/') || /^(?:https?|mailto)$/i.test(scheme);
}

/** Percent-encodes; a URL that is normalised keeps the signs that structure it, and what is encoded already. */
function encodeUrl(text: string, normalise: boolean): string {
  let encoded = '';
  for (let at = 0; at < text.length; ) {
    const char = String.fromCodePoint(text.codePointAt(at) as number);
    const isEncoded = normalise && /^%[0-9a-fA-F]{2}/.test(text.slice(at, at + 3));
    const isPlain = /^[A-Za-z0-9\-._~]$/.test(char) || (normalise && '!#$&*+,/:;=?@[]'.includes(char));
    if (isPlain || isEncoded) encoded += char;
    else for (const byte of toBytes(char)) encoded += percent(byte, false);
    at += char.length;
  }
  return encoded;
}

function urlFilter(args: readonly unknown[]): string {
  const { text, type } = printable(args);
  return type === URL_TEXT || isSafeUrl(text) ? text : `#${FAILSAFE}`;
}

function urlPart(normalise: boolean): (args: readonly unknown[]) => string {
  return (args) => {
    const { text, type } = printable(args);
    return encodeUrl(text, normalise || type === URL_TEXT);
  };
}

function sourceSet(args: readonly unknown[]): string {
  const { text, type } = printable(args);
  if (type === SRCSET) return text;
  if (type === URL_TEXT) return encodeUrl(text, true).replaceAll(',', '%2c');
  return text
    .split(',')
    .map((candidate) => {
      const [, before, url, rest] = /^([\t\n\f\r ]*)([^\t\n\f\r ]*)(.*)$/s.exec(candidate) as unknown as string[];
      const isSafe = isSafeUrl(url as string) && /^[\t\n\f\r A-Za-z0-9]*$/.test(rest as string);
      return isSafe ? `${before}${encodeUrl(url as string, true)}${rest}` : `#${FAILSAFE}`;
    })
    .join(',');
}

/** A value of a style sheet that cannot end it or call anything. */
function cssValue(args: readonly unknown[]): string {
  const { text, type } = printable(args);
  if (type === CSS) return text;
  const decoded = decodeCss(text);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL ends strings in some browsers
  if (/[\u0000"'()/;@[\\\]`{}<>]|--/.test(decoded)) return FAILSAFE;
  return /expression|mozbinding/i.test(decoded.replace(/[^A-Za-z0-9\-_]/g, '')) ? FAILSAFE : decoded;
}

function cssString(args: readonly unknown[]): string {
  const { text } = printable(args);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL ends strings in some browsers
  return text.replace(/[\u0000\t\n\f\r"&'()+/:;<>\\{}]/g, (char, at: number) => {
    if (char === '\\') return '\\\\';
    const next = text.charAt(at + 1);
    return `\\${char.charCodeAt(0).toString(16)}${next === '' || /[0-9a-fA-F\t\n\f\r ]/.test(next) ? ' ' : ''}`;
  });
}

/** A value as an expression of JavaScript: its JSON. */
function scriptValue(args: readonly unknown[]): string {
  const [only] = args;
  if (only instanceof GoString && only.type === JS) return only.value;
  if (only instanceof GoString && only.type === JS_STRING) return `"${only.value}"`;
  let value: unknown = args.length === 1 ? only : sprint(args);
  if (value instanceof GoValue && value.type.json === undefined && value.type.text !== undefined) {
    value = value.type.text(value);
  }
  try {
    const json = marshalJson(value);
    return /^[A-Za-z0-9_$]|[A-Za-z0-9_$]$/.test(json) ? ` ${json} ` : json;
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    const message = error.message.replace(/<(\/?script|!--)/gi, '\\x3C$1').replaceAll('*/', '* /');
    return ` /* ${message} */null `;
  }
}

function scriptString(args: readonly unknown[]): string {
  const { text, type } = printable(args);
  return escapeScript(text, type === JS_STRING ? { ...STRING_TABLE, '\\': undefined } : STRING_TABLE);
}

const ANY_ARGS = { variadic: true };
const escaper = (call: (args: readonly unknown[]) => string) => goFunction([ANY], call, ANY_ARGS);

/** The functions that the escaping pass appends to pipelines. */
export const ESCAPERS: FunctionTable = new Map([
  ['_html_template_attrescaper', escaper(attributeValue)],
  ['_html_template_commentescaper', escaper(() => '')],
  ['_html_template_cssescaper', escaper(cssString)],
  ['_html_template_cssvaluefilter', escaper(cssValue)],
  ['_html_template_htmlnamefilter', escaper(attributeName)],
  [
    '_html_template_htmlescaper',
    escaper((args) => {
      const { text, type } = printable(args);
      return type === HTML ? text : escapeMarkup(text);
    }),
  ],
  ['_html_template_jsregexpescaper', escaper((args) => escapeScript(printable(args).text, REGEXP_TABLE) || '(?:)')],
  ['_html_template_jsstrescaper', escaper(scriptString)],
  ['_html_template_jstmpllitescaper', escaper((args) => escapeScript(printable(args).text, TEMPLATE_TABLE))],
  ['_html_template_jsvalescaper', escaper(scriptValue)],
  ['_html_template_nospaceescaper', escaper(unquotedValue)],
  [
    '_html_template_rcdataescaper',
    escaper((args) => {
      const { text, type } = printable(args);
      return escapeMarkup(text, type === HTML);
    }),
  ],
  ['_html_template_srcsetescaper', escaper(sourceSet)],
  ['_html_template_urlescaper', escaper(urlPart(false))],
  ['_html_template_urlfilter', escaper(urlFilter)],
  ['_html_template_urlnormalizer', escaper(urlPart(true))],
  ['_eval_args_', escaper((args) => sprint(args))],
]);
