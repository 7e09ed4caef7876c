import { type HttpClient, HttpError } from '@petrel/http';
import { PetrelError } from '@petrel/model';
import { type ExpositionFormat, expositionFormatOf } from '@petrel/wire';
import type { NameEscapingScheme, ScrapeConfig, ScrapeProtocol } from '../config.ts';
import type { Target } from './target.ts';

/** The answer of a target, decompressed. */
export interface ScrapedBody {
  readonly body: Uint8Array;
  readonly format: ExpositionFormat;
}

/** A scrape that brought no body; `tooLarge` when the body limit was the reason. */
export class ScrapeError extends Error {
  override readonly name = 'ScrapeError';
  constructor(
    message: string,
    readonly reason: 'network' | 'timeout' | 'status' | 'content_type' | 'body_size_limit' | 'canceled',
  ) {
    super(message);
  }
}

const HEADERS: Record<ScrapeProtocol, string> = {
  PrometheusProto: 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited',
  'OpenMetricsText1.0.0': 'application/openmetrics-text;version=1.0.0',
  'OpenMetricsText0.0.1': 'application/openmetrics-text;version=0.0.1',
  'PrometheusText1.0.0': 'text/plain;version=1.0.0',
  'PrometheusText0.0.4': 'text/plain;version=0.0.4',
};
const ESCAPABLE = new Set<ScrapeProtocol>(['PrometheusProto', 'OpenMetricsText1.0.0', 'PrometheusText1.0.0']);
const FORMATS: Record<ScrapeProtocol, ExpositionFormat> = {
  PrometheusProto: 'protobuf',
  'OpenMetricsText1.0.0': 'openmetrics',
  'OpenMetricsText0.0.1': 'openmetrics',
  'PrometheusText1.0.0': 'text',
  'PrometheusText0.0.4': 'text',
};

/** The Accept header for the protocols in their order of preference. */
function acceptHeader(protocols: readonly ScrapeProtocol[], escaping: NameEscapingScheme): string {
  let weight = Object.keys(HEADERS).length + 1;
  const parts = protocols.map((protocol) => {
    const scheme = ESCAPABLE.has(protocol) ? `;escaping=${escaping}` : '';
    return `${HEADERS[protocol]}${scheme};q=0.${weight--}`;
  });
  return [...parts, `*/*;q=0.${weight}`].join(',');
}

/** Fetches the body of a target. Rejects with ScrapeError, or with the error of a secret's file. */
export async function scrapeTarget(
  target: Target,
  config: ScrapeConfig,
  client: HttpClient,
  signal: AbortSignal,
): Promise<ScrapedBody> {
  const response = await client
    .send({
      url: target.url,
      headers: {
        Accept: acceptHeader(config.scrapeProtocols, config.metricNameEscapingScheme),
        'Accept-Encoding': config.enableCompression ? 'gzip' : 'identity',
        'User-Agent': 'Petrel/0.1.0',
        'X-Prometheus-Scrape-Timeout-Seconds': String(target.timeoutMs / 1000),
      },
      timeoutMs: target.timeoutMs,
      bodyLimitBytes: config.bodySizeLimitBytes,
      signal,
    })
    .catch((error: unknown) => {
      throw error instanceof HttpError ? new ScrapeError(error.message, REASONS[error.kind]) : error;
    });
  if (response.status !== 200) {
    throw new ScrapeError(`server returned HTTP status ${response.status} ${response.statusText}`.trim(), 'status');
  }
  const header = response.headers['content-type'];
  const contentType = Array.isArray(header) ? header[0] : header;
  const { fallbackScrapeProtocol } = config;
  const fallback = fallbackScrapeProtocol === undefined ? undefined : FORMATS[fallbackScrapeProtocol];
  const format = expositionFormatOf(contentType, fallback);
  if (format === undefined) {
    const what =
      contentType === undefined || contentType === ''
        ? 'non-compliant scrape target sending blank Content-Type'
        : `received unsupported Content-Type "${contentType}"`;
    throw new ScrapeError(`${what} and no fallback_scrape_protocol specified for target`, 'content_type');
  }
  return { body: response.body, format };
}

const REASONS = {
  timeout: 'timeout',
  canceled: 'canceled',
  body_too_large: 'body_size_limit',
  forbidden: 'network',
  network: 'network',
} as const;

/** A word for the counters of failures. */
export function failureReason(error: unknown): string {
  if (error instanceof ScrapeError) return error.reason;
  return error instanceof PetrelError ? error.code.toLowerCase() : 'other';
}
