import type { CompiledStage } from './stage.ts';

/** `| distinct a, b`: as Loki has it, each label for itself: a line goes where a label is missing or has a value that was there before. */
export function compileDistinct(labels: readonly string[]): CompiledStage {
  return (names) => {
    const seen = labels.map((name) => ({ cell: names.pinned(name), values: new Set<string>() }));
    return (state) => {
      for (const { cell, values } of seen) {
        const value = state.read(cell);
        if (value === undefined || values.has(value)) return false;
        values.add(value);
      }
      return true;
    };
  };
}
