import type { BulkWriter } from './bulk.ts';
import type { ElasticsearchRequest, JsonAnswer } from './json-answer.ts';
import type { WriteRoute } from './router.ts';

const encoder = new TextEncoder();

/**
 * One document, answered as Elasticsearch answers a single one: 201, or the error by itself. It goes the way of a bulk request with one action.
 * @throws PetrelError for a store that takes nothing
 */
export async function writeDocument(
  writer: BulkWriter,
  request: ElasticsearchRequest,
  body: Uint8Array,
  { index, op, id }: WriteRoute & { kind: 'document' },
): Promise<JsonAnswer> {
  const action = encoder.encode(`${JSON.stringify({ [op]: { _index: index, _id: id } })}\n`);
  const joined = Buffer.concat([action, onOneLine(body), encoder.encode('\n')]);
  // The status of the request is what a sender of one document looks at.
  const { body: answer } = await writer.write({ ...request, headers: {} }, joined, index);
  const item = (answer as { items: readonly Record<string, SingleItem>[] }).items[0]?.[op] as SingleItem;
  const { status, error, ...rest } = item;
  if (error === undefined) return { status, body: rest };
  return { status, body: { error: { root_cause: [error], ...error }, status } };
}

interface SingleItem {
  readonly status: number;
  readonly error?: { readonly type: string; readonly reason: string };
}

/** A document may be sent indented; JSON means the same with spaces for the ends of its lines, which inside of strings cannot occur. */
function onOneLine(body: Uint8Array): Uint8Array {
  if (!body.includes(0x0a) && !body.includes(0x0d)) return body;
  return body.map((byte) => (byte === 0x0a || byte === 0x0d ? 0x20 : byte));
}
