import type { AlertingState, Silence } from '@petrel/model';
import { expiredSilence, planSilence, SILENCE_RETENTION_MS } from '../silence/silence-book.ts';
import { ChangeSet } from './change-set.ts';
import * as decided from './decisions.ts';
import { type Due, EngineState } from './engine-state.ts';
import type { EngineConfig, EngineEvent, StepResult } from './event.ts';
import { flushGroup, retry, takeOutcome } from './flush.ts';
import { lookForCalm, lookForEnd, takeAlert } from './intake.ts';
import { applyConfig, restore } from './restore.ts';
import { dropGroup } from './routing.ts';
import { type AlertView, type GroupView, viewAlerts, viewGroups } from './view.ts';

/** A timer that comes later than this has been slept through: it counts as of now. */
const LATE_MS = 1_000;
/** How often what was told long ago is forgotten. Alertmanager's maintenance of the notification log. */
const FORGET_MS = 15 * 60_000;

/**
 * Alerts, groups, silences, inhibition, repetition and retries, as steps: an event and the time enter, what changed and what is to be sent
 * leave. It asks no clock, makes no effect and draws no lot, so the same events give the same decisions, live or in a rehearsal. The time
 * of an event that is older than the last one counts as the last one's.
 */
export class AlertEngine {
  readonly #state: EngineState;
  #nowMs: number;

  /** `restored`: what an earlier engine remembered. */
  constructor(config: EngineConfig, nowMs: number, restored?: AlertingState) {
    this.#state = new EngineState(config);
    this.#nowMs = nowMs;
    if (restored !== undefined) restore(this.#state, restored, nowMs);
    this.#state.queue.add(nowMs + FORGET_MS, { kind: 'forget' });
    this.#watchSilences();
  }

  /** When a step `{kind: 'time'}` has something to do. */
  get nextDueMs(): number | undefined {
    return this.#state.queue.nextMs;
  }

  /** Timers that are due before the event come first, at their own time; those due at the same time come after it, with `time`. */
  step(event: EngineEvent, atMs: number): StepResult {
    const nowMs = Math.max(atMs, this.#nowMs);
    if (event.kind !== 'time') this.#runDue(nowMs - 1, nowMs);
    this.#nowMs = nowMs;
    const silence = this.#take(event, nowMs);
    if (event.kind === 'time') this.#runDue(nowMs, nowMs);
    return this.#result(silence);
  }

  /** What the last construction changed: the first changes to make durable. */
  takeChanges(): StepResult {
    return this.#result(undefined);
  }

  /** How many alerts fire, and how many groups there are: for gauges, without making views of them. */
  get counts(): { readonly firing: number; readonly groups: number } {
    let firing = 0;
    for (const entry of this.#state.entries.values()) if (entry.firing) firing++;
    return { firing, groups: this.#state.groups.size };
  }

  /** By fingerprint. */
  alerts(nowMs: number): readonly AlertView[] {
    return viewAlerts(this.#state, nowMs);
  }

  /** By receiver, then labels. */
  groups(nowMs: number): readonly GroupView[] {
    return viewGroups(this.#state, nowMs);
  }

  silences(): readonly Silence[] {
    return this.#state.silences.all;
  }

  silence(id: string): Silence | undefined {
    return this.#state.silences.get(id);
  }

  /** For questions such as "what would hold this alert back?". */
  get context(): Pick<EngineState, 'inhibitor' | 'silences' | 'intervals' | 'receivers'> {
    return this.#state;
  }

  #take(event: EngineEvent, nowMs: number): Silence | undefined {
    const state = this.#state;
    switch (event.kind) {
      case 'alerts':
        for (const alert of event.alerts) takeAlert(state, alert, nowMs);
        return undefined;
      case 'delivered':
        takeOutcome(state, event.deliveryId, event.outcome, nowMs);
        return undefined;
      case 'config':
        applyConfig(state, event.config, nowMs);
        return undefined;
      case 'putSilence': {
        const known = event.silence.id === undefined ? undefined : state.silences.get(event.silence.id);
        const puts = planSilence(known, event.silence, { nowMs, freshId: event.freshId });
        for (const silence of puts) this.#putSilence(silence, nowMs, silence.endsAtMs <= nowMs ? 'expired' : 'put');
        return puts.at(-1);
      }
      case 'expireSilence': {
        const silence = state.silences.get(event.id);
        if (silence === undefined || silence.endsAtMs <= nowMs) return silence;
        const over = expiredSilence(silence, nowMs);
        this.#putSilence(over, nowMs, 'expired');
        return over;
      }
      case 'time':
        return undefined;
    }
  }

  #putSilence(silence: Silence, nowMs: number, reason: 'put' | 'expired'): void {
    this.#state.silences.put(silence, nowMs);
    this.#state.changes.putSilence(silence);
    this.#state.record(decided.silenceChanged(silence, nowMs, reason));
    this.#watchSilences();
  }

  #watchSilences(): void {
    const nextMs = this.#state.silences.nextChangeMs(this.#nowMs);
    if (nextMs !== undefined) this.#state.queue.add(nextMs, { kind: 'silences' });
  }

  /** Runs what is due until `untilMs`. */
  #runDue(untilMs: number, realMs: number): void {
    for (;;) {
      const item = this.#state.queue.take(untilMs);
      if (item === undefined) return;
      const atMs = realMs - item.dueMs > LATE_MS ? realMs : item.dueMs;
      this.#nowMs = Math.max(this.#nowMs, atMs);
      this.#runOne(item.value, item.dueMs, this.#nowMs);
    }
  }

  #runOne(due: Due, dueMs: number, nowMs: number): void {
    const state = this.#state;
    switch (due.kind) {
      case 'group':
        if (state.groups.get(due.group.id) === due.group && due.group.nextFlushMs === dueMs)
          flushGroup(state, due.group, nowMs);
        return;
      case 'emptyGroup':
        if (state.groups.get(due.group.id) === due.group && due.group.members.size === 0) dropGroup(state, due.group);
        return;
      case 'retry':
        if (due.outstanding.retryAtMs === dueMs) retry(state, due.outstanding, nowMs);
        return;
      case 'end':
        if (due.entry.endDueMs === dueMs) lookForEnd(state, due.entry, nowMs);
        return;
      case 'flap':
        lookForCalm(state, due.entry, nowMs);
        return;
      case 'silences':
        this.#forgetSilences(nowMs);
        this.#watchSilences();
        return;
      case 'forget':
        this.#forgetNotifications(nowMs);
        state.queue.add(nowMs + FORGET_MS, { kind: 'forget' });
        return;
    }
  }

  #forgetSilences(nowMs: number): void {
    for (const { id, endsAtMs } of this.#state.silences.all) {
      if (endsAtMs + SILENCE_RETENTION_MS > nowMs) continue;
      this.#state.silences.drop(id, nowMs);
      this.#state.changes.dropSilence(id);
    }
  }

  #forgetNotifications(nowMs: number): void {
    for (const [key, { row }] of this.#state.log) {
      if (row.expiresAtMs > nowMs) continue;
      this.#state.log.delete(key);
      this.#state.changes.dropNotification(row.groupKey, row.integrationKey);
    }
  }

  #result(silence: Silence | undefined): StepResult {
    const state = this.#state;
    const { changes, begun, canceled } = state;
    state.changes = new ChangeSet();
    state.begun = [];
    state.canceled = [];
    return { changes: changes.toChanges(), deliveries: begun, canceled, ...(silence === undefined ? {} : { silence }) };
  }
}
