import type { LedgerEntryData } from '@petrel/api/contract/alerting.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toLanes } from './lanes.ts';

const entry = (minute: number, reason: string, instance = 'a'): LedgerEntryData => ({
  time: new Date(minute * 60_000).toISOString(),
  kind: 'evaluation',
  fingerprints: [],
  alertname: 'X',
  labels: { alertname: 'X', instance },
  groupKey: '',
  receiver: '',
  integration: '',
  reason,
  detail: {},
  text: '',
});

it('draws the states of an alert one after the other', () => {
  const [lane] = toLanes({
    startMs: 0,
    endMs: 600_000,
    current: [],
    entries: [entry(8, 'inactive'), entry(2, 'pending'), entry(5, 'firing')],
  });
  expect(lane?.segments.map(({ state, fromMs, toMs }) => [state, fromMs / 60_000, toMs / 60_000])).toEqual([
    ['inactive', 0, 2],
    ['pending', 2, 5],
    ['firing', 5, 8],
    ['inactive', 8, 10],
  ]);
});

it('draws what fires since before the stretch over all of it', () => {
  const lanes = toLanes({
    startMs: 600_000,
    endMs: 1_200_000,
    entries: [],
    current: [{ labels: { alertname: 'X' }, state: 'firing', activeAtMs: 0 }],
  });
  expect(lanes[0]?.segments).toEqual([{ state: 'firing', fromMs: 600_000, toMs: 1_200_000 }]);
});

it('leaves no gap and no overlap', () => {
  const changes = fc.array(
    fc.tuple(fc.integer({ min: -5, max: 15 }), fc.constantFrom('pending', 'firing', 'inactive', 'other')),
    {
      minLength: 1,
    },
  );
  fc.assert(
    fc.property(changes, (list) => {
      const entries = list.map(([minute, reason]) => entry(minute, reason));
      const [lane] = toLanes({ startMs: 0, endMs: 600_000, entries, current: [] });
      let at = 0;
      for (const { fromMs, toMs } of lane?.segments ?? []) {
        expect(fromMs).toBe(at);
        expect(toMs).toBeGreaterThan(fromMs);
        at = toMs;
      }
      expect(at).toBe(600_000);
    }),
  );
});
