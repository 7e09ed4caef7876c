import { Labels } from '@petrel/model';
import { encodeRemoteWrite1, encodeSnappy, type RemoteWriteSeries } from '@petrel/wire';
import { CheckedSenders } from './checked-senders.ts';

export interface CheckedLoadOptions {
  readonly url: string;
  readonly metric: string;
  readonly senders: number;
  /** Series of each sender; every request carries all of them. */
  readonly series: number;
  /** Samples of each series in a request. */
  readonly samples: number;
  /** Of the first sample; the next is a step later, so no two samples of a series share a time. */
  readonly baseMs: number;
  readonly stepMs: number;
  /** Between the answer and the next request. */
  readonly pauseMs: number;
  /** The value of a sample; `sampleValue` where absent, which any later reader can compute too. */
  readonly value?: (sender: number, series: number, index: number) => number;
}

/** Whole numbers, different for every sample of a series and between neighbouring series. */
export function sampleValue(sender: number, series: number, index: number): number {
  return index * 1_000 + series * 10 + sender;
}

const HEADERS = {
  'content-type': 'application/x-protobuf',
  'content-encoding': 'snappy',
  'x-prometheus-remote-write-version': '0.1.0',
};

/**
 * Remote write under a ledger: several senders write samples that nobody else writes, and note which requests were answered with 2xx.
 * Every second sender repeats what failed until it is taken; the others write it off. Each request brings one series that is new, so that
 * the birth of series is under load too (`<metric>_births{sender, request}`, value `sampleValue(sender, 0, request)`).
 */
export class CheckedLoad extends CheckedSenders {
  constructor(readonly options: CheckedLoadOptions) {
    super({
      url: `${options.url}/api/v1/write`,
      headers: HEADERS,
      senders: options.senders,
      pauseMs: options.pauseMs,
      bodyOf: (sender, request) => encodeSnappy(encodeRemoteWrite1(seriesOf(options, sender, request))),
    });
  }

  get acknowledgedSamples(): number {
    const { series, samples } = this.options;
    return this.acknowledgedRequests * (series * samples + 1);
  }
}

function seriesOf(options: CheckedLoadOptions, sender: number, request: number): RemoteWriteSeries[] {
  const { metric, series, samples, baseMs, stepMs, value = sampleValue } = options;
  const indexes = Array.from({ length: samples }, (_, i) => request * samples + i);
  const timestampsMs = Float64Array.from(indexes, (index) => baseMs + index * stepMs);
  const all = Array.from({ length: series }, (_, number): RemoteWriteSeries => {
    const labels = Labels.of({ __name__: metric, sender: `${sender}`, series: `${number}` });
    const values = Float64Array.from(indexes, (index) => value(sender, number, index));
    return { labels, timestampsMs, values, from: 0, to: samples };
  });
  all.push({
    labels: Labels.of({ __name__: `${metric}_births`, sender: `${sender}`, request: `${request}` }),
    timestampsMs: Float64Array.of(baseMs),
    values: Float64Array.of(value(sender, 0, request)),
    from: 0,
    to: 1,
  });
  return all;
}
