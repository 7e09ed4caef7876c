import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  labelNameOf,
  metricNameOf,
  type NamedKind,
  type NameOutcome,
  type TranslationStrategy,
  unitNameOf,
} from './naming.ts';

const path = fileURLToPath(new URL('../../../../shared/conformance/remote-write/otlp_naming.json', import.meta.url));

interface Facts {
  readonly metric_names: readonly {
    readonly name: string;
    readonly strategy: TranslationStrategy;
    readonly metric: { readonly name: string; readonly unit: string; readonly type: string };
    readonly namespace?: string;
    readonly prometheus_name?: string;
    readonly prometheus_unit?: string;
    readonly error?: string;
  }[];
  readonly label_names: readonly Readonly<Record<string, string>>[];
}

const facts: Facts = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { metric_names: [], label_names: [] };

function shown(outcome: NameOutcome): string {
  return 'name' in outcome ? outcome.name : `error: ${outcome.refusal}`;
}

test.skipIf(!existsSync(path))('metric names of the conformance file (skipped where it is absent)', () => {
  expect(facts.metric_names.length).toBeGreaterThan(30);
  for (const { metric, strategy, namespace, ...fact } of facts.metric_names) {
    const kind: NamedKind = metric.type === 'gauge' || metric.type === 'monotoniccounter' ? metric.type : 'other';
    const options = namespace === undefined ? { strategy } : { strategy, namespace };
    const got = metricNameOf(metric.name, metric.unit, kind, options);
    expect.soft(shown(got), fact.name).toBe(fact.prometheus_name ?? `error: ${fact.error}`);
    if (fact.prometheus_unit !== undefined) expect.soft(unitNameOf(metric.unit), fact.name).toBe(fact.prometheus_unit);
  }
});

test.skipIf(!existsSync(path))('label names of the conformance file (skipped where it is absent)', () => {
  const variants = {
    default: { utf8: false },
    underscore_label_sanitization: { utf8: false, sanitizeUnderscore: true },
    keep_multiple_underscores: { utf8: false, keepMultipleUnderscores: true },
    both: { utf8: false, sanitizeUnderscore: true, keepMultipleUnderscores: true },
    utf8_allowed: { utf8: true },
  };
  for (const fact of facts.label_names) {
    for (const [variant, options] of Object.entries(variants)) {
      const error = fact[`error_${variant}`];
      if (fact[variant] === undefined && error === undefined) continue;
      const got = shown(labelNameOf(fact.label as string, options));
      expect.soft(got, `${fact.label} ${variant}`).toBe(fact[variant] ?? `error: ${error}`);
    }
  }
});
