import type { PetrelError } from '@petrel/model';

/** The codes of gRPC that receivers answer with. Source: grpc/statuscodes. */
export const GRPC_STATUS = {
  OK: 0,
  INVALID_ARGUMENT: 3,
  RESOURCE_EXHAUSTED: 8,
  INTERNAL: 13,
  UNAVAILABLE: 14,
} as const;

/** Retryable errors become codes that OTLP senders try again (RESOURCE_EXHAUSTED only together with RetryInfo). */
export function grpcStatusOf(error: PetrelError): number {
  if (error.status === 429) return GRPC_STATUS.RESOURCE_EXHAUSTED;
  if (error.retryable) return GRPC_STATUS.UNAVAILABLE;
  return error.status >= 500 ? GRPC_STATUS.INTERNAL : GRPC_STATUS.INVALID_ARGUMENT;
}
