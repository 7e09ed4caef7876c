import { PetrelError } from '@petrel/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProtoWriter } from '../protobuf/writer.ts';
import { createExpositionParser } from './create-parser.ts';
import { encodeExposition } from './encode.ts';
import type { ExpositionFormat } from './entry.ts';
import type { MetricFamily } from './family.ts';
import { formatGoFloat, parseFloatBytes } from './number.ts';
import { validateOpenMetrics } from './strict-openmetrics.ts';
import { readTextFamilies } from './strict-text.ts';

const TEXT = `# HELP http_requests_total Requests\\nserved.
# TYPE http_requests_total counter
http_requests_total{method="GET",path="/a\\"b\\\\c"} 1027 1395066363000
{"http.status",q="0.9",a="b"} +Inf
# TYPE latency histogram
latency_bucket{le="0.1"} 5
latency_bucket{le="+Inf"} 7
latency_sum 3.5e-1
latency_count 7
`;
const OPEN_METRICS = `# TYPE foo counter
# UNIT foo seconds
`
  .replace(/# UNIT.*\n/, '')
  .concat(`foo_total{a="b"} 17.0 1520879607.789 # {id="x"} 5 1.5
foo_created{a="b"} 1520872607.123
# TYPE bar gauge
bar 1
# EOF
`);

function drain(bytes: Uint8Array, format: ExpositionFormat): number {
  const parser = createExpositionParser(bytes, format, { createdAsStart: true });
  let series = 0;
  for (;;) {
    const entry = parser.next();
    if (entry === 'eof') return series;
    if (entry === 'histogram') parser.histogram();
    if (entry !== 'series') continue;
    series++;
    parser.labels();
    parser.exemplars();
  }
}

function expectResultOr4xx(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(PetrelError);
    expect(Math.floor((error as PetrelError).status / 100)).toBe(4);
  }
}

/** A family with one counter, one native histogram with a classic bucket, in protobuf. */
function protobufBody(): Uint8Array {
  const family = (name: string, type: number, write: (w: ProtoWriter) => void): Uint8Array => {
    const writer = new ProtoWriter();
    writer.string(1, name);
    writer.uint32(3, type);
    const metric = writer.open(4);
    const label = writer.open(1);
    writer.string(1, 'job');
    writer.string(2, 'é');
    writer.close(label);
    write(writer);
    writer.close(metric);
    return writer.finish();
  };
  const out = new ProtoWriter();
  const put = (bytes: Uint8Array): number[] => {
    out.bytes(1, bytes);
    return [];
  };
  put(
    family('c_total', 0, (w) => {
      const counter = w.open(3);
      w.double(1, 4.5);
      const start = w.open(3);
      w.int64(1, 12);
      w.int64(2, 345e6);
      w.close(start);
      w.close(counter);
      w.int64(6, 99_000);
    }),
  );
  put(
    family('h', 4, (w) => {
      const histogram = w.open(7);
      w.int64(1, 6);
      w.double(2, 10);
      const bucket = w.open(3);
      w.int64(1, 2);
      w.double(2, 1);
      w.close(bucket);
      w.sint32(5, 2);
      w.double(6, 0.001);
      const span = w.open(12);
      w.sint32(1, 1);
      w.uint32(2, 2);
      w.close(span);
      w.packed(13, [2, 2], 'sint64');
      w.close(histogram);
    }),
  );
  // `bytes` wrote a tag before each length, which the delimited format does not have.
  const framed = out.finish();
  const parts: number[] = [];
  for (let at = 0; at < framed.length; ) {
    const length = framed[at + 1] as number;
    parts.push(...framed.subarray(at + 1, at + 2 + length));
    at += 2 + length;
  }
  return Uint8Array.from(parts);
}

describe('protobuf exposition', () => {
  test('counters with start times, native histograms and classic buckets', () => {
    const parser = createExpositionParser(protobufBody(), 'protobuf');
    const seen: unknown[] = [];
    for (let entry = parser.next(); entry !== 'eof'; entry = parser.next()) {
      if (entry === 'series')
        seen.push([parser.labels().toString(), parser.value, parser.timestampMs, parser.startTimestampMs]);
      if (entry === 'histogram')
        seen.push([parser.labels().toString(), parser.histogram().positiveBuckets, parser.histogram().schema]);
    }
    expect(seen).toEqual([
      ['c_total{job="é"}', 4.5, 99_000, 12_345],
      ['h{job="é"}', [2, 4], 2],
      ['h_bucket{job="é", le="1.0"}', 2, Number.NaN, 0],
      ['h_bucket{job="é", le="+Inf"}', 6, Number.NaN, 0],
      ['h_sum{job="é"}', 10, Number.NaN, 0],
      ['h_count{job="é"}', 6, Number.NaN, 0],
    ]);
  });
});

test('created lines become start times, or stay series', () => {
  const parser = createExpositionParser(Buffer.from(OPEN_METRICS), 'openmetrics', { createdAsStart: true });
  expect([parser.next(), parser.next()]).toEqual(['type', 'series']);
  expect(parser.startTimestampMs).toBe(1520872607123);
  expect(parser.timestampMs).toBe(1520879607789);
  expect(parser.exemplars()).toMatchObject([{ value: 5, tMs: 1500 }]);
  expect(parser.next()).toBe('type');
  const plain = createExpositionParser(Buffer.from(OPEN_METRICS), 'openmetrics');
  const names: string[] = [];
  for (let entry = plain.next(); entry !== 'eof'; entry = plain.next())
    if (entry === 'series') names.push(plain.labels().metric);
  expect(names).toEqual(['foo_total', 'foo_created', 'bar']);
});

test('an error names the line and what was expected', () => {
  expect(() => drain(Buffer.from('a 1\nb{x=1} 2\n'), 'text')).toThrow(/exposition line 2: expected label value/);
});

test('mutated expositions give a result or a PetrelError with a 4xx status', () => {
  const bodies: readonly (readonly [ExpositionFormat, Uint8Array])[] = [
    ['text', Buffer.from(TEXT)],
    ['openmetrics', Buffer.from(OPEN_METRICS)],
    ['protobuf', protobufBody()],
  ];
  const edit = fc.tuple(fc.nat(), fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('{}"\\\n# ,=0\0'))));
  fc.assert(
    fc.property(
      fc.constantFrom(...bodies),
      fc.array(edit, { minLength: 1, maxLength: 6 }),
      fc.nat(),
      ([format, body], edits, cut) => {
        const mutated = Uint8Array.from(body);
        for (const [at, byte] of edits) mutated[at % mutated.length] = byte;
        for (const bytes of [mutated, mutated.subarray(0, cut % (mutated.length + 1))]) {
          expectResultOr4xx(() => drain(bytes, format));
          expectResultOr4xx(() => readTextFamilies(bytes));
          expectResultOr4xx(() => validateOpenMetrics(bytes));
        }
      },
    ),
    { numRuns: 400 },
  );
});

test('floats are read as JavaScript reads them, and written so that they come back', () => {
  const read = (text: string) => parseFloatBytes(Buffer.from(text), 0, text.length);
  fc.assert(
    fc.property(fc.double({ noNaN: true }), (value) => {
      expect(read(formatGoFloat(value))).toBe(value);
    }),
  );
  fc.assert(
    fc.property(fc.stringMatching(/^-?\d{1,20}(\.\d{0,25})?$/), (text) => {
      expect(read(text)).toBe(Number(text));
    }),
  );
  expect([read('0x1p3'), read('1_0'), read('1e999'), read(''), read('.'), read('+')]).toEqual(Array(6).fill(undefined));
});

test('families survive encoding and strict reading', () => {
  const pair = fc.tuple(fc.stringMatching(/^[a-z]{1,5}$/), fc.string({ unit: 'grapheme' }));
  const metric = fc.record({
    labels: fc.uniqueArray(pair, { selector: ([name]) => name, maxLength: 4 }),
    value: fc.double({ noNaN: true }),
  });
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-zé.]{1,8}$/),
      fc.uniqueArray(metric, { selector: (m) => JSON.stringify(m.labels.toSorted()), minLength: 1 }),
      (name, metrics) => {
        const family: MetricFamily = { name, type: 'gauge', metrics };
        expect(readTextFamilies(Buffer.from(encodeExposition([family], { format: 'text' })))).toEqual([family]);
        expect(drain(Buffer.from(encodeExposition([family], { format: 'openmetrics' })), 'openmetrics')).toBe(
          metrics.length,
        );
      },
    ),
  );
});
