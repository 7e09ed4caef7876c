import { describe, expect, it } from 'vitest';
import type { GettableAlert, GettableGroup } from '../alertmanager/api.ts';
import type { ActiveAlert } from './data.ts';
import { annotationLinks, graphLink, heldBackBy, shortValue, stateOf, toOverview } from './data.ts';
import { FIRST_SHOWN, layOut, toRows } from './layout.ts';

const alert = (fingerprint: string, part: Partial<GettableAlert> = {}): GettableAlert => ({
  fingerprint,
  labels: { alertname: 'A', instance: fingerprint, severity: 'warning' },
  annotations: {},
  receivers: [{ name: 'team' }],
  startsAt: '2026-11-22T10:00:00Z',
  updatedAt: '2026-11-22T10:00:00Z',
  endsAt: '2026-11-22T11:00:00Z',
  status: { state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [] },
  ...part,
});
const group = (receiver: string, alerts: readonly GettableAlert[]): GettableGroup => ({
  labels: { alertname: 'A' },
  receiver: { name: receiver },
  alerts,
});
const everything = { groupBy: 'route', passes: () => true, receiver: '' } as const;
const folding = { opened: new Set<string>(), closed: new Set<string>(), selected: '' };

describe('toOverview', () => {
  it('knows an alert once, however many receivers it has, with the value of its rule', () => {
    const shared = alert('1');
    const overview = toOverview(
      [group('team', [shared, alert('2')]), group('boss', [shared])],
      [
        {
          labels: { severity: 'warning', instance: '1', alertname: 'A' },
          annotations: {},
          state: 'firing',
          value: '0.5',
        },
      ],
    );
    expect(overview.alerts.map(({ id, value }) => [id, value])).toEqual([
      ['1', '0.5'],
      ['2', undefined],
    ]);
    expect(overview.unrouted).toEqual([]);
  });

  it('keeps apart what waits and what nobody routes', () => {
    const rule = { annotations: {}, value: '1', activeAt: '2026-11-22T10:00:00Z' };
    const overview = toOverview(
      [],
      [
        { ...rule, labels: { alertname: 'P' }, state: 'pending' },
        { ...rule, labels: { alertname: 'F' }, state: 'firing', missing: true },
      ],
    );
    expect(overview.pending.map((one) => one.name)).toEqual(['P']);
    expect(overview.unrouted.map((one) => [one.name, one.missing])).toEqual([['F', true]]);
    expect(layOut(overview, everything).map(({ kind }) => kind)).toEqual(['unrouted', 'pending']);
  });

  it('names what holds an alert back', () => {
    const status = { state: 'suppressed', silencedBy: [], inhibitedBy: [], mutedBy: [] } as const;
    expect(stateOf(alert('1', { status: { ...status, silencedBy: ['s'], inhibitedBy: ['i'] } }))).toBe('inhibited');
    expect(stateOf(alert('1', { status: { ...status, silencedBy: ['s'] } }))).toBe('silenced');
    expect(stateOf(alert('1', { status: { ...status, mutedBy: ['offhours'] } }))).toBe('muted');
    expect(stateOf(alert('1', { status: { ...status, state: 'unprocessed' } }))).toBe('firing');
  });
});

describe('the list', () => {
  const many = Array.from({ length: 30 }, (_, i) => alert(`n${i}`));
  const worst = alert('w', { labels: { alertname: 'A', instance: 'w', severity: 'critical' } });
  const overview = toOverview([group('team', many), group('boss', [worst])], []);

  it('puts the worst first and folds long groups', () => {
    const rows = toRows(layOut(overview, everything), folding);
    expect(rows.map(({ kind }) => kind).join(' ')).toBe(
      `section group alert section group ${'alert '.repeat(FIRST_SHOWN)}more`,
    );
    expect(rows.at(-1)).toMatchObject({ hidden: 30 - FIRST_SHOWN });
  });

  it('shows the selected alert of a folded group', () => {
    const rows = toRows(layOut(overview, everything), { ...folding, selected: 'n0' });
    expect(rows.some((row) => row.kind === 'alert' && row.alert.id === 'n0')).toBe(true);
  });

  it('groups by a label and filters by receiver', () => {
    const bySeverity = layOut(overview, { ...everything, groupBy: 'label:severity' });
    expect(bySeverity[0]?.groups.map((one) => [one.labels.severity, one.alerts.length])).toEqual([
      ['critical', 1],
      ['warning', 30],
    ]);
    expect(layOut(overview, { ...everything, receiver: 'boss' }).map(({ name }) => name)).toEqual(['boss']);
    expect(layOut(overview, { ...everything, passes: () => false })).toEqual([]);
  });
});

it('links to the graph within the app, or to where the sender says', () => {
  expect(graphLink('http://petrel:7070/graph?g0.expr=up%20%3D%3D%200&g0.tab=1')).toEqual({
    url: '/explore?expr=up+%3D%3D+0',
    inside: true,
  });
  expect(graphLink('https://grafana/alerting/1')).toEqual({ url: 'https://grafana/alerting/1', inside: false });
  expect(graphLink('')).toBeUndefined();
  expect(graphLink('javascript:alert(1)')).toBeUndefined();
});

it('finds links in annotations and shortens values', () => {
  expect(annotationLinks({ runbook_url: 'https://wiki/x', summary: 'no', evil: 'javascript:alert(1)' })).toEqual([
    ['runbook', 'https://wiki/x'],
  ]);
  expect(shortValue('0.123456789')).toBe('0.1235');
  expect(shortValue('12345678900')).toBe('1.23e+10');
  expect(shortValue('+Inf')).toBe('+Inf');
});

it('names what holds an alert back', () => {
  const held = (part: Partial<GettableAlert['status']>) =>
    alert('1', { status: { state: 'suppressed', silencedBy: [], inhibitedBy: [], mutedBy: [], ...part } });
  const text = (one: GettableAlert) => {
    const { byId } = toOverview([group('team', [one, alert('2', { labels: { alertname: 'Source' } })])], []);
    return heldBackBy(byId.get('1') as ActiveAlert, byId, new Map([['s', 'Maintenance']]));
  };
  expect(text(held({ inhibitedBy: ['2', 'gone'] }))).toBe('Source, gone');
  expect(text(held({ silencedBy: ['s'] }))).toBe('Maintenance');
  expect(text(held({ mutedBy: ['offhours'] }))).toBe('offhours');
  expect(text(alert('1'))).toBe('');
});
