import type { Alert } from '@petrel/model';
import { fingerprintOf, Labels } from '@petrel/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadRoutingConfig } from '../config/load.ts';
import type { InhibitRule } from './index.ts';
import { Inhibitor } from './index.ts';

type Source = Pick<Alert, 'fingerprint' | 'labels' | 'endsAtMs'>;

function rulesOf(...rules: readonly unknown[]): readonly InhibitRule[] {
  const text = JSON.stringify({ route: { receiver: 'a' }, receivers: [{ name: 'a' }], inhibit_rules: rules });
  return loadRoutingConfig({ text, cwd: '/', integrations: [] }).config.inhibitRules;
}

function alertOf(record: Readonly<Record<string, string>>, endsAtMs = 100): Source {
  const labels = Labels.of(record);
  return { fingerprint: fingerprintOf(labels), labels, endsAtMs };
}

const [down] = rulesOf({
  name: 'down',
  source_match: { alertname: 'Down' },
  target_match_re: { alertname: '(Slow|Down)' },
  equal: ['node', 'rack.n'],
}) as [InhibitRule];

describe('an alert', () => {
  it('is inhibited by a source that fires and agrees in the labels, missing ones included', () => {
    const inhibitor = new Inhibitor([down]);
    const source = alertOf({ alertname: 'Down', node: 'a' });
    inhibitor.set(source);
    const slow = Labels.of({ alertname: 'Slow', node: 'a', more: 'x' });
    expect(inhibitor.inhibitedBy(slow, 99)).toEqual({ rule: down, sourceFingerprint: source.fingerprint });
    expect(inhibitor.inhibitedBy(slow, 100)).toBeUndefined();
    expect(inhibitor.inhibitedBy(Labels.of({ alertname: 'Slow', node: 'b' }), 99)).toBeUndefined();
    expect(inhibitor.inhibitedBy(Labels.of({ alertname: 'Slow', node: 'a', 'rack.n': '1' }), 99)).toBeUndefined();
    expect(inhibitor.inhibitedBy(Labels.of({ alertname: 'Other', node: 'a' }), 99)).toBeUndefined();
  });

  it('that matches both sides is not inhibited by another that does, nor by itself', () => {
    const inhibitor = new Inhibitor([down]);
    inhibitor.set(alertOf({ alertname: 'Down', node: 'a' }));
    inhibitor.set(alertOf({ alertname: 'Down', node: 'a', other: 'x' }));
    expect(inhibitor.inhibitedBy(Labels.of({ alertname: 'Down', node: 'a' }), 0)).toBeUndefined();
  });

  it('is inhibited again when its source fires again, and not after the source is gone', () => {
    const inhibitor = new Inhibitor([down]);
    const slow = Labels.of({ alertname: 'Slow' });
    const source = alertOf({ alertname: 'Down' }, 10);
    inhibitor.set(source);
    expect(inhibitor.inhibitedBy(slow, 20)).toBeUndefined();
    inhibitor.set({ ...source, endsAtMs: 50 });
    expect(inhibitor.inhibitedBy(slow, 20)).toBeDefined();
    inhibitor.delete(source.fingerprint);
    inhibitor.delete(source.fingerprint);
    expect(inhibitor.inhibitedBy(slow, 20)).toBeUndefined();
  });
});

describe('a rule with several sources', () => {
  const rules = rulesOf({
    sources: [{ matchers: ['alertname=A'], equal: ['x'] }, { matchers: ['alertname=B'] }],
    target_matchers: ['alertname=C'],
  });

  it('inhibits when all of them fire', () => {
    const inhibitor = new Inhibitor(rules);
    const first = alertOf({ alertname: 'A', x: '1' });
    const target = Labels.of({ alertname: 'C', x: '1' });
    inhibitor.set(first);
    expect(inhibitor.inhibitedBy(target, 0)).toBeUndefined();
    inhibitor.set(alertOf({ alertname: 'B', x: '2' }, 50));
    expect(inhibitor.inhibitedBy(target, 0)?.sourceFingerprint).toBe(first.fingerprint);
    expect(inhibitor.inhibitedBy(Labels.of({ alertname: 'C', x: '2' }), 0)).toBeUndefined();
    expect(inhibitor.inhibitedBy(target, 60)).toBeUndefined();
    expect(rules[0]?.isSource(Labels.of({ alertname: 'B' }))).toBe(true);
  });
});

/** Looks at every rule and every source for each question. */
function naively(rules: readonly InhibitRule[], sources: readonly Source[], labels: Labels, nowMs: number): unknown {
  for (const rule of rules) {
    if (!rule.isTarget(labels)) continue;
    const found = sources
      .filter((source) => source.endsAtMs > nowMs && rule.isSource(source.labels))
      .filter((source) => rule.equal.every((name) => source.labels.get(name) === labels.get(name)))
      .filter((source) => !(rule.isSource(labels) && rule.isTarget(source.labels)))
      .map(({ fingerprint }) => fingerprint)
      .sort();
    if (found[0] !== undefined) return { place: rules.indexOf(rule), sourceFingerprint: found[0] };
  }
  return undefined;
}

describe('the index', () => {
  const matchers = fc.array(fc.constantFrom('a=x', 'a=y', 'b=x', 'a=~"x|y"', 'c!=x', 'b=""'), { maxLength: 2 });
  const rule = fc.record({
    source_matchers: matchers,
    target_matchers: matchers,
    equal: fc.subarray(['a', 'b', 'c']),
  });
  const labels = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('x', 'y'));
  const step = fc.record({
    what: fc.constantFrom('set' as const, 'delete' as const, 'ask' as const),
    labels,
    endsAtMs: fc.integer({ min: 0, max: 20 }),
  });

  it('answers as if every source had been looked at, at any time and in any order', () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 4 }), fc.array(step, { maxLength: 20 }), (given, steps) => {
        const rules = rulesOf(...given);
        const inhibitor = new Inhibitor(rules);
        const sources = new Map<string, Source>();
        for (const { what, labels: record, endsAtMs } of steps) {
          const alert = alertOf(record, endsAtMs);
          if (what === 'set') {
            inhibitor.set(alert);
            sources.set(alert.fingerprint, alert);
          } else if (what === 'delete') {
            inhibitor.delete(alert.fingerprint);
            sources.delete(alert.fingerprint);
          } else {
            const got = inhibitor.inhibitedBy(alert.labels, endsAtMs);
            const place = got === undefined ? undefined : rules.indexOf(got.rule);
            const shown = got && { place, sourceFingerprint: got.sourceFingerprint };
            expect(shown).toEqual(naively(rules, [...sources.values()], alert.labels, endsAtMs));
          }
        }
      }),
    );
  });
});
