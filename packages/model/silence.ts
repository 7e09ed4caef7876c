import type { Matcher } from './matcher.ts';

/** Alerts that match all of `matchers` are not notified from `startsAtMs` until before `endsAtMs`. */
export interface Silence {
  /** A UUID. */
  readonly id: string;
  /** At least one, and one of them does not match the empty string. */
  readonly matchers: readonly Matcher[];
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly updatedAtMs: number;
  readonly createdBy: string;
  readonly comment: string;
  /** Free words of whoever made it; Alertmanager keeps such too. */
  readonly annotations?: Readonly<Record<string, string>>;
}

export type SilenceState = 'pending' | 'active' | 'expired';

export function silenceStateAt({ startsAtMs, endsAtMs }: Silence, nowMs: number): SilenceState {
  if (nowMs < startsAtMs) return 'pending';
  return nowMs < endsAtMs ? 'active' : 'expired';
}
