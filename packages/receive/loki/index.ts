/**
 * Loki's push API in: requests enter, batches of log lines leave through the sink, and the answer names what was refused, as Loki's does. apps/server creates one
 * handler for both of its paths.
 */
export type { LokiPushHandler } from './push.ts';
export { createLokiPushHandler } from './push.ts';
