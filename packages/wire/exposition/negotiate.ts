import { type EscapingScheme, isEscapingScheme } from './escaping.ts';

/** What an endpoint can serve besides the text format, which it always can. */
export interface NegotiationOffer {
  readonly openMetrics: boolean;
  readonly protobuf?: boolean;
  /** For readers that name no scheme. Default underscores. */
  readonly defaultEscaping?: EscapingScheme;
}

export interface NegotiatedFormat {
  readonly format: 'text' | 'openmetrics' | 'protobuf';
  readonly escaping: EscapingScheme;
  /** The Content-Type of the response. */
  readonly contentType: string;
}

interface Clause {
  readonly mediaType: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/** The format for an Accept header: the first that is offered in the order of the reader's preference, else text 0.0.4. */
export function negotiateExposition(accept: string | undefined, offer: NegotiationOffer): NegotiatedFormat {
  const fallback = offer.defaultEscaping ?? 'underscores';
  for (const clause of clausesOf(accept ?? '')) {
    const asked = clause.parameters.get('escaping') ?? '';
    const escaping = isEscapingScheme(asked) ? asked : fallback;
    const found = formatOf(clause, offer);
    if (found !== undefined) return { ...found, escaping, contentType: `${found.contentType}; escaping=${escaping}` };
  }
  return { format: 'text', escaping: fallback, contentType: `${TEXT}; escaping=${fallback}` };
}

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const PROTO = 'io.prometheus.client.MetricFamily';

type Found = Omit<NegotiatedFormat, 'escaping'>;

function formatOf({ mediaType, parameters }: Clause, offer: NegotiationOffer): Found | undefined {
  const version = parameters.get('version') ?? '';
  if (mediaType === 'text/plain' && (version === '' || version === '0.0.4' || version === '1.0.0')) {
    return { format: 'text', contentType: TEXT };
  }
  if (mediaType === 'application/openmetrics-text' && offer.openMetrics) {
    if (version !== '' && version !== '0.0.1' && version !== '1.0.0') return undefined;
    const shown = version === '' ? '0.0.1' : version;
    return { format: 'openmetrics', contentType: `${mediaType}; version=${shown}; charset=utf-8` };
  }
  if (mediaType === 'application/vnd.google.protobuf' && offer.protobuf && parameters.get('proto') === PROTO) {
    const encoding = parameters.get('encoding') ?? '';
    if (encoding !== 'delimited' && encoding !== 'text' && encoding !== 'compact-text') return undefined;
    return { format: 'protobuf', contentType: `${mediaType}; proto=${PROTO}; encoding=${encoding}` };
  }
  return undefined;
}

/** Best first; equal ones in the order written. */
function clausesOf(accept: string): Clause[] {
  const clauses = accept.split(',').map((text): Clause => {
    const [mediaType = '', ...rest] = text.split(';').map((part) => part.trim());
    const parameters = new Map<string, string>();
    for (const part of rest) {
      const equals = part.indexOf('=');
      if (equals > 0) parameters.set(part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim());
    }
    const quality = Number(parameters.get('q') ?? '1');
    return { mediaType: mediaType.toLowerCase(), parameters, quality: Number.isFinite(quality) ? quality : 0 };
  });
  return clauses.filter(({ quality }) => quality > 0).sort((a, b) => b.quality - a.quality);
}
