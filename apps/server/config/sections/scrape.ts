import { httpClient } from '@petrel/config/http-client.ts';
import { list, record, where } from '@petrel/config/schema/composite.ts';
import { boolean, duration, float, oneOf, string } from '@petrel/config/schema/scalars.ts';
import type { Table, TableReport, Type } from '@petrel/config/schema/schema.ts';
import { accepted, field, inline, optional, required, table } from '@petrel/config/schema/schema.ts';
import type { NameEscapingScheme, ScrapeConfig, ScrapeProtocol } from '@petrel/receive';
import { DEFAULT_SCRAPE_PROTOCOLS, PROTO_FIRST_SCRAPE_PROTOCOLS } from '@petrel/receive';
import type { GlobalConfig } from '../config.ts';
import { discovery, foreignDiscovery } from './discovery.ts';
import {
  bodySize,
  checkSchemes,
  escapingScheme,
  limit,
  scrapeProtocol,
  scrapeProtocols,
  validationScheme,
} from './global.ts';
import { checkNames, relabelConfigs } from './relabel.ts';

/** A job as written: what depends on other keys is open. */
interface ScrapeSection extends Omit<ScrapeConfig, 'scrapeTimeoutMs' | 'scrapeProtocols' | 'metricNameEscapingScheme'> {
  readonly scrapeTimeoutMs?: number;
  readonly scrapeProtocols?: readonly ScrapeProtocol[];
  readonly metricNameEscapingScheme?: NameEscapingScheme;
}

/** Jobs with unique names. */
export function scrapeConfigs(global: GlobalConfig): Type<readonly ScrapeConfig[]> {
  return list(scrapeConfig(global), { nameOf: ({ jobName }) => jobName, message: duplicateJob });
}

export function duplicateJob(name: string): string {
  return `found multiple scrape configs with job name "${name}"`;
}

/** The table of a scrape job; its defaults are the values of `global`. */
function scrapeConfig(global: GlobalConfig): Table<ScrapeConfig> {
  return table<ScrapeSection, ScrapeConfig>(
    'scrape_config',
    {
      jobName: required(
        'job_name',
        where(string, (name) => (name === '' ? 'job_name is empty' : undefined)),
        'Unique; the default of the `job` label.',
      ),
      scrapeIntervalMs: field(
        'scrape_interval',
        duration,
        global.scrapeIntervalMs,
        'How often the targets are scraped.',
      ),
      scrapeTimeoutMs: optional(
        'scrape_timeout',
        duration,
        "Patience with a target; default global's, at most the interval.",
      ),
      scrapeProtocols: optional('scrape_protocols', scrapeProtocols, 'Formats in the order of preference.'),
      fallbackScrapeProtocol: optional(
        'fallback_scrape_protocol',
        scrapeProtocol,
        'Format of a target that names none.',
      ),
      metricsPath: field('metrics_path', string, '/metrics', 'Path of the request.'),
      scheme: field('scheme', oneOf('scheme', ['http', 'https']), 'http', 'How targets are reached.'),
      params: field('params', record(list(string)), {}, 'Query parameters of the request.'),
      honorLabels: field('honor_labels', boolean, false, "A target's own labels win over the job's."),
      honorTimestamps: field('honor_timestamps', boolean, true, "Take the target's timestamps."),
      trackTimestampsStaleness: field(
        'track_timestamps_staleness',
        boolean,
        false,
        'End series with own timestamps as well when they vanish.',
      ),
      enableCompression: field('enable_compression', boolean, true, 'Ask for gzip.'),
      staticConfigs: discovery.staticConfigs,
      fileSdConfigs: discovery.fileSdConfigs,
      httpSdConfigs: discovery.httpSdConfigs,
      dnsSdConfigs: discovery.dnsSdConfigs,
      relabelConfigs: field('relabel_configs', relabelConfigs('target relabeling rule'), [], 'Change or drop targets.'),
      metricRelabelConfigs: field(
        'metric_relabel_configs',
        relabelConfigs('metric relabeling rule'),
        [],
        'Change or drop samples.',
      ),
      bodySizeLimitBytes: field(
        'body_size_limit',
        bodySize,
        global.bodySizeLimitBytes,
        'Larger responses fail the scrape; 0: no limit.',
      ),
      sampleLimit: field('sample_limit', limit, global.sampleLimit, 'More samples fail the scrape; 0: no limit.'),
      targetLimit: field('target_limit', limit, global.targetLimit, 'More targets fail the job; 0: no limit.'),
      labelLimit: field(
        'label_limit',
        limit,
        global.labelLimit,
        'More labels on a sample fail the scrape; 0: no limit.',
      ),
      labelNameLengthLimit: field(
        'label_name_length_limit',
        limit,
        global.labelNameLengthLimit,
        'Longer label names fail the scrape; 0: no limit.',
      ),
      labelValueLengthLimit: field(
        'label_value_length_limit',
        limit,
        global.labelValueLengthLimit,
        'Longer label values fail the scrape; 0: no limit.',
      ),
      keepDroppedTargets: field(
        'keep_dropped_targets',
        limit,
        global.keepDroppedTargets,
        'How many dropped targets are kept for showing; 0: all.',
      ),
      nativeHistogramBucketLimit: field(
        'native_histogram_bucket_limit',
        limit,
        0,
        'Native histograms are reduced to so many buckets; 0: no limit.',
      ),
      nativeHistogramMinBucketFactor: field(
        'native_histogram_min_bucket_factor',
        float,
        0,
        'Native histograms are reduced to at least this growth factor.',
      ),
      metricNameValidationScheme: field(
        'metric_name_validation_scheme',
        validationScheme,
        global.metricNameValidationScheme,
        'Which names are valid.',
      ),
      metricNameEscapingScheme: optional(
        'metric_name_escaping_scheme',
        escapingScheme,
        'How targets are asked for names.',
      ),
      scrapeNativeHistograms: field(
        'scrape_native_histograms',
        boolean,
        global.scrapeNativeHistograms,
        'Scrape native histograms.',
      ),
      scrapeClassicHistograms: field(
        'always_scrape_classic_histograms',
        boolean,
        global.alwaysScrapeClassicHistograms,
        'Keep the classic buckets of native histograms.',
      ),
      convertClassicHistogramsToNhcb: field(
        'convert_classic_histograms_to_nhcb',
        boolean,
        global.convertClassicHistogramsToNhcb,
        'Store classic histograms as native ones with custom buckets.',
      ),
      extraScrapeMetrics: field(
        'extra_scrape_metrics',
        boolean,
        global.extraScrapeMetrics,
        'Report timeout, limit and body size of each scrape.',
      ),
      http: inline(httpClient),
    },
    {
      nullMessage: 'empty or null scrape config section',
      accepted: {
        scrape_failure_log_file: accepted(
          string,
          'Failures are in the log.',
          'scrape_failure_log_file is not used: failed scrapes are in the log',
        ),
        ...foreignDiscovery,
      },
      finish: (section, report) => finish(section, global, report),
    },
  );
}

function finish(section: ScrapeSection, global: GlobalConfig, report: TableReport): ScrapeConfig {
  const job = `scrape config with job name "${section.jobName}"`;
  const scrapeIntervalMs = section.scrapeIntervalMs || global.scrapeIntervalMs;
  const scrapeTimeoutMs = section.scrapeTimeoutMs || Math.min(global.scrapeTimeoutMs, scrapeIntervalMs);
  if (scrapeTimeoutMs > scrapeIntervalMs)
    report.error('scrape_timeout', `scrape timeout greater than scrape interval for ${job}`);
  const scheme = section.metricNameValidationScheme;
  // A job that is stricter than global must not inherit an escaping scheme that it cannot have.
  const inherited =
    scheme === global.metricNameValidationScheme || scheme === 'utf8' ? global.metricNameEscapingScheme : undefined;
  const escaping =
    section.metricNameEscapingScheme ?? inherited ?? (scheme === 'legacy' ? 'underscores' : 'allow-utf-8');
  if (report.has('metric_name_validation_scheme') || report.has('metric_name_escaping_scheme'))
    checkSchemes(scheme, escaping, report);
  checkNames(section.relabelConfigs, scheme, 'relabel_configs', report);
  checkNames(section.metricRelabelConfigs, scheme, 'metric_relabel_configs', report);
  const usual = section.scrapeNativeHistograms ? PROTO_FIRST_SCRAPE_PROTOCOLS : DEFAULT_SCRAPE_PROTOCOLS;
  const scrapeProtocols = section.scrapeProtocols ?? global.scrapeProtocols ?? usual;
  return { ...section, scrapeIntervalMs, scrapeTimeoutMs, scrapeProtocols, metricNameEscapingScheme: escaping };
}
