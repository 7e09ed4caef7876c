import type { DeltaLimits } from './delta.ts';
import type { TranslationStrategy } from './naming.ts';

/** As Prometheus's `otlp` configuration, with what Petrel adds for delta points. */
export interface OtlpTranslationOptions {
  /** Default UnderscoreEscapingWithSuffixes. */
  readonly strategy?: TranslationStrategy;
  /** Resource attributes that become labels of every series. */
  readonly promoteResourceAttributes?: readonly string[];
  readonly promoteAllResourceAttributes?: boolean;
  /** With `promoteAllResourceAttributes`: all but these. */
  readonly ignoreResourceAttributes?: readonly string[];
  /** Scope name, version, schema URL and attributes as `otel_scope_*` labels. */
  readonly promoteScopeMetadata?: boolean;
  /** Keep service.name, service.namespace and service.instance.id in target_info. */
  readonly keepIdentifyingResourceAttributes?: boolean;
  /** Explicit-bounds histograms become native ones with custom buckets, not `_bucket` series. */
  readonly convertHistogramsToNhcb?: boolean;
  /** Delta points become cumulative (the default, with `DEFAULT_DELTA_LIMITS`); false refuses them. */
  readonly deltaToCumulative?: DeltaLimits | false;
}

/** 100,000 streams take about 50 MB; five minutes are the lookback of a query, after which the series is stale anyhow. */
export const DEFAULT_DELTA_LIMITS: DeltaLimits = { maxStreams: 100_000, idleMs: 300_000 };
