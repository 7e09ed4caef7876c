import { MAX_TEXT_LENGTH } from '../print/sprint.ts';

/** What one execution may use up, templates that functions run on the side included. */
export interface ExecutionLimits {
  /** Characters of output, and of any text made on the way. Default 16 Mi. */
  readonly maxOutputLength: number;
  /** Statements, commands and rounds of `range`. Default 10 million: seconds of work. */
  readonly maxSteps: number;
}

/** Templates within templates and blocks within them: what a default stack of 1 MB carries. */
export const MAX_DEPTH = 1000;

export const DEFAULT_LIMITS: ExecutionLimits = Object.freeze({
  maxOutputLength: MAX_TEXT_LENGTH,
  maxSteps: 10_000_000,
});

/** The limits while they are used up. */
export class Budget {
  readonly maxOutputLength: number;
  readonly maxSteps: number;
  steps = 0;
  depth = 0;

  constructor(limits: Partial<ExecutionLimits> = {}) {
    this.maxOutputLength = limits.maxOutputLength ?? DEFAULT_LIMITS.maxOutputLength;
    this.maxSteps = limits.maxSteps ?? DEFAULT_LIMITS.maxSteps;
  }
}
