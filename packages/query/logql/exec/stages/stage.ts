import type { LineState } from './line-state.ts';
import type { NameTable } from './name-cell.ts';

/** One stage of a run: changes the line or its labels; false drops the line. Never throws for what stands in a line. */
export type RunningStage = (state: LineState) => boolean;

/** A checked and compiled stage; each run makes its own from it, because stages remember names and, with `distinct`, values. */
export type CompiledStage = (names: NameTable) => RunningStage;
