import { describe, expect, it } from 'vitest';
import { labelsKey, ownLabels, parseLabels, sharedLabels } from './labels-text.ts';

describe('labels as people write them', () => {
  it('reads pairs, selectors and JSON', () => {
    const labels = { alertname: 'X', priority: 'P0' };
    expect(parseLabels('alertname=X priority=P0')).toEqual({ labels });
    expect(parseLabels('{alertname="X", priority="P0"}')).toEqual({ labels });
    expect(parseLabels('{"alertname": "X", "priority": "P0"}')).toEqual({ labels });
    expect(parseLabels('')).toEqual({ labels: {} });
  });

  it('refuses what names no labels', () => {
    expect(parseLabels('alertname=~X')).toEqual({ error: 'pairs' });
    expect(parseLabels('X')).toEqual({ error: 'pairs' });
    expect(parseLabels('{"a": 1}')).toEqual({ error: 'json' });
    expect(parseLabels('{"a": ')).toEqual({ error: 'json' });
  });
});

it('tells the labels that a set shares from those of its own', () => {
  const sets = [
    { alertname: 'X', job: 'a', instance: '1' },
    { alertname: 'X', job: 'a', instance: '2' },
  ];
  expect(sharedLabels(sets)).toEqual({ alertname: 'X', job: 'a' });
  expect(ownLabels(sets[1] as Record<string, string>, { job: 'a' })).toEqual({ instance: '2' });
  expect(labelsKey({ b: '1', a: '2' })).toBe(labelsKey({ a: '2', b: '1' }));
});
