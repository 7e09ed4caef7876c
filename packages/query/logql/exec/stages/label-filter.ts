import { compileMatcher } from '@petrel/model';
import { FunctionError, parseByteSize, parseFloatStrict, parseGoDuration } from '@petrel/template';
import type { LabelFilter, NumericOp } from '../../parse/ast.ts';
import { ERROR_LABEL } from './error-labels.ts';
import { compileIpMatcher, findIp } from './ip-matcher.ts';
import type { FilterTarget } from './line-state.ts';
import type { NameCell, NameTable } from './name-cell.ts';
import { stageError } from './stage-error.ts';

export type LabelTest = (target: FilterTarget) => boolean;

/**
 * A label filter, checked once and bound to the names of each run. A value that is no number keeps the line, with the error `LabelFilterErr` unless it
 * has one already; a label that is not there fails the comparison. Throws LOGQL_PARSE.
 */
export function compileLabelFilter(filter: LabelFilter): (names: NameTable) => LabelTest {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const left = compileLabelFilter(filter.left);
      const right = compileLabelFilter(filter.right);
      const combine = filter.kind === 'and' ? both : either;
      return (names) => combine(left(names), right(names));
    }
    case 'string':
      return stringFilter(filter);
    case 'ip':
      return ipFilter(filter);
    case 'number':
      return numberFilter(filter, parseFloatStrict);
    case 'duration':
      return numberFilter(filter, parseGoDuration);
    case 'bytes':
      return numberFilter(filter, parseByteSize);
  }
}

/** The right one is asked even where the left one fails: it may leave an error that keeps the line in an `or` around both. */
function both(left: LabelTest, right: LabelTest): LabelTest {
  return (target) => {
    const isLeft = left(target);
    return right(target) && isLeft;
  };
}

function either(left: LabelTest, right: LabelTest): LabelTest {
  return (target) => left(target) || right(target);
}

type Of<Kind extends LabelFilter['kind']> = Extract<LabelFilter, { kind: Kind }>;

function stringFilter({ matcher }: Of<'string'>): (names: NameTable) => LabelTest {
  const matches = checkedMatcher(matcher);
  if (matcher.name === ERROR_LABEL) return () => (target) => matches(target.error);
  return (names) => {
    const cell = names.pinned(matcher.name);
    if (matcher.type === '=') return (target) => (target.read(cell) ?? '') === matcher.value;
    return (target) => matches(target.read(cell) ?? '');
  };
}

/** A matcher's test. Throws LOGQL_PARSE for an expression that is none. */
export function checkedMatcher(matcher: Of<'string'>['matcher']): (value: string) => boolean {
  try {
    return compileMatcher(matcher);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('error parsing regexp')) throw stageError(error.message);
    throw error;
  }
}

function ipFilter({ name, op, value }: Of<'ip'>): (names: NameTable) => LabelTest {
  const matches = compileIpMatcher(value);
  return (names) => {
    const cell = names.pinned(name);
    return (target) => {
      // Lines with errors are for string filters to drop.
      if (target.error !== '') return true;
      const text = target.read(cell);
      return text !== undefined && findIp(text, matches) === (op === '=');
    };
  };
}

type Numeric = Of<'number' | 'duration' | 'bytes'>;

function numberFilter(filter: Numeric, parse: (text: string) => number): (names: NameTable) => LabelTest {
  const holds = comparison(filter.op, filter.value);
  return (names) => {
    const cell: NameCell = names.pinned(filter.name);
    return (target) => {
      const text = target.read(cell);
      if (text === undefined) return false;
      try {
        return holds(parse(text));
      } catch (error) {
        if (!(error instanceof FunctionError)) throw error;
        if (target.error === '') {
          target.error = 'LabelFilterErr';
          target.errorDetails = error.message;
        }
        return true;
      }
    };
  };
}

function comparison(op: NumericOp, limit: number): (value: number) => boolean {
  switch (op) {
    case '==':
      return (value) => value === limit;
    case '!=':
      return (value) => value !== limit;
    case '>':
      return (value) => value > limit;
    case '>=':
      return (value) => value >= limit;
    case '<':
      return (value) => value < limit;
    case '<=':
      return (value) => value <= limit;
  }
}
