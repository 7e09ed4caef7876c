import {
  type Alert,
  type AlertingStateStore,
  type Clock,
  type Instruments,
  type LedgerEntry,
  type Logger,
  PetrelError,
  type Silence,
  type Timers,
} from '@petrel/model';
import { AlertEngine } from '../engine/alert-engine.ts';
import type { EngineConfig, EngineEvent, StepResult, WantedSilence } from '../engine/event.ts';
import type { AlertView, GroupView } from '../engine/view.ts';
import type { NotifierTools } from '../notify/notifier.ts';
import { CommitLoop, isEmpty } from './commit-loop.ts';
import { InputQueue } from './input-queue.ts';
import { type RunnerInstruments, runnerInstruments } from './instruments.ts';
import { Sender } from './sender.ts';

/**
 * How long the engine waits before it takes what has happened: evaluations of the same instant, and notifications that are due in it, are then
 * in their order whatever their answers took, and a rehearsal sees the same.
 */
const SETTLE_MS = 200;
/** A page does not wait longer than this for the control store. */
const COMMIT_PATIENCE_MS = 2_000;
const STOP_PATIENCE_MS = 5_000;
const RETIRED_PATIENCE_MS = 30_000;
/** A wait that was slept through is not lived through again instant by instant. */
const LATE_MS = 5_000;

export interface AlertRunnerOptions {
  readonly store: AlertingStateStore;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly instruments: Instruments;
  readonly config: EngineConfig;
  readonly tools: NotifierTools;
  /** The ledger has something new. */
  readonly onCommitted?: () => void;
  readonly newId: () => string;
  /** Default 200. */
  readonly settleMs?: number;
}

interface Input {
  readonly atMs: number;
  readonly event: EngineEvent;
  readonly decisions: readonly LedgerEntry[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The alert engine in the real world: feeds it with what happens, makes its changes durable, then makes its effects. Whoever tells of alerts is
 * answered when they are durable. Notifications leave even while the store is away.
 */
export class AlertRunner {
  readonly #options: AlertRunnerOptions;
  readonly #engine: AlertEngine;
  readonly #inputs = new InputQueue<Input>();
  readonly #commits: CommitLoop;
  readonly #instruments: RunnerInstruments;
  readonly #settleMs: number;
  #sender: Sender;
  readonly #retired = new Set<Sender>();
  #config: EngineConfig;
  #cancelTimer: (() => void) | undefined;
  #stopped = false;

  /** Takes up the state of an earlier run. Rejects with STORE_UNAVAILABLE. */
  static async start(options: AlertRunnerOptions): Promise<AlertRunner> {
    const restored = await options.store.load();
    const engine = new AlertEngine(options.config, options.clock.nowMs(), restored);
    const runner = new AlertRunner(options, engine);
    runner.#perform(engine.takeChanges());
    runner.#arm();
    return runner;
  }

  private constructor(options: AlertRunnerOptions, engine: AlertEngine) {
    this.#options = options;
    this.#engine = engine;
    this.#config = options.config;
    this.#settleMs = options.settleMs ?? SETTLE_MS;
    this.#instruments = runnerInstruments(options.instruments);
    this.#commits = new CommitLoop({
      store: options.store,
      timers: options.timers,
      logger: options.logger,
      onCommitted: () => options.onCommitted?.(),
      onFailed: () => this.#instruments.commitFailures.add(1),
    });
    this.#sender = this.#newSender(options.tools);
    this.#observe();
  }

  get config(): EngineConfig {
    return this.#config;
  }

  /** For questions about what would hold an alert back. */
  get context(): AlertEngine['context'] {
    return this.#engine.context;
  }

  /** What an evaluation of rules found. Resolves when it is durable. */
  send(update: { atMs: number; alerts: readonly Alert[]; decisions: readonly LedgerEntry[] }): Promise<void> {
    return this.#enter(update.atMs, { kind: 'alerts', alerts: update.alerts }, update.decisions);
  }

  /** What somebody told the API. Resolves when it is durable; rejects with STORE_UNAVAILABLE (the alerts are known all the same). */
  post(alerts: readonly Alert[]): Promise<void> {
    return this.#enter(this.#nowMs(), { kind: 'alerts', alerts }, []);
  }

  /** Resolves when it is durable. Rejects with NOT_FOUND for an unknown id. */
  async putSilence(silence: WantedSilence): Promise<Silence> {
    const result = this.#now({ kind: 'putSilence', silence, freshId: this.#options.newId() });
    await this.#perform(result);
    return result.silence as Silence;
  }

  /** Rejects with NOT_FOUND, and with BAD_REQUEST for a silence that is over. */
  async expireSilence(id: string): Promise<void> {
    const silence = this.#engine.silence(id);
    if (silence === undefined) throw new PetrelError('NOT_FOUND', `silence ${id} not found`);
    if (silence.endsAtMs <= this.#nowMs()) throw new PetrelError('BAD_REQUEST', `silence ${id} already expired`);
    await this.#perform(this.#now({ kind: 'expireSilence', id }));
  }

  /** Another configuration, from now on. */
  apply(config: EngineConfig, tools: NotifierTools): void {
    this.#config = config;
    this.#replaceSender(tools);
    void this.#perform(this.#now({ kind: 'config', config }));
  }

  alerts(): readonly AlertView[] {
    return this.#engine.alerts(this.#nowMs());
  }

  groups(): readonly GroupView[] {
    return this.#engine.groups(this.#nowMs());
  }

  silences(): readonly Silence[] {
    return this.#engine.silences();
  }

  silence(id: string): Silence | undefined {
    return this.#engine.silence(id);
  }

  /** Takes in what waits, lets attempts under way end, makes everything durable. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#cancelTimer?.();
    this.#pump(this.#nowMs());
    await Promise.all([this.#sender, ...this.#retired].map((sender) => sender.stop(STOP_PATIENCE_MS)));
    await this.#commits.stop();
  }

  #nowMs(): number {
    return this.#options.clock.nowMs();
  }

  /** Attempts under way end with what they began with. */
  #replaceSender(tools: NotifierTools): void {
    const before = this.#sender;
    this.#sender = this.#newSender(tools);
    for (const delivery of before.takeWaiting()) this.#sender.send(delivery);
    this.#retired.add(before);
    void before.stop(RETIRED_PATIENCE_MS).then(() => this.#retired.delete(before));
  }

  #newSender(tools: NotifierTools): Sender {
    return new Sender({
      tools,
      logger: this.#options.logger,
      instruments: this.#instruments,
      onOutcome: (deliveryId, outcome) => {
        void this.#perform(this.#now({ kind: 'delivered', deliveryId, outcome }));
      },
    });
  }

  #enter(atMs: number, event: EngineEvent, decisions: readonly LedgerEntry[]): Promise<void> {
    if (event.kind === 'alerts') this.#count(event.alerts);
    return new Promise<void>((resolve, reject) => {
      this.#inputs.add({ atMs, event, decisions, resolve, reject });
      if (this.#stopped) this.#pump(this.#nowMs());
      else this.#arm();
    });
  }

  /** An event that need not wait for others. */
  #now(event: EngineEvent): StepResult {
    const result = this.#engine.step(event, this.#nowMs() - this.#settleMs);
    this.#arm();
    return result;
  }

  /** Takes inputs and timers up to the time, in their order. */
  #pump(horizonMs: number): void {
    const startedMs = performance.now();
    for (;;) {
      const inputMs = this.#inputs.nextMs ?? Number.POSITIVE_INFINITY;
      const dueMs = this.#engine.nextDueMs ?? Number.POSITIVE_INFINITY;
      if (Math.min(inputMs, dueMs) > horizonMs) break;
      if (inputMs <= dueMs) this.#takeInput();
      else void this.#perform(this.#engine.step({ kind: 'time' }, horizonMs - dueMs > LATE_MS ? horizonMs : dueMs));
    }
    this.#instruments.stepSeconds.observe((performance.now() - startedMs) / 1000);
  }

  #takeInput(): void {
    const { event, atMs, decisions, resolve, reject } = this.#inputs.take() as Input;
    const result = this.#engine.step(event, atMs);
    const changes = { ...result.changes, ledger: [...decisions, ...result.changes.ledger] };
    this.#perform({ ...result, changes }).then(resolve, reject);
  }

  /** Makes the changes durable, then the effects. Resolves when they are durable. */
  #perform({ changes, deliveries, canceled }: StepResult): Promise<void> {
    for (const id of canceled) for (const sender of [this.#sender, ...this.#retired]) sender.cancel(id);
    const committed = isEmpty(changes) ? this.#commits.caughtUp() : this.#commits.commit(changes);
    if (deliveries.length > 0) {
      const patience = new Promise<void>((resolve) => {
        const cancel = this.#options.timers.after(COMMIT_PATIENCE_MS, resolve);
        committed.then(cancel, cancel);
      });
      const sendAll = (): void => {
        for (const delivery of deliveries) this.#sender.send(delivery);
      };
      void Promise.race([committed.catch(() => undefined), patience]).then(sendAll);
    }
    // Nobody need wait for it.
    committed.catch(() => undefined);
    return committed;
  }

  /** Wakes for the next input or timer. */
  #arm(): void {
    if (this.#stopped) return;
    this.#cancelTimer?.();
    const inputMs = this.#inputs.nextMs ?? Number.POSITIVE_INFINITY;
    const dueMs = this.#engine.nextDueMs ?? Number.POSITIVE_INFINITY;
    const nextMs = Math.min(inputMs, dueMs);
    if (nextMs === Number.POSITIVE_INFINITY) return;
    this.#cancelTimer = this.#options.timers.after(nextMs + this.#settleMs - this.#nowMs(), () => {
      this.#pump(this.#nowMs() - this.#settleMs);
      this.#arm();
    });
  }

  #count(alerts: readonly Alert[]): void {
    const nowMs = this.#nowMs();
    let firing = 0;
    for (const { endsAtMs } of alerts) if (endsAtMs > nowMs) firing++;
    if (firing > 0) this.#instruments.received.add(firing, 'firing');
    if (firing < alerts.length) this.#instruments.received.add(alerts.length - firing, 'resolved');
  }

  #observe(): void {
    const { instruments } = this.#options;
    instruments.observableGauge(
      'petrel_dispatcher_aggregation_groups',
      'Groups of alerts.',
      () => this.#engine.counts.groups,
    );
    instruments.observableGauge('petrel_alerts', 'Alerts that fire.', () => this.#engine.counts.firing);
    instruments.observableGauge('petrel_silences', 'Silences that are remembered.', () => this.silences().length);
  }
}
