/**
 * Remote write in: requests of Prometheus, its agents and the like enter, batches leave through the sink, and the answer says what
 * was written. The HTTP server of apps/server calls it for `POST /api/v1/write`.
 */
export type { RemoteWriteReceiver, RemoteWriteReceiverOptions } from './receiver.ts';
export { createRemoteWriteReceiver } from './receiver.ts';
