import type { AlertingChanges, AlertingState, AlertingStateStore, LedgerEntry } from '@petrel/model';

/** The state of alerts in memory; commits take effect at once, unless they are made to fail. */
export class MemoryStateStore implements AlertingStateStore {
  readonly ledger: LedgerEntry[] = [];
  commits = 0;
  failing = false;
  readonly #maps = {
    alerts: new Map<string, AlertingState['alerts'][number]>(),
    silences: new Map<string, AlertingState['silences'][number]>(),
    groups: new Map<string, AlertingState['groups'][number]>(),
    notifications: new Map<string, AlertingState['notifications'][number]>(),
    flaps: new Map<string, AlertingState['flaps'][number]>(),
  };

  async load(): Promise<AlertingState> {
    const { alerts, silences, groups, notifications, flaps } = this.#maps;
    return {
      alerts: [...alerts.values()],
      silences: [...silences.values()],
      groups: [...groups.values()],
      notifications: [...notifications.values()],
      flaps: [...flaps.values()],
    };
  }

  async commit(changes: AlertingChanges): Promise<void> {
    if (this.failing) throw new Error('the store is away');
    this.commits++;
    const { alerts, silences, groups, notifications, flaps } = this.#maps;
    for (const one of changes.putAlerts) alerts.set(one.fingerprint, one);
    for (const key of changes.dropAlerts) alerts.delete(key);
    for (const one of changes.putSilences) silences.set(one.id, one);
    for (const key of changes.dropSilences) silences.delete(key);
    for (const one of changes.putGroups) groups.set(one.key, one);
    for (const key of changes.dropGroups) groups.delete(key);
    const keyOf = (one: { groupKey: string; integrationKey: string }) => `${one.groupKey}\n${one.integrationKey}`;
    for (const one of changes.putNotifications) notifications.set(keyOf(one), one);
    for (const one of changes.dropNotifications) notifications.delete(keyOf(one));
    for (const one of changes.putFlaps) flaps.set(one.fingerprint, one);
    for (const key of changes.dropFlaps) flaps.delete(key);
    this.ledger.push(...changes.ledger);
  }
}
