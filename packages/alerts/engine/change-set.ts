import type { Alert, AlertingChanges, FlapRow, GroupRow, LedgerEntry, NotificationRow, Silence } from '@petrel/model';

/** Gathers what a step changed; the last word on a row counts. */
export class ChangeSet {
  readonly #alerts = new Map<string, Alert | undefined>();
  readonly #silences = new Map<string, Silence | undefined>();
  readonly #groups = new Map<string, GroupRow | undefined>();
  readonly #notifications = new Map<string, NotificationChange>();
  readonly #flaps = new Map<string, FlapRow | undefined>();
  readonly #ledger: LedgerEntry[] = [];

  putAlert(alert: Alert): void {
    this.#alerts.set(alert.fingerprint, alert);
  }

  dropAlert(fingerprint: string): void {
    this.#alerts.set(fingerprint, undefined);
  }

  putSilence(silence: Silence): void {
    this.#silences.set(silence.id, silence);
  }

  dropSilence(id: string): void {
    this.#silences.set(id, undefined);
  }

  putGroup(row: GroupRow): void {
    this.#groups.set(row.key, row);
  }

  dropGroup(key: string): void {
    this.#groups.set(key, undefined);
  }

  putNotification(row: NotificationRow): void {
    this.#notifications.set(`${row.integrationKey}\n${row.groupKey}`, row);
  }

  dropNotification(groupKey: string, integrationKey: string): void {
    this.#notifications.set(`${integrationKey}\n${groupKey}`, { groupKey, integrationKey });
  }

  putFlap(row: FlapRow): void {
    this.#flaps.set(row.fingerprint, row);
  }

  dropFlap(fingerprint: string): void {
    this.#flaps.set(fingerprint, undefined);
  }

  record(entry: LedgerEntry): void {
    this.#ledger.push(entry);
  }

  /** Adds what a commit that failed held: newer words on the same rows stay, its ledger entries come first. */
  addOlder(older: AlertingChanges): void {
    const missing = <T>(map: Map<string, T>, key: string, value: T): void => {
      if (!map.has(key)) map.set(key, value);
    };
    for (const one of older.putAlerts) missing(this.#alerts, one.fingerprint, one);
    for (const key of older.dropAlerts) missing(this.#alerts, key, undefined);
    for (const one of older.putSilences) missing(this.#silences, one.id, one);
    for (const key of older.dropSilences) missing(this.#silences, key, undefined);
    for (const one of older.putGroups) missing(this.#groups, one.key, one);
    for (const key of older.dropGroups) missing(this.#groups, key, undefined);
    for (const one of [...older.putNotifications, ...older.dropNotifications]) {
      missing<NotificationChange>(this.#notifications, `${one.integrationKey}\n${one.groupKey}`, one);
    }
    for (const one of older.putFlaps) missing(this.#flaps, one.fingerprint, one);
    for (const key of older.dropFlaps) missing(this.#flaps, key, undefined);
    this.#ledger.unshift(...older.ledger);
  }

  get isEmpty(): boolean {
    const maps = [this.#alerts, this.#silences, this.#groups, this.#notifications, this.#flaps];
    return this.#ledger.length === 0 && maps.every((map) => map.size === 0);
  }

  toChanges(): AlertingChanges {
    const notifications = [...this.#notifications.values()];
    return {
      putAlerts: puts(this.#alerts),
      dropAlerts: drops(this.#alerts),
      putSilences: puts(this.#silences),
      dropSilences: drops(this.#silences),
      putGroups: puts(this.#groups),
      dropGroups: drops(this.#groups),
      putNotifications: notifications.filter(isRow),
      dropNotifications: notifications.filter((one) => !isRow(one)),
      putFlaps: puts(this.#flaps),
      dropFlaps: drops(this.#flaps),
      ledger: this.#ledger,
    };
  }
}

type NotificationChange = NotificationRow | Pick<NotificationRow, 'groupKey' | 'integrationKey'>;

function isRow(change: NotificationChange): change is NotificationRow {
  return 'firing' in change;
}

function puts<T>(map: ReadonlyMap<string, T | undefined>): T[] {
  return [...map.values()].filter((value) => value !== undefined);
}

function drops(map: ReadonlyMap<string, unknown>): string[] {
  return [...map].filter(([, value]) => value === undefined).map(([key]) => key);
}
