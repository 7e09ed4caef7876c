/** Where a template failed: while it was read, or while it ran. */
export type TemplatePhase = 'parse' | 'execute';

export interface TemplateErrorDetails {
  readonly phase: TemplatePhase;
  /** The whole message, as Go writes it: `template: NAME:LINE:COL: executing "NAME" at <.X>: …`. */
  readonly message: string;
  /** Name of the template that was parsed or executing; '' is a name. */
  readonly templateName: string;
  /** 1-based line in the template's text; absent when the error has no place (`template "x" not defined` from outside). */
  readonly line?: number;
  /** 0-based byte offset in the line, as Go counts; absent for parse errors, which have lines only. */
  readonly column?: number;
}

/**
 * The only error that parsing and executing a template throw for what stands in the template or its data.
 * Anything else that escapes is a bug.
 */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly phase: TemplatePhase;
  readonly templateName: string;
  readonly line?: number;
  readonly column?: number;

  constructor(details: TemplateErrorDetails) {
    super(details.message);
    this.phase = details.phase;
    this.templateName = details.templateName;
    if (details.line !== undefined) this.line = details.line;
    if (details.column !== undefined) this.column = details.column;
  }

  /** The same error with text in front of its message: `error executing template x: …`. */
  prefixed(prefix: string): TemplateError {
    const { phase, templateName, line, column } = this;
    return new TemplateError({
      phase,
      templateName,
      message: `${prefix}${this.message}`,
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
    });
  }
}

/**
 * What a template function or method throws to fail: the executor adds the place and `error calling NAME: `.
 * Functions that callers register throw this, never TemplateError.
 */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
}
