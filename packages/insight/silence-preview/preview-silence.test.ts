import type { AlertView } from '@petrel/alerts';
import { fingerprintOf, Labels, type LedgerEntry } from '@petrel/model';
import { describe, expect, it } from 'vitest';
import { FakeLedger, NOON_MS } from '../fake-world.ts';
import { previewSilence } from './preview-silence.ts';

const A = Labels.of({ alertname: 'X', instance: 'a' });
const B = Labels.of({ alertname: 'X', instance: 'b' });
const C = Labels.of({ alertname: 'X', instance: 'c' });
const DAY_MS = 86_400_000;

function entry(kind: LedgerEntry['kind'], tMs: number, alerts: readonly Labels[], integration = ''): LedgerEntry {
  const labels = kind === 'received' ? (alerts[0] as Labels) : Labels.of({ alertname: 'X' });
  const fingerprints = alerts.map(fingerprintOf);
  return {
    tMs,
    kind,
    fingerprints,
    alertname: 'X',
    labels,
    groupKey: kind === 'received' ? '' : '{}:{alertname="X"}',
    receiver: kind === 'received' ? '' : 'team',
    integration,
    reason: '',
    detail: { lookMs: tMs },
  };
}

function preview(entries: readonly LedgerEntry[], instance: string, views: readonly AlertView[] = []) {
  return previewSilence({
    matchers: [{ name: 'instance', type: '=~', value: instance }],
    ledger: new FakeLedger(entries),
    views,
    startMs: NOON_MS - DAY_MS,
    endMs: NOON_MS,
  });
}

describe('the preview of a silence', () => {
  const history = [
    // Long before the time, as alerts that burn for weeks are.
    entry('received', NOON_MS - 30 * DAY_MS, [A]),
    entry('received', NOON_MS - 2 * DAY_MS, [B]),
    entry('notified', NOON_MS - 2 * DAY_MS, [A, B], 'slack[0]'),
    entry('notified', NOON_MS - 3_600_000, [A, B], 'slack[0]'),
    entry('failed', NOON_MS - 3_600_000, [A, B], 'email[0]'),
    entry('notified', NOON_MS - 60_000, [B], 'slack[0]'),
  ];

  it('counts a notification once, however many integrations carried it', async () => {
    const { notifications, unknownAlerts } = await preview(history, 'a|b');
    expect(notifications.map(({ tMs, whole, alerts }) => [tMs - NOON_MS, whole, alerts.length])).toEqual([
      [-3_600_000, true, 2],
      [-60_000, true, 1],
    ]);
    expect(unknownAlerts).toBe(0);
  });

  it('tells what would only have been shorter', async () => {
    const { notifications } = await preview(history, 'a');
    expect(notifications).toEqual([
      {
        tMs: NOON_MS - 3_600_000,
        receiver: 'team',
        groupLabels: Labels.of({ alertname: 'X' }),
        whole: false,
        alerts: [A],
      },
    ]);
  });

  it('takes labels from alerts that fire, and admits what it does not know', async () => {
    const told = [entry('notified', NOON_MS - 60_000, [C], 'slack[0]')];
    expect(await preview(told, 'c')).toMatchObject({ notifications: [], unknownAlerts: 1 });
    const alert = { fingerprint: fingerprintOf(C), labels: C } as AlertView['alert'];
    const view: AlertView = {
      alert,
      receivers: [],
      state: 'active',
      silencedBy: [],
      inhibitedBy: [],
      mutedBy: [],
      flapping: false,
    };
    const found = await preview(told, 'c', [view]);
    expect(found.active).toEqual([view]);
    expect(found.notifications.map(({ whole }) => whole)).toEqual([true]);
  });
});
