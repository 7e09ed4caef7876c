import type { EngineConfig } from '@petrel/alerts/engine/event.ts';
import { AlertSimulation, type SimulatedDelivery } from '@petrel/alerts/simulate/simulate-alerts.ts';
import { type Alert, type Labels, type LedgerEntry, PetrelError, type Silence } from '@petrel/model';
import { EpisodeBook, type FiringEpisode } from './episode-book.ts';
import { OpenEnds, type RuleUpdate } from './open-ends.ts';
import type { RehearsalSide, RehearsedNotification } from './rehearsal-result.ts';
import { perReceiverHour, ruleFigures } from './side-figures.ts';

/** More notifications than a person could be shown; a configuration that pages so often is wrong by itself. */
const MAX_NOTIFICATIONS = 100_000;
/** Alerts of a notification that are listed. */
const MAX_LISTED = 1_000;

/** A notification with what the comparison of two sides asks. */
export interface TracedNotification {
  readonly notification: RehearsedNotification;
  /** Of all its alerts, sorted, an `r` before those that ended. */
  readonly alertsKey: string;
  /** The firing episodes that it tells of. */
  readonly episodes: readonly FiringEpisode[];
}

/** Alerts of rules as the alert engine gets them; undefined: dropped on the way. */
export interface LeavingAlerts {
  alert(alert: Alert): Alert | undefined;
  decision(entry: LedgerEntry): LedgerEntry;
}

export interface SideOptions {
  readonly engineConfig: EngineConfig;
  readonly silences: readonly Silence[];
  readonly leaving?: LeavingAlerts;
  /** When rules begin to be told of. */
  readonly warmStartMs: number;
  /** What was sent before is not counted. */
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * One configuration on its way through the time: updates of rules enter, what would have been sent is gathered. Keeps notifications and firing
 * episodes, never the ledger.
 */
export class SimulatedSide {
  readonly #simulation: AlertSimulation;
  readonly #ends = new OpenEnds();
  readonly #book: EpisodeBook;
  readonly #traced: TracedNotification[] = [];
  /** The notification under way: deliveries of one look at one group come one after the other. */
  #open: { readonly tMs: number; readonly deliveries: SimulatedDelivery[] } | undefined;

  constructor(private readonly options: SideOptions) {
    const { engineConfig, silences, warmStartMs, startMs, endMs } = options;
    this.#simulation = new AlertSimulation({ config: engineConfig, silences, startMs: warmStartMs, endMs });
    this.#book = new EpisodeBook(engineConfig.routing, { startMs, endMs });
  }

  update(update: RuleUpdate): void {
    const alerts = this.#ends.take(this.#leaving(update));
    if (alerts.length === 0) return;
    this.#simulation.update({ atMs: update.atMs, alerts });
    this.#drain();
  }

  #leaving(update: RuleUpdate): RuleUpdate {
    const { leaving } = this.options;
    if (leaving === undefined) return update;
    return {
      ...update,
      alerts: update.alerts.map((alert) => leaving.alert(alert)).filter((alert) => alert !== undefined),
      decisions: update.decisions.map((entry) => leaving.decision(entry)),
    };
  }

  /** Lets the rest of the time pass; nothing may be told after. */
  finish(): { readonly side: RehearsalSide; readonly traced: readonly TracedNotification[] } {
    this.#simulation.finish();
    this.#drain();
    this.#close();
    this.#book.finish();
    const episodes = this.#book.episodes();
    const notifications = this.#traced.map(({ notification }) => notification);
    const side: RehearsalSide = {
      alerts: episodes.length,
      groups: this.#book.groupCount,
      notifications,
      rules: ruleFigures(episodes, this.#traced),
      perReceiverHour: perReceiverHour(notifications),
      suppressed: this.#book.untold(),
    };
    return { side, traced: this.#traced };
  }

  /** The simulation's lists grow without end; what they hold is taken over and given up. */
  #drain(): void {
    const { ledger, deliveries } = this.#simulation;
    for (const entry of ledger) this.#book.take(entry);
    ledger.length = 0;
    for (const delivery of deliveries) this.#gather(delivery);
    deliveries.length = 0;
  }

  #gather(one: SimulatedDelivery): void {
    const first = this.#open?.deliveries[0];
    const { groupKey, receiver } = one.delivery.notification;
    const joins =
      first !== undefined &&
      this.#open?.tMs === one.tMs &&
      first.delivery.notification.groupKey === groupKey &&
      first.delivery.notification.receiver === receiver;
    if (joins) {
      this.#open?.deliveries.push(one);
      return;
    }
    this.#close();
    this.#open = { tMs: one.tMs, deliveries: [one] };
  }

  #close(): void {
    if (this.#open === undefined) return;
    const { tMs, deliveries } = this.#open;
    this.#open = undefined;
    if (tMs < this.options.startMs) return;
    if (this.#traced.length >= MAX_NOTIFICATIONS) {
      throw new PetrelError(
        'QUERY_LIMIT',
        `the rehearsal sends more than ${MAX_NOTIFICATIONS} notifications; choose a shorter time, or group and repeat less often`,
      );
    }
    this.#traced.push(this.#trace(tMs, deliveries));
  }

  #trace(tMs: number, deliveries: readonly SimulatedDelivery[]): TracedNotification {
    const firing = new Map<string, Labels>();
    const resolved = new Map<string, Labels>();
    for (const { delivery } of deliveries) {
      // An integration that does not want ends has fewer alerts than its neighbour.
      for (const { status, fingerprint, labels } of delivery.notification.alerts)
        (status === 'firing' ? firing : resolved).set(fingerprint, labels);
    }
    const { groupKey, groupLabels, receiver, reason } = (deliveries[0] as SimulatedDelivery).delivery.notification;
    const notification: RehearsedNotification = {
      tMs,
      receiver,
      integrations: deliveries.map(({ delivery: { integration } }) => `${integration.kind.name}[${integration.index}]`),
      groupKey,
      groupLabels,
      reason,
      firing: [...firing.values()].slice(0, MAX_LISTED),
      resolved: [...resolved.values()].slice(0, MAX_LISTED),
    };
    const fingerprints = [...firing.keys(), ...resolved.keys()];
    return {
      notification,
      alertsKey: [...[...firing.keys()].sort(), ...[...resolved.keys()].sort().map((one) => `r${one}`)].join(),
      episodes: fingerprints.map((one) => this.#book.latest(one)).filter((one) => one !== undefined),
    };
  }
}
