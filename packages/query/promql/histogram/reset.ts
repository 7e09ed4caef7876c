import type { FloatHistogram } from '@petrel/model';
import { upperBound, usesCustomBuckets } from './bounds.ts';
import {
  boundsMatch,
  intersectBounds,
  mapToBounds,
  reduceSchema,
  type Side,
  widenZeroBucket,
  workingCopy,
} from './working-copy.ts';

/**
 * Whether the counter was reset between `previous` and `current`: the hint decides where there is one, otherwise a count that went
 * down, in whatever bucket, a finer resolution or a narrower zero bucket. Source: Prometheus, FloatHistogram.DetectReset.
 */
export function detectReset(current: FloatHistogram, previous: FloatHistogram): boolean {
  if (current.counterResetHint === 'reset') return true;
  if (current.counterResetHint === 'not_reset') return false;
  if (current.count < previous.count) return true;
  const custom = usesCustomBuckets(current);
  if (custom !== usesCustomBuckets(previous)) return true;
  const now = workingCopy(current);
  const before = workingCopy(previous);
  if (custom) {
    if (!boundsMatch(current.customValues, previous.customValues)) {
      const bounds = intersectBounds(current.customValues, previous.customValues);
      mapToBounds(now, bounds);
      mapToBounds(before, bounds);
    }
    return wentDown(now.positive, before.positive, () => true);
  }
  if (current.schema > previous.schema || current.zeroThreshold < previous.zeroThreshold) return true;
  widenZeroBucket(before, current.zeroThreshold);
  // A border inside a bucket that was populated before cannot come from counting on.
  if (before.zeroThreshold !== current.zeroThreshold || current.zeroCount < before.zeroCount.total()) return true;
  reduceSchema(before, current.schema);
  const outside = (index: number): boolean => upperBound(index, current.schema) > current.zeroThreshold;
  return wentDown(now.positive, before.positive, outside) || wentDown(now.negative, before.negative, outside);
}

function wentDown(now: Side, before: Side, counts: (index: number) => boolean): boolean {
  let n = 0;
  for (let b = 0; b < before.indices.length; b++) {
    const index = before.indices[b] as number;
    if (!counts(index)) continue;
    while (n < now.indices.length && (now.indices[n] as number) < index) n++;
    const current = now.indices[n] === index ? (now.counts[n] as number) : 0;
    if (current < (before.counts[b] as number)) return true;
  }
  return false;
}
