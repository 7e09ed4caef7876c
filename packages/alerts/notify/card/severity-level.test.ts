import { Labels } from '@petrel/model';
import { describe, expect, it } from 'vitest';
import { notificationOf } from '../rehearse.ts';
import { severityLevelOf, worstLevelOf } from './severity-level.ts';

describe('the level of an alert', () => {
  it.each([
    [{ severity: 'critical', priority: 'P3' }, 'critical'],
    [{ severity: 'Warning' }, 'warning'],
    [{ severity: 'sev-x', priority: 'p1' }, 'major'],
    [{ priority: 'P0' }, 'critical'],
    [{ alertname: 'X' }, 'unknown'],
  ])('%j: %s', (labels, level) => {
    expect(severityLevelOf(Labels.of(labels as Record<string, string>))).toBe(level);
  });

  it('is for a group that of the worst which fires', () => {
    const { alerts } = notificationOf([
      { labels: { severity: 'critical' }, status: 'resolved' },
      { labels: { severity: 'info' } },
      { labels: { severity: 'warning' } },
    ]);
    expect(worstLevelOf(alerts)).toBe('warning');
    expect(worstLevelOf(alerts.slice(0, 1))).toBe('critical');
  });
});
