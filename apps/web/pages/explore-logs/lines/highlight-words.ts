import type { LogLanguage } from '@petrel/api/contract/logs.ts';
import { isLineFilter, scanPipelines } from '../query-edit/logql-pipelines.ts';
import { unquoteLogql } from '../query-edit/logql-scan.ts';

/** A text that the query looks for. */
export interface Needle {
  readonly text: string;
  readonly ignoreCase: boolean;
}

export interface Segment {
  readonly text: string;
  readonly hit: boolean;
}

const MAX_NEEDLES = 32;

/** The words that a query's lines must contain: operands of line filters, free text of KQL and Lucene. */
export function needlesOf(language: LogLanguage, query: string): readonly Needle[] {
  const found = language === 'logql' ? logqlNeedles(query) : freeText(query);
  return found.filter(({ text }) => text.trim() !== '').slice(0, MAX_NEEDLES);
}

/** Cuts a text where needles stand in it; the segments make it up. */
export function segmentsOf(text: string, needles: readonly Needle[]): readonly Segment[] {
  const hits = hitsIn(text, needles);
  const segments: Segment[] = [];
  let at = 0;
  for (const [from, to] of hits) {
    if (from > at) segments.push({ text: text.slice(at, from), hit: false });
    segments.push({ text: text.slice(from, to), hit: true });
    at = to;
  }
  if (at < text.length || segments.length === 0) segments.push({ text: text.slice(at), hit: false });
  return segments;
}

function hitsIn(text: string, needles: readonly Needle[]): readonly (readonly [number, number])[] {
  const lower = text.toLowerCase();
  // Folding may change the length of a text, and then places do not agree.
  const foldable = lower.length === text.length;
  const hits: [number, number][] = [];
  for (const needle of needles) {
    const fold = needle.ignoreCase && foldable;
    const sought = fold ? needle.text.toLowerCase() : needle.text;
    const where = fold ? lower : text;
    for (let at = where.indexOf(sought); at >= 0; at = where.indexOf(sought, at + sought.length)) {
      hits.push([at, at + sought.length]);
    }
  }
  hits.sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const hit of hits) {
    const last = merged.at(-1);
    if (last !== undefined && hit[0] <= last[1]) last[1] = Math.max(last[1], hit[1]);
    else merged.push(hit);
  }
  return merged;
}

function logqlNeedles(query: string): readonly Needle[] {
  return scanPipelines(query).flatMap(({ stages }) =>
    stages
      .filter((stage) => isLineFilter(stage) && stage.head.startsWith('|'))
      .flatMap((stage) =>
        stage.tokens.flatMap((token) => {
          const text = token.kind === 'string' ? unquoteLogql(token.text) : undefined;
          if (text === undefined) return [];
          if (stage.head === '|~') return literalsOf(text);
          if (stage.head === '|>') return text.split('<_>').map((part) => ({ text: part.trim(), ignoreCase: false }));
          return [{ text, ignoreCase: false }];
        }),
      ),
  );
}

/** The parts of a regular expression that stand for themselves. */
function literalsOf(pattern: string): readonly Needle[] {
  const ignoreCase = /^\(\?\w*i/.test(pattern);
  return pattern
    .replaceAll(/\(\?[^:)]*[:)]|\[[^\]]*\]|\\[A-Za-z]|(?:\\?.)[*?]|\{\d*,?\d*\}/g, '\0')
    .replaceAll(/\\(.)/g, '$1')
    .split(/[\0.^$|()+]/)
    .filter((part) => part.length >= 2)
    .map((text) => ({ text, ignoreCase }));
}

/** Words and phrases without a field's name, or of the message. */
function freeText(query: string): readonly Needle[] {
  const found: Needle[] = [];
  const pieces =
    /(?<negated>\b(?:not|NOT)\s+|[-!])?(?:(?<name>[\w@.*]+)\s*:\s*)?(?<value>"(?:[^"\\]|\\.)*"|[^\s():"]+)/g;
  // `duration > 100` and `[now-1h TO now]` look for no text.
  const plainQuery = query.replaceAll(/[\w@.]+\s*:?\s*(?:[<>]=?\s*("[^"]*"|\S+)|[[{][^\]}]*[\]}])/g, ' ');
  for (const { groups = {} } of plainQuery.matchAll(pieces)) {
    const { negated, name, value = '' } = groups;
    if (negated !== undefined || (name !== undefined && !['message', 'msg', 'line', 'body'].includes(name))) continue;
    if (/^(and|or|not|&&|\|\|)$/i.test(value)) continue;
    const plain = value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value;
    for (const text of plain.split('*')) found.push({ text, ignoreCase: true });
  }
  return found;
}
