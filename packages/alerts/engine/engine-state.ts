import type { Labels, LedgerEntry, NotificationRow } from '@petrel/model';
import type { Receiver } from '../config/config.ts';
import { Inhibitor } from '../inhibit/inhibitor.ts';
import type { TimeInterval } from '../interval/time-interval.ts';
import type { Route } from '../route/route.ts';
import { SilenceBook } from '../silence/silence-book.ts';
import { Aggregator } from './aggregation.ts';
import type { AlertEntry } from './alert-entry.ts';
import { ChangeSet } from './change-set.ts';
import { DeliveryBook, type Outstanding } from './delivery-book.ts';
import { DueQueue } from './due-queue.ts';
import type { Delivery, EngineConfig } from './event.ts';
import type { Group } from './group.ts';
import type { LastNotification } from './needs-notification.ts';

/** What becomes due. An item that the state has overtaken (a group with another time by now) means nothing when its time comes. */
export type Due =
  | { readonly kind: 'group'; readonly group: Group }
  | { readonly kind: 'emptyGroup'; readonly group: Group }
  | { readonly kind: 'retry'; readonly outstanding: Outstanding }
  | { readonly kind: 'end'; readonly entry: AlertEntry }
  | { readonly kind: 'flap'; readonly entry: AlertEntry }
  | { readonly kind: 'silences' }
  | { readonly kind: 'forget' };

/** What an integration was last told, and until when that is remembered. */
export interface LoggedNotification extends LastNotification {
  readonly row: NotificationRow;
}

/** Everything the engine knows, and what the step under way has gathered. Only the files of this folder touch it. */
export class EngineState {
  readonly entries = new Map<string, AlertEntry>();
  /** By id. */
  groups = new Map<string, Group>();
  /** The same by route and labels: an id is a long text to make for each alert. */
  #byLabels = new Map<Route, Map<string, Group>>();
  readonly log = new Map<string, LoggedNotification>();
  /** Alerts of which an earlier run may have told an integration; keys as those of `log`. */
  readonly doubts = new Map<string, ReadonlySet<string>>();
  readonly silences = new SilenceBook();
  readonly queue = new DueQueue<Due>();
  readonly deliveries = new DeliveryBook();

  config: EngineConfig;
  inhibitor: Inhibitor;
  aggregator: Aggregator;
  intervals: ReadonlyMap<string, TimeInterval> = new Map();
  receivers: ReadonlyMap<string, Receiver> = new Map();
  /** Names for routes that stay the same when others are added: the key, with a number where several share it. */
  routeNames: ReadonlyMap<Route, string> = new Map();

  changes = new ChangeSet();
  begun: Delivery[] = [];
  canceled: string[] = [];

  constructor(config: EngineConfig) {
    this.config = config;
    this.inhibitor = new Inhibitor([]);
    this.aggregator = new Aggregator([]);
    this.configure(config);
  }

  groupOf(route: Route, labels: Labels): Group | undefined {
    return this.#byLabels.get(route)?.get(labels.key);
  }

  addGroup(group: Group): void {
    this.groups.set(group.id, group);
    const siblings = this.#byLabels.get(group.route) ?? new Map<string, Group>();
    this.#byLabels.set(group.route, siblings.set(group.labels.key, group));
  }

  removeGroup(group: Group): void {
    this.groups.delete(group.id);
    this.#byLabels.get(group.route)?.delete(group.labels.key);
  }

  /** Forgets which groups there are, and gives them. */
  takeGroups(): ReadonlyMap<string, Group> {
    const { groups } = this;
    this.groups = new Map();
    this.#byLabels = new Map();
    return groups;
  }

  configure(config: EngineConfig): void {
    const { routing } = config;
    this.config = config;
    this.inhibitor = new Inhibitor(routing?.inhibitRules ?? []);
    this.aggregator = new Aggregator(config.aggregation);
    this.intervals = new Map((routing?.timeIntervals ?? []).map((interval) => [interval.name, interval]));
    this.receivers = new Map((routing?.receivers ?? []).map((receiver) => [receiver.name, receiver]));
    this.routeNames = routing === undefined ? new Map() : nameRoutes(routing.route);
  }

  record(entry: LedgerEntry): void {
    this.changes.record(entry);
  }

  begin(outstanding: Outstanding, nowMs: number): void {
    this.begun.push(this.deliveries.begin(outstanding, nowMs));
  }

  giveUp(outstanding: Outstanding): void {
    const deliveryId = this.deliveries.giveUp(outstanding);
    if (deliveryId !== undefined) this.canceled.push(deliveryId);
  }
}

export function logKey(groupKey: string, integrationKey: string): string {
  return `${integrationKey}\n${groupKey}`;
}

export function loggedNotification(row: NotificationRow): LoggedNotification {
  return { firing: new Set(row.firing), resolved: new Set(row.resolved), tMs: row.tMs, row };
}

function nameRoutes(root: Route): ReadonlyMap<Route, string> {
  const names = new Map<Route, string>();
  const counts = new Map<string, number>();
  const visit = (route: Route): void => {
    const count = (counts.get(route.key) ?? 0) + 1;
    counts.set(route.key, count);
    names.set(route, count === 1 ? route.key : `${route.key}#${count}`);
    for (const child of route.routes) visit(child);
  };
  visit(root);
  return names;
}
