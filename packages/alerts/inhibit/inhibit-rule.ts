import type { Labels, Matcher } from '@petrel/model';

/** While an alert that matches the source fires, alerts that match the target and agree with it in the `equal` labels are not notified. */
export interface InhibitRule {
  /** May be ''. */
  readonly name: string;
  readonly sourceMatchers: readonly Matcher[];
  readonly targetMatchers: readonly Matcher[];
  readonly isSource: (labels: Labels) => boolean;
  readonly isTarget: (labels: Labels) => boolean;
  /** A label that is missing on both sides is equal. */
  readonly equal: readonly string[];
  readonly line: number;
}
