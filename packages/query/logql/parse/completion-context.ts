import type { Matcher, MatchType } from '@petrel/model';
import { Lexer, type Token } from './lexer.ts';

/**
 * - `labelName`, `labelValue`: of a stream selector; `matchOperator`: `=` and the like between them
 * - `stage`: behind a pipe; a field (for a condition) may stand there too, and in the postfix form a function
 * - `field`: a label of any kind, extracted ones too; `fieldOperator`: `=`, `>` …; `fieldValue`: what it is compared with
 * - `function`: a function, an aggregation, or a selector's brace
 * - `operator`: what was begun is complete: pipes, line filters, binary operators, commas and closing brackets
 * - `duration`: in `[…]` or behind `offset`
 * - `text`: nothing to offer: in a line filter, a template, an expression of a parser, a comment
 */
export type CompletionKind =
  | 'duration'
  | 'field'
  | 'fieldOperator'
  | 'fieldValue'
  | 'function'
  | 'labelName'
  | 'labelValue'
  | 'matchOperator'
  | 'operator'
  | 'stage'
  | 'text';

export interface CompletionContext {
  readonly kind: CompletionKind;
  /** What a completion replaces, in UTF-16 units: the word around the cursor, or what stands between the quotes. */
  readonly from: number;
  readonly to: number;
  /** Of `labelValue` and `fieldValue`: whose. */
  readonly label?: string;
  /** Of `labelValue` and `fieldValue`: the cursor stands between quotes already. */
  readonly quoted?: boolean;
  /** Of the selector around the cursor or last before it, those that are complete before the cursor. */
  readonly matchers: readonly Matcher[];
}

const MATCH_OPERATORS: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~']);
const FIELD_OPERATORS: ReadonlySet<string> = new Set([...MATCH_OPERATORS, '==', '>', '>=', '<', '<=']);
const LINE_OPERATORS: ReadonlySet<string> = new Set(['|=', '|~', '|>', '!=', '!~', '!>']);
const BINARY_OPERATORS: ReadonlySet<string> = new Set('+ - * / % ^ == != > >= < <= and or unless bool'.split(' '));
const NAME_LISTS: ReadonlySet<string> = new Set(
  'by without on ignoring group_left group_right BYTES_CONV DURATION_CONV DURATION_SECONDS_CONV'.split(' '),
);
/** Stages whose arguments are names. */
const NAME_STAGES: ReadonlySet<string> = new Set(['drop', 'keep', 'distinct', 'label_format', 'unwrap']);
const WORD = /^[\p{L}_][\p{L}\p{Nd}_]*/u;

/** A bracket that is open at the cursor, or the query itself. */
interface Frame {
  /** `{`, `(`, or '' for the query. */
  readonly open: string;
  /** The type of the token before the bracket. */
  readonly opener: string;
  /** What the stage begins with that the cursor is in; '' outside of a pipeline. */
  stage: string;
}

/** What may come at the cursor, an offset in UTF-16 units. Takes any text. */
export function completionContext(text: string, cursor: number): CompletionContext {
  const before = text.slice(0, cursor);
  const lexer = new Lexer(before);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token.type !== '$end'; token = lexer.next()) tokens.push(token);
  const matchers = matchersOf(tokens);
  const comment = lexer.comments.at(-1);
  const nothing: CompletionContext = { kind: 'text', from: cursor, to: cursor, matchers };
  if (comment?.to === cursor && !before.endsWith('*/')) return nothing;

  const last = tokens.at(-1);
  const unfinished = last?.type === 'error' && last.end === cursor ? (before[last.start] ?? '') : '';
  const typed = last?.end === cursor && (unfinished !== '' || isWordLike(last)) ? last : undefined;
  const context = contextAfter(typed === undefined ? tokens : tokens.slice(0, -1));
  if (typed === undefined) return { ...context, from: cursor, to: cursor, matchers };
  if (unfinished === '[') return { kind: 'duration', from: typed.start + 1, to: endOf(text, cursor, ']'), matchers };
  if (unfinished === '"' || unfinished === '`') {
    if (context.kind !== 'labelValue' && context.kind !== 'fieldValue') return nothing;
    return { ...context, quoted: true, from: typed.start + 1, to: endOf(text, cursor, unfinished), matchers };
  }
  const rest = /^[\p{L}\p{Nd}_]*/u.exec(text.slice(cursor))?.[0].length ?? 0;
  return { ...context, from: typed.start, to: cursor + rest, matchers };
}

function isWordLike({ type, text }: Token): boolean {
  return type === 'DURATION' || type === 'NUMBER' || (type !== 'STRING' && WORD.test(text));
}

/** The closing character on the same line, as long as nothing opens anew before it; else the cursor. */
function endOf(text: string, cursor: number, close: string): number {
  const rest = /^[^\n{}()[\],|]*/.exec(text.slice(cursor))?.[0] ?? '';
  const at = rest.indexOf(close);
  if (at >= 0) return cursor + at;
  return text[cursor + rest.length] === close ? cursor + rest.length : cursor;
}

function contextAfter(tokens: readonly Token[]): { kind: CompletionKind; label?: string } {
  const frame = frameAt(tokens);
  const last = tokens.at(-1);
  const type = last?.type ?? '';
  const name = tokens.at(-2)?.type === 'IDENTIFIER' ? tokens.at(-2)?.text : undefined;
  if (type === 'offset') return { kind: 'duration' };
  if (frame.open === '{') {
    if (type === '{' || type === ',') return { kind: 'labelName' };
    if (type === 'IDENTIFIER') return { kind: 'matchOperator' };
    if (MATCH_OPERATORS.has(type) && name !== undefined) return { kind: 'labelValue', label: name };
    return { kind: 'operator' };
  }
  if (frame.open === '(' && NAME_LISTS.has(frame.opener)) return { kind: opensItem(type) ? 'field' : 'operator' };
  if (frame.open === '(' && frame.opener === 'ip') return { kind: 'text' };
  if (type === '|') return { kind: 'stage' };
  if (frame.stage !== '') return contextInStage({ stage: frame.stage, type, name });
  if (type === '' || opensItem(type) || BINARY_OPERATORS.has(type)) return { kind: 'function' };
  return { kind: 'operator' };
}

interface StagePlace {
  readonly stage: string;
  /** Of the token before the cursor. */
  readonly type: string;
  /** The name before that token. */
  readonly name: string | undefined;
}

function contextInStage({ stage, type, name }: StagePlace): { kind: CompletionKind; label?: string } {
  if (stage === 'line') return { kind: LINE_OPERATORS.has(type) || type === 'or' ? 'text' : 'operator' };
  if (stage === 'filter') {
    if (FIELD_OPERATORS.has(type) && name !== undefined) return { kind: 'fieldValue', label: name };
    if (type === 'and' || type === 'or' || opensItem(type)) return { kind: 'field' };
    return { kind: type === 'IDENTIFIER' ? 'fieldOperator' : 'operator' };
  }
  if (
    NAME_STAGES.has(stage) &&
    (type === stage || (type === 'IDENTIFIER' && name === undefined && stage === 'distinct'))
  )
    return { kind: 'field' };
  if (NAME_STAGES.has(stage) && (type === ',' || (stage === 'label_format' && type === '='))) return { kind: 'field' };
  if ((stage === 'drop' || stage === 'keep') && MATCH_OPERATORS.has(type) && name !== undefined) {
    return { kind: 'fieldValue', label: name };
  }
  if (['regexp', 'pattern', 'line_format', '='].includes(type)) return { kind: 'text' };
  return { kind: 'operator' };
}

function opensItem(type: string): boolean {
  return type === '(' || type === ',';
}

/** Walks to the cursor, and says which bracket is the innermost open one and in which stage. */
function frameAt(tokens: readonly Token[]): Frame {
  const frames: Frame[] = [{ open: '', opener: '', stage: '' }];
  let previous = '';
  let beforePrevious = '';
  for (const { type, text } of tokens) {
    const frame = frames.at(-1) as Frame;
    if (type === '{' || type === '(') {
      // A parenthesis among conditions groups conditions; one behind a name or operator of a metric does not.
      const groups = type === '(' && (frame.stage === 'filter' || previous === '|') && previous !== 'ip';
      if (groups) frame.stage = 'filter';
      frames.push({ open: type, opener: previous, stage: groups ? 'filter' : '' });
    } else if (type === '}' || type === ')') {
      if (frames.length > 1) frames.pop();
      // A metric's own parentheses end whatever pipeline stood in them.
      if (type === ')' && frame.stage === '' && frame.opener !== 'ip') (frames.at(-1) as Frame).stage = '';
    } else if (frame.open === '{') {
      // Matchers: no stages in there.
    } else if (previous === '|') {
      frame.stage = type === 'IDENTIFIER' ? (text === 'distinct' ? 'distinct' : 'filter') : type;
    } else if (LINE_OPERATORS.has(type) && endsStage(frame, { previous, beforePrevious })) frame.stage = 'line';
    else if (type === 'RANGE') frame.stage = '';
    beforePrevious = previous;
    previous = type;
  }
  return frames.at(-1) as Frame;
}

/** Whether `!=` and `!~` begin a line filter here, and are no operator behind a name or between metrics. */
function endsStage(frame: Frame, { previous, beforePrevious }: { previous: string; beforePrevious: string }): boolean {
  if (previous === '}') return true;
  if (frame.stage === '') return false;
  const named = previous === 'IDENTIFIER' && ['filter', 'drop', 'keep'].includes(frame.stage);
  return !named || beforePrevious === 'unwrap';
}

function matchersOf(tokens: readonly Token[]): readonly Matcher[] {
  const open = tokens.findLastIndex(({ type }) => type === '{');
  const matchers: Matcher[] = [];
  for (let i = open + 1; open >= 0 && i + 2 < tokens.length && tokens[i]?.type !== '}'; i++) {
    const [name, operator, value] = tokens.slice(i, i + 3) as [Token, Token, Token];
    if (name.type !== 'IDENTIFIER' || !MATCH_OPERATORS.has(operator.type) || value.type !== 'STRING') continue;
    matchers.push({ type: operator.type as MatchType, name: name.text, value: value.text });
  }
  return matchers;
}
