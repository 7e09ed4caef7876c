import type { Counter, Gauge, HistogramInstrument, Instruments } from '@petrel/model';

/** What one remote end counts; the two label values are its name and URL. Names follow Prometheus's. */
export interface ForwardInstruments {
  readonly samples: Counter;
  readonly histograms: Counter;
  readonly exemplars: Counter;
  readonly metadata: Counter;
  readonly failed: Counter;
  readonly retried: Counter;
  readonly dropped: Counter;
  readonly bytes: Counter;
  readonly duration: HistogramInstrument;
  readonly pending: Gauge;
  readonly shards: Gauge;
  readonly highestSent: Gauge;
}

export function forwardInstruments(instruments: Instruments): ForwardInstruments {
  const labels = ['remote_name', 'url'];
  const counter = (name: string, help: string, more: readonly string[] = []): Counter =>
    instruments.counter(`petrel_remote_storage_${name}`, help, [...labels, ...more]);
  const gauge = (name: string, help: string): Gauge => instruments.gauge(`petrel_remote_storage_${name}`, help, labels);
  return {
    samples: counter('samples_total', 'Samples sent to remote storage.'),
    histograms: counter('histograms_total', 'Native histograms sent to remote storage.'),
    exemplars: counter('exemplars_total', 'Exemplars sent to remote storage.'),
    metadata: counter('metadata_total', 'Metadata entries sent to remote storage.'),
    failed: counter('samples_failed_total', 'Samples that remote storage refused for good.'),
    retried: counter('samples_retried_total', 'Samples that were sent again after a failure.'),
    dropped: counter('samples_dropped_total', 'Samples that were not sent.', ['reason']),
    bytes: counter('bytes_total', 'Bytes of compressed samples sent to remote storage.'),
    duration: instruments.histogram(
      'petrel_remote_storage_sent_batch_duration_seconds',
      'Time of a request to remote storage.',
      labels,
    ),
    pending: gauge('samples_pending', 'Samples waiting to be sent.'),
    shards: gauge('shards', 'Shards that send side by side.'),
    highestSent: gauge('queue_highest_sent_timestamp_seconds', 'Newest timestamp that remote storage has taken.'),
  };
}
