import { TemplateError } from '@petrel/template';
import type { LabelAssignment } from '../../parse/ast.ts';
import { ERROR_LABEL } from './error-labels.ts';
import type { LineState } from './line-state.ts';
import { LineTemplate } from './line-template.ts';
import type { CompiledStage } from './stage.ts';
import { stageError } from './stage-error.ts';

/** `| line_format "…"`. A template that fails leaves the line as it was, and an error. Throws LOGQL_PARSE. */
export function compileLineFormat(text: string): CompiledStage {
  const template = lineTemplate(text);
  return (names) => {
    const run = template.bind(names);
    return (state) => {
      const line = attempt(state, () => run(state));
      if (line !== undefined) state.line = line;
      return true;
    };
  };
}

/** The template of a line_format stage. Throws LOGQL_PARSE. */
export function lineTemplate(text: string): LineTemplate {
  return checked('line', text, (message) => `invalid line template: ${message}`);
}

/** The template of a label_format stage. Throws LOGQL_PARSE. */
export function labelTemplate(name: string, text: string): LineTemplate {
  return checked('label', text, (message) => `invalid template for label '${name}': ${message}`);
}

/** `| label_format a=b, c="…"`. Templates see the labels as they were before the first of them; renaming takes effect at once. Throws LOGQL_PARSE. */
export function compileLabelFormat(assignments: readonly LabelAssignment[]): CompiledStage {
  checkNames(assignments);
  const compiled = assignments.map(({ name, source }) => ({
    name,
    source: source.kind === 'label' ? source.name : labelTemplate(name, source.text),
  }));
  return (names) => {
    const steps = compiled.map(({ name, source }) => ({
      cell: names.pinned(name),
      rename: typeof source === 'string' ? names.pinned(source) : undefined,
      run: typeof source === 'string' ? undefined : source.bind(names),
    }));
    const templates = steps.filter(({ run }) => run !== undefined).length;
    return (state) => {
      // A single template can read the labels where they stand.
      let values: ReadonlyMap<string, string> | undefined;
      for (const { cell, rename, run } of steps) {
        if (rename !== undefined) {
          const value = state.read(rename);
          if (value === undefined) continue;
          state.set(cell, value);
          state.drop(rename);
        } else if (run !== undefined) {
          if (templates > 1) values ??= state.values();
          const value = attempt(state, () => run(state, values));
          if (value !== undefined) state.set(cell, value);
        }
      }
      return true;
    };
  };
}

function checkNames(assignments: readonly LabelAssignment[]): void {
  const seen = new Set<string>();
  for (const { name } of assignments) {
    if (name === ERROR_LABEL) throw stageError(`${name} cannot be formatted`);
    if (seen.has(name)) throw stageError(`multiple label name '${name}' not allowed in a single format operation`);
    seen.add(name);
  }
}

function attempt(state: LineState, run: () => string): string | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    state.error = 'TemplateFormatErr';
    state.errorDetails = error.message;
    return undefined;
  }
}

function checked(name: string, text: string, describe: (message: string) => string): LineTemplate {
  try {
    return new LineTemplate(name, text);
  } catch (error) {
    if (error instanceof TemplateError) throw stageError(describe(error.message));
    throw error;
  }
}
