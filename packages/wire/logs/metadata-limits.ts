import type { Labels } from '@petrel/model';
import type { LogLimits, LogRefusal } from './log-limits.ts';

/** Why a line with so much metadata is refused; undefined where it is within the limits. */
export function metadataRefusal(
  limits: LogLimits,
  labels: Labels,
  pairs: number,
  sizeBytes: number,
): LogRefusal | undefined {
  const { maxStructuredMetadataEntries: maxPairs, maxStructuredMetadataBytes: maxBytes } = limits;
  if (pairs > maxPairs) {
    const message = `stream '${labels}' has too many structured metadata labels: '${pairs}', limit: '${maxPairs}'`;
    return { reason: 'structured_metadata_too_many', message };
  }
  if (sizeBytes > maxBytes) {
    const message = `stream '${labels}' has structured metadata too large: '${sizeBytes}' bytes, limit: '${maxBytes}' bytes`;
    return { reason: 'structured_metadata_too_large', message };
  }
  return undefined;
}
