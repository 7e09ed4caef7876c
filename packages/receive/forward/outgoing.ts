import { type ExemplarRow, type HistogramRow, type MetricMetadata, wordsOf } from '@petrel/model';
import type { RemoteWriteSeries } from '@petrel/wire';
import type { SampleRing } from './ring.ts';
import type { ForwardSeries } from './series-table.ts';

interface Open {
  readonly times: number[];
  readonly lows: number[];
  readonly highs: number[];
  readonly starts: number[];
  readonly histograms: HistogramRow[];
  readonly exemplars: ExemplarRow[];
}

export interface PendingExemplar {
  readonly series: ForwardSeries;
  readonly row: ExemplarRow;
}

/** A request's worth of samples, gathered by series. */
export interface OutgoingBatch {
  readonly series: readonly RemoteWriteSeries[];
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
  readonly newestMs: number;
  /** Left out because they were older than the limit. */
  readonly tooOld: number;
}

export interface GatherOptions {
  readonly count: number;
  /** Older samples are left out. */
  readonly notBeforeMs: number;
  readonly exemplars: readonly PendingExemplar[];
  readonly metadataOf: (metric: string) => MetricMetadata | undefined;
}

/** Takes the oldest samples from the ring and groups them. */
export function gather(ring: SampleRing, options: GatherOptions): OutgoingBatch {
  const bySeries = new Map<ForwardSeries, Open>();
  const open = (series: ForwardSeries): Open => {
    let one = bySeries.get(series);
    if (one === undefined) {
      one = { times: [], lows: [], highs: [], starts: [], histograms: [], exemplars: [] };
      bySeries.set(series, one);
    }
    return one;
  };
  let samples = 0;
  let histograms = 0;
  let newestMs = Number.NEGATIVE_INFINITY;
  let tooOld = 0;
  ring.take(options.count, (series, tMs, low, high, startMs, histogram) => {
    if (tMs < options.notBeforeMs) {
      tooOld++;
      return;
    }
    const one = open(series);
    if (tMs > newestMs) newestMs = tMs;
    if (histogram !== undefined) {
      one.histograms.push(histogram);
      histograms++;
      return;
    }
    one.times.push(tMs);
    one.lows.push(low);
    one.highs.push(high);
    one.starts.push(startMs);
    samples++;
  });
  for (const { series, row } of options.exemplars) open(series).exemplars.push(row);
  const series = [...bySeries].map(([{ labels }, one]) => encodable(labels, one, options.metadataOf(labels.metric)));
  return { series, samples, histograms, exemplars: options.exemplars.length, newestMs, tooOld };
}

function encodable(
  labels: ForwardSeries['labels'],
  one: Open,
  metadata: MetricMetadata | undefined,
): RemoteWriteSeries {
  const length = one.times.length;
  const order = sorted(one.times);
  const timestampsMs = new Float64Array(length);
  const startTimestampsMs = new Float64Array(length);
  const values = new Float64Array(length);
  const words = wordsOf(values);
  order.forEach((from, to) => {
    timestampsMs[to] = one.times[from] as number;
    startTimestampsMs[to] = one.starts[from] as number;
    words[2 * to] = one.lows[from] as number;
    words[2 * to + 1] = one.highs[from] as number;
  });
  return {
    labels,
    timestampsMs,
    values,
    startTimestampsMs,
    from: 0,
    to: length,
    ...(one.histograms.length > 0 && { histograms: one.histograms.sort((a, b) => a.tMs - b.tMs) }),
    ...(one.exemplars.length > 0 && { exemplars: one.exemplars.sort((a, b) => a.tMs - b.tMs) }),
    ...(metadata !== undefined && { metadata }),
  };
}

/** Positions in ascending order of time; receivers refuse a series that goes back. */
function sorted(times: readonly number[]): number[] {
  const order = times.map((_, i) => i);
  const ascending = times.every((t, i) => i === 0 || t >= (times[i - 1] as number));
  return ascending ? order : order.sort((a, b) => (times[a] as number) - (times[b] as number));
}
