import { readFileSync } from 'node:fs';
import type { MetricType } from '@petrel/model';
import { encodeFamily, type FamilyMetric, type MetricFamily, negotiateExposition } from '@petrel/wire';
import { type NumberFact, numberFact } from './parser-cases.ts';
import type { CaseReport } from './report.ts';

interface MetricFact {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value?: NumberFact;
  readonly timestamp_ms?: number;
  readonly count?: NumberFact;
  readonly sum?: NumberFact;
  readonly buckets?: readonly (readonly [NumberFact, NumberFact])[];
  readonly quantiles?: readonly (readonly [NumberFact, NumberFact])[];
}

export interface FamilyFact {
  readonly name: string;
  readonly type: string;
  readonly help?: string;
  readonly unit?: string;
  readonly metrics: readonly MetricFact[];
}

/** The facts as families; they say `untyped` for unknown, and `gauge` for gauge histograms too. */
export function familyOf(fact: FamilyFact): MetricFamily {
  const gaugeHistogram = fact.type === 'gauge' && fact.metrics.some(({ buckets }) => buckets !== undefined);
  const type = gaugeHistogram ? 'gaugehistogram' : fact.type === 'untyped' ? 'unknown' : (fact.type as MetricType);
  return {
    name: fact.name,
    type,
    metrics: fact.metrics.map(metricOf),
    ...(fact.help === undefined ? {} : { help: fact.help }),
    ...(fact.unit === undefined ? {} : { unit: fact.unit }),
  };
}

function metricOf(fact: MetricFact): FamilyMetric {
  return {
    labels: Object.entries(fact.labels ?? {}),
    ...(fact.value === undefined ? {} : { value: number(fact.value) }),
    ...(fact.timestamp_ms === undefined ? {} : { timestampMs: fact.timestamp_ms }),
    ...(fact.count === undefined ? {} : { count: number(fact.count) }),
    ...(fact.sum === undefined ? {} : { sum: number(fact.sum) }),
    ...(fact.buckets === undefined
      ? {}
      : { buckets: fact.buckets.map(([bound, count]) => ({ bound: number(bound), count: number(count) })) }),
    ...(fact.quantiles === undefined
      ? {}
      : { quantiles: fact.quantiles.map(([q, v]) => [number(q), number(v)] as const) }),
  };
}

/** Families in a form that can be compared: by name, labels by name, NaN by word. */
export function comparableFamilies(families: readonly MetricFamily[]): unknown {
  const sorted = families.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return JSON.parse(
    JSON.stringify(
      sorted.map((family) => ({
        ...family,
        metrics: family.metrics.map((metric) => ({ ...metric, labels: Object.fromEntries([...metric.labels].sort()) })),
      })),
      (_, value: unknown) => (typeof value === 'number' ? numberFact(value) : value),
    ),
  );
}

function number(fact: NumberFact): number {
  if (typeof fact === 'number') return fact;
  return fact === 'NaN' ? Number.NaN : fact === '-Inf' ? -Infinity : Infinity;
}

interface EncodeCase {
  readonly format: 'text' | 'openmetrics';
  readonly family: FamilyFact;
  readonly output: string;
}

export function runEncodeCases(path: string, report: CaseReport): void {
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: readonly EncodeCase[] };
  cases.forEach(({ format, family, output }, i) => {
    report.check(`encode.json #${i} ${family.name} ${format}`, output, encodeFamily(familyOf(family), { format }));
  });
}

interface NegotiationCase {
  readonly openmetrics_offered: boolean;
  readonly name: string;
  readonly accept: string;
  readonly content_type: string;
}

/** The facts without OpenMetrics were taken with the underscore scheme as default, those with it with the values scheme. */
export function runNegotiationCases(path: string, report: CaseReport): void {
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: readonly NegotiationCase[] };
  for (const { openmetrics_offered: openMetrics, name, accept, content_type } of cases) {
    const defaultEscaping = openMetrics ? 'values' : 'underscores';
    const got = negotiateExposition(accept, { openMetrics, protobuf: true, defaultEscaping });
    report.check(`negotiation.json ${name}`, content_type, got.contentType);
  }
}
