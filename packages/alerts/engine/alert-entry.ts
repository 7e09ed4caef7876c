import type { Alert } from '@petrel/model';
import type { SilenceCache } from '../silence/silence-book.ts';
import type { FlapState } from './flapping.ts';
import { CALM } from './flapping.ts';
import type { Group } from './group.ts';

/** What the engine knows of one alert. */
export interface AlertEntry {
  alert: Alert;
  /** As it was last written down: the end of an alert is a decision of its own. */
  firing: boolean;
  /** Where it is, one for each route that took it. */
  readonly groups: Set<Group>;
  flap: FlapState;
  /** The aggregated alert that stands for it. */
  aggregatedBy: string | undefined;
  readonly silences: SilenceCache;
  /** When it is looked at next because it may have ended. */
  endDueMs: number;
}

export function newEntry(alert: Alert): AlertEntry {
  return {
    alert,
    firing: false,
    groups: new Set(),
    flap: CALM,
    aggregatedBy: undefined,
    silences: { version: 0, ids: [] },
    endDueMs: 0,
  };
}

/** Whether receivers see it as firing: an alert that flaps is held so until it has made up its mind. */
export function countsAsFiring({ alert, flap }: AlertEntry, nowMs: number): boolean {
  return flap.flapping || alert.endsAtMs > nowMs;
}
