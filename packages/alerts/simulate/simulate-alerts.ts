import type { Alert, LedgerEntry, Silence } from '@petrel/model';
import { AlertEngine } from '../engine/alert-engine.ts';
import type { Delivery, EngineConfig, StepResult } from '../engine/event.ts';

/** Alerts as they were told of at a time. */
export interface SimulatedUpdate {
  readonly atMs: number;
  readonly alerts: readonly Alert[];
}

export interface SimulationOptions {
  readonly config: EngineConfig;
  /** Those that were in force in the time, whenever they were made. */
  readonly silences: readonly Silence[];
  readonly startMs: number;
  readonly endMs: number;
}

/** A notification that would have been sent; in a simulation every attempt succeeds at once. */
export interface SimulatedDelivery {
  readonly tMs: number;
  readonly delivery: Delivery;
}

/** The alert engine on a virtual clock: updates enter in the order of their time, what would have been decided and sent comes out. */
export class AlertSimulation {
  readonly #engine: AlertEngine;
  readonly #endMs: number;
  readonly ledger: LedgerEntry[] = [];
  readonly deliveries: SimulatedDelivery[] = [];

  constructor({ config, silences, startMs, endMs }: SimulationOptions) {
    const nothing = { alerts: [], groups: [], notifications: [], flaps: [] };
    this.#engine = new AlertEngine(config, startMs, { ...nothing, silences });
    this.#engine.takeChanges();
    this.#endMs = endMs;
  }

  /** Times must not go back. What lies after the end is ignored. */
  update({ atMs, alerts }: SimulatedUpdate): void {
    if (atMs > this.#endMs) return;
    this.#runUntil(atMs - 1);
    this.#take(this.#engine.step({ kind: 'alerts', alerts }, atMs), atMs);
  }

  /** Lets the rest of the time pass. */
  finish(): void {
    this.#runUntil(this.#endMs);
  }

  #runUntil(untilMs: number): void {
    for (;;) {
      const dueMs = this.#engine.nextDueMs;
      if (dueMs === undefined || dueMs > untilMs) return;
      this.#take(this.#engine.step({ kind: 'time' }, dueMs), dueMs);
    }
  }

  #take({ changes, deliveries }: StepResult, tMs: number): void {
    for (const entry of changes.ledger) this.ledger.push(entry);
    for (const delivery of deliveries) {
      this.deliveries.push({ tMs, delivery });
      const outcome = { ok: true, detail: 'rehearsed' } as const;
      this.#take(this.#engine.step({ kind: 'delivered', deliveryId: delivery.id, outcome }, tMs), tMs);
    }
  }
}
