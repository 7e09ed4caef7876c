import type { LedgerEntry } from '@petrel/model';
import { describe, expect, it } from 'vitest';
import { loadRoutingConfig } from '../config/index.ts';
import { compileMatchers } from '../matcher/index.ts';
import { AlertEngine } from './alert-engine.ts';
import type { EngineConfig } from './event.ts';
import { type Answer, toldAlert, VirtualWorld } from './virtual-world.test-support.ts';
import { WEBHOOKS } from './webhook-kind.test-support.ts';

const START_MS = 1_700_000_000_000;
const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;

const PLAIN = `
route: { receiver: w, group_by: [alertname], group_wait: 10s, group_interval: 1m, repeat_interval: 1h }
receivers: [{ name: w, webhook_configs: [{ url: 'http://w' }] }]
`;

function configOf(yaml: string, more: Partial<EngineConfig> = {}): EngineConfig {
  const { config } = loadRoutingConfig({ text: yaml, cwd: '/', integrations: WEBHOOKS });
  return { routing: config, aggregation: [], language: 'en', ...more };
}

const after = (ms: number): number => START_MS + ms;

/** Seconds since the start, and the alerts as `name state`. */
function told({ accepted }: VirtualWorld): [number, string, ...string[]][] {
  return accepted.map(({ tMs, delivery: { notification } }) => [
    (tMs - START_MS) / SECOND,
    notification.reason,
    ...notification.alerts.map(
      ({ labels, status }) => `${labels.get('instance') || labels.get('alertname')} ${status}`,
    ),
  ]);
}

function reasons(ledger: readonly LedgerEntry[], kind: string): string[] {
  return ledger.filter((entry) => entry.kind === kind).map(({ reason }) => reason);
}

describe('a group', () => {
  it('lists its alerts by job and instance, those without last, then the smaller label set first', () => {
    const world = new VirtualWorld(configOf(PLAIN), START_MS);
    const sets = [
      { zone: 'a', rack: '1' },
      { zone: 'b' },
      { job: 'x' },
      { job: 'x', instance: 'b' },
      { instance: 'a' },
      {},
    ];
    for (const set of sets)
      world.tell(START_MS, toldAlert({ alertname: 'A', ...set } as Record<string, string>, START_MS));
    world.runUntil(after(MINUTE));
    const [first] = world.accepted;
    expect(
      first?.delivery.notification.alerts.map(({ labels }) => labels.without(new Set(['alertname'])).toObject()),
    ).toEqual([
      { job: 'x', instance: 'b' },
      { job: 'x' },
      { instance: 'a' },
      {},
      { zone: 'b' },
      { zone: 'a', rack: '1' },
    ]);
  });

  it('waits, repeats after exactly repeat_interval, and tells the end once', () => {
    const world = new VirtualWorld(configOf(PLAIN), START_MS);
    const labels = { alertname: 'A' };
    for (let t = 0; t < 100 * MINUTE; t += MINUTE)
      world.tell(after(t), toldAlert(labels, after(t), { startsAtMs: START_MS }));
    world.tell(
      after(100 * MINUTE),
      toldAlert(labels, after(100 * MINUTE), { startsAtMs: START_MS, endsAtMs: after(100 * MINUTE) }),
    );
    world.runUntil(after(4 * HOUR));
    expect(told(world)).toEqual([
      [10, 'first_notification', 'A firing'],
      [3610, 'repeat_interval', 'A firing'],
      [6010, 'all_resolved', 'A resolved'],
    ]);
    expect(world.engine.groups(world.nowMs)).toEqual([]);
    expect(reasons(world.ledger, 'received')).toEqual(['fires']);
    expect(reasons(world.ledger, 'resolved')).toEqual(['told']);
    expect(reasons(world.ledger, 'routed')).toEqual(['matched']);
  });

  it('is looked at at once when its alert has waited long enough elsewhere', () => {
    const world = new VirtualWorld(configOf(PLAIN), START_MS);
    world.tell(START_MS, toldAlert({ alertname: 'A' }, START_MS, { startsAtMs: START_MS - HOUR }));
    world.runUntil(after(5 * SECOND));
    expect(told(world)).toEqual([[0, 'first_notification', 'A firing']]);
  });

  it('tells of an alert that nobody renews that it ended, and says so', () => {
    const world = new VirtualWorld(configOf(PLAIN), START_MS);
    world.tell(START_MS, toldAlert({ alertname: 'A' }, START_MS, { resolveTimeoutMs: 90 * SECOND }));
    world.runUntil(after(HOUR));
    expect(told(world)).toEqual([
      [10, 'first_notification', 'A firing'],
      [130, 'all_resolved', 'A resolved'],
    ]);
    expect(reasons(world.ledger, 'resolved')).toEqual(['not_told_of_again']);
  });

  it('watches the end of an alert that fires again before its group has told of its end', () => {
    const world = new VirtualWorld(configOf(PLAIN.replace('group_interval: 1m', 'group_interval: 20m')), START_MS);
    const tell = (ms: number, given: { startsAtMs: number; endsAtMs: number }) =>
      world.tell(after(ms), toldAlert({ alertname: 'A' }, after(ms), given));
    tell(0, { startsAtMs: START_MS, endsAtMs: after(4 * MINUTE) });
    tell(MINUTE, { startsAtMs: START_MS, endsAtMs: after(MINUTE) });
    tell(5 * MINUTE, { startsAtMs: after(5 * MINUTE), endsAtMs: after(9 * MINUTE) });
    world.runUntil(after(HOUR));
    expect(reasons(world.ledger, 'resolved')).toEqual(['told', 'not_told_of_again']);
  });

  it('tries again with growing pauses, and keeps the end for a receiver that was away', () => {
    let failures = 0;
    const answer: Answer = () => {
      failures++;
      return failures <= 3
        ? { afterMs: 100, outcome: { ok: false, retryable: true, error: 'refused' } }
        : { afterMs: 100, outcome: { ok: true, detail: '200' } };
    };
    const world = new VirtualWorld(configOf(PLAIN), START_MS, answer);
    world.tell(START_MS, toldAlert({ alertname: 'A' }, START_MS));
    world.runUntil(after(MINUTE));
    expect(world.attempts.map(({ tMs }) => tMs - START_MS)).toEqual([10_000, 10_600, 11_450, 12_675]);
    expect(reasons(world.ledger, 'failed')).toEqual(['will_retry', 'will_retry', 'will_retry']);
    expect(told(world)).toEqual([[12.775, 'first_notification', 'A firing']]);
  });

  it('does not try again what a receiver refuses for good, until the next look', () => {
    const refuse: Answer = () => ({ afterMs: 0, outcome: { ok: false, retryable: false, error: '400' } });
    const world = new VirtualWorld(configOf(PLAIN), START_MS, refuse);
    world.tell(START_MS, toldAlert({ alertname: 'A' }, START_MS));
    world.runUntil(after(75 * SECOND));
    expect(world.attempts.map(({ tMs }) => tMs - START_MS)).toEqual([10_000, 70_000]);
    expect(reasons(world.ledger, 'failed')).toEqual(['refused', 'refused']);
  });
});

describe('noise', () => {
  const rule = {
    name: 'service',
    matches: compileMatchers([]),
    groupBy: ['service'],
    windowMs: 5 * MINUTE,
    threshold: 5,
  };
  const at = (world: VirtualWorld, i: number, ms: number, endsAtMs?: number) =>
    world.tell(
      after(ms),
      toldAlert(
        { alertname: 'Slow', service: 'orders', instance: `i${i}`, priority: i === 2 ? 'P0' : 'P1' },
        after(ms),
        { startsAtMs: after(i * SECOND), ...(endsAtMs === undefined ? { resolveTimeoutMs: HOUR } : { endsAtMs }) },
      ),
    );

  it('becomes one alert that counts the instances, from the fifth within five minutes on, and ends with the last', () => {
    const world = new VirtualWorld(configOf(PLAIN, { aggregation: [rule], language: 'zh' }), START_MS);
    for (let i = 0; i < 5; i++) at(world, i, i * SECOND);
    at(world, 5, 3 * MINUTE);
    for (let i = 0; i < 6; i++) at(world, i, 10 * MINUTE + i * MINUTE, after(10 * MINUTE + i * MINUTE));
    world.runUntil(after(HOUR));
    const aggregated = world.accepted.filter(
      ({ delivery }) => delivery.notification.groupLabels.get('alertname') === 'AggregatedAlert',
    );
    expect(
      aggregated.map(({ delivery: { notification } }) => [
        notification.reason,
        notification.alerts[0]?.annotations.get('summary'),
      ]),
    ).toEqual([
      ['first_notification', '[聚合告警] orders服务异常,共5个实例受影响'],
      ['all_resolved', '[聚合告警] orders服务异常,共6个实例受影响'],
    ]);
    expect(aggregated[0]?.delivery.notification.alerts[0]?.labels.toObject()).toEqual({
      alertname: 'AggregatedAlert',
      aggregation: 'service',
      service: 'orders',
      priority: 'P0',
    });
    // The five themselves were never told of: they were one before their group was looked at.
    expect(world.accepted).toHaveLength(2);
    expect(reasons(world.ledger, 'aggregated')).toEqual(['began', 'began', 'began', 'began', 'began', 'joined']);
    expect(reasons(world.ledger, 'suppressed').filter((reason) => reason === 'aggregated')).not.toEqual([]);
  });

  it('is left alone when it comes slowly', () => {
    const world = new VirtualWorld(configOf(PLAIN, { aggregation: [rule] }), START_MS);
    for (let i = 0; i < 8; i++) at(world, i, i * 90 * SECOND);
    world.runUntil(after(20 * MINUTE));
    expect(world.ledger.filter(({ kind }) => kind === 'aggregated')).toEqual([]);
  });

  it('of an alert that goes back and forth is one page until it has calmed', () => {
    const flapping = { windowMs: 10 * MINUTE, changes: 4 };
    const world = new VirtualWorld(configOf(PLAIN, { flapping }), START_MS);
    const labels = { alertname: 'A' };
    for (let i = 0; i < 12; i++) {
      const ms = i * 70 * SECOND;
      world.tell(after(ms), toldAlert(labels, after(ms), { resolveTimeoutMs: HOUR }));
      const endMs = ms + 35 * SECOND;
      world.tell(after(endMs), toldAlert(labels, after(endMs), { startsAtMs: after(ms), endsAtMs: after(endMs) }));
    }
    world.runUntil(after(2 * HOUR));
    expect(reasons(world.ledger, 'flapping')).toEqual(['began', 'calmed']);
    const afterBegan = told(world).filter(([s]) => s > 200);
    expect(afterBegan.at(-1)?.slice(1)).toEqual(['all_resolved', 'A resolved']);
    expect(afterBegan.length).toBeLessThanOrEqual(2);
  });
});

describe('a restart', () => {
  it('forgets nothing: no page is lost, none is repeated, and what was under way is tried again', () => {
    const config = configOf(PLAIN);
    const first = new AlertEngine(config, START_MS);
    const rows = new Rows();
    rows.apply(
      first.step(
        { kind: 'alerts', alerts: [toldAlert({ alertname: 'A' }, START_MS), toldAlert({ alertname: 'B' }, START_MS)] },
        START_MS,
      ),
    );
    const look = first.step({ kind: 'time' }, after(10 * SECOND));
    rows.apply(look);
    expect(look.deliveries).toHaveLength(2);
    const [toA] = look.deliveries;
    rows.apply(
      first.step(
        { kind: 'delivered', deliveryId: (toA as { id: string }).id, outcome: { ok: true, detail: '' } },
        after(11 * SECOND),
      ),
    );

    const second = new AlertEngine(config, after(HOUR / 2), rows.state());
    const restarted = second.takeChanges();
    expect(restarted.changes.ledger.map(({ kind }) => kind)).toEqual(['config']);
    const next = second.step({ kind: 'time' }, after(HOUR / 2));
    expect(next.deliveries.map(({ notification }) => notification.groupLabels.get('alertname'))).toEqual(['B']);
    expect(
      second
        .alerts(after(HOUR / 2))
        .map(({ alert }) => alert.labels.get('alertname'))
        .sort(),
    ).toEqual(['A', 'B']);
  });
});

describe('an engine that dies before it knows whether a page has arrived', () => {
  const config = configOf(PLAIN);
  const names = ({ deliveries }: ReturnType<AlertEngine['step']>) =>
    deliveries.map(({ notification: { reason, alerts } }) => [
      reason,
      ...alerts.map(({ labels, status }) => `${labels.get('instance')} ${status}`),
    ]);

  it('tells of an end that it had heard of by then', () => {
    const rows = new Rows();
    const first = new AlertEngine(config, START_MS);
    const fires = (instance: string) =>
      toldAlert({ alertname: 'A', instance }, START_MS, { endsAtMs: after(HOUR), startsAtMs: START_MS });
    rows.apply(first.step({ kind: 'alerts', alerts: [fires('a'), fires('b')] }, START_MS));
    const look = first.step({ kind: 'time' }, after(10 * SECOND));
    expect(look.deliveries).toHaveLength(1);
    rows.apply(look);
    const ends = toldAlert({ alertname: 'A', instance: 'a' }, after(11 * SECOND), { endsAtMs: after(11 * SECOND) });
    const endsToo = toldAlert({ alertname: 'A', instance: 'b' }, after(11 * SECOND), { endsAtMs: after(11 * SECOND) });
    rows.apply(first.step({ kind: 'alerts', alerts: [ends, endsToo] }, after(11 * SECOND)));

    // The second dies as well, in the middle of telling.
    const second = new AlertEngine(config, after(12 * SECOND), rows.state());
    rows.apply(second.takeChanges());
    const again = second.step({ kind: 'time' }, after(12 * SECOND));
    expect(names(again)).toEqual([['all_resolved', 'a resolved', 'b resolved']]);
    rows.apply(again);

    const third = new AlertEngine(config, after(20 * SECOND), rows.state());
    const last = third.step({ kind: 'time' }, after(20 * SECOND));
    expect(names(last)).toEqual([['all_resolved', 'a resolved', 'b resolved']]);
    rows.apply(last);
    const { id: deliveryId } = last.deliveries[0] as { id: string };
    rows.apply(third.step({ kind: 'delivered', deliveryId, outcome: { ok: true, detail: '' } }, after(21 * SECOND)));
    expect(rows.integrationKeys).toEqual(['w/webhook/0']);

    const fourth = new AlertEngine(config, after(30 * SECOND), rows.state());
    expect(fourth.step({ kind: 'time' }, after(5 * MINUTE)).deliveries).toEqual([]);
  });

  it('does not tell of the end of what was refused', () => {
    const rows = new Rows();
    const first = new AlertEngine(config, START_MS);
    rows.apply(first.step({ kind: 'alerts', alerts: [toldAlert({ alertname: 'A' }, START_MS)] }, START_MS));
    const look = first.step({ kind: 'time' }, after(10 * SECOND));
    rows.apply(look);
    const { id: deliveryId } = look.deliveries[0] as { id: string };
    const outcome = { ok: false, retryable: false, error: 'status 400' } as const;
    rows.apply(first.step({ kind: 'delivered', deliveryId, outcome }, after(10 * SECOND)));
    expect(rows.integrationKeys).toEqual([]);
  });
});

/** The rows as a store would hold them. */
class Rows {
  readonly #alerts = new Map<string, unknown>();
  readonly #groups = new Map<string, unknown>();
  readonly #notifications = new Map<string, unknown>();

  apply({ changes }: { changes: ReturnType<AlertEngine['takeChanges']>['changes'] }): void {
    for (const one of changes.putAlerts) this.#alerts.set(one.fingerprint, one);
    for (const key of changes.dropAlerts) this.#alerts.delete(key);
    for (const one of changes.putGroups) this.#groups.set(one.key, one);
    for (const key of changes.dropGroups) this.#groups.delete(key);
    for (const one of changes.putNotifications) this.#notifications.set(one.groupKey + one.integrationKey, one);
    for (const one of changes.dropNotifications) this.#notifications.delete(one.groupKey + one.integrationKey);
  }

  get integrationKeys(): readonly string[] {
    return [...this.#notifications.values()].map((row) => (row as { integrationKey: string }).integrationKey);
  }

  state() {
    const list = <T>(map: Map<string, unknown>) => [...map.values()] as T[];
    return {
      alerts: list(this.#alerts),
      groups: list(this.#groups),
      notifications: list(this.#notifications),
      silences: [],
      flaps: [],
    } as unknown as ConstructorParameters<typeof AlertEngine>[2];
  }
}
