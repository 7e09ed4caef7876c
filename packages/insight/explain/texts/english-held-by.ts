import { timeText } from './entry-facts.ts';
import type { HeldBy } from './sentences.ts';

/** `inhibited by …`: a clause that goes on from "it is". */
export function englishHeldBy(by: HeldBy): string {
  switch (by.reason) {
    case 'inhibited': {
      const since = by.sourceSinceMs === undefined ? '' : `, which has been firing since ${timeText(by.sourceSinceMs)}`;
      const rule = by.rule ? `inhibition rule "${by.rule}"` : 'an inhibition rule';
      return `inhibited by ${by.source ?? 'another alert'}${since} (${rule}${by.line === undefined ? '' : `, line ${by.line}`})`;
    }
    case 'silenced':
      return `silenced by ${(by.silences ?? [])
        .map(({ id, comment, by: who, endsAtMs }) => {
          const until = endsAtMs === undefined ? '' : `, until ${timeText(endsAtMs)}`;
          return `${who === '' ? 'a silence' : who}${comment === '' ? '' : ` (“${comment}”)`}${until}, silence ${id}`;
        })
        .join('; ')}`;
    case 'muted_by_interval':
      return `muted by the time interval ${(by.intervals ?? []).join(', ')}`;
    case 'outside_active_interval':
      return `outside of the route's active time intervals (${(by.intervals ?? []).join(', ')})`;
    case 'aggregated':
      return `represented by ${by.into ?? 'an aggregated alert'}${by.intoToldMs === undefined ? '' : `, which was notified at ${timeText(by.intoToldMs)}`}`;
    default:
      return by.reason;
  }
}
