/**
 * OTLP in: export requests of metrics and logs enter over HTTP and gRPC, batches leave through the sinks, and the answer names what was refused. apps/server
 * creates one `createOtlpMetrics` and one `createOtlpLogs` for both transports.
 */
export type { OtlpGrpcOptions, OtlpGrpcServer, OtlpGrpcService } from './grpc.ts';
export { otlpLogsService, otlpMetricsService, startOtlpGrpc } from './grpc.ts';
export { GRPC_STATUS, grpcStatusOf } from './grpc-status.ts';
export type { OtlpHttpHandler } from './http.ts';
export { createOtlpHttpHandler } from './http.ts';
export type { LogsExport, OtlpLogsOptions } from './logs.ts';
export { createOtlpLogs } from './logs.ts';
export type { MetricsExport, OtlpMetricsOptions } from './metrics.ts';
export { createOtlpMetrics } from './metrics.ts';
