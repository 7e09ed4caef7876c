import { type Alert, fingerprintOf, Labels, type LedgerEntry } from '@petrel/model';
import type { DeliveryOutcome } from '../notify/notifier.ts';
import { AlertEngine } from './alert-engine.ts';
import type { Delivery, EngineConfig, EngineEvent, StepResult } from './event.ts';

/** How a receiver answers an attempt: after so long, with this outcome. */
export type Answer = (
  delivery: Delivery,
  tMs: number,
) => { readonly afterMs: number; readonly outcome: DeliveryOutcome };

export const ACCEPTS: Answer = () => ({ afterMs: 0, outcome: { ok: true, detail: '200' } });

export interface Sent {
  readonly tMs: number;
  readonly delivery: Delivery;
}

/** An engine whose time passes only here, with receivers that answer as they are told. */
export class VirtualWorld {
  readonly engine: AlertEngine;
  /** Deliveries that were accepted, at the time of the answer. */
  readonly accepted: Sent[] = [];
  readonly attempts: Sent[] = [];
  readonly ledger: LedgerEntry[] = [];
  readonly #answer: Answer;
  readonly #later: { atMs: number; event: () => EngineEvent }[] = [];
  nowMs: number;

  constructor(config: EngineConfig, startMs: number, answer: Answer = ACCEPTS) {
    this.engine = new AlertEngine(config, startMs);
    this.#answer = answer;
    this.nowMs = startMs;
  }

  at(atMs: number, event: () => EngineEvent): void {
    this.#later.push({ atMs, event });
  }

  tell(atMs: number, ...alerts: Alert[]): void {
    this.at(atMs, () => ({ kind: 'alerts', alerts }));
  }

  runUntil(endMs: number): void {
    for (;;) {
      this.#later.sort((a, b) => a.atMs - b.atMs);
      const eventMs = this.#later[0]?.atMs ?? Number.POSITIVE_INFINITY;
      const dueMs = this.engine.nextDueMs ?? Number.POSITIVE_INFINITY;
      if (Math.min(eventMs, dueMs) > endMs) break;
      this.nowMs = Math.max(this.nowMs, Math.min(eventMs, dueMs));
      const event =
        eventMs <= dueMs ? (this.#later.shift() as { event: () => EngineEvent }).event() : { kind: 'time' as const };
      this.#take(this.engine.step(event, this.nowMs));
    }
    this.nowMs = endMs;
  }

  #take({ changes, deliveries, canceled }: StepResult): void {
    this.ledger.push(...changes.ledger);
    for (const delivery of deliveries) {
      this.attempts.push({ tMs: this.nowMs, delivery });
      const { afterMs, outcome } = this.#answer(delivery, this.nowMs);
      if (canceled.includes(delivery.id)) continue;
      const atMs = this.nowMs + afterMs;
      this.at(atMs, () => {
        if (outcome.ok) this.accepted.push({ tMs: atMs, delivery });
        return { kind: 'delivered', deliveryId: delivery.id, outcome };
      });
    }
  }
}

/** An alert of the API as it arrives at `atMs`; without an end it lasts for `resolveTimeoutMs`. */
export function toldAlert(
  labels: Readonly<Record<string, string>>,
  atMs: number,
  given: {
    readonly startsAtMs?: number;
    readonly endsAtMs?: number;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly resolveTimeoutMs?: number;
  } = {},
): Alert {
  const set = Labels.of(labels);
  const { endsAtMs, startsAtMs = endsAtMs ?? atMs, annotations = {}, resolveTimeoutMs = 300_000 } = given;
  return {
    fingerprint: fingerprintOf(set),
    labels: set,
    annotations: Labels.of(annotations),
    startsAtMs,
    endsAtMs: endsAtMs ?? atMs + resolveTimeoutMs,
    timeout: endsAtMs === undefined,
    updatedAtMs: atMs,
    generatorUrl: '',
    source: 'api',
  };
}
