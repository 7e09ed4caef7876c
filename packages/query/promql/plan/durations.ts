import { PetrelError } from '@petrel/model';
import type { DurationExpr, DurationValue } from '../parse/ast.ts';

/** What `step()` and `range()` stand for in a duration expression: those of the whole query, in milliseconds. */
export interface QuerySpan {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** The duration in milliseconds. Rejects what is not a number or too large for a duration. */
export function resolveDuration(duration: DurationValue, span: QuerySpan): number {
  if (typeof duration === 'number') return duration;
  const seconds = evalSeconds(duration, span);
  if (Number.isNaN(seconds)) throw new PetrelError('PROMQL_EXEC', 'duration is NaN');
  if (!Number.isFinite(seconds)) throw new PetrelError('PROMQL_EXEC', 'duration is infinite');
  if (Math.abs(seconds) * 1000 > 2 ** 63 / 1e6) throw new PetrelError('PROMQL_EXEC', 'duration out of range');
  return Math.round(seconds * 1000);
}

/** As `resolveDuration`, for ranges and steps, which must be positive. */
export function resolvePositiveDuration(duration: DurationValue, span: QuerySpan): number {
  const ms = resolveDuration(duration, span);
  if (ms <= 0) throw new PetrelError('PROMQL_EXEC', 'duration must be greater than 0');
  return ms;
}

function evalSeconds(expr: DurationExpr, span: QuerySpan): number {
  switch (expr.kind) {
    case 'durationNumber':
      return expr.seconds;
    case 'durationUnary': {
      const value = evalSeconds(expr.expr, span);
      return expr.op === '-' ? -value : value;
    }
    case 'durationCall':
      return evalCall(expr.func, expr.args, span);
    case 'durationBinary': {
      const a = evalSeconds(expr.lhs, span);
      const b = evalSeconds(expr.rhs, span);
      switch (expr.op) {
        case '+':
          return a + b;
        case '-':
          return a - b;
        case '*':
          return a * b;
        case '/':
          if (b === 0) throw new PetrelError('PROMQL_EXEC', 'division by zero');
          return a / b;
        case '%':
          if (b === 0) throw new PetrelError('PROMQL_EXEC', 'modulo by zero');
          return a % b;
        case '^':
          return a ** b;
      }
    }
  }
}

function evalCall(
  func: 'step' | 'range' | 'min_of' | 'max_of',
  args: readonly DurationExpr[],
  span: QuerySpan,
): number {
  switch (func) {
    case 'step':
      return span.stepMs / 1000;
    case 'range':
      return (span.endMs - span.startMs) / 1000;
    case 'min_of':
      return Math.min(...args.map((arg) => evalSeconds(arg, span)));
    case 'max_of':
      return Math.max(...args.map((arg) => evalSeconds(arg, span)));
  }
}
