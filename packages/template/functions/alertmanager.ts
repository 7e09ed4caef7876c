import { marshalJson } from '../print/json.ts';
import { FunctionError } from '../template-error.ts';
import { goDuration } from '../time/duration.ts';
import { GoTime, TIME } from '../time/go-time.ts';
import { parseTime } from '../time/parse-time.ts';
import { loadZone, localZone } from '../time/zone.ts';
import { safeHtml, safeUrl } from '../values/content-types.ts';
import { ANY, ANY_MAP, ANYS, STRING, STRINGS } from '../values/go-type.ts';
import { type FunctionTable, type GoFunction, GoMap, GoSlice, goFunction } from '../values/go-value.ts';
import { itemsOf } from '../values/inspect.ts';
import { decodeBase64Url, encodeBase64Url } from './base64.ts';
import { humanizeDuration } from './humanize.ts';
import { matchPattern, replacePattern } from './regexp.ts';
import { titleCase } from './title-case.ts';
import { unescapeQuery } from './unescape-query.ts';

/** What the functions of a notification need to know of the outside. */
export interface AlertmanagerEnvironment {
  /** The time of the notification, milliseconds since 1970: `now`, `since`. Default: the clock. */
  readonly nowMs?: () => number;
}

const text = (call: (value: string) => unknown): GoFunction => goFunction([STRING], ([value]) => call(value as string));

function strings(value: unknown): readonly string[] {
  return (itemsOf(value) ?? []) as readonly string[];
}

function inZone(name: string, time: GoTime): GoTime {
  const zone = loadZone(name);
  if (zone === undefined) throw new FunctionError(`unknown time zone ${name}`);
  return time.in(zone);
}

/** The time, or the zero time for what is none. */
function toDate(layout: string, value: string): GoTime {
  try {
    return parseTime(layout, value);
  } catch (error) {
    if (error instanceof FunctionError) return GoTime.zero();
    throw error;
  }
}

function dict(args: readonly unknown[]): GoMap {
  if (args.length % 2 !== 0) throw new FunctionError('dict requires an even number of arguments');
  const entries = new Map<string, unknown>();
  for (let i = 0; i < args.length; i += 2) {
    const key = args[i];
    if (typeof key !== 'string') throw new FunctionError('dict keys must be strings');
    entries.set(key, args[i + 1]);
  }
  return new GoMap(ANY_MAP, entries);
}

/** Spaces as Unicode has them, but not the byte order mark that JavaScript counts in. */
function trimSpace(value: string): string {
  return value.replace(/^[\p{White_Space}]+|[\p{White_Space}]+$/gu, '');
}

const VARIADIC = { variadic: true };

const STATIC: readonly (readonly [string, GoFunction])[] = [
  ['toUpper', text((value) => value.toUpperCase())],
  ['toLower', text((value) => value.toLowerCase())],
  ['title', text((value) => titleCase(value, { keepCase: false }))],
  ['trimSpace', text(trimSpace)],
  ['join', goFunction([STRING, STRINGS], ([separator, list]) => strings(list).join(separator as string))],
  ['match', goFunction([STRING, STRING], ([pattern, value]) => matchPattern(pattern as string, value as string))],
  ['safeHtml', text(safeHtml)],
  ['safeUrl', text(safeUrl)],
  ['urlUnescape', text(unescapeQuery)],
  [
    'reReplaceAll',
    goFunction([STRING, STRING, STRING], ([pattern, replacement, value]) =>
      replacePattern(pattern as string, replacement as string, value as string),
    ),
  ],
  ['stringSlice', goFunction([STRING], (args) => new GoSlice(STRINGS, args), VARIADIC)],
  // Executions of a TemplateSet replace it: it needs their data.
  ['routeLabels', text(() => '')],
  ['date', goFunction([STRING, TIME], ([layout, time]) => (time as GoTime).format(layout as string))],
  ['tz', goFunction([STRING, TIME], ([name, time]) => inZone(name as string, time as GoTime))],
  ['humanizeDuration', goFunction([ANY], ([value]) => humanizeDuration(value))],
  ['toDate', goFunction([STRING, STRING], ([layout, value]) => toDate(layout as string, value as string))],
  ['mustToDate', goFunction([STRING, STRING], ([layout, value]) => parseTime(layout as string, value as string))],
  ['toJson', goFunction([ANY], ([value]) => marshalJson(value))],
  ['base64encode', text(encodeBase64Url)],
  ['base64decode', text(decodeBase64Url)],
  ['list', goFunction([ANY], (args) => new GoSlice(ANYS, args), VARIADIC)],
  [
    'append',
    goFunction([ANYS, ANY], ([list, ...more]) => new GoSlice(ANYS, [...(itemsOf(list) ?? []), ...more]), VARIADIC),
  ],
  ['dict', goFunction([ANY], dict, VARIADIC)],
];

/** The functions that notification templates have in Alertmanager 0.34. */
export function alertmanagerFunctions(environment: AlertmanagerEnvironment = {}): FunctionTable {
  const { nowMs = Date.now } = environment;
  const now = (): GoTime => GoTime.fromUnixMs(nowMs(), localZone());
  return new Map<string, GoFunction>([
    ...STATIC,
    ['now', goFunction([], now)],
    ['since', goFunction([TIME], ([time]) => goDuration(now().unixNs - (time as GoTime).unixNs))],
  ]);
}
