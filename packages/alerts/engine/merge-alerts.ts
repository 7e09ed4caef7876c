import { type Alert, isResolvedAt } from '@petrel/model';

/**
 * What is known of an alert after another word of it. If both say that it was active at one time, it is one activity: the earliest start counts,
 * the later word's annotations, and an end that somebody named rather than one that was guessed. Source: Alertmanager,
 * types.Alert.Merge and provider/mem.
 */
export function mergeAlerts(known: Alert, told: Alert, nowMs: number): Alert {
  const overlap =
    (told.endsAtMs > known.startsAtMs && told.endsAtMs < known.endsAtMs) ||
    (told.startsAtMs > known.startsAtMs && told.startsAtMs < known.endsAtMs);
  if (!overlap) return told;
  const startsAtMs = Math.min(known.startsAtMs, told.startsAtMs);
  let { endsAtMs } = told;
  if (isResolvedAt(told, nowMs)) {
    if (isResolvedAt(known, nowMs) && known.endsAtMs > endsAtMs) endsAtMs = known.endsAtMs;
  } else if (known.endsAtMs > endsAtMs && !known.timeout) endsAtMs = known.endsAtMs;
  return { ...told, startsAtMs, endsAtMs };
}
