/**
 * Remote write out: batches that were stored enter through a sink that stands before the store's, requests to other servers leave. apps/server
 * puts `Forwarder.sink` where receivers write to and applies each new configuration.
 */
export type { ForwarderOptions } from './forwarder.ts';
export { Forwarder } from './forwarder.ts';
export type { RemoteStatus } from './remote-queue.ts';
