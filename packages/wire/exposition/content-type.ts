import type { ExpositionFormat } from './entry.ts';

/**
 * The format that a Content-Type header names. A missing, unparsable or foreign one gives `fallback` (Prometheus's
 * `fallback_scrape_protocol`), or undefined: then the body must not be guessed at.
 */
export function expositionFormatOf(
  contentType: string | undefined,
  fallback?: ExpositionFormat,
): ExpositionFormat | undefined {
  const [mediaType = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  switch (mediaType) {
    case 'application/openmetrics-text':
      return 'openmetrics';
    case 'application/vnd.google.protobuf':
      return parameters.some((p) => p.startsWith('proto=') && p !== 'proto=io.prometheus.client.metricfamily')
        ? fallback
        : 'protobuf';
    case 'text/plain':
      return 'text';
    default:
      return fallback;
  }
}

export interface ScrapeAcceptOptions {
  /** Put protobuf first: the only format that carries native histograms. */
  readonly nativeHistograms?: boolean;
}

/** The Accept header of a scrape, best first, as Prometheus 3 sends it by default. */
export function scrapeAcceptHeader(options: ScrapeAcceptOptions = {}): string {
  const formats = [
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8',
    'application/openmetrics-text;version=0.0.1',
    'text/plain;version=1.0.0;escaping=allow-utf-8',
    'text/plain;version=0.0.4',
  ];
  if (options.nativeHistograms) {
    formats.unshift('application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited');
  }
  return [...formats.map((format, i) => `${format};q=0.${formats.length + 1 - i}`), '*/*;q=0.1'].join(',');
}
