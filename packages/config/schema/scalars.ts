import { isAbsolute, join as joinPath } from 'node:path';
import { RE2JS } from 're2js';
import { closestName } from './closest.ts';
import { placeholder } from './composite.ts';
import type { Place, Type, Unusable } from './schema.ts';
import { isNull, refuse } from './schema.ts';
import type { ScalarNode } from './tree.ts';
import { formatDuration, formatSize, parseDuration, parseSize } from './units.ts';

/** How secrets are shown. */
export const HIDDEN = '<secret>';

/** A type over one scalar. `read` gives the value, or (as an Error) the reason against it. */
export function scalar<T>(
  name: string,
  read: (text: string, node: ScalarNode, place: Place) => T | Error | Unusable,
  encode: (value: T) => unknown = (value) => value,
): Type<T> {
  return {
    name,
    decode(node, place) {
      if (node.kind !== 'scalar') return refuse(node, place, `expected a ${name}, found a ${node.kind}`);
      const value = read(node.text, node, place);
      return value instanceof Error ? refuse(node, place, value.message) : value;
    },
    encode,
  };
}

/** Any scalar: `port: 80` and `"80"` are the same text. */
export const string: Type<string> = scalar('string', (text, node) => (isNull(node) ? '' : text));

export const secret: Type<string> = { ...string, name: 'secret', encode: (text) => (text === '' ? '' : HIDDEN) };

const TRUE = /^(?:true|yes|on|y)$/i;
const FALSE = /^(?:false|no|off|n)$/i;

export const boolean: Type<boolean> = scalar('boolean', (text) => {
  if (TRUE.test(text)) return true;
  return FALSE.test(text) ? false : new Error(`${show(text)} is not a boolean (true or false)`);
});

export const float: Type<number> = scalar('number', (text) => {
  const value = /^[+-]?(?:\d[\d_]*)?(?:\.\d*)?(?:e[+-]?\d+)?$/i.test(text)
    ? Number(text.replaceAll('_', ''))
    : Number.NaN;
  return text === '' || Number.isNaN(value) ? new Error(`${show(text)} is not a number`) : value;
});

/** A whole number of at least `min`. */
export function integer(min = 0): Type<number> {
  return scalar('integer', (text) => {
    const value = /^(?:[+-]?\d[\d_]*|0x[\da-f]+|0o[0-7]+|0b[01]+)$/i.test(text)
      ? Number(text.replaceAll('_', ''))
      : Number.NaN;
    if (!Number.isSafeInteger(value)) return new Error(`${show(text)} is not a whole number`);
    return value < min ? new Error(`${value} is less than ${min}`) : value;
  });
}

/** Milliseconds. */
export const duration: Type<number> = scalar(
  'duration',
  (text) =>
    parseDuration(text) ?? new Error(`not a valid duration string: ${show(text)} (such as 15s, 1h30m, 15d or 0)`),
  formatDuration,
);

/** Bytes. */
export const size: Type<number> = scalar(
  'size',
  (text) => parseSize(text) ?? new Error(`units: unknown unit in ${text} (a size needs one, such as 512MB or 1.5GiB)`),
  formatSize,
);

/** The text of an RE2 regular expression. */
export const regex: Type<string> = scalar('regex', (text) => {
  try {
    RE2JS.compile(text);
    return text;
  } catch (error) {
    return new Error(`error parsing regexp: ${error instanceof Error ? error.message : String(error)}`);
  }
});

/** A file or folder, joined with the folder of the configuration; `refersTo` remembers it so that `check config` can look. */
export const path: Type<string> = scalar('path', (text, node, place) => {
  if (text === '') return '';
  const full = isAbsolute(text) ? text : joinPath(place.reading.folder, text);
  place.reading.refersTo(full, node.position, place.path);
  return full;
});

/** A path whose last segment may hold a `*`; `message` names what the path is for. */
export function pattern(message: string, allowed = /^[^*]*(\*[^/]*)?$/): Type<string> {
  return scalar('path pattern', (text, _node, place) => {
    if (!allowed.test(text)) return new Error(`${message} ${show(text)}`);
    return isAbsolute(text) ? text : joinPath(place.reading.folder, text);
  });
}

/** Exactly one of `values`. `what` names the thing in the message. */
export function oneOf<const V extends string>(
  what: string,
  values: readonly V[],
  aliases: Partial<Record<string, V>> = {},
): Type<V> {
  return {
    name: what,
    choices: values,
    decode(node, place) {
      const text = node.kind === 'scalar' ? node.text : undefined;
      const value = values.find((candidate) => candidate === text) ?? (text === undefined ? undefined : aliases[text]);
      if (value !== undefined) return value;
      if (text === undefined)
        return refuse(node, place, `unmarshal errors: expected one ${what}, found a ${node.kind}`, values);
      const closest = closestName(text, values);
      return refuse(
        node,
        place,
        `unknown ${what} ${show(text)}${closest === undefined ? '' : `; did you mean ${closest}?`}`,
        values,
      );
    },
    encode: (value) => value,
  };
}

/** An http or https URL with a host. A placeholder turns the entry that holds it off, with a warning. */
export const url: Type<string> = scalar(
  'URL',
  (text, node, place) => {
    const off = placeholder(node, place);
    if (off !== undefined) return off;
    if (!/^https?:/i.test(text))
      return new Error(`URL scheme must be 'http' or 'https' in ${show(hideUserInfo(text))}`);
    if (!/^https?:\/\/[^/?#]/i.test(text)) return new Error('host is missing in URL');
    return URL.canParse(text) ? text : new Error(`${show(hideUserInfo(text))} is not a URL`);
  },
  hideUserInfo,
);

/** `host:port`, or `off`. The host may be empty (all interfaces) or in brackets (IPv6). */
export const listenAddress: Type<string> = scalar('host:port or off', (text) => {
  if (FALSE.test(text)) return 'off';
  const port = /^(?:\[[\da-f:.]+\]|[^:[\]/\s]*):(\d{1,5})$/i.exec(text)?.[1];
  return port !== undefined && Number(port) <= 65_535 ? text : new Error(`${show(text)} is not host:port (or off)`);
});

/** A password inside a URL is a secret as well. */
function hideUserInfo(text: string): string {
  return text.replace(/^([a-z][a-z\d+.-]*:\/\/[^/?#:@]*):[^/?#@]*@/i, `$1:${HIDDEN}@`);
}

/** In double quotes; bytes that were no UTF-8 (lone surrogates of the tree) as `\xff`. */
export function show(text: string): string {
  return JSON.stringify(text).replaceAll(/\\udc([89a-f][\da-f])/g, '\\x$1');
}
