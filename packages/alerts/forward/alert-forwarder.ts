import type { HttpClient } from '@petrel/http';
import { withoutPassword } from '@petrel/http';
import type { Alert, Counter, HistogramInstrument, Instruments, Labels, Logger } from '@petrel/model';

/** An Alertmanager elsewhere. */
export interface ForwardTarget {
  /** The whole address of its `POST /api/v2/alerts`. */
  readonly url: string;
  readonly client: HttpClient;
  readonly timeoutMs: number;
  /** Labels as this one gets them; undefined: not at all. */
  readonly relabel: (labels: Labels) => Labels | undefined;
}

export interface AlertForwarderOptions {
  readonly logger: Logger;
  readonly instruments: Instruments;
  /** Alerts that wait; beyond it the oldest go. Default 10,000, Prometheus's. */
  readonly maxWaiting?: number;
}

const MAX_WAITING = 10_000;
/** Alerts of one request. Prometheus's. */
const BATCH = 256;

/**
 * Sends alerts on to other Alertmanagers, as Prometheus does: a batch goes to all of them at once, and is not sent again; rules tell of their alerts
 * again every minute.
 */
export class AlertForwarder {
  readonly #options: AlertForwarderOptions;
  readonly #sent: Counter;
  readonly #errors: Counter;
  readonly #dropped: Counter;
  readonly #latency: HistogramInstrument;
  #targets: readonly ForwardTarget[] = [];
  #waiting: Alert[] = [];
  #running: Promise<void> | undefined;

  constructor(options: AlertForwarderOptions) {
    this.#options = options;
    const { instruments } = options;
    this.#sent = instruments.counter('petrel_forwarded_alerts_total', 'Alerts sent on.', ['alertmanager']);
    this.#errors = instruments.counter('petrel_forwarded_alerts_errors_total', 'Alerts that could not be sent on.', [
      'alertmanager',
    ]);
    this.#dropped = instruments.counter('petrel_forwarded_alerts_dropped_total', 'Alerts that nobody took.');
    this.#latency = instruments.histogram('petrel_forwarded_alerts_latency_seconds', 'Time to send alerts on.', [
      'alertmanager',
    ]);
    instruments.observableGauge(
      'petrel_forwarded_alerts_queue_length',
      'Alerts that wait to be sent on.',
      () => this.#waiting.length,
    );
  }

  /** URLs, passwords hidden. */
  get targets(): readonly string[] {
    return this.#targets.map(({ url }) => withoutPassword(url));
  }

  setTargets(targets: readonly ForwardTarget[]): void {
    const kept = new Set(targets.map(({ client }) => client));
    for (const { client } of this.#targets) if (!kept.has(client)) client.close();
    this.#targets = targets;
  }

  /** Never waits. */
  send(alerts: readonly Alert[]): void {
    if (this.#targets.length === 0 || alerts.length === 0) return;
    const max = this.#options.maxWaiting ?? MAX_WAITING;
    this.#waiting.push(...alerts);
    const tooMany = this.#waiting.length - max;
    if (tooMany > 0) {
      this.#waiting.splice(0, tooMany);
      this.#dropped.add(tooMany);
      this.#options.logger.warn('alerts were not sent on: too many wait', { dropped: tooMany });
    }
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Lets the batch under way end. */
  async stop(): Promise<void> {
    this.#waiting = [];
    await this.#running;
    this.setTargets([]);
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH);
      const taken = await Promise.all(this.#targets.map((target) => this.#post(target, batch)));
      if (!taken.includes(true)) this.#dropped.add(batch.length);
    }
  }

  async #post({ url, client, timeoutMs, relabel }: ForwardTarget, batch: readonly Alert[]): Promise<boolean> {
    const body = batch.flatMap((alert) => {
      const labels = relabel(alert.labels);
      return labels === undefined ? [] : [alertJson(alert, labels)];
    });
    const shown = withoutPassword(url);
    if (body.length === 0) return true;
    const startedMs = performance.now();
    try {
      const { status } = await client.send({
        method: 'POST',
        url,
        headers: { 'Content-Type': 'application/json' },
        body: Buffer.from(JSON.stringify(body)),
        timeoutMs,
        bodyLimitBytes: 64 * 1024,
      });
      this.#latency.observe((performance.now() - startedMs) / 1000, shown);
      if (status >= 200 && status < 300) {
        this.#sent.add(body.length, shown);
        return true;
      }
      throw new Error(`it answered ${status}`);
    } catch (error) {
      this.#errors.add(body.length, shown);
      this.#options.logger.warn('an Alertmanager did not take alerts', {
        alertmanager: shown,
        alerts: body.length,
        error: error instanceof Error ? error.message : String(error),
      });
      return false;
    }
  }
}

function alertJson({ annotations, startsAtMs, endsAtMs, generatorUrl }: Alert, labels: Labels) {
  return {
    labels: labels.toObject(),
    annotations: annotations.toObject(),
    startsAt: new Date(startsAtMs).toISOString(),
    endsAt: new Date(endsAtMs).toISOString(),
    generatorURL: generatorUrl,
  };
}
