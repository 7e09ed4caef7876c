import { escapeQuery } from '../exec/escape-text.ts';
import { FunctionError } from '../template-error.ts';
import { goDuration } from '../time/duration.ts';
import { safeHtml } from '../values/content-types.ts';
import { ANY, STRING } from '../values/go-type.ts';
import {
  type FunctionTable,
  type GoFunction,
  type GoMap,
  GoSlice,
  type GoStruct,
  goFunction,
} from '../values/go-value.ts';
import { compareBytes } from '../values/utf8.ts';
import { toFloat } from './convert.ts';
import { parseDurationSeconds } from './duration-text.ts';
import { stripDomain, stripPort } from './hosts.ts';
import {
  humanize,
  humanize1024,
  humanizeDuration,
  humanizePercentage,
  humanizeTimestamp,
  timeOfSeconds,
} from './humanize.ts';
import { QUERY_RESULT, type QuerySample, queryResult, SAMPLE } from './query-sample.ts';
import { matchPattern, replacePattern } from './regexp.ts';
import { titleCase } from './title-case.ts';

/** What the functions of an expansion need to know of the outside. */
export interface PrometheusEnvironment {
  /** The evaluation time, milliseconds since 1970: `now`. */
  readonly nowMs: number;
  /** The server's own address, with its path prefix. */
  readonly externalUrl: string;
  /** The vector of an expression at the evaluation time; throws FunctionError where the query fails. */
  readonly query: (expression: string) => readonly QuerySample[];
}

const text = (call: (value: string) => unknown): GoFunction => goFunction([STRING], ([value]) => call(value as string));
const any = (call: (value: unknown) => unknown): GoFunction => goFunction([ANY], ([value]) => call(value));

function labelOf(sample: unknown, label: string): string {
  const { values } = present(sample);
  return ((values.Labels as GoMap).entries.get(label) as string | undefined) ?? '';
}

function present(sample: unknown): GoStruct {
  if (sample === null) throw new FunctionError('runtime error: invalid memory address or nil pointer dereference');
  return sample as GoStruct;
}

function first(result: unknown): unknown {
  const sample = (result as GoSlice | null)?.items[0];
  if (sample === undefined) throw new FunctionError('first() called on vector with no elements');
  return sample;
}

function sortByLabel(label: string, result: GoSlice): GoSlice {
  const sorted = [...result.items].sort((a, b) => compareBytes(labelOf(a, label), labelOf(b, label)));
  return new GoSlice(QUERY_RESULT, sorted);
}

function link(expression: string, tab: 0 | 1): string {
  return `/graph?g0.expr=${escapeQuery(expression)}&g0.tab=${tab}`;
}

function pathOf(url: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] ?? url;
}

/** The functions that templates of rules and consoles have in Prometheus 3, without `tmpl` of consoles. */
export function prometheusFunctions(environment: PrometheusEnvironment): FunctionTable {
  return new Map<string, GoFunction>([
    ...STATIC,
    ['query', text((expression) => queryResult(environment.query(expression)))],
    ['now', goFunction([], () => environment.nowMs / 1000)],
    ['pathPrefix', goFunction([], () => pathOf(environment.externalUrl))],
    ['externalURL', goFunction([], () => environment.externalUrl)],
  ]);
}

const STATIC: readonly (readonly [string, GoFunction])[] = [
  ['first', goFunction([QUERY_RESULT], ([result]) => first(result))],
  ['label', goFunction([STRING, SAMPLE], ([label, sample]) => labelOf(sample, label as string))],
  ['value', goFunction([SAMPLE], ([sample]) => present(sample).values.Value)],
  ['strvalue', goFunction([SAMPLE], ([sample]) => labelOf(sample, '__value__'))],
  [
    'sortByLabel',
    goFunction([STRING, QUERY_RESULT], ([label, result]) =>
      result === null ? result : sortByLabel(label as string, result as GoSlice),
    ),
  ],
  ['args', goFunction([ANY], (args) => new Map(args.map((arg, i) => [`arg${i}`, arg])), { variadic: true })],
  ['safeHtml', text(safeHtml)],
  ['match', goFunction([STRING, STRING], ([pattern, value]) => matchPattern(pattern as string, value as string))],
  [
    'reReplaceAll',
    goFunction([STRING, STRING, STRING], ([pattern, replacement, value]) =>
      replacePattern(pattern as string, replacement as string, value as string),
    ),
  ],
  ['title', text((value) => titleCase(value, { keepCase: true }))],
  ['toUpper', text((value) => value.toUpperCase())],
  ['toLower', text((value) => value.toLowerCase())],
  ['graphLink', text((expression) => link(expression, 0))],
  ['tableLink', text((expression) => link(expression, 1))],
  ['stripPort', text(stripPort)],
  ['stripDomain', text(stripDomain)],
  ['humanize', any(humanize)],
  ['humanize1024', any(humanize1024)],
  ['humanizeDuration', any(humanizeDuration)],
  ['humanizePercentage', any(humanizePercentage)],
  ['humanizeTimestamp', any(humanizeTimestamp)],
  ['toTime', any((value) => timeOfSeconds(toFloat(value)))],
  ['toDuration', any((value) => goDuration(nanoseconds(toFloat(value))))],
  ['parseDuration', text(parseDurationSeconds)],
  ['urlQueryEscape', text(escapeQuery)],
];

function nanoseconds(seconds: number): bigint {
  const ns = Math.trunc(seconds * 1e9);
  return Number.isFinite(ns) ? BigInt(ns) : -(1n << 63n);
}
