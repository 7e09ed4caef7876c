import { Labels } from '@petrel/model';
import { describe, expect, it } from 'vitest';
import { compareSides } from './compare-sides.ts';
import type { TracedNotification } from './simulated-side.ts';

const MINUTE_MS = 60_000;

interface Sent {
  readonly at: number;
  readonly receiver?: string;
  readonly alert?: string;
  readonly severity?: string;
  /** Minutes in which the alert fired. */
  readonly fired?: readonly [number, number];
}

function sent({ at, receiver = 'team', alert = 'A', severity = 'low', fired = [0, 1_000] }: Sent): TracedNotification {
  const labels = Labels.of({ alertname: alert, severity });
  const [from, to] = fired;
  return {
    notification: {
      tMs: at * MINUTE_MS,
      receiver,
      integrations: ['slack[0]'],
      groupKey: '{}',
      groupLabels: Labels.of({ alertname: alert }),
      reason: 'first_notification',
      firing: [labels],
      resolved: [],
    },
    alertsKey: labels.key,
    episodes: [{ labels, startMs: from * MINUTE_MS, endMs: to * MINUTE_MS, isOver: true, told: true, reason: '' }],
  };
}

const ruleLabels = new Map([['A', new Set(['severity'])]]);

/** `receiver@minute` each. */
function compared(current: readonly Sent[], proposed: readonly Sent[]) {
  const { gained, lost, moved } = compareSides(current.map(sent), proposed.map(sent), ruleLabels);
  const text = ({ receiver, tMs }: { receiver: string; tMs: number }) => `${receiver}@${tMs / MINUTE_MS}`;
  return {
    gained: gained.map(text),
    lost: lost.map(text),
    moved: moved.map(({ before, after }) => `${text(before)} → ${text(after)}`),
  };
}

describe('two sides', () => {
  it.each([
    ['the same', [{ at: 1 }, { at: 5 }], [{ at: 1 }, { at: 5 }], {}],
    ['the same within a minute', [{ at: 1 }], [{ at: 2 }], {}],
    ['later', [{ at: 1 }], [{ at: 3 }], { moved: ['team@1 → team@3'] }],
    [
      'of another firing',
      [{ at: 1, fired: [0, 2] }],
      [{ at: 30, fired: [29, 31] }],
      { lost: ['team@1'], gained: ['team@30'] },
    ],
    ['to another receiver', [{ at: 1 }], [{ at: 1, receiver: 'b' }], { moved: ['team@1 → b@1'] }],
    [
      'to another receiver with another severity',
      [{ at: 1 }],
      [{ at: 1, receiver: 'b', severity: 'high' }],
      { moved: ['team@1 → b@1'] },
    ],
    ['to one receiver more', [{ at: 1 }], [{ at: 1 }, { at: 1, receiver: 'b' }], { gained: ['b@1'] }],
    ['repeated less often', [{ at: 1 }, { at: 61 }, { at: 121 }], [{ at: 1 }, { at: 121 }], { lost: ['team@61'] }],
    ['of another alert', [{ at: 1 }], [{ at: 1, alert: 'B' }], { lost: ['team@1'], gained: ['team@1'] }],
    ['the nearer one of two is the same', [{ at: 1 }], [{ at: 0 }, { at: 1 }], { gained: ['team@0'] }],
  ] as const)('%s', (_, current, proposed, expected) => {
    expect(compared(current, proposed)).toEqual({ gained: [], lost: [], moved: [], ...expected });
  });
});
