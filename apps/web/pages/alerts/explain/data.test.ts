import type { LedgerEntryData } from '@petrel/api/contract/alerting.ts';
import { expect, it } from 'vitest';
import { outcomeOf, questionParameters, stageOf, toneOf, toTimeline } from './data.ts';

const entry = (second: number, kind: string): LedgerEntryData => ({
  time: new Date(second * 1000).toISOString(),
  kind,
  fingerprints: [],
  alertname: 'X',
  labels: {},
  groupKey: '',
  receiver: '',
  integration: '',
  reason: '',
  detail: {},
  text: '',
});

it('puts entries in order and marks the time that was asked about', () => {
  const items = toTimeline([entry(30, 'notified'), entry(10, 'evaluation'), entry(20, 'routed')], 25_000);
  expect(items.map((item) => (item.kind === 'asked' ? 'asked' : `${item.stage} ${item.gapMs}`))).toEqual([
    'evaluation undefined',
    'route 10000',
    'asked',
    'delivery 10000',
  ]);
  expect(toTimeline([entry(1, 'routed')], 5000).at(-1)).toEqual({ kind: 'asked', atMs: 5000 });
});

it('knows where in the chain an entry belongs and how it went', () => {
  expect(stageOf('suppressed')).toBe('suppression');
  expect(stageOf('something new')).toBe('group');
  expect(['notified', 'failed', 'suppressed', 'unsuppressed'].map((kind) => toneOf(entry(0, kind)))).toEqual([
    'good',
    'bad',
    'bad',
    'neutral',
  ]);
});

it('says whether the alert came to somebody', () => {
  const receiver = (reached: boolean) => ({
    receiver: 'a',
    routeId: '',
    groupKey: '',
    reached,
    reason: '',
    text: '',
    attempts: [],
  });
  const alert = { fingerprint: '', labels: {}, annotations: {}, state: 'firing', verdict: '', entries: [] };
  expect(outcomeOf({ ...alert, receivers: [] })).toBe('nobody');
  expect(outcomeOf({ ...alert, receivers: [receiver(true)] })).toBe('reached');
  expect(outcomeOf({ ...alert, receivers: [receiver(true), receiver(false)] })).toBe('partly');
});

it('asks with times that the server reads', () => {
  const now = Date.parse('2026-11-22T10:00:00Z');
  expect(questionParameters({ alert: ' X ', at: '-1h', receiver: '' }, now).toString()).toBe(
    'alert=X&at=2026-11-22T09%3A00%3A00.000Z',
  );
  expect(questionParameters({ alert: 'X', at: '', receiver: 'a' }, now).toString()).toBe('alert=X&receiver=a');
  expect(questionParameters({ alert: 'X', at: 'soon', receiver: '' }, now).get('at')).toBe('soon');
});
