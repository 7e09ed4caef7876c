import { list, record, where } from '@petrel/config/schema/composite.ts';
import { boolean, duration, integer, oneOf, size, string } from '@petrel/config/schema/scalars.ts';
import type { TableReport, Type } from '@petrel/config/schema/schema.ts';
import { accepted, field, isUsable, optional, table } from '@petrel/config/schema/schema.ts';
import type { ScrapeProtocol } from '@petrel/receive';
import type { GlobalConfig } from '../config.ts';
import { DEFAULT_GLOBAL_CONFIG } from '../config.ts';
import { labelNameProblem } from './label-name.ts';

const PROTOCOLS: readonly ScrapeProtocol[] = [
  'OpenMetricsText0.0.1',
  'OpenMetricsText1.0.0',
  'PrometheusProto',
  'PrometheusText0.0.4',
  'PrometheusText1.0.0',
];
export const scrapeProtocol = oneOf('scrape protocol', PROTOCOLS);
export const scrapeProtocols: Type<readonly ScrapeProtocol[]> = where(list(scrapeProtocol), (protocols) => {
  if (protocols.length === 0) return 'scrape_protocols cannot be empty';
  return new Set(protocols).size < protocols.length
    ? `duplicated protocol in scrape_protocols, got [${protocols.join(' ')}]`
    : undefined;
});
export const validationScheme = oneOf('name validation scheme', ['utf8', 'legacy']);
export const escapingScheme = oneOf('name escaping scheme', ['allow-utf-8', 'underscores', 'dots', 'values']);
export const limit: Type<number> = integer();
export const bodySize: Type<number> = where(size, (bytes) => (bytes < 0 ? 'a size must not be negative' : undefined));

/** `$NAME` and `${NAME}` become the environment's values, `$$` a dollar; unset ones are empty, with a warning. */
const expandedString: Type<string> = {
  ...string,
  decode(node, place) {
    const text = string.decode(node, place);
    if (!isUsable(text)) return text;
    return text.replaceAll(/\$(?:\$|\{([^}]*)\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
      if (whole === '$$') return '$';
      const name = braced ?? bare ?? '';
      const value = place.reading.env[name];
      if (value === undefined)
        place.reading.warn(node.position, place.path, `the environment variable ${name} is not set`);
      return value ?? '';
    });
  },
};

const defaults = DEFAULT_GLOBAL_CONFIG;

interface GlobalSection extends Omit<GlobalConfig, 'scrapeTimeoutMs'> {
  readonly scrapeTimeoutMs?: number;
}

export const globalConfig = table<GlobalSection, GlobalConfig>(
  'global',
  {
    scrapeIntervalMs: field('scrape_interval', duration, defaults.scrapeIntervalMs, 'How often targets are scraped.'),
    scrapeTimeoutMs: optional('scrape_timeout', duration, 'Patience with a target; default 10s, at most the interval.'),
    scrapeProtocols: optional('scrape_protocols', scrapeProtocols, 'Formats in the order of preference.'),
    evaluationIntervalMs: field(
      'evaluation_interval',
      duration,
      defaults.evaluationIntervalMs,
      'How often rules are evaluated.',
    ),
    ruleQueryOffsetMs: field('rule_query_offset', duration, defaults.ruleQueryOffsetMs, 'How far rules look back.'),
    externalLabels: field(
      'external_labels',
      record(expandedString, labelNameProblem),
      {},
      'Added to what leaves: remote write, federation, alerts. `$NAME` is taken from the environment.',
    ),
    bodySizeLimitBytes: field('body_size_limit', bodySize, 0, 'Larger responses fail the scrape; 0: no limit.'),
    sampleLimit: field('sample_limit', limit, 0, 'More samples fail the scrape; 0: no limit.'),
    targetLimit: field('target_limit', limit, 0, 'More targets fail the job; 0: no limit.'),
    labelLimit: field('label_limit', limit, 0, 'More labels on a sample fail the scrape; 0: no limit.'),
    labelNameLengthLimit: field(
      'label_name_length_limit',
      limit,
      0,
      'Longer label names fail the scrape; 0: no limit.',
    ),
    labelValueLengthLimit: field(
      'label_value_length_limit',
      limit,
      0,
      'Longer label values fail the scrape; 0: no limit.',
    ),
    keepDroppedTargets: field(
      'keep_dropped_targets',
      limit,
      0,
      'How many dropped targets are kept for showing; 0: all.',
    ),
    metricNameValidationScheme: field(
      'metric_name_validation_scheme',
      validationScheme,
      defaults.metricNameValidationScheme,
      'Which names are valid.',
    ),
    metricNameEscapingScheme: optional(
      'metric_name_escaping_scheme',
      escapingScheme,
      'How targets are asked for names; default by the validation scheme.',
    ),
    scrapeNativeHistograms: field('scrape_native_histograms', boolean, false, 'Scrape native histograms.'),
    alwaysScrapeClassicHistograms: field(
      'always_scrape_classic_histograms',
      boolean,
      false,
      'Keep the classic buckets of native histograms.',
    ),
    convertClassicHistogramsToNhcb: field(
      'convert_classic_histograms_to_nhcb',
      boolean,
      false,
      'Store classic histograms as native ones with custom buckets.',
    ),
    extraScrapeMetrics: field(
      'extra_scrape_metrics',
      boolean,
      false,
      'Report timeout, limit and body size of each scrape.',
    ),
  },
  {
    accepted: {
      query_log_file: accepted(
        string,
        'Queries are in the log.',
        'query_log_file is not used: slow queries are in the log',
      ),
      scrape_failure_log_file: accepted(
        string,
        'Failures are in the log.',
        'scrape_failure_log_file is not used: failed scrapes are in the log',
      ),
    },
    finish(section, report) {
      // As in Prometheus, 0 means the default.
      const scrapeIntervalMs = section.scrapeIntervalMs || defaults.scrapeIntervalMs;
      const evaluationIntervalMs = section.evaluationIntervalMs || defaults.evaluationIntervalMs;
      const scrapeTimeoutMs = section.scrapeTimeoutMs || Math.min(defaults.scrapeTimeoutMs, scrapeIntervalMs);
      if (scrapeTimeoutMs > scrapeIntervalMs)
        report.error('scrape_timeout', 'global scrape timeout greater than scrape interval');
      checkSchemes(section.metricNameValidationScheme, section.metricNameEscapingScheme, report);
      return { ...section, scrapeIntervalMs, scrapeTimeoutMs, evaluationIntervalMs };
    },
  },
);

export function checkSchemes(validation: string, escaping: string | undefined, report: TableReport): void {
  if (validation === 'legacy' && escaping === 'allow-utf-8') {
    report.error('metric_name_escaping_scheme', 'utf8 metric names requested but validation scheme is not set to UTF8');
  }
}
