import { isLegacyLabelName } from '@petrel/model';
import { isWellFormed } from './well-formed.ts';

/** How matchers and label names are read: `fallback` is Alertmanager's default today, `classic` and `utf8` its two strict modes. */
export type MatcherMode = 'fallback' | 'utf8' | 'classic';

/** Whether a label may have this name: any text that is not empty, in classic mode `[a-zA-Z_][a-zA-Z0-9_]*`. */
export function isValidLabelName(name: string, mode: MatcherMode = 'fallback'): boolean {
  return mode === 'classic' ? isLegacyLabelName(name) : name !== '' && isWellFormed(name);
}
