import type { LoadedAlert } from './alert-load.ts';
import type { ReceivedWebhook } from './webhook-server.ts';

/** What a webhook that answered 200 was told, by the alerts' label `id`. */
export class ToldAlerts {
  readonly #received: readonly ReceivedWebhook[];
  #seen = 0;
  readonly #firing = new Set<string>();
  readonly #resolved = new Set<string>();

  /** A list that grows. */
  constructor(received: readonly ReceivedWebhook[]) {
    this.#received = received;
  }

  firing(id: string): boolean {
    this.#catchUp();
    return this.#firing.has(id);
  }

  resolved(id: string): boolean {
    this.#catchUp();
    return this.#resolved.has(id);
  }

  #catchUp(): void {
    for (; this.#seen < this.#received.length; this.#seen++) {
      const { status, body } = this.#received[this.#seen] as ReceivedWebhook;
      if (status !== 200) continue;
      for (const alert of body.alerts)
        (alert.status === 'firing' ? this.#firing : this.#resolved).add(alert.labels.id ?? '');
    }
  }
}

/** Alerts that somebody should have been told of, and was not. */
export interface Missing {
  /** Acknowledged, and nobody was told that they fire. */
  readonly firing: readonly LoadedAlert[];
  /** Told as firing, their end acknowledged, and nobody was told of it. */
  readonly ends: readonly LoadedAlert[];
}

export function missingNotifications(alerts: readonly LoadedAlert[], told: ToldAlerts): Missing {
  return {
    firing: alerts.filter(({ id, fires, brief }) => fires && !brief && !told.firing(id)),
    ends: alerts.filter(({ id, ended }) => ended && told.firing(id) && !told.resolved(id)),
  };
}

export interface Duplicates {
  /** Notifications that said what had been said, after a restart. */
  readonly afterRestart: number;
  /** Those without a restart in between, in words. */
  readonly unexcused: readonly string[];
}

/**
 * Notifications of a group that tell the same as an earlier one that was answered with 200: the same alerts fire, the same have ended. `startsMs`: when
 * a server was started again, ascending; only such a start between two excuses the second, and only one.
 */
export function duplicateNotifications(received: readonly ReceivedWebhook[], startsMs: readonly number[]): Duplicates {
  const last = new Map<string, number>();
  const unexcused: string[] = [];
  let afterRestart = 0;
  for (const { status, body, atMs } of received) {
    if (status !== 200 || body.notification_reason === 'repeat interval elapsed') continue;
    const told = body.alerts.map((alert) => `${alert.status} ${alert.labels.id}`).sort();
    const key = `${body.groupKey} ${told.join()}`;
    const beforeMs = last.get(key);
    last.set(key, atMs);
    if (beforeMs === undefined) continue;
    if (startsMs.some((startMs) => startMs > beforeMs && startMs <= atMs)) afterRestart++;
    else unexcused.push(`${key} again after ${atMs - beforeMs} ms: ${body.notification_reason}`);
  }
  return { afterRestart, unexcused };
}
