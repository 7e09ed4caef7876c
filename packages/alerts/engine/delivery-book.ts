import type { ReceiverIntegration } from '../config/config.ts';
import type { Notification } from '../notify/notifier.ts';
import { backoffMs } from './backoff.ts';
import type { Delivery } from './event.ts';
import type { Group } from './group.ts';

/** A notification on its way to one integration: an attempt under way, or a pause before the next. */
export interface Outstanding {
  readonly group: Group;
  readonly integrationKey: string;
  readonly integration: ReceiverIntegration;
  readonly notification: Notification;
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly repeatIntervalMs: number;
  readonly deadlineMs: number;
  attempt: number;
  /** Of the attempt under way; undefined during a pause. */
  deliveryId: string | undefined;
  retryAtMs: number;
  lastError: string;
}

/** `receiver/slack/0`: what Alertmanager's notification log calls a receiver. */
export function integrationKeyOf(receiver: string, { kind, index }: ReceiverIntegration): string {
  return `${receiver}/${kind.name}/${index}`;
}

/** `slack[0]` */
export function integrationName({ kind, index }: ReceiverIntegration): string {
  return `${kind.name}[${index}]`;
}

/** Attempts by their id. */
export class DeliveryBook {
  readonly #underWay = new Map<string, Outstanding>();
  #count = 0;

  begin(outstanding: Outstanding, nowMs: number): Delivery {
    outstanding.attempt++;
    const { group, integrationKey, attempt, integration, notification, deadlineMs } = outstanding;
    const id = `${integrationKey}|${group.id}|${this.#count++}`;
    outstanding.deliveryId = id;
    this.#underWay.set(id, outstanding);
    return { id, attempt, integration, notification, timeoutMs: Math.max(1, deadlineMs - nowMs) };
  }

  /** The attempt that has ended; undefined when it was given up before. */
  end(deliveryId: string): Outstanding | undefined {
    const outstanding = this.#underWay.get(deliveryId);
    this.#underWay.delete(deliveryId);
    if (outstanding !== undefined) outstanding.deliveryId = undefined;
    return outstanding;
  }

  /** Forgets the notification. Returns the attempt to cancel, if one is under way. */
  giveUp(outstanding: Outstanding): string | undefined {
    const { deliveryId } = outstanding;
    if (deliveryId !== undefined) this.end(deliveryId);
    outstanding.group.outstanding.delete(outstanding.integrationKey);
    return deliveryId;
  }

  /** When the next attempt is due; undefined when the deadline is before it. */
  retryMs(outstanding: Outstanding, nowMs: number): number | undefined {
    const retryAtMs = nowMs + backoffMs(outstanding.attempt);
    return retryAtMs < outstanding.deadlineMs ? retryAtMs : undefined;
  }
}
