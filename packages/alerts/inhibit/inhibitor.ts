import type { Alert, Labels } from '@petrel/model';
import { MatcherIndex } from '../matcher/matcher-index.ts';
import type { InhibitRule, InhibitSource } from './inhibit-rule.ts';
import { SourceBucket } from './source-bucket.ts';

/** Why an alert is not notified. */
export interface Inhibition {
  readonly rule: InhibitRule;
  /** Of the alert that inhibits: the smallest of those that do; with several `sources`, of the first. */
  readonly sourceFingerprint: string;
}

/** One source of one rule, with the alerts that are it, by their `equal` labels. */
interface Side {
  readonly rule: InhibitRule;
  readonly source: InhibitSource;
  readonly buckets: Map<string, SourceBucket>;
}

interface RuleSides {
  readonly rule: InhibitRule;
  readonly sides: readonly Side[];
}

/** Where an alert stands as a source. */
interface Membership {
  readonly side: Side;
  readonly key: string;
  readonly isTwoSided: boolean;
}

/**
 * Keeps the alerts that are sources of inhibition rules and tells which alert inhibits another. A source inhibits while its end lies in the future; one that
 * matches both sides of a rule does not inhibit an alert that does the same, so that no alert inhibits itself.
 */
export class Inhibitor {
  readonly #targets: MatcherIndex<RuleSides>;
  readonly #sources: MatcherIndex<Side>;
  readonly #memberships = new Map<string, readonly Membership[]>();

  constructor(rules: readonly InhibitRule[]) {
    const all = rules.map((rule): RuleSides => {
      const sources = rule.sources ?? [{ matchers: rule.sourceMatchers, matches: rule.isSource, equal: rule.equal }];
      return { rule, sides: sources.map((source) => ({ rule, source, buckets: new Map() })) };
    });
    this.#targets = new MatcherIndex(all, ({ rule }) => rule.targetMatchers);
    this.#sources = new MatcherIndex(
      all.flatMap(({ sides }) => sides),
      ({ source }) => source.matchers,
    );
  }

  /** Takes an alert in, or its new end. */
  set(alert: Pick<Alert, 'fingerprint' | 'labels' | 'endsAtMs'>): void {
    const { fingerprint, labels, endsAtMs } = alert;
    const known = this.#memberships.get(fingerprint);
    const memberships = known ?? this.#membershipsOf(labels);
    if (memberships.length === 0) return;
    if (known === undefined) this.#memberships.set(fingerprint, memberships);
    for (const { side, key, isTwoSided } of memberships) {
      let bucket = side.buckets.get(key);
      if (bucket === undefined) {
        bucket = new SourceBucket();
        side.buckets.set(key, bucket);
      }
      bucket.set(fingerprint, { endsAtMs, isTwoSided });
    }
  }

  /** Forgets an alert; one that is not known is fine. */
  delete(fingerprint: string): void {
    for (const { side, key } of this.#memberships.get(fingerprint) ?? []) {
      const bucket = side.buckets.get(key);
      bucket?.delete(fingerprint);
      if (bucket?.isEmpty === true) side.buckets.delete(key);
    }
    this.#memberships.delete(fingerprint);
  }

  /** The first rule of the file that inhibits an alert with these labels at this time. */
  inhibitedBy(labels: Labels, nowMs: number): Inhibition | undefined {
    for (const { rule, sides } of this.#targets.candidates(labels)) {
      if (!rule.isTarget(labels)) continue;
      const sourceFingerprint = firingSource(sides, labels, nowMs);
      if (sourceFingerprint !== undefined) return { rule, sourceFingerprint };
    }
    return undefined;
  }

  #membershipsOf(labels: Labels): readonly Membership[] {
    return this.#sources
      .candidates(labels)
      .filter(({ source }) => source.matches(labels))
      .map((side) => ({
        side,
        key: equalKey(side.source, labels),
        isTwoSided: side.rule.isTarget(labels),
      }));
  }
}

/** The alert of the first side, when all sides have one that fires. */
function firingSource(sides: readonly Side[], labels: Labels, nowMs: number): string | undefined {
  let first: string | undefined;
  for (const { source, buckets } of sides) {
    const bucket = buckets.get(equalKey(source, labels));
    const fingerprint = bucket?.firingAt(nowMs, source.matches(labels));
    if (fingerprint === undefined) return undefined;
    first ??= fingerprint;
  }
  return first;
}

/** Equal for equal values of the labels. */
function equalKey({ equal }: InhibitSource, labels: Labels): string {
  // A lone surrogate cannot come out of decoded UTF-8, so no value holds the separator.
  return equal.map((name) => labels.get(name)).join('\udbff');
}
