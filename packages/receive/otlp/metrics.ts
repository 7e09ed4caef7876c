import { type Clock, type Instruments, type Logger, PetrelError, type SampleSink } from '@petrel/model';
import { type OtlpEncoding, OtlpMetricsReceiver } from '@petrel/wire';
import type { OtlpConfig } from '../config.ts';

export interface OtlpMetricsOptions {
  readonly sink: SampleSink;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly instruments: Instruments;
  readonly config: OtlpConfig;
  /** Bounds of the state that turns delta streams into cumulative ones; default: the codec's. */
  readonly deltaToCumulative?: { readonly maxStreams: number; readonly idleMs: number };
}

/** Decodes and stores an ExportMetricsServiceRequest; resolves with what was refused, rejects with a PetrelError. */
export type MetricsExport = (
  body: Uint8Array,
  encoding: OtlpEncoding,
  transport: 'http' | 'grpc',
) => Promise<{ readonly rejectedDataPoints: number; readonly errorMessage: string } | undefined>;

/** One for the process: HTTP and gRPC share the state of the delta streams. */
export function createOtlpMetrics(options: OtlpMetricsOptions): MetricsExport {
  const { sink, clock, logger, instruments, config, deltaToCumulative } = options;
  const { translationStrategy: strategy, ...rest } = config;
  const receiver = new OtlpMetricsReceiver(sink.registry, clock, {
    ...rest,
    strategy,
    ...(deltaToCumulative !== undefined && { deltaToCumulative }),
  });
  const requests = instruments.counter('petrel_receive_requests_total', 'Requests that brought samples.', [
    'protocol',
    'code',
  ]);
  const samples = instruments.counter('petrel_receive_samples_total', 'Samples received and stored.', ['protocol']);
  const refused = instruments.counter('petrel_receive_refused_samples_total', 'Samples refused as invalid.', [
    'protocol',
  ]);
  const seconds = instruments.histogram('petrel_receive_duration_seconds', 'Time from a request to its answer.', [
    'protocol',
  ]);
  return async (body, encoding, transport) => {
    const protocol = `otlp_${transport}`;
    const startedMs = performance.now();
    try {
      const decoded = receiver.decode(body, encoding);
      await sink.write(decoded.batch);
      samples.add(decoded.samples + decoded.histograms, protocol);
      requests.add(1, protocol, '200');
      if (decoded.rejectedDataPoints === 0 && decoded.errorMessage === '') return undefined;
      refused.add(decoded.rejectedDataPoints, protocol);
      logger.warn('OTLP: data points refused', { points: decoded.rejectedDataPoints, reason: decoded.errorMessage });
      return { rejectedDataPoints: decoded.rejectedDataPoints, errorMessage: decoded.errorMessage };
    } catch (error) {
      if (error instanceof PetrelError) requests.add(1, protocol, String(error.status));
      throw error;
    } finally {
      seconds.observe((performance.now() - startedMs) / 1000, protocol);
    }
  };
}
