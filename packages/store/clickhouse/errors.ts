import { ClickHouseError } from '@clickhouse/client';
import { PetrelError } from '@petrel/model';

// Codes of ClickHouse's ErrorCodes.cpp.
const DISK_FULL = new Set(['243']);
const LIMIT = new Set(['158', '160', '307', '396', '241']);
const TIMEOUT = new Set(['159']);
const CANCELED = new Set(['394']);

export function isAborted(error: unknown, signal?: AbortSignal): boolean {
  return signal?.aborted === true || (error instanceof Error && error.name === 'AbortError');
}

/** Whether the request may never have been executed, or may succeed when sent again. */
export function isTransient(error: unknown): boolean {
  return error instanceof PetrelError && error.retryable && error.code !== 'STORE_DISK_FULL';
}

/** What a failed write means to the sender; never anything but a store that could not take it now. */
export function writeError(error: unknown): PetrelError {
  if (error instanceof PetrelError) return error;
  const text = messageOf(error);
  if (
    (error instanceof ClickHouseError && DISK_FULL.has(error.code)) ||
    /No space left on device|NOT_ENOUGH_SPACE/.test(text)
  ) {
    return new PetrelError('STORE_DISK_FULL', 'the disk of the telemetry store is full', {
      cause: error,
      retryAfterMs: 30_000,
    });
  }
  return new PetrelError('STORE_UNAVAILABLE', `the telemetry store did not take the data: ${text}`, {
    cause: error,
    retryAfterMs: 5_000,
  });
}

export function readError(error: unknown, signal?: AbortSignal): PetrelError {
  if (error instanceof PetrelError) return error;
  if (isAborted(error, signal)) return new PetrelError('QUERY_CANCELED', 'query was canceled', { cause: error });
  const text = messageOf(error);
  if (error instanceof ClickHouseError) {
    if (TIMEOUT.has(error.code)) return new PetrelError('QUERY_TIMEOUT', `query timed out: ${text}`, { cause: error });
    if (CANCELED.has(error.code)) return new PetrelError('QUERY_CANCELED', 'query was canceled', { cause: error });
    if (LIMIT.has(error.code)) return new PetrelError('QUERY_LIMIT', `query needs too much: ${text}`, { cause: error });
    if (error.code === '427') return new PetrelError('BAD_REQUEST', text, { cause: error });
  }
  return new PetrelError('STORE_UNAVAILABLE', `the telemetry store did not answer: ${text}`, {
    cause: error,
    retryAfterMs: 2_000,
  });
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message || String((error as { code?: unknown }).code) : String(error);
  return text.slice(0, 500);
}
