/**
 * Inhibition: rules and alerts enter, the answer which alert keeps another from being notified leaves. The configuration reads the rules, the engine
 * feeds and asks the Inhibitor.
 */
export type { InhibitRule, InhibitSource } from './inhibit-rule.ts';
export type { Inhibition } from './inhibitor.ts';
export { Inhibitor } from './inhibitor.ts';
export { inhibitRule } from './rule-section.ts';
