import { Labels } from '@petrel/model';
import { describe, expect, it } from 'vitest';
import { periods } from './retention.ts';

describe('the period of a stream', () => {
  it('is that of the rule of the highest priority that matches, the first of equals, or else the general one', () => {
    const found = periods({
      periodMs: 1000,
      streams: [
        { selector: [{ type: '=', name: 'env', value: 'dev' }], priority: 1, periodMs: 10 },
        { selector: [{ type: '=~', name: 'app', value: 'a.*' }], priority: 2, periodMs: 20 },
        { selector: [{ type: '=', name: 'app', value: 'abc' }], priority: 2, periodMs: 30 },
        { selector: [{ type: '!=', name: 'keep', value: '' }], priority: 9, periodMs: 0 },
      ],
    });
    const of = (labels: Record<string, string>) => found?.of(Labels.of(labels));
    expect(found?.shortestMs).toBe(10);
    expect(of({ env: 'prod' })).toBe(1000);
    expect(of({ env: 'dev' })).toBe(10);
    expect(of({ env: 'dev', app: 'abc' })).toBe(20);
    expect(of({ env: 'dev', keep: 'yes' })).toBe(Number.POSITIVE_INFINITY);
  });

  it('without any rule is not asked for', () => {
    expect(periods({})).toBeUndefined();
    expect(periods({ periodMs: 0, streams: [{ selector: [], priority: 1, periodMs: 0 }] })).toBeUndefined();
    expect(periods({ streams: [{ selector: [], priority: 1, periodMs: 5 }] })?.of(Labels.EMPTY)).toBe(5);
  });
});
