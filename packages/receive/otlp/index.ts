/**
 * OTLP in: export requests enter over HTTP and gRPC, batches leave through the sink, and the answer names what was refused. apps/server
 * creates one `createOtlpMetrics` for both transports; further signals join as more services.
 */
export type { OtlpGrpcOptions, OtlpGrpcServer, OtlpGrpcService } from './grpc.ts';
export { otlpMetricsService, startOtlpGrpc } from './grpc.ts';
export { GRPC_STATUS, grpcStatusOf } from './grpc-status.ts';
export type { OtlpHttpHandler } from './http.ts';
export { createOtlpHttpHandler } from './http.ts';
export type { MetricsExport, OtlpMetricsOptions } from './metrics.ts';
export { createOtlpMetrics } from './metrics.ts';
