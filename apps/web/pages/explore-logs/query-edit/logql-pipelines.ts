import type { ScannedToken } from './logql-scan.ts';
import { scanLogql, unquoteLogql } from './logql-scan.ts';

/** `name="value"` in a selector or a label filter. */
export interface ScannedMatcher {
  readonly name: string;
  readonly op: string;
  readonly value: string | undefined;
  readonly from: number;
  readonly to: number;
}

export interface ScannedStage {
  /** A line filter's operator, or the word behind the bar: `json`, `drop`, or a label's name. */
  readonly head: string;
  readonly from: number;
  readonly to: number;
  readonly tokens: readonly ScannedToken[];
}

/** `{…}` and the stages behind it that see lines: what follows an unwrap or a range is not of them. */
export interface ScannedPipeline {
  /** Offset of `{`, and of what follows `}`. */
  readonly from: number;
  readonly braceTo: number;
  readonly matchers: readonly ScannedMatcher[];
  readonly stages: readonly ScannedStage[];
  /** Where the first stage stands, or would stand. */
  readonly stagesFrom: number;
  /** Where one more stage is put in. */
  readonly to: number;
}

const LINE_OPS: ReadonlySet<string> = new Set(['|=', '|~', '|>', '!=', '!~', '!>']);
const BARE_PARSERS: ReadonlySet<string> = new Set(['json', 'logfmt', 'unpack', 'decolorize']);
const ASSIGNMENTS: ReadonlySet<string> = new Set(['=', '==', '=~', '!=', '!~']);

export function isLineFilter(stage: ScannedStage): boolean {
  return LINE_OPS.has(stage.head);
}

/** Every log selector of a query with its stages; also of a query that is not finished. */
export function scanPipelines(text: string): readonly ScannedPipeline[] {
  const tokens = scanLogql(text);
  const found: ScannedPipeline[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const open = tokens[i] as ScannedToken;
    if (open.text !== '{' || open.kind !== 'operator') continue;
    const close = tokens.findIndex((token, k) => k > i && token.text === '}' && token.kind === 'operator');
    if (close < 0) break;
    const begin = afterEarlyRange(tokens, close + 1);
    const stagesFrom = (tokens[begin - 1] as ScannedToken).to;
    const { stages, next } = scanStages(tokens, begin);
    found.push({
      from: open.from,
      braceTo: (tokens[close] as ScannedToken).to,
      matchers: matchersOf(tokens.slice(i + 1, close)),
      stages,
      stagesFrom,
      to: stages.at(-1)?.to ?? stagesFrom,
    });
    i = next - 1;
  }
  return found;
}

/** `name="value"`, one after another. */
export function matchersOf(tokens: readonly ScannedToken[]): readonly ScannedMatcher[] {
  const found: ScannedMatcher[] = [];
  for (let i = 0; i + 2 < tokens.length; i++) {
    const [name, op, value] = tokens.slice(i, i + 3) as [ScannedToken, ScannedToken, ScannedToken];
    if (name.kind !== 'word' || !ASSIGNMENTS.has(op.text) || value.kind !== 'string') continue;
    found.push({ name: name.text, op: op.text, value: unquoteLogql(value.text), from: name.from, to: value.to });
  }
  return found;
}

/** The index of the first stage's token: a range (and its offset) may stand before the stages, `{…}[5m] |= "x"`, and then all of them stand behind it. */
function afterEarlyRange(tokens: readonly ScannedToken[], start: number): number {
  if (tokens[start]?.text !== '[') return start;
  let at = tokens.findIndex((token, i) => i > start && token.text === ']') + 1;
  if (at === 0) return start;
  if (tokens[at]?.text === 'offset') {
    at++;
    while (tokens[at]?.text === '-' || tokens[at]?.kind === 'number') at++;
  }
  return at < tokens.length && beginsStage(tokens, at) ? at : start;
}

function scanStages(
  tokens: readonly ScannedToken[],
  start: number,
): { readonly stages: readonly ScannedStage[]; readonly next: number } {
  const stages: ScannedStage[] = [];
  let i = start;
  while (i < tokens.length && beginsStage(tokens, i) && !leavesLines(tokens, i)) {
    let end = i + 1;
    let depth = 0;
    while (end < tokens.length) {
      const { text, kind } = tokens[end] as ScannedToken;
      if (kind === 'operator' && text === '(') depth++;
      if (kind === 'operator' && text === ')') depth--;
      if (depth < 0 || (depth === 0 && (text === '[' || text === 'offset' || beginsStage(tokens, end)))) break;
      end++;
    }
    const own = tokens.slice(i, end);
    const [first, second] = own as [ScannedToken, ScannedToken | undefined];
    stages.push({
      head: first.text === '|' ? (second?.text ?? '') : first.text,
      from: first.from,
      to: (own.at(-1) as ScannedToken).to,
      tokens: own,
    });
    i = end;
  }
  return { stages, next: Math.max(i, start) };
}

/** `!=` and `!~` behind a label's name compare it; behind anything else they begin a line filter. */
function beginsStage(tokens: readonly ScannedToken[], i: number): boolean {
  const token = tokens[i] as ScannedToken;
  if (token.kind !== 'operator') return false;
  if (token.text === '|') return true;
  if (!LINE_OPS.has(token.text)) return false;
  if (token.text.startsWith('|') || token.text === '!>') return true;
  const before = tokens[i - 1];
  if (before?.kind !== 'word' || BARE_PARSERS.has(before.text)) return true;
  return tokens[i - 2]?.text === '=';
}

/** `| unwrap x` and the postfix form `| quantile_over_time(0.99, [5m])`. */
function leavesLines(tokens: readonly ScannedToken[], i: number): boolean {
  const [bar, word, after] = tokens.slice(i, i + 3);
  if (bar?.text !== '|') return false;
  return word?.text === 'unwrap' || (word?.kind === 'word' && after?.text === '(' && word.text !== 'ip');
}
