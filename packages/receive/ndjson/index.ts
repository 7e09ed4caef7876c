/** Petrel's own way in for log lines: texts or JSON documents over HTTP enter, batches leave through the sink, and each line that was refused is named in the answer. */
export type { NdjsonHandler } from './ndjson.ts';
export { createNdjsonHandler } from './ndjson.ts';
