/** The one error catalogue: stable code → HTTP status and whether the same request may succeed later. */
export const ERROR_CATALOGUE = {
  BAD_REQUEST: { status: 400, retryable: false },
  CONFIG_INVALID: { status: 400, retryable: false },
  DECODE_FAILED: { status: 400, retryable: false },
  BODY_TOO_LARGE: { status: 413, retryable: false },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, retryable: false },
  PROMQL_PARSE: { status: 400, retryable: false },
  PROMQL_EXEC: { status: 422, retryable: false },
  LOGQL_PARSE: { status: 400, retryable: false },
  LOGQL_EXEC: { status: 422, retryable: false },
  KQL_PARSE: { status: 400, retryable: false },
  QUERY_TIMEOUT: { status: 503, retryable: true },
  QUERY_CANCELED: { status: 499, retryable: true },
  QUERY_LIMIT: { status: 422, retryable: false },
  QUERY_QUEUE_FULL: { status: 503, retryable: true },
  FORBIDDEN: { status: 403, retryable: false },
  NOT_FOUND: { status: 404, retryable: false },
  STORE_UNAVAILABLE: { status: 503, retryable: true },
  STORE_OVERLOADED: { status: 429, retryable: true },
  STORE_DISK_FULL: { status: 503, retryable: true },
  DATA_DIR_LOCKED: { status: 500, retryable: false },
  INTERNAL: { status: 500, retryable: false },
} as const satisfies Record<string, { status: number; retryable: boolean }>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

export interface PetrelErrorOptions {
  readonly cause?: unknown;
  /** For `Retry-After`; only with retryable codes. */
  readonly retryAfterMs?: number;
}

/** Everything that Petrel tells a caller it could not do. A bug is an ordinary Error and is not caught. */
export class PetrelError extends Error {
  override readonly name = 'PetrelError';
  readonly status: number;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: PetrelErrorOptions = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.status = ERROR_CATALOGUE[code].status;
    this.retryable = ERROR_CATALOGUE[code].retryable;
    this.retryAfterMs = options.retryAfterMs;
  }
}
