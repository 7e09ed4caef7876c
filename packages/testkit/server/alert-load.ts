import { ask, sleep } from './http.ts';

export interface AlertLoadOptions {
  /** Root of a server with Alertmanager's API. */
  readonly url: string;
  readonly senders: number;
  /** Values of the label `group`. */
  readonly groups: number;
  /** Alerts in a request, at most. */
  readonly batch: number;
  /** How many may fire at a time: the nearer, the more end rather than begin. */
  readonly firing: number;
  /** Between the answer and the next request. */
  readonly pauseMs: number;
  /** Whether a receiver has been told that the alert of this id fires. */
  readonly isTold: (id: string) => boolean;
}

/** An alert of the load: it fires once and ends once. */
export interface LoadedAlert {
  /** Its label `id`. */
  readonly id: string;
  readonly group: string;
  /** That it fires was answered with 2xx; otherwise nobody knows whether the server heard of it. */
  fires: boolean;
  /** Its end was answered with 2xx. */
  ended: boolean;
  /** Its end was sent before anybody had been told that it fires: it may pass unnoticed. */
  brief: boolean;
}

/** One of so many ends before it can have been told of. */
const BRIEF_ONE_IN = 12;
const RETRY_MS = 75;
const FIRES_FOR_MS = 3_600_000;

/**
 * Alerts under a ledger: senders post alerts of many groups that begin and end, and note what was answered with 2xx. A beginning that failed is
 * left alone; an end is repeated until it is taken.
 */
export class AlertLoad {
  readonly alerts: LoadedAlert[] = [];
  /** Answers by status; 0 stands for a connection that failed. */
  readonly statuses = new Map<number, number>();
  readonly #options: AlertLoadOptions;
  readonly #open: LoadedAlert[] = [];
  #running = true;
  readonly #done: Promise<unknown>;

  constructor(options: AlertLoadOptions) {
    this.#options = options;
    this.#done = Promise.all(Array.from({ length: options.senders }, () => this.#send()));
  }

  get acknowledged(): { readonly fires: number; readonly ends: number } {
    const { alerts } = this;
    return { fires: alerts.filter(({ fires }) => fires).length, ends: alerts.filter(({ ended }) => ended).length };
  }

  /** Ends the senders. */
  async stop(): Promise<void> {
    this.#running = false;
    await this.#done;
  }

  /** Ends all alerts that still fire, those too whose beginning may have been lost. After `stop`, and once everything was told. */
  async endAll(): Promise<void> {
    const open = this.alerts.filter(({ ended }) => !ended);
    for (let i = 0; i < open.length; i += 200) await this.#end(open.slice(i, i + 200));
  }

  async #send(): Promise<void> {
    const { batch, firing, pauseMs } = this.#options;
    while (this.#running) {
      const size = 1 + Math.floor(Math.random() * batch);
      const share = this.#open.length / firing;
      if (Math.random() < share) await this.#end(this.#takeEnding(size));
      else await this.#fire(size);
      await sleep(Math.random() * 2 * pauseMs);
    }
  }

  async #fire(size: number): Promise<void> {
    const alerts = Array.from({ length: size }, (): LoadedAlert => {
      const group = `g${Math.floor(Math.random() * this.#options.groups)}`;
      const alert = { id: `${this.alerts.length}`, group, fires: false, ended: false, brief: false };
      this.alerts.push(alert);
      return alert;
    });
    if (!(await this.#post(alerts, Date.now() + FIRES_FOR_MS))) {
      await sleep(RETRY_MS);
      return;
    }
    for (const alert of alerts) {
      alert.fires = true;
      this.#open.push(alert);
    }
  }

  /** Alerts that a receiver knows of, and now and then one that it cannot know yet. */
  #takeEnding(size: number): LoadedAlert[] {
    const taken: LoadedAlert[] = [];
    for (let tries = 0; tries < 4 * size && taken.length < size && this.#open.length > 0; tries++) {
      const at = Math.floor(Math.random() * this.#open.length);
      const alert = this.#open[at] as LoadedAlert;
      if (!this.#options.isTold(alert.id)) {
        if (Math.random() * BRIEF_ONE_IN > 1) continue;
        alert.brief = true;
      }
      this.#open[at] = this.#open.at(-1) as LoadedAlert;
      this.#open.pop();
      taken.push(alert);
    }
    return taken;
  }

  async #end(alerts: readonly LoadedAlert[]): Promise<void> {
    if (alerts.length === 0) return;
    const endsAtMs = Date.now();
    while (!(await this.#post(alerts, endsAtMs))) await sleep(RETRY_MS);
    for (const alert of alerts) alert.ended = true;
  }

  async #post(alerts: readonly LoadedAlert[], endsAtMs: number): Promise<boolean> {
    const body = JSON.stringify(
      alerts.map(({ id, group }) => ({
        labels: { alertname: 'storm', group, id },
        annotations: { summary: `${id} of ${group}` },
        endsAt: new Date(endsAtMs).toISOString(),
      })),
    );
    const headers = { 'content-type': 'application/json' };
    const status = await ask(`${this.#options.url}/api/v2/alerts`, { body, headers }).then(
      (answer) => answer.status,
      () => 0,
    );
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    return status >= 200 && status < 300;
  }
}
