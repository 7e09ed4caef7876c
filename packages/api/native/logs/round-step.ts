const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS_MS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28].map((n) => n * DAY),
];

export interface Buckets {
  /** Whole steps since the epoch. */
  readonly startMs: number;
  readonly bucketMs: number;
  readonly buckets: number;
}

/** Buckets of a round length over a range in milliseconds, at most `wanted` of them; at least one, and the first and the last may reach beyond the range. */
export function roundBuckets(fromMs: number, toMs: number, wanted: number): Buckets {
  for (const bucketMs of stepsMs()) {
    const startMs = Math.floor(fromMs / bucketMs) * bucketMs;
    const buckets = Math.max(1, Math.ceil((toMs - startMs) / bucketMs));
    if (buckets <= wanted || (wanted <= 1 && bucketMs >= toMs - fromMs)) return { startMs, bucketMs, buckets };
  }
  throw new Error('there is always a longer step');
}

function* stepsMs(): Generator<number> {
  yield* STEPS_MS;
  for (let days = 56; ; days *= 2) yield days * DAY;
}
