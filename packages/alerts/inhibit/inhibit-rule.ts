import type { Labels, Matcher } from '@petrel/model';

/** One kind of alert that must fire for a rule to inhibit. */
export interface InhibitSource {
  readonly matchers: readonly Matcher[];
  readonly matches: (labels: Labels) => boolean;
  /** Labels in which the source and the inhibited alert agree; one that is missing on both sides is equal. */
  readonly equal: readonly string[];
}

/** While an alert that matches the source fires, alerts that match the target and agree with it in the `equal` labels are not notified. */
export interface InhibitRule {
  /** May be ''. */
  readonly name: string;
  /** Of the first source, which in most rules is the only one. */
  readonly sourceMatchers: readonly Matcher[];
  readonly targetMatchers: readonly Matcher[];
  /** Whether the labels are a source of the rule: the first one, or any of them. */
  readonly isSource: (labels: Labels) => boolean;
  readonly isTarget: (labels: Labels) => boolean;
  /** A label that is missing on both sides is equal. Of the first source. */
  readonly equal: readonly string[];
  /** All of these must fire; absent: one, of the fields above. */
  readonly sources?: readonly InhibitSource[];
  readonly line: number;
}
