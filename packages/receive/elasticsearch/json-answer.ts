import { PetrelError } from '@petrel/model';
import { BulkRequestError } from '@petrel/wire/elasticsearch/index.ts';
import { errorHeaders, headerOf, type ReceiveAnswer, type ReceiveRequest } from '../answer.ts';
import { filterPath } from './filter-path.ts';

/** A request to one of Elasticsearch's paths. */
export interface ElasticsearchRequest extends ReceiveRequest {
  readonly method: string;
  /** Percent-encoded, without query. */
  readonly path: string;
  /** Without the question mark; '' or absent where there is none. */
  readonly query?: string;
}

/** Before it becomes text. `body` undefined: none at all. */
export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error as Elasticsearch shows it. */
export function errorAnswer(status: number, type: string, reason: string): JsonAnswer {
  return { status, body: { error: { root_cause: [{ type, reason }], type, reason }, status } };
}

export const ACKNOWLEDGED: JsonAnswer = { status: 200, body: { acknowledged: true } };

/** What a PetrelError means to an Elasticsearch client; rethrows what is none. */
export function errorOf(error: unknown): JsonAnswer {
  if (!(error instanceof PetrelError)) throw error;
  if (error.retryable) {
    const { status, type } = rejection(error);
    return { ...errorAnswer(status, type, error.message), headers: errorHeaders(error) };
  }
  if (error instanceof BulkRequestError) return errorAnswer(error.status, error.type, error.message);
  if (error.code === 'BODY_TOO_LARGE') return errorAnswer(error.status, 'content_too_long_exception', error.message);
  return errorAnswer(error.status, 'illegal_argument_exception', error.message);
}

/** 429 where the store has too much to do, which every client knows to mean "again, slower"; 503 where it is away. */
export function rejection(error: PetrelError): { readonly status: number; readonly type: string } {
  if (error.status === 429) return { status: 429, type: 'es_rejected_execution_exception' };
  return { status: 503, type: 'unavailable_shards_exception' };
}

/** The media type that a client asks for: those of version 8 and later name a version, and want it back. */
function mediaTypeOf(request: ReceiveRequest): string {
  const wanted = /application\/vnd\.elasticsearch\+(?:x-nd)?json\s*;\s*compatible-with=(\d{1,2})/.exec(
    headerOf(request, 'accept'),
  );
  return wanted === null ? 'application/json' : `application/vnd.elasticsearch+json;compatible-with=${wanted[1]}`;
}

/** Applies `filter_path` and `pretty`; a HEAD has no body. Every answer carries the header by which official clients know their server. */
export function render(request: ElasticsearchRequest, answer: JsonAnswer): ReceiveAnswer {
  const headers = { 'Content-Type': mediaTypeOf(request), 'X-Elastic-Product': 'Elasticsearch', ...answer.headers };
  if (request.method === 'HEAD' || answer.body === undefined) return { status: answer.status, headers, body: '' };
  const query = new URLSearchParams(request.query ?? '');
  const filters = query.get('filter_path') ?? '';
  const body = filters === '' ? answer.body : (filterPath(answer.body, filters) ?? {});
  const pretty = query.get('pretty');
  const indented = pretty !== null && pretty !== 'false';
  return {
    status: answer.status,
    headers,
    body: indented ? `${JSON.stringify(body, null, 2)}\n` : JSON.stringify(body),
  };
}
