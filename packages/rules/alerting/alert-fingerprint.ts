import type { Labels } from '@petrel/model';
import { fingerprintOf } from '@petrel/model';

const known = new WeakMap<Labels, string>();

/** `fingerprintOf`, remembered: an alert is told of again and again. */
export function alertFingerprint(labels: Labels): string {
  let fingerprint = known.get(labels);
  if (fingerprint === undefined) {
    fingerprint = fingerprintOf(labels);
    known.set(labels, fingerprint);
  }
  return fingerprint;
}
