import type { LineFilter, LineFilterOp, LineFilterOperand } from '../../parse/ast.ts';
import { compileIpMatcher, findIp } from './ip-matcher.ts';
import { PatternError, parseFilterPattern, testPattern } from './pattern-expression.ts';
import { stageError } from './stage-error.ts';
import { compileRegexTest, type TextTest } from './text-test.ts';

/** Whether a line passes `|= "a" or "b"` and its like. Throws LOGQL_PARSE for operands that are no expression, pattern or address. */
export function compileLineFilter({ op, alternatives }: Pick<LineFilter, 'op' | 'alternatives'>): TextTest {
  const tests = alternatives.map((operand) => compileOperand(op, operand));
  const [first, second] = tests;
  const any: TextTest =
    first !== undefined && second === undefined
      ? first
      : (line) => {
          for (const test of tests) if (test(line)) return true;
          return false;
        };
  return op.startsWith('!') ? (line) => !any(line) : any;
}

/** Whether one alternative stands in the line; the operator's negation is not in it. */
function compileOperand(op: LineFilterOp, { kind, value }: LineFilterOperand): TextTest {
  if (kind === 'ip') {
    if (op !== '|=' && op !== '!=') throw stageError('ip: invalid operation');
    const matches = compileIpMatcher(value);
    return (line) => findIp(line, matches);
  }
  switch (op) {
    case '|=':
    case '!=':
      return (line) => line.includes(value);
    case '|~':
    case '!~':
      return compileRegexTest(value);
    case '|>':
    case '!>': {
      const nodes = checkedPattern(value);
      return (line) => testPattern(nodes, line);
    }
  }
}

function checkedPattern(pattern: string): ReturnType<typeof parseFilterPattern> {
  try {
    return parseFilterPattern(pattern);
  } catch (error) {
    if (error instanceof PatternError) throw stageError(error.message);
    throw error;
  }
}
