import type { RehearsalData, SweepData } from '@petrel/api/contract/alerting.ts';
import type { RehearsalDraft, RehearsalRange } from './data.ts';
import { Kept } from './kept.ts';
import { petrelRun } from './stream-run.ts';

/** The page's own rehearsal and sweep, and the files and the range that were given for it. */
export const rehearsal = petrelRun<RehearsalData>('rehearse');
export const sweep = petrelRun<SweepData>('rehearse/sweep');
export const lastRange = new Kept<RehearsalRange>({ from: '-1d', to: '' });
export const draft = new Kept<RehearsalDraft>({ rules: [], routing: undefined });
