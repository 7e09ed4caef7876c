import type { MatchType } from '@petrel/model';
import type { ExtractedField, LabelAssignment, LabelChoice, Stage } from './ast.ts';
import { patternParserMistake, regexpParserMistake } from './extraction-checks.ts';
import { parseLabelFilter } from './label-filter.ts';
import { RANGE_FUNCTION_OF, VECTOR_OPERATOR_OF } from './lexer.ts';
import { atLineFilter, parseLineFilter } from './line-filter.ts';
import { stringMatcher } from './selector.ts';
import type { TokenStream } from './token-stream.ts';

/** Operators that make a matcher of a name in `drop` and `keep`. */
const MATCH_OPERATORS: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~']);

/**
 * All stages that follow. Ends before `| unwrap` and before a pipe with a function behind it (`| rate(…`), which are the caller's; whatever else is behind a
 * pipe must be a stage.
 */
export function parsePipeline(tokens: TokenStream): readonly Stage[] {
  const stages: Stage[] = [];
  for (;;) {
    if (atLineFilter(tokens)) stages.push(parseLineFilter(tokens));
    else if (tokens.at('|') && !endsPipeline(tokens.peekSecond().type)) stages.push(parseStage(tokens));
    else return Object.freeze(stages);
  }
}

function endsPipeline(type: string): boolean {
  return type === 'unwrap' || isFunctionType(type);
}

/** Whether a token is the name of an aggregation with its parenthesis (or grouping) behind it. */
export function isFunctionType(type: string): boolean {
  return RANGE_FUNCTION_OF.has(type) || VECTOR_OPERATOR_OF.has(type);
}

/** The next token is the pipe. */
function parseStage(tokens: TokenStream): Stage {
  const { start } = tokens.take();
  const stage = stageBody(tokens, start);
  return Object.freeze({ ...stage, range: tokens.rangeFrom(start) }) as Stage;
}

/** `Omit` of each member by itself. */
type Bare<T> = T extends unknown ? Omit<T, 'range'> : never;

function stageBody(tokens: TokenStream, start: number): Bare<Stage> {
  switch (tokens.peek().type) {
    case 'json':
      tokens.take();
      return { kind: 'json', fields: parseFields(tokens) };
    case 'logfmt':
      return parseLogfmt(tokens);
    case 'regexp':
    case 'pattern':
      return parsePatterned(tokens, start);
    case 'unpack':
      tokens.take();
      return { kind: 'unpack' };
    case 'decolorize':
      tokens.take();
      return { kind: 'decolorize' };
    case 'line_format':
      tokens.take();
      return { kind: 'lineFormat', template: tokens.expect('STRING').text };
    case 'label_format':
      tokens.take();
      return { kind: 'labelFormat', assignments: parseList(tokens, parseAssignment) };
    case 'drop':
    case 'keep': {
      const kind = tokens.take().type as 'drop' | 'keep';
      return { kind, labels: parseList(tokens, parseChoice) };
    }
    case 'IDENTIFIER':
      // `distinct` is a word only where a name follows, which no condition has.
      if (tokens.peek().text === 'distinct' && tokens.peekSecond().type === 'IDENTIFIER') {
        tokens.take();
        return { kind: 'distinct', labels: parseList(tokens, (t) => t.expect('IDENTIFIER').text) };
      }
      return { kind: 'labelFilter', filter: parseLabelFilter(tokens) };
    case '(':
      return { kind: 'labelFilter', filter: parseLabelFilter(tokens) };
    default:
      return tokens.fail();
  }
}

function parseList<T>(tokens: TokenStream, parseOne: (tokens: TokenStream) => T): readonly T[] {
  const list: T[] = [];
  do list.push(parseOne(tokens));
  while (tokens.accept(',') !== undefined);
  return Object.freeze(list);
}

function parseFields(tokens: TokenStream): readonly ExtractedField[] {
  return tokens.at('IDENTIFIER') ? parseList(tokens, parseField) : Object.freeze([]);
}

function parseField(tokens: TokenStream): ExtractedField {
  const { text: name } = tokens.expect('IDENTIFIER');
  const path = tokens.accept('=') === undefined ? name : tokens.expect('STRING').text;
  return Object.freeze({ name, path });
}

function parseLogfmt(tokens: TokenStream): Bare<Stage> {
  tokens.take();
  const flags = new Set<string>();
  while (tokens.at('FUNCTION_FLAG')) flags.add(tokens.take().text);
  const fields = parseFields(tokens);
  return { kind: 'logfmt', strict: flags.has('--strict'), keepEmpty: flags.has('--keep-empty'), fields };
}

function parsePatterned(tokens: TokenStream, start: number): Bare<Stage> {
  const kind = tokens.take().type as 'regexp' | 'pattern';
  const { text: pattern } = tokens.expect('STRING');
  const mistake = kind === 'regexp' ? regexpParserMistake(pattern) : patternParserMistake(pattern);
  if (mistake !== undefined) tokens.refuse(tokens.rangeFrom(start), `invalid ${kind} parser: ${mistake}`);
  return { kind, pattern };
}

function parseAssignment(tokens: TokenStream): LabelAssignment {
  const { text: name } = tokens.expect('IDENTIFIER');
  tokens.expect('=');
  const label = tokens.accept('IDENTIFIER');
  const source =
    label === undefined
      ? ({ kind: 'template', text: tokens.expect('STRING', 'IDENTIFIER or STRING').text } as const)
      : ({ kind: 'label', name: label.text } as const);
  return Object.freeze({ name, source: Object.freeze(source) });
}

function parseChoice(tokens: TokenStream): LabelChoice {
  const { text: name, start } = tokens.expect('IDENTIFIER');
  if (!MATCH_OPERATORS.has(tokens.peek().type)) return Object.freeze({ name });
  const type = tokens.take().type as MatchType;
  return Object.freeze({ name, matcher: stringMatcher(tokens, { name, type, start }) });
}
