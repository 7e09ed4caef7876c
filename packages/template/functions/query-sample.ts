import { ANY, FLOAT64, type GoMethod, type GoType, STRING_MAP } from '../values/go-type.ts';
import { GoMap, GoSlice, GoStruct } from '../values/go-value.ts';

/** A native histogram as a template sees it. */
export interface QueryHistogram {
  readonly count: number;
  readonly sum: number;
  /** As Prometheus prints it: `{count:3, sum:10}`. */
  toString(): string;
}

/** One element of the vector that a query gave. */
export interface QuerySample {
  /** The metric name is the label `__name__`. */
  readonly labels: Readonly<Record<string, string>> | ReadonlyMap<string, string>;
  readonly value: number | QueryHistogram;
}

/** A map of strings to strings, which gives '' for what it does not hold (with missingkey=zero). */
export function stringMap(entries: Readonly<Record<string, string>> | ReadonlyMap<string, string>): GoMap {
  return new GoMap(STRING_MAP, entries instanceof Map ? entries : new Map(Object.entries(entries)));
}

const HISTOGRAM: GoType = {
  name: '*histogram.FloatHistogram',
  kind: 'struct',
  isPointer: true,
  fields: [
    { name: 'Count', type: FLOAT64 },
    { name: 'Sum', type: FLOAT64 },
  ],
  text: (value) => (value as HistogramValue).text,
  methods: new Map<string, GoMethod>([['String', { params: [], call: (self) => (self as HistogramValue).text }]]),
};

class HistogramValue extends GoStruct {
  constructor(
    histogram: QueryHistogram,
    readonly text = histogram.toString(),
  ) {
    super(HISTOGRAM, { Count: histogram.count, Sum: histogram.sum });
  }
}

/** A sample's value for a template: float64, or a histogram that prints itself. */
export function sampleValue(value: number | QueryHistogram): unknown {
  return typeof value === 'number' ? value : new HistogramValue(value);
}

export const SAMPLE: GoType = {
  name: '*template.sample',
  kind: 'struct',
  isPointer: true,
  fields: [
    { name: 'Labels', type: STRING_MAP },
    { name: 'Value', type: ANY },
  ],
};

export const QUERY_RESULT: GoType = {
  name: 'template.queryResult',
  kind: 'slice',
  underlying: '[]*template.sample',
  elem: SAMPLE,
};

/** What `query` returns to a template. */
export function queryResult(samples: readonly QuerySample[]): GoSlice {
  const items = samples.map(
    ({ labels, value }) => new GoStruct(SAMPLE, { Labels: stringMap(labels), Value: sampleValue(value) }),
  );
  return new GoSlice(QUERY_RESULT, items);
}
