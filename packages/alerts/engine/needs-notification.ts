/** What an integration was last told of a group; sets of fingerprints. */
export interface LastNotification {
  readonly firing: ReadonlySet<string>;
  readonly resolved: ReadonlySet<string>;
  readonly tMs: number;
}

export type NotificationReason =
  | 'first_notification'
  | 'new_alerts'
  | 'all_resolved'
  | 'some_resolved'
  | 'repeat_interval';

/**
 * Whether, and why, an integration is to be told of a group now. Source: Alertmanager, notify.DedupStage.needsUpdate; the one difference: a
 * repetition is due when repeat_interval has passed, not first when it has been exceeded, so an hour is an hour.
 */
export function needsNotification(
  last: LastNotification | undefined,
  now: { readonly firing: readonly string[]; readonly resolved: readonly string[]; readonly tMs: number },
  { sendResolved, repeatIntervalMs }: { readonly sendResolved: boolean; readonly repeatIntervalMs: number },
): NotificationReason | undefined {
  // Who was told of nothing need not hear that it is over.
  if (last === undefined) return now.firing.length > 0 ? 'first_notification' : undefined;
  if (!isSubset(now.firing, last.firing)) return 'new_alerts';
  // Whatever send_resolved says, so that what was told as firing is forgotten.
  if (now.firing.length === 0) return last.firing.size > 0 ? 'all_resolved' : undefined;
  if (sendResolved && !isSubset(now.resolved, last.resolved)) return 'some_resolved';
  return last.tMs <= now.tMs - repeatIntervalMs ? 'repeat_interval' : undefined;
}

function isSubset(part: readonly string[], whole: ReadonlySet<string>): boolean {
  for (const one of part) if (!whole.has(one)) return false;
  return true;
}
