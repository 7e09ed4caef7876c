import { Labels } from '@petrel/model';
import { expect, test } from 'vitest';
import type { AlertInstance, AlertState } from './alert-instance.ts';
import { takeDue, validUntilMs } from './sending.ts';

const TIMING = { tMs: 100_000, intervalMs: 15_000, resendDelayMs: 60_000 };

function alert(state: AlertState, lastSentAtMs?: number, resolvedAtMs?: number): AlertInstance {
  const labels = Labels.of({ alertname: 'A' });
  return {
    labels,
    sample: { labels, value: 1 },
    seenAtMs: 0,
    state,
    activeAtMs: 0,
    firedAtMs: 0,
    resolvedAtMs,
    keepFiringSinceMs: undefined,
    lastSentAtMs,
    missing: false,
  };
}

test.each([
  ['pending', alert('pending'), false],
  ['firing, never sent', alert('firing'), true],
  ['firing, sent a minute ago', alert('firing', 40_000), false],
  ['firing, sent more than a minute ago', alert('firing', 39_999), true],
  ['ended since it was sent', alert('inactive', 90_000, 95_000), true],
  ['ended in the evaluation in which it was sent', alert('inactive', 95_000, 95_000), false],
  ['ended, and its end sent long ago', alert('inactive', 30_000, 20_000), true],
] as const)('%s', (_, one, isDue) => {
  const { due, alerts } = takeDue(new Map([['a', one]]), TIMING);
  expect(due).toEqual(isDue ? [{ ...one, lastSentAtMs: 100_000 }] : []);
  expect(alerts.get('a')?.lastSentAtMs).toBe(isDue ? 100_000 : one.lastSentAtMs);
});

test('the word of an alert holds for four intervals, or four times the delay where that is longer', () => {
  expect(validUntilMs(TIMING)).toBe(100_000 + 240_000);
  expect(validUntilMs({ ...TIMING, intervalMs: 120_000 })).toBe(100_000 + 480_000);
});
