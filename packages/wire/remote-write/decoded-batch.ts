import type { SampleBatch } from '@petrel/model';
import type { BatchBuilder } from '../batch/batch-builder.ts';

export interface RefusedSeries {
  /** What is wrong and with which series, for the response body and the log. */
  readonly message: string;
  readonly samples: number;
}

/** What a push request held: the batch that may be written, and what was left out of it. */
export interface DecodedBatch {
  readonly batch: SampleBatch;
  /** At most `MAX_REPORTED` of the refusals; `refusedSeries` and `refusedSamples` count them all. */
  readonly errors: readonly RefusedSeries[];
  readonly refusedSeries: number;
  readonly refusedSamples: number;
  /** Accepted, for the `X-Prometheus-Remote-Write-*-Written` headers. */
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
}

/** Enough to see what is wrong; a response body must not grow with the request. */
const MAX_REPORTED = 20;

/** Collects refusals. */
export class Refusals {
  readonly errors: RefusedSeries[] = [];
  series = 0;
  samples = 0;

  add(message: string, samples: number): void {
    this.series++;
    this.samples += samples;
    if (this.errors.length < MAX_REPORTED) this.errors.push({ message, samples });
  }
}

export function finishBatch(builder: BatchBuilder, refusals: Refusals): DecodedBatch {
  const samples = builder.length;
  const histograms = builder.histogramCount;
  const exemplars = builder.exemplarCount;
  return {
    batch: builder.finish(),
    errors: refusals.errors,
    refusedSeries: refusals.series,
    refusedSamples: refusals.samples,
    samples,
    histograms,
    exemplars,
  };
}
