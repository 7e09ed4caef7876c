import { compileAnchored, type Labels, PetrelError } from '@petrel/model';
import {
  parseSeriesDescription,
  parseStartOffsets,
  type SequenceValue,
  type StartOffset,
} from '@petrel/query/promql/memory/series-description.ts';
import {
  DEFAULT_PARSE_OPTIONS,
  type ParseOptions,
  parseDuration,
  parseExpr,
  parseNumber,
  unquote,
} from '@petrel/query/promql/parse/index.ts';

/** One series of a load block: value i stands at i · stepMs. */
export interface LoadedSeries {
  readonly labels: Labels;
  readonly values: readonly SequenceValue[];
  /** Offsets relative to the samples' times, as many as values. */
  readonly startOffsetsMs?: readonly StartOffset[];
}

export interface ClearCommand {
  readonly kind: 'clear';
  readonly line: number;
}

export interface LoadCommand {
  readonly kind: 'load';
  readonly line: number;
  readonly stepMs: number;
  /** Also make native histograms with custom buckets of the classic ones. */
  readonly withNhcb: boolean;
  readonly series: readonly LoadedSeries[];
}

/** How a message must look: any, equal after trimming, or matching an unanchored RE2. */
export type MessageExpectation =
  | { readonly match: 'any' }
  | { readonly match: 'msg'; readonly text: string }
  | { readonly match: 'regex'; readonly pattern: string; readonly test: (text: string) => boolean };

export interface ExpectedSeries {
  readonly labels: Labels;
  readonly values: readonly SequenceValue[];
}

export interface Expectations {
  readonly ordered: boolean;
  readonly fail?: MessageExpectation;
  readonly warns: readonly MessageExpectation[];
  readonly infos: readonly MessageExpectation[];
  readonly noWarn: boolean;
  readonly noInfo: boolean;
  /** In the order of the lines; the labels are distinct. */
  readonly series: readonly ExpectedSeries[];
  readonly scalar?: number;
  readonly string?: string;
  /** The times of the expected values when the instant query gives a range vector. */
  readonly rangeVector?: { readonly startMs: number; readonly endMs: number; readonly stepMs: number };
}

export interface EvalCommand {
  readonly kind: 'eval';
  /** Of the head, from 1. */
  readonly line: number;
  readonly query: string;
  readonly time:
    | { readonly mode: 'instant'; readonly atMs: number }
    | { readonly mode: 'range'; readonly startMs: number; readonly endMs: number; readonly stepMs: number };
  readonly expect: Expectations;
}

export type Command = ClearCommand | LoadCommand | EvalCommand;

/** A script that is no script: names the line, from 1. */
export class ScriptError extends Error {
  constructor(
    readonly line: number,
    message: string,
    readonly query?: string,
  ) {
    super(query === undefined ? `line ${line}: ${message}` : `error in eval ${query} (line ${line}): ${message}`);
  }
}

/** Everything on, as the scripts of Prometheus assume. */
export const SCRIPT_PARSE_OPTIONS: ParseOptions = Object.freeze({
  ...DEFAULT_PARSE_OPTIONS,
  experimentalFunctions: true,
  durationExpressions: true,
  extendedRangeSelectors: true,
  fillModifiers: true,
});

/** Parses a promqltest script. Throws ScriptError; nothing has run then. */
export function parseScript(text: string): readonly Command[] {
  const lines = text.split('\n').map((line) => {
    const trimmed = line.trim();
    return trimmed.startsWith('#') ? '' : trimmed;
  });
  const commands: Command[] = [];
  for (let i = 0; i < lines.length; ) {
    const line = lines[i] as string;
    const word = (line.split(/\s+/, 1)[0] ?? '').toLowerCase();
    let blockEnd = i + 1;
    if (line !== '' && word !== 'clear') while (blockEnd < lines.length && lines[blockEnd] !== '') blockEnd++;
    const body = lines.slice(i + 1, blockEnd);
    if (word === 'clear') commands.push({ kind: 'clear', line: i + 1 });
    else if (word.startsWith('load')) commands.push(parseLoad(line, i + 1, body));
    else if (word.startsWith('eval')) commands.push(parseEval(line, i + 1, body));
    else if (line !== '') throw new ScriptError(i + 1, `invalid command ${JSON.stringify(line)}`);
    i = blockEnd;
  }
  return commands;
}

function parseLoad(head: string, line: number, body: readonly string[]): LoadCommand {
  const match = /^load(_with_nhcb)?\s+(\S+)$/.exec(head);
  if (match === null) throw new ScriptError(line, 'invalid load command. (load[_with_nhcb] <step:duration>)');
  const stepMs = durationOr(match[2] as string, (message) => {
    throw new ScriptError(line, `invalid step definition ${JSON.stringify(match[2])}: ${message}`);
  });
  const series = new Map<string, LoadedSeries>();
  let pending: { readonly key: string; readonly offsets: readonly StartOffset[]; readonly line: number } | undefined;
  body.forEach((text, i) => {
    const at = line + 1 + i;
    const start = splitStartLine(text);
    if (start !== undefined) {
      if (pending !== undefined) throw new ScriptError(pending.line, '@st line without a sample line behind it');
      const { labels } = attempt(at, () => parseSeriesDescription(start.metric));
      pending = { key: labels.key, offsets: attempt(at, () => parseStartOffsets(start.offsets)), line: at };
      return;
    }
    const { labels, values } = attempt(at, () => parseSeriesDescription(text));
    if (pending !== undefined && pending.key !== labels.key) {
      throw new ScriptError(at, '@st line and sample line name different series');
    }
    if (pending !== undefined && pending.offsets.length !== values.length) {
      throw new ScriptError(at, `${pending.offsets.length} start timestamps for ${values.length} samples`);
    }
    series.set(labels.key, { labels, values, ...(pending === undefined ? {} : { startOffsetsMs: pending.offsets }) });
    pending = undefined;
  });
  if (pending !== undefined)
    throw new ScriptError((pending as { line: number }).line, '@st line without a sample line behind it');
  return { kind: 'load', line, stepMs, withNhcb: match[1] !== undefined, series: [...series.values()] };
}

/** `metric{…}@st offsets`; the marker may also follow a bare name. */
function splitStartLine(text: string): { readonly metric: string; readonly offsets: string } | undefined {
  const match = /^((?:[^"'`{}\s]|\{(?:[^"'`}]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)*\})*)@st(?:\s+(.*))?$/.exec(
    text,
  );
  return match === null ? undefined : { metric: match[1] as string, offsets: match[2] ?? '' };
}

const INSTANT = /^eval(?:_(fail|warn|info|ordered))?\s+instant\s+at\s+(\S+)\s+(.+)$/;
const RANGE = /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)\s+(.+)$/;

function parseEval(head: string, line: number, body: readonly string[]): EvalCommand {
  const instant = INSTANT.exec(head);
  const range = instant === null ? RANGE.exec(head) : null;
  const match = instant ?? range;
  if (match === null) {
    throw new ScriptError(
      line,
      'invalid evaluation command (eval instant at <time> <query>, eval range from <start> to <end> step <step> <query>)',
    );
  }
  const query = match.at(-1) as string;
  const time = (text: string | undefined, what: string): number =>
    durationOr(text ?? '', (message) => {
      throw new ScriptError(line, `invalid ${what} definition ${JSON.stringify(text)}: ${message}`, query);
    });
  let when: EvalCommand['time'];
  if (instant !== null) when = { mode: 'instant', atMs: time(instant[2], 'timestamp') };
  else {
    const startMs = time(match[2], 'start timestamp');
    const endMs = time(match[3], 'end timestamp');
    if (endMs < startMs) {
      const times = `end timestamp (${match[3]}) is before start timestamp (${match[2]})`;
      throw new ScriptError(line, `invalid test definition, ${times}`, query);
    }
    when = { mode: 'range', startMs, endMs, stepMs: time(match[4], 'step') };
    if (when.stepMs <= 0) throw new ScriptError(line, 'invalid step definition, it must be greater than 0', query);
  }
  try {
    parseExpr(query, SCRIPT_PARSE_OPTIONS);
  } catch (error) {
    if (error instanceof PetrelError) throw new ScriptError(line, error.message, query);
    throw error;
  }
  return { kind: 'eval', line, query, time: when, expect: parseExpectations(match[1], { line, query, when, body }) };
}

interface EvalBlock {
  readonly line: number;
  readonly query: string;
  readonly when: EvalCommand['time'];
  readonly body: readonly string[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function parseExpectations(legacy: string | undefined, block: EvalBlock): Expectations {
  const expect: Mutable<Expectations> & { warns: MessageExpectation[]; infos: MessageExpectation[] } = {
    ordered: legacy === 'ordered',
    warns: legacy === 'warn' ? [{ match: 'any' }] : [],
    infos: legacy === 'info' ? [{ match: 'any' }] : [],
    noWarn: false,
    noInfo: false,
    series: [],
  };
  if (legacy === 'fail') expect.fail = { match: 'any' };
  const series = new Map<string, ExpectedSeries>();
  for (const [i, text] of block.body.entries()) {
    const line = block.line + 1 + i;
    const fail = (message: string): never => {
      throw new ScriptError(line, message, block.query);
    };
    if (/^expect\s/.test(text) || text === 'expect') {
      expectLine(text, expect, block, fail);
      continue;
    }
    const old = legacy === 'fail' ? /^expected_fail_(message|regexp)\s+(.+)$/.exec(text) : null;
    if (old !== null) {
      const pattern = old[2] as string;
      expect.fail =
        old[1] === 'message' ? { match: 'msg', text: pattern } : regex(pattern, fail, 'expected_fail_regexp');
      continue;
    }
    const number = parseSigned(text);
    if (number !== undefined) {
      expect.scalar = number;
      break;
    }
    const { labels, values } = attempt(line, () => parseSeriesDescription(text), block.query);
    if (block.when.mode === 'instant' && values.length > 1 && expect.rangeVector === undefined) {
      fail('expecting multiple values in instant evaluation not allowed');
    }
    series.set(labels.key, { labels, values });
  }
  expect.series = [...series.values()];
  return expect;
}

function expectLine(
  text: string,
  expect: Mutable<Expectations> & { warns: MessageExpectation[]; infos: MessageExpectation[] },
  block: EvalBlock,
  fail: (message: string) => never,
): void {
  if (/^expect\s+string\b/.test(text)) {
    const literal = text.replace(/^expect\s+string/, '').trim();
    if (literal === '') fail('expected string literal not valid - a quoted string literal is required');
    const value = unquote(literal);
    if (value === undefined) fail('expected string literal not valid - check that the string is correctly quoted');
    expect.string = value as string;
    return;
  }
  if (/^expect\s+range\b/.test(text)) {
    const match = /^expect\s+range\s+vector\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)$/.exec(text);
    if (match === null || block.when.mode !== 'instant')
      fail(`invalid range vector definition ${JSON.stringify(text)}`);
    const [startMs, endMs, stepMs] = (match as RegExpExecArray).slice(1).map((part) => durationOr(part, fail)) as [
      number,
      number,
      number,
    ];
    expect.rangeVector = { startMs, endMs, stepMs };
    return;
  }
  const match = /^expect\s+(ordered|fail|warn|no_warn|info|no_info)(?:\s+(regex|msg):(.+))?$/.exec(text);
  if (match === null) fail('invalid expect statement, must match `expect <type> <match_type>: <string>` format');
  const [, kind, how, rest] = match;
  const content = (rest ?? '').trim();
  const message: MessageExpectation =
    how === undefined ? { match: 'any' } : how === 'msg' ? { match: 'msg', text: content } : regex(content, fail, text);
  if (kind === 'ordered') expect.ordered = true;
  else if (kind === 'fail') {
    if (expect.fail !== undefined && block.body.filter((l) => /^expect\s+fail\b/.test(l)).length > 1) {
      fail('invalid expect lines, multiple expect fail lines are not allowed');
    }
    expect.fail = message;
  } else if (kind === 'warn') expect.warns.push(message);
  else if (kind === 'info') expect.infos.push(message);
  else if (kind === 'no_warn') expect.noWarn = true;
  else expect.noInfo = true;
  if (expect.noWarn && expect.warns.length > 0) fail('invalid expect lines, warn and no_warn cannot be used together');
  if (expect.noInfo && expect.infos.length > 0) fail('invalid expect lines, info and no_info cannot be used together');
}

function regex(pattern: string, fail: (message: string) => never, where: string): MessageExpectation {
  try {
    return { match: 'regex', pattern, test: compileAnchored(`.*(?:${pattern}).*`) };
  } catch (error) {
    return fail(`invalid regexp '${pattern}' for ${where}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parseSigned(text: string): number | undefined {
  const parsed = parseNumber(text.replace(/^[+-]/, ''));
  if ('error' in parsed) return undefined;
  return text.startsWith('-') ? -parsed.value : parsed.value;
}

function durationOr(text: string, fail: (message: string) => never): number {
  const parsed = parseDuration(text);
  return 'error' in parsed ? fail(parsed.error) : parsed.value;
}

function attempt<T>(line: number, parse: () => T, query?: string): T {
  try {
    return parse();
  } catch (error) {
    throw new ScriptError(line, error instanceof Error ? error.message : String(error), query);
  }
}
