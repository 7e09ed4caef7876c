/**
 * Elasticsearch's bulk format: the bytes of a `_bulk` body enter, actions with the place of their documents leave; names of indices lose their dates, documents say
 * which service and time they are of. Called by the receiver of Elasticsearch's protocol.
 */
export type { BulkAction, BulkOp } from './action-line.ts';
export { BulkRequestError } from './bulk-request-error.ts';
export type { BulkItem, DecodeBulkOptions } from './decode-bulk.ts';
export { decodeBulk } from './decode-bulk.ts';
export type { DocumentFacts } from './document.ts';
export { readDocument } from './document.ts';
export { stableIndexName } from './index-name.ts';
