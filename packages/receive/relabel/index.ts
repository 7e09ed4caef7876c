/**
 * Relabelling: a chain of steps and a label set enter, the changed label set leaves, or nothing when a step dropped it.
 * Target discovery, scraping and forwarding call it; the configuration loader calls the validation.
 */
export type { Relabel } from './relabel.ts';
export { compileRelabel, hashMod } from './relabel.ts';
export { isValidLabelName, isValidTargetTemplate, validateRelabelConfig } from './validate.ts';
