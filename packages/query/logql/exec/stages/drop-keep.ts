import type { LabelChoice } from '../../parse/ast.ts';
import { ERROR_DETAILS_LABEL, ERROR_LABEL, isErrorLabel } from './error-labels.ts';
import { checkedMatcher } from './label-filter.ts';
import type { LineState } from './line-state.ts';
import type { NameCell } from './name-cell.ts';
import type { CompiledStage } from './stage.ts';

/** `| drop a, b="c"`: labels go, those with a matcher where it matches; `__error__` among them. Throws LOGQL_PARSE. */
export function compileDrop(choices: readonly LabelChoice[]): CompiledStage {
  const compiled = choices.map(({ name, matcher }) => ({
    name: matcher?.name ?? name,
    matches: matcher === undefined ? undefined : checkedMatcher(matcher),
  }));
  return (names) => {
    const drops = compiled.map(({ name, matches }) => dropOf(names.pinned(name), matches));
    return (state) => {
      for (const drop of drops) drop(state);
      return true;
    };
  };
}

function dropOf(cell: NameCell, matches: ((value: string) => boolean) | undefined): (state: LineState) => void {
  if (cell.name === ERROR_LABEL) {
    return (state) => {
      if (matches === undefined || matches(state.error)) state.error = '';
    };
  }
  if (cell.name === ERROR_DETAILS_LABEL) {
    return (state) => {
      if (matches === undefined || matches(state.errorDetails)) state.errorDetails = '';
    };
  }
  return (state) => {
    const value = state.read(cell);
    if (matches === undefined ? value !== undefined : matches(value ?? '')) state.drop(cell);
  };
}

/** `| keep a, b="c"`: all other labels go, but not the errors. Throws LOGQL_PARSE. */
export function compileKeep(choices: readonly LabelChoice[]): CompiledStage {
  const kept = new Map<string, (value: string) => boolean>();
  for (const { name, matcher } of choices) {
    const label = matcher?.name ?? name;
    const before = kept.get(label);
    const matches = matcher === undefined ? () => true : checkedMatcher(matcher);
    kept.set(label, before === undefined ? matches : (value) => before(value) || matches(value));
  }
  return () => {
    const leaving: NameCell[] = [];
    return (state) => {
      leaving.length = 0;
      state.forEachLabel((cell, value) => {
        if (!isErrorLabel(cell.name) && kept.get(cell.name)?.(value) !== true) leaving.push(cell);
      });
      for (const cell of leaving) state.drop(cell);
      return true;
    };
  };
}
