import { isStaleAt, Labels, PetrelError, type SeriesRegistry, wordsOf } from '@petrel/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProtoWriter } from '../protobuf/writer.ts';
import { encodeOtlpResponse, OtlpMetricsReceiver, type OtlpResult } from './receiver.ts';

class ListRegistry implements SeriesRegistry {
  readonly series: Labels[] = [];
  find(): number {
    return -1;
  }
  register(_high: number, _low: number, labels: Labels): number {
    const known = this.series.findIndex((one) => one.equals(labels));
    return known >= 0 ? known : this.series.push(labels) - 1;
  }
  labelsOf(ref: number): Labels {
    return this.series[ref] ?? Labels.EMPTY;
  }
}

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const resource = {
  attributes: [
    attribute('service.name', 'shop'),
    attribute('service.namespace', 'eu'),
    attribute('service.instance.id', 'i1'),
    attribute('host.name', 'h'),
  ],
};

function body(...metrics: object[]): Uint8Array {
  return Buffer.from(
    JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ scope: { name: 's' }, metrics }] }] }),
  );
}

function rows({ batch }: OtlpResult, registry: ListRegistry): string[] {
  return Array.from({ length: batch.length }, (_, i) => {
    const value = isStaleAt(wordsOf(batch.values), i) ? 'stale' : batch.values[i];
    return `${registry.labelsOf(batch.refs[i] as number).toString()} ${value} @${batch.timestampsMs[i]}`;
  });
}

const time = (ms: number) => ({ timeUnixNano: `${ms}000000`, startTimeUnixNano: '1000000000' });

function setup(options = {}): { registry: ListRegistry; receiver: OtlpMetricsReceiver; clock: { now: number } } {
  const registry = new ListRegistry();
  const clock = { now: 0 };
  return { registry, clock, receiver: new OtlpMetricsReceiver(registry, { nowMs: () => clock.now }, options) };
}

describe('translation', () => {
  test('sums, gauges, histograms and summaries become series with job and instance', () => {
    const { registry, receiver } = setup();
    const result = receiver.decode(
      body(
        {
          name: 'http.requests',
          unit: '1',
          sum: {
            aggregationTemporality: 2,
            isMonotonic: true,
            dataPoints: [{ ...time(5000), asInt: '12', attributes: [attribute('http.method', 'GET')] }],
          },
        },
        {
          name: 'temp',
          unit: 'Cel',
          gauge: {
            dataPoints: [
              { ...time(5000), asDouble: 1.5 },
              { ...time(6000), flags: 1 },
            ],
          },
        },
        {
          name: 'lat',
          unit: 's',
          histogram: {
            aggregationTemporality: 2,
            dataPoints: [
              { ...time(5000), count: '3', sum: 2, bucketCounts: ['1', '2', '0'], explicitBounds: [0.5, 1] },
            ],
          },
        },
        {
          name: 'q',
          summary: {
            data_points: [{ ...time(5000), count: '2', sum: 4, quantileValues: [{ quantile: 0.5, value: 2 }] }],
          },
        },
      ),
      'json',
    );
    expect(result.errors).toEqual([]);
    const id = 'instance="i1", job="eu/shop"';
    expect(rows(result, registry)).toEqual([
      `http_requests_total{http_method="GET", ${id}} 12 @5000`,
      `temp_celsius{${id}} 1.5 @5000`,
      `temp_celsius{${id}} stale @6000`,
      `lat_seconds_sum{${id}} 2 @5000`,
      `lat_seconds_count{${id}} 3 @5000`,
      `lat_seconds_bucket{${id}, le="0.5"} 1 @5000`,
      `lat_seconds_bucket{${id}, le="1"} 3 @5000`,
      `lat_seconds_bucket{${id}, le="+Inf"} 3 @5000`,
      `q_sum{${id}} 4 @5000`,
      `q_count{${id}} 2 @5000`,
      `q{${id}, quantile="0.5"} 2 @5000`,
      `target_info{host_name="h", ${id}} 1 @6000`,
    ]);
    expect(result.batch.startTimestampsMs?.[0]).toBe(1000);
    expect(result.batch.metadata?.map(({ metric, type, unit }) => `${metric} ${type} ${unit}`)).toContain(
      'lat_seconds histogram seconds',
    );
  });

  test('exponential histograms become native ones, finer scales merged to 8', () => {
    const { receiver } = setup();
    const point = {
      ...time(5000),
      count: '7',
      sum: 1,
      scale: 10,
      zeroCount: '1',
      positive: { offset: 4, bucketCounts: ['1', '2', '0', '0', '3'] },
    };
    const { batch, errors } = receiver.decode(
      body({ name: 'e', exponentialHistogram: { aggregationTemporality: 2, dataPoints: [point] } }),
      'json',
    );
    expect(errors).toEqual([]);
    expect(batch.histograms?.[0]).toMatchObject({
      tMs: 5000,
      startTMs: 1000,
      histogram: {
        schema: 8,
        zeroCount: 1,
        count: 7,
        positiveSpans: [{ offset: 2, length: 2 }],
        positiveBuckets: [3, 3],
      },
    });
  });
});

describe('delta points', () => {
  const delta = (ms: number, asInt: number) =>
    body({ name: 'd', sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: [{ ...time(ms), asInt }] } });

  test('add up; a repetition adds nothing, an old point is refused', () => {
    const { receiver } = setup();
    const values = [delta(2000, 3), delta(3000, 4), delta(3000, 4), delta(4000, 1)].map(
      (one) => receiver.decode(one, 'json').batch.values[0],
    );
    expect(values).toEqual([3, 7, 7, 8]);
    const late = receiver.decode(delta(2500, 1), 'json');
    expect([late.rejectedDataPoints, late.errorMessage]).toEqual([1, expect.stringContaining('out of order')]);
  });

  test('streams are bounded in number and in time', () => {
    const { receiver, clock } = setup({ deltaToCumulative: { maxStreams: 1, idleMs: 1000 } });
    receiver.decode(delta(2000, 3), 'json');
    const other = body({
      name: 'other',
      sum: { aggregationTemporality: 1, dataPoints: [{ ...time(2000), asInt: 1 }] },
    });
    expect(receiver.decode(other, 'json').rejectedDataPoints).toBe(1);
    clock.now = 1000;
    expect(receiver.decode(other, 'json').rejectedDataPoints).toBe(0);
    expect(receiver.deltaStreams).toBe(1);
    expect(setup({ deltaToCumulative: false }).receiver.decode(delta(1, 1), 'json').rejectedDataPoints).toBe(1);
  });
});

function protobuf(): Uint8Array {
  const w = new ProtoWriter();
  const resourceMetrics = w.open(1);
  const scopeMetrics = w.open(2);
  const metric = w.open(2);
  w.string(1, 'p');
  const gauge = w.open(5);
  const point = w.open(1);
  w.fixed64(3, 1_700_000_000_123_000_000);
  w.double(4, 2.5);
  const attr = w.open(7);
  w.string(1, 'k');
  const value = w.open(2);
  w.int64(3, -5);
  w.close(value);
  w.close(attr);
  for (const mark of [point, gauge, metric, scopeMetrics, resourceMetrics]) w.close(mark);
  return w.finish();
}

test('protobuf gives the same as JSON', () => {
  const { registry, receiver } = setup();
  expect(rows(receiver.decode(protobuf(), 'protobuf'), registry)).toEqual(['p{k="-5"} 2.5 @1700000000123']);
});

test('mutated bodies give a result or a PetrelError with a 4xx status', () => {
  const json = body({
    name: 'lat',
    histogram: {
      aggregationTemporality: 1,
      dataPoints: [{ ...time(5000), count: '3', bucketCounts: ['1', '2'], explicitBounds: [1] }],
    },
  });
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
      fc.nat(),
      (isJson, edits, cut) => {
        const bytes = Uint8Array.from(isJson ? json : protobuf());
        for (const [at, byte] of edits) bytes[at % bytes.length] = byte;
        for (const one of [bytes, bytes.subarray(0, cut % bytes.length)]) {
          try {
            setup().receiver.decode(one, isJson ? 'json' : 'protobuf');
          } catch (error) {
            expect(error).toBeInstanceOf(PetrelError);
            expect(Math.floor((error as PetrelError).status / 100)).toBe(4);
          }
        }
      },
    ),
    { numRuns: 400 },
  );
  fc.assert(
    fc.property(fc.json(), (text) => {
      try {
        setup().receiver.decode(Buffer.from(`{"resourceMetrics":${text}}`), 'json');
      } catch (error) {
        expect(error).toBeInstanceOf(PetrelError);
      }
    }),
  );
});

test('responses', () => {
  const rejection = { rejectedDataPoints: 2, errorMessage: 'no' };
  expect(Buffer.from(encodeOtlpResponse('json')).toString()).toBe('{}');
  expect(Buffer.from(encodeOtlpResponse('json', rejection)).toString()).toBe(
    '{"partialSuccess":{"rejectedDataPoints":"2","errorMessage":"no"}}',
  );
  expect(encodeOtlpResponse('protobuf').length).toBe(0);
  expect([...encodeOtlpResponse('protobuf', rejection)]).toEqual([0x0a, 6, 0x08, 2, 0x12, 2, 0x6e, 0x6f]);
});
