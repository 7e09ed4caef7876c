import type { Logger } from '@petrel/model';
import type { ReceiverIntegration } from '../config/config.ts';
import { integrationName } from '../engine/delivery-book.ts';
import type { Delivery } from '../engine/event.ts';
import type { DeliveryOutcome, Notifier, NotifierTools } from '../notify/notifier.ts';
import type { RunnerInstruments } from './instruments.ts';

/** Attempts under way at a time; more wait for their turn. A burst of all groups must not open a socket for each. */
const MAX_UNDER_WAY = 128;
/** One attempt; a receiver that has not answered by then is tried again. */
const ATTEMPT_TIMEOUT_MS = 30_000;

export interface SenderOptions {
  readonly tools: NotifierTools;
  readonly logger: Logger;
  readonly instruments: RunnerInstruments;
  readonly onOutcome: (deliveryId: string, outcome: DeliveryOutcome) => void;
}

/** Makes the attempts that the engine asks for: the one place from which notifications leave. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #notifiers = new Map<ReceiverIntegration, Notifier>();
  readonly #underWay = new Map<string, AbortController>();
  readonly #waiting: Delivery[] = [];
  #idle: (() => void) | undefined;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  get underWay(): number {
    return this.#underWay.size;
  }

  send(delivery: Delivery): void {
    if (this.#underWay.size >= MAX_UNDER_WAY) {
      this.#waiting.push(delivery);
      return;
    }
    const abort = new AbortController();
    this.#underWay.set(delivery.id, abort);
    void this.#attempt(delivery, abort);
  }

  cancel(deliveryId: string): void {
    const at = this.#waiting.findIndex(({ id }) => id === deliveryId);
    if (at >= 0) this.#waiting.splice(at, 1);
    this.#underWay.get(deliveryId)?.abort();
  }

  /** What has not been begun: for a successor, when this sender is to end. */
  takeWaiting(): readonly Delivery[] {
    return this.#waiting.splice(0);
  }

  /** Waits for what is under way; what takes longer is cut off. */
  async stop(patienceMs: number): Promise<void> {
    this.#waiting.length = 0;
    if (this.#underWay.size > 0) {
      const timer = setTimeout(() => {
        for (const abort of this.#underWay.values()) abort.abort();
      }, patienceMs);
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
      clearTimeout(timer);
    }
    for (const notifier of this.#notifiers.values()) notifier.close();
    this.#notifiers.clear();
  }

  async #attempt(delivery: Delivery, abort: AbortController): Promise<void> {
    const { integration, notification, id, timeoutMs } = delivery;
    const { instruments } = this.#options;
    const name = integration.kind.name;
    const startedMs = performance.now();
    const timer = setTimeout(() => abort.abort(), Math.min(timeoutMs, ATTEMPT_TIMEOUT_MS));
    const outcome = await this.#notify(integration, () =>
      this.#notifierOf(integration).notify(notification, abort.signal),
    );
    clearTimeout(timer);
    this.#underWay.delete(id);
    instruments.attempts.add(1, name);
    instruments.latency.observe((performance.now() - startedMs) / 1000, name);
    if (outcome.ok) instruments.notified.add(1, name);
    else instruments.failed.add(1, name, outcome.retryable ? 'temporary' : 'permanent');
    this.#options.onOutcome(id, outcome);
    const next = this.#waiting.shift();
    if (next !== undefined) this.send(next);
    if (this.#underWay.size === 0) this.#idle?.();
  }

  /** A notifier that throws has a bug; the page must not be lost with it. */
  async #notify(integration: ReceiverIntegration, attempt: () => Promise<DeliveryOutcome>): Promise<DeliveryOutcome> {
    try {
      return await attempt();
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#options.logger.error('an integration failed unexpectedly', {
        integration: integrationName(integration),
        error: text,
      });
      return { ok: false, retryable: true, error: 'internal error, see the log' };
    }
  }

  #notifierOf(integration: ReceiverIntegration): Notifier {
    let notifier = this.#notifiers.get(integration);
    if (notifier === undefined) {
      notifier = integration.kind.create(integration.config, this.#options.tools);
      this.#notifiers.set(integration, notifier);
    }
    return notifier;
  }
}
