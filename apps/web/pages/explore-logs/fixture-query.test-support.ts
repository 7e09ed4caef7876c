import type { LogLanguage } from '@petrel/api/contract/logs.ts';
import { compileMatcher } from '@petrel/model';
import type { KqlNode, Pattern } from '@petrel/query/kql/parse/index.ts';
import { parseSearch } from '@petrel/query/kql/parse/index.ts';
import type { LabelFilter, LogSelector, Stage } from '@petrel/query/logql/parse/ast.ts';
import { parseLogql } from '@petrel/query/logql/parse/index.ts';
import type { FixtureLine } from './fixture-lines.test-support.ts';
import { contentOf } from './lines/line-content.ts';
import { logqlName } from './query-edit/logql-edit.ts';

type Labels = Readonly<Record<string, string>>;

/** What a line has after the stages of a query; undefined where it does not pass. */
export type LineTest = (line: FixtureLine) => { readonly parsed: Labels; readonly all: Labels } | undefined;

/** A naive reading of the syntax tree: enough of both languages for what the page asks. Throws what the parsers throw. */
export function compileLines(query: string, language: LogLanguage): LineTest {
  if (query.trim() === '') return (line) => ({ parsed: {}, all: { ...line.stream, ...line.metadata } });
  if (language !== 'logql') {
    const { node } = parseSearch(query, language);
    return (line) => (holds(node, line) ? { parsed: {}, all: { ...line.stream, ...line.metadata } } : undefined);
  }
  const expr = parseLogql(query);
  if (expr.kind !== 'logSelector') throw new Error('only log selector is supported');
  return compileSelector(expr);
}

export function compileSelector(selector: LogSelector): LineTest {
  const matchers = selector.matchers.map((matcher) => ({ name: matcher.name, matches: compileMatcher(matcher) }));
  return (line) => {
    if (!matchers.every(({ name, matches }) => matches(line.stream[name] ?? ''))) return undefined;
    const parsed: Record<string, string> = {};
    for (const stage of selector.stages) {
      const all = { ...line.stream, ...line.metadata, ...parsed };
      if (!passes(stage, line, all, parsed)) return undefined;
    }
    return { parsed, all: { ...line.stream, ...line.metadata, ...parsed } };
  };
}

function passes(stage: Stage, line: FixtureLine, all: Labels, parsed: Record<string, string>): boolean {
  switch (stage.kind) {
    case 'lineFilter': {
      const positive = stage.op.startsWith('|');
      const test = (text: string): boolean => {
        if (stage.op.endsWith('~'))
          return compileMatcher({ name: '', type: '=~', value: `(?s).*(?:${text}).*` })(line.line);
        if (stage.op.endsWith('>')) return hasPattern(line.line, text);
        return line.line.includes(text);
      };
      return stage.alternatives.some(({ value }) => test(value)) === positive;
    }
    case 'json':
    case 'logfmt': {
      const content = contentOf(line);
      if (content.kind === stage.kind) {
        for (const { name, value } of content.fields) {
          const label = logqlName(name);
          parsed[line.stream[label] === undefined ? label : `${label}_extracted`] = value;
        }
      }
      return true;
    }
    case 'labelFilter':
      return labelHolds(stage.filter, all);
    default:
      return true;
  }
}

function labelHolds(filter: LabelFilter, all: Labels): boolean {
  switch (filter.kind) {
    case 'and':
      return labelHolds(filter.left, all) && labelHolds(filter.right, all);
    case 'or':
      return labelHolds(filter.left, all) || labelHolds(filter.right, all);
    case 'string':
      return compileMatcher(filter.matcher)(all[filter.matcher.name] ?? '');
    case 'ip':
      return true;
    default: {
      const value = Number(all[filter.name] ?? Number.NaN);
      const { op } = filter;
      if (op === '==') return value === filter.value;
      if (op === '!=') return value !== filter.value;
      if (op === '>') return value > filter.value;
      if (op === '>=') return value >= filter.value;
      return op === '<' ? value < filter.value : value <= filter.value;
    }
  }
}

function hasPattern(line: string, pattern: string): boolean {
  let at = 0;
  return pattern.split('<_>').every((part) => {
    const found = line.indexOf(part, at);
    at = found + part.length;
    return found >= 0;
  });
}

function holds(node: KqlNode, line: FixtureLine): boolean {
  switch (node.kind) {
    case 'all':
      return true;
    case 'and':
      return node.parts.every((part) => holds(part, line));
    case 'or':
      return node.parts.some((part) => holds(part, line));
    case 'not':
      return !holds(node.part, line);
    case 'match':
      return anyValue(line, node.field?.name, (value) =>
        value.toLowerCase().includes(String(node.value).toLowerCase()),
      );
    case 'phrase':
      return anyValue(line, node.field?.name, (value) => value.toLowerCase().includes(node.text.toLowerCase()));
    case 'wildcard':
      return anyValue(line, node.field?.name, (value) => wildcardHolds(value, node.pattern));
    case 'exists':
      return valuesOf(line, node.field.name).length > 0;
    case 'range':
      if (node.field?.name === '@timestamp') return true;
      return anyValue(line, node.field?.name, (value) =>
        node.bounds.every(({ op, value: bound }) => {
          const [a, b] = [Number(value), Number(bound)];
          return op === 'gt' ? a > b : op === 'gte' ? a >= b : op === 'lt' ? a < b : a <= b;
        }),
      );
    default:
      return true;
  }
}

function anyValue(line: FixtureLine, name: string | undefined, test: (value: string) => boolean): boolean {
  return name === undefined ? test(line.line) : valuesOf(line, name).some(test);
}

function valuesOf(line: FixtureLine, name: string): readonly string[] {
  const own = contentOf(line).fields.filter((field) => field.name === name);
  return [...own.map(({ value }) => value), line.metadata[name], line.stream[name]].filter(
    (value) => value !== undefined,
  );
}

function wildcardHolds(value: string, pattern: Pattern): boolean {
  let at = 0;
  return pattern.every((part) => {
    if (typeof part !== 'string') return true;
    const found = value.toLowerCase().indexOf(part.toLowerCase(), at);
    at = found + part.length;
    return found >= 0;
  });
}
