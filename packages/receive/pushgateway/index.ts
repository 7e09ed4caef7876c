/**
 * The Pushgateway's push API: pushes of batch jobs enter, are kept in a `PushGroupStore`, and leave through the sink at every
 * interval. The HTTP server of apps/server calls `handle` for `/metrics/job/…`.
 */
export type { PushGatewayOptions, PushRequest } from './gateway.ts';
export { PushGateway } from './gateway.ts';
export type { PushedFamily, PushedSeries, PushGroup, PushGroupStore } from './group.ts';
