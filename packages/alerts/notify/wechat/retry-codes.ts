/** WeCom's codes after which another attempt may succeed: the system is busy, the frequency or concurrency is too high. */
export const RETRY_CODES: readonly number[] = [-1, 45009, 45033];

/** The access token has expired, is invalid or missing: the next attempt asks for a new one. */
export const TOKEN_CODES: readonly number[] = [40014, 41001, 42001];
