import type { NotificationRow } from '@petrel/model';
import type { NotificationReason } from './needs-notification.ts';

/**
 * What is on its way is written down before it leaves, beside what was told. A process that dies before it has learned of the outcome leaves doubt: the
 * receiver may know of alerts that fire though the log does not say so, and then it has to hear of their end.
 */
const SUFFIX = '/sending';

/** Under which key of the log an integration's notification on its way stands. */
export function sendingKeyOf(integrationKey: string): string {
  return `${integrationKey}${SUFFIX}`;
}

/** The integration's key, when the row is about something on its way. */
export function sentTo({ integrationKey }: NotificationRow): string | undefined {
  return integrationKey.endsWith(SUFFIX) ? integrationKey.slice(0, -SUFFIX.length) : undefined;
}

/** Why an integration that needs no notification by the log gets one all the same: alerts have ended of which it may have been told. */
export function reasonOfDoubt(
  doubt: ReadonlySet<string> | undefined,
  now: { readonly firing: readonly string[]; readonly resolved: readonly string[] },
  sendResolved: boolean,
): NotificationReason | undefined {
  if (doubt === undefined || !sendResolved || !now.resolved.some((one) => doubt.has(one))) return undefined;
  return now.firing.length === 0 ? 'all_resolved' : 'some_resolved';
}
