import type { AgreementCase } from './agreement-case.ts';
import { GROUPING_CASES } from './grouping-cases.ts';
import { REPETITION_CASES } from './repetition-cases.ts';
import { SUPPRESSION_CASES } from './suppression-cases.ts';

export const ALL_CASES: readonly AgreementCase[] = [...GROUPING_CASES, ...SUPPRESSION_CASES, ...REPETITION_CASES];
